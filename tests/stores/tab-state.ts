import type { AccountId, RowSource } from '../../facts/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Messenger } from '../../stores/index.ts';
import { engineOf } from '../engine.ts';

/**
 * Everything that a messenger shows except what belongs to one tab, as plain data. Times of the page's monotonic
 * clock are converted to the time of day.
 */
export function stateOf(messenger: Messenger, clock: Clock): unknown {
  const ahead = Math.floor(clock.now()) - Math.floor(clock.elapsed());
  const timeOf = (moment: number | null | undefined): number | null =>
    moment == null ? null : moment + ahead;
  const { sessions, settings, peers, messages, outbox, requests, routes, diagnostics } = messenger;
  const engine = engineOf(messenger);
  return {
    link: messenger.link.peek(),
    storage: messenger.storage.peek(),
    counters: [...diagnostics.counters.peek()].sort(),
    isAnyVisible: messenger.isAnyVisible.peek(),
    rows: messenger.sessionRows.peek(),
    accounts: sessions.accounts.peek().map((account) => ({
      account,
      session: {
        ...engine.sessions.get(account),
        linkedAt: timeOf(engine.sessions.get(account)?.linkedAt),
        signedInAt: timeOf(engine.sessions.get(account)?.signedInAt),
      },
      settings: settings.of(account),
      load: peers.loadState(account).peek(),
      people: listed(peers.source(account)),
      asking: listed(peers.asking(account)),
      badge: requests.pendingCount(account).peek(),
      unread: messages.unread(account).peek(),
      // What arrived while a page was open belongs to that page.
      conversations: listed(messages.list(account)).map(([id, row]) => [id, { ...row, arrival: null }]),
      outbox: listed(outbox.rows(account)),
      pairs: peers
        .source(account)
        .ids.peek()
        .map((peer) => pairOf(account, peer)),
    })),
  };

  function pairOf(account: AccountId, peer: AccountId): unknown {
    const conversation = engine.conversations.find(account, peer);
    return {
      peer,
      path: messenger.path(account, peer),
      route: messenger.route(account, peer),
      trust: messenger.trust(account, peer),
      tried: routes.attempts(account, peer),
      thread: listed(messages.source(account, peer)),
      queue: conversation?.queue ?? [],
      accepted: [...(conversation?.accepted ?? [])].sort(),
      notStored: [...(conversation?.notStored ?? [])].sort(),
      hasOlder: messages.hasOlder(account, peer),
      firstUnread: messages.firstUnread(account, peer),
      // One that nobody has written in exists where somebody looked at it.
      meta: conversation && conversation.rows.length > 0 ? conversation.meta : null,
    };
  }
}

function listed<Id extends string, Row>(source: RowSource<Id, Row>): (readonly [Id, Row | undefined])[] {
  return source.ids.peek().map((id) => [id, source.get(id)] as const);
}

/** The differences between two states as text; empty if there are none. */
export function differences(expected: unknown, found: unknown, path = ''): string[] {
  if (Object.is(expected, found)) return [];
  const isDeep = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null;
  if (!isDeep(expected) || !isDeep(found))
    return [`${path}: ${JSON.stringify(expected)} and not ${JSON.stringify(found)}`];
  const keys = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [...keys].flatMap((key) => differences(expected[key], found[key], `${path}/${key}`));
}
