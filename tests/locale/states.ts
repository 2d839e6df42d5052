import {
  NOW,
  at,
  conversation,
  everyConversation,
  everyPerson,
  evidence,
  me,
  mine,
  noor,
  outboxRows,
  session,
  sessions,
  storied,
  theirs,
} from '../../.storybook/fixtures.ts';
import type { LinkView, SessionState, StorageView, TabsView, WaitReason } from '../../facts/index.ts';
import { STATUSES } from '../../facts/index.ts';
import { wordsIn } from '../../locale/index.ts';

const en = wordsIn('en');
const keysOf = <Key extends string>(table: Readonly<Record<Key, unknown>>): Key[] =>
  Object.keys(table) as Key[];

const links = keysOf(en.link).map(
  (state) => ({ state, since: NOW, retryAt: NOW + 5_000, attempt: 1 }) as unknown as LinkView,
);
const stored = keysOf(en.storageState).map((state): StorageView => ({
  state,
  reason: null,
  persisted: true,
  isUnread: true,
}));
const accounts = keysOf<SessionState>(en.sessionState).map((state, i) =>
  session(`user${i}`, `${i + 1}` as never, state, {
    note: keysOf(en.sessionNote)[i % 4] ?? null,
    unread: i,
    pending: i,
  }),
);
const waits = keysOf<WaitReason>(en.waitingFor);
const codes = keysOf(en.because);
const messages = [
  ...conversation(),
  ...STATUSES.map(({ status }, i) => mine('own', at(9, i), status, { facts: evidence(status), attempts: i })),
  ...waits.map((reason, i) =>
    mine('own', at(10, i), 'waiting', { waiting: { reason, nextTry: NOW + 9_000 } }),
  ),
  ...codes.map((code, i) => mine('own', at(11, i), 'failed', { code, reason: 'raw', attempts: 2 })),
  mine('own', at(12, 0), 'waiting', { isStored: false, isEdited: true }),
  theirs('theirs', at(12, 1), { quiet: 'unreadable' }),
  theirs('theirs', at(12, 2), { quiet: 'unsupported', missingBefore: 2 }),
  theirs('long '.repeat(2_000), at(12, 3), { replyTo: { id: 'x' as never, text: null, own: true } }),
];

/** For every element: what makes it draw the rest of its words. */
export const states: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  'p2p-composer': [
    ...waits.map((wait) => ({ account: me, peer: noor, peerName: 'Noor', wait })),
    { account: me, peer: noor, peerName: 'Noor', replyTo: { id: 'x', text: null, own: true } },
    { account: me, peer: noor },
  ],
  'p2p-connection-banner': links.map((link) => ({ link })),
  'p2p-conversation-list': [
    { rows: everyConversation },
    { rows: [] },
    { rows: [], capabilities: { listsPeople: false } },
  ],
  'p2p-message-details': [
    ...messages.map((message) => ({ ...storied(), message, peerName: 'Noor Haddad' })),
    { message: null },
  ],
  'p2p-message-status': STATUSES.flatMap(({ status }) => [
    { status, words: true },
    { status, peerName: 'Noor' },
  ]),
  'p2p-outbox': [
    { account: me, rows: outboxRows() },
    { account: me, rows: [] },
    {
      account: me,
      rows: messages.filter(({ own }) => own).map((message) => ({ peer: noor, name: 'Noor', message })),
    },
  ],
  'p2p-peer-discovery': [
    { account: me, rows: everyPerson },
    ...['idle', 'loading', 'loaded', 'failed'].map((state) => ({
      account: me,
      rows: [],
      people: { state, code: 'timeout', reason: 'raw' },
    })),
    ...['idle', 'loaded', 'failed'].map((state) => ({
      account: me,
      rows: [],
      people: { state, code: 'timeout', reason: 'raw' },
      capabilities: { listsPeople: false },
    })),
    ...keysOf(en.blocked).map((accountState) => ({ account: me, rows: everyPerson, accountState })),
    ...codes.map((code) => ({
      account: me,
      rows: everyPerson.map((row) => ({ ...row, relation: 'none', code, reason: 'raw' })),
      people: { state: 'failed', code, reason: 'raw' },
    })),
  ],
  'p2p-pending-badge': [{ count: 1 }, { count: 1_284 }],
  'p2p-pending-requests': [{ rows: [] }, { rows: everyPerson }],
  'p2p-route-indicator': [
    ...['none', 'direct', 'loopback', 'unknown-but-up'].map((kind) => ({ path: { kind } })),
    ...keysOf(en.relayer).map((by) => ({ path: { kind: 'relayed', by }, privacy: 'sealed' })),
    ...codes.map((code) => ({ path: { kind: 'failed', code, reason: 'raw', nextTry: NOW + 5_000 } })),
    { path: { kind: 'connecting', since: NOW, deadline: NOW + 9_000 } },
    { path: { kind: 'failed', reason: null, nextTry: null } },
  ],
  'p2p-session-switcher': [
    { sessions, selected: me },
    ...accounts.map(({ account }) => ({ sessions: accounts, selected: account })),
  ],
  'p2p-sign-in': [
    ...keysOf(en.signInFailure).map((code) => ({
      progress: { state: 'failed', username: 'noor', code, reason: 'raw' },
    })),
    {
      accountForm: { server: { label: 'Server', hint: 'hint' } },
      progress: { state: 'failed', username: 'noor', code: 'invalid', reason: null },
    },
    { progress: { state: 'busy', username: 'noor' } },
    ...stored.map((storage) => ({ storage })),
  ],
  'p2p-status-legend': [{}],
  'p2p-thread': [
    { account: me, peer: noor, peerName: 'Noor Haddad', rows: messages, isTyping: true, unread: 3 },
    { account: me, peer: noor, rows: [] },
  ],
  'p2p-diagnostics': [
    ...links.map((link) => ({ link })),
    ...stored.map((storage) => ({ storage })),
    { counters: Object.fromEntries(keysOf(en.counter).map((name) => [name, 2])), sessions },
  ],
  'p2p-tab-status': keysOf<TabsView['role']>(en.tabRole).map((role) => ({
    tabs: { role, epoch: 1, tabs: 3, isOutdated: true },
  })),
  'p2p-toast': [{ message: { account: me, peer: noor, name: null, to: 'Mona' } }],
};
