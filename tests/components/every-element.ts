import {
  conversation,
  conversations,
  me,
  noor,
  outboxRows,
  people,
  sessions,
  storied,
} from '../../.storybook/fixtures.ts';

/** Every element, with data that makes it draw something. */
export const elements: Record<string, Record<string, unknown>> = {
  'p2p-composer': { account: me, peer: noor, peerName: 'Noor' },
  'p2p-connection-banner': { link: { state: 'reconnecting', since: 0, retryAt: 0, attempt: 1 } },
  'p2p-conversation-list': { rows: conversations },
  'p2p-message-details': { ...storied(), peerName: 'Noor Haddad', relayName: 'the server' },
  'p2p-message-status': { status: 'sent' },
  'p2p-outbox': { account: me, rows: outboxRows() },
  'p2p-peer-discovery': { account: me, rows: people },
  'p2p-pending-badge': { count: 2 },
  'p2p-pending-requests': { rows: people.filter(({ relation }) => relation !== 'contact') },
  'p2p-route-indicator': { path: { kind: 'connecting', since: 0, deadline: 0 } },
  'p2p-session-switcher': { sessions, selected: me },
  'p2p-sign-in': { server: '127.0.0.1:12349' },
  'p2p-status-legend': {},
  'p2p-thread': { account: me, peer: noor, rows: conversation() },
};
/** Those of entries of their own. */
const more: Record<string, Record<string, unknown>> = {
  'p2p-diagnostics': { counters: { timeout: 1 } },
  'p2p-tab-status': { tabs: { role: 'leader', epoch: 1, tabs: 2, isOutdated: false } },
  'p2p-toast': { message: { account: me, peer: noor, name: 'Noor Haddad', to: null } },
};
Object.assign(elements, more);
/** Registers them all. Not before it is called: some tests are about the time before. */
export const registered = async (): Promise<void> => {
  await import('../../define.ts');
  await import('../../components/diagnostics/define.ts');
  await import('../../components/tab-status/define.ts');
  await import('../../components/toast/define.ts');
};
