/**
 * Storage in memory that hands out the pages of a long history without sorting all of it for each. Who asks for more
 * than there is gets an answer when there is more.
 */
export function createArchive(memory) {
  /** Of the one long conversation, ascending by place. */
  const history = [];
  const waiting = [];
  const storage = {
    accounts: () => memory.accounts(),
    requests: (account) => memory.requests(account),
    conversations: (account) => memory.conversations(account),
    message: (account, peer, id) => memory.message(account, peer, id),
    stream: (account, peer, query) => memory.stream(account, peer, query),
    unsettled: (account) => memory.unsettled(account),
    write: (batch) => memory.write(batch),
    wipe: (account) => memory.wipe(account),
    close: () => memory.close(),
    async history(account, peer, { before = Infinity, limit }) {
      if (history.length === 0) return memory.history(account, peer, { before, limit });
      let low = 0;
      let high = history.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (history[middle].place < before) low = middle + 1;
        else high = middle;
      }
      if (low === 0) {
        await new Promise((resolve) => waiting.push(resolve));
        return storage.history(account, peer, { before, limit });
      }
      return history.slice(Math.max(0, low - limit), low);
    },
  };
  const unshift = (older) => {
    history.unshift(...older);
    for (const resolve of waiting.splice(0)) resolve();
  };
  return { storage, history, unshift };
}
