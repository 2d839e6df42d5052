import type { AccountId, MessageSource, Path } from '../../facts/index.ts';
import type { Messenger } from '../../stores/index.ts';

/*
 * Clients that lie on purpose, each as the old user interface did. They show that the checks of the report, and the
 * recorder behind them, can fail. Each is an object of its own that fulfils the interface of a messenger.
 */

/** The badge still counts accepted requests. */
export function stuckBadge(messenger: Messenger): Messenger {
  const { requests } = messenger;
  let most = 0;
  const stuck = (count: number): number => (most = Math.max(most, count));
  return {
    ...messenger,
    requests: {
      ...requests,
      pendingCount(account) {
        const cell = requests.pendingCount(account);
        return {
          get value() {
            return stuck(cell.value);
          },
          peek: () => stuck(cell.peek()),
          subscribe: (run) => cell.subscribe((count) => run(stuck(count))),
        };
      },
    },
  };
}

/** A tick as soon as the message is shown. */
export function earlyTick(messenger: Messenger): Messenger {
  const { messages } = messenger;
  const sources = new Map<string, MessageSource>();
  return {
    ...messenger,
    messages: {
      ...messages,
      source(account, peer) {
        const source = messages.source(account, peer);
        const lying: MessageSource = sources.get(`${account}/${peer}`) ?? {
          ...source,
          get: (id) => {
            const row = source.get(id);
            return row?.own && row.status !== 'read' && row.status !== 'delivered'
              ? { ...row, status: 'sent' }
              : row;
          },
        };
        sources.set(`${account}/${peer}`, lying);
        return lying;
      },
    },
  };
}

/** "Connected" for every contact, or even for reachable people. */
export function inventedConnection(messenger: Messenger): Messenger {
  const { peers } = messenger;
  const path: Path = { kind: 'unknown-but-up' };
  const lie: typeof peers.row = (account, peer) => {
    const row = peers.row(account, peer);
    return { ...row, relation: row.presence === 'reachable' ? 'contact' : row.relation, path };
  };
  return {
    ...messenger,
    peers: {
      ...peers,
      row: lie,
      source(account) {
        const source = peers.source(account);
        return { ...source, get: (peer) => source.get(peer) && lie(account, peer) };
      },
      person(account, peer) {
        const cell = peers.person(account, peer);
        return {
          get value() {
            void cell.value;
            return lie(account, peer);
          },
          peek: () => lie(account, peer),
          subscribe: (run) => cell.subscribe(() => run(lie(account, peer))),
        };
      },
    },
  };
}

/** Every arriving message counts as read, on screen or not. */
export function readsHidden(messenger: Messenger): Messenger {
  const { messages } = messenger;
  const watched = new Set<string>();
  return {
    ...messenger,
    messages: {
      ...messages,
      source(account: AccountId, peer: AccountId) {
        const source = messages.source(account, peer);
        const key = `${account}/${peer}`;
        if (!watched.has(key)) {
          watched.add(key);
          source.ids.subscribe((ids) => {
            const newest = ids.at(-1);
            if (newest) queueMicrotask(() => messages.read(account, peer, newest));
          });
        }
        return source;
      },
    },
  };
}

/** Try again makes a new message instead of sending the same one. */
export function retriesAnew(messenger: Messenger): Messenger {
  const { messages } = messenger;
  return {
    ...messenger,
    messages: {
      ...messages,
      retry(account, peer, id) {
        const text = messages.source(account, peer).get(id)?.text ?? '';
        messages.cancel(account, peer, id);
        void messages.send(account, peer, text);
      },
    },
  };
}
