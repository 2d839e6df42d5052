// A database that is filled before the clock starts, and may be by an earlier page of the same browser profile.

const BATCH = 2_000;

/**
 * @param indexedDb the storage of the library
 * @param name the database's name
 * @returns its `storage`, in which who asks for older messages than there are gets an answer when there are more
 */
export function createArchive(indexedDb, name) {
  const mark = `filled: ${name}`;
  let opened = indexedDb({ name });
  let gate = null;
  let open = null;

  const hold = () => {
    gate ??= new Promise((resolve) => (open = resolve));
  };
  const release = () => {
    open?.();
    gate = open = null;
  };

  const storage = {
    accounts: () => opened.accounts(),
    requests: (account) => opened.requests(account),
    conversations: (account) => opened.conversations(account),
    message: (account, peer, id) => opened.message(account, peer, id),
    messages: (account, peer, ids) => opened.messages(account, peer, ids),
    stream: (account, peer, query) => opened.stream(account, peer, query),
    unsettled: (account) => opened.unsettled(account),
    write: (batch) => opened.write(batch),
    wipe: (account) => opened.wipe(account),
    close: () => opened.close(),
    async history(account, peer, query) {
      await gate;
      const page = await opened.history(account, peer, query);
      if (page.length > 0 || query.before === undefined) return page;
      hold();
      return storage.history(account, peer, query);
    },
  };

  return {
    storage,
    /** From now on no history is read. */
    hold,
    release,
    /** Whether an earlier page has written as much, and nobody has used it since. */
    isFilled: (count) => localStorage.getItem(mark) === String(count),
    async fill(writes) {
      opened.close();
      await new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase(name);
        request.onsuccess = resolve;
        request.onerror = () => reject(request.error);
      });
      opened = indexedDb({ name });
      for (let from = 0; from < writes.length; from += BATCH) {
        const batch = writes.slice(from, from + BATCH);
        await opened.write(batch);
      }
      localStorage.setItem(mark, String(writes.length));
    },
    /** From now on it is no longer as it was filled. */
    use: () => localStorage.removeItem(mark),
  };
}
