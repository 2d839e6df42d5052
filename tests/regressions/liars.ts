import type { Cid, MessageSource, Path } from '../../facts/index.ts';
import type { Messenger } from '../../stores/index.ts';

/*
 * Clients that lie on purpose, each as the old user interface did. They show that the boxes of the report, and the
 * recorder behind them, can turn red.
 */

/** The badge goes on counting what was accepted long ago. */
export function stuckBadge({ requests }: Messenger): void {
  const honest = requests.pendingCount.bind(requests);
  let most = 0;
  const stuck = (count: number): number => (most = Math.max(most, count));
  requests.pendingCount = (account) => {
    const cell = honest(account);
    return {
      get value() {
        return stuck(cell.value);
      },
      peek: () => stuck(cell.peek()),
      subscribe: (run) => cell.subscribe((count) => run(stuck(count))),
    };
  };
}

/** A tick as soon as the message stands there, whatever becomes of it. */
export function earlyTick({ messages }: Messenger): void {
  const honest = messages.get.bind(messages);
  const sources = new WeakMap<MessageSource, MessageSource>();
  messages.get = (account, peer) => {
    const conversation = honest(account, peer);
    const { source } = conversation;
    if (!sources.has(source)) {
      const lying: MessageSource = {
        ...source,
        get: (id) => {
          const row = source.get(id);
          return row?.own && row.status !== 'read' && row.status !== 'delivered'
            ? { ...row, status: 'sent' }
            : row;
        },
      };
      sources.set(source, lying);
      sources.set(lying, lying);
      Object.assign(conversation, { source: lying });
    }
    return conversation;
  };
}

/** "Connected" for whoever is a contact, or even only reachable. */
export function inventedConnection({ peers }: Messenger): void {
  const honest = peers.row.bind(peers);
  const path: Path = { kind: 'unknown-but-up' };
  peers.row = (account, peer) => {
    const row = honest(account, peer);
    return { ...row, relation: row.presence === 'reachable' ? 'contact' : row.relation, path };
  };
}

/** Whatever arrives counts as read, on screen or not. */
export function readsHidden(messenger: Messenger): void {
  const { messages } = messenger;
  const honest = messages.get.bind(messages);
  const watched = new Set<string>();
  messages.get = (account: Cid, peer: Cid) => {
    const conversation = honest(account, peer);
    const key = `${account}/${peer}`;
    if (!watched.has(key)) {
      watched.add(key);
      conversation.source.ids.subscribe((ids) => {
        const newest = ids.at(-1);
        if (newest) queueMicrotask(() => messages.read(account, peer, newest));
      });
    }
    return conversation;
  };
}

/** Try again makes a new message instead of sending the same one. */
export function retriesAnew({ messages }: Messenger): void {
  messages.retry = (account, peer, id) => {
    const text = messages.get(account, peer).get(id)?.text ?? '';
    messages.cancel(account, peer, id);
    void messages.send(account, peer, text);
  };
}
