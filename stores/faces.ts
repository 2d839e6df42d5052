import type { AccountId } from '../facts/ids.ts';
import type { Messenger, SessionView } from './api.ts';
import type { Dispatch } from './commands.ts';
import type { Engine } from './engine.ts';
import type { ReadMarker } from './read-marker.ts';

type Parts =
  'sessions' | 'settings' | 'requests' | 'peers' | 'routes' | 'messages' | 'outbox' | 'diagnostics';

/**
 * The parts of a messenger as a page gets them: frozen, with what it may see and ask, and nothing else. What a page
 * asks goes through the table of commands; reading creates nothing.
 */
export function facesOf(engine: Engine, dispatch: Dispatch, marker: ReadMarker): Pick<Messenger, Parts> {
  return {
    sessions: sessionsFace(engine, dispatch),
    settings: settingsFace(engine, dispatch),
    requests: requestsFace(engine, dispatch),
    peers: peersFace(engine, dispatch),
    routes: Object.freeze({
      attempts: (account: AccountId, peer: AccountId) => engine.routes.attempts(account, peer),
      hangUp: (account: AccountId, peer: AccountId) => void dispatch('hangUp', { account, peer }),
    }),
    messages: messagesFace(engine, dispatch, marker),
    outbox: outboxFace(engine, dispatch),
    diagnostics: Object.freeze({ counters: engine.core.diagnostics.counters }),
  };
}

function sessionsFace({ sessions, signIn }: Engine, dispatch: Dispatch): Messenger['sessions'] {
  return Object.freeze<Messenger['sessions']>({
    accounts: sessions.accounts,
    current: sessions.current,
    signInView: signIn.view,
    get(account): SessionView | undefined {
      const session = sessions.get(account);
      if (!session) return undefined;
      const { username, fullName, server } = session.stored;
      return { account, username, fullName, server, state: session.state, note: session.note };
    },
    has: (account) => sessions.has(account),
    createAccount({ fullName, ...credentials }) {
      const entering = Promise.resolve(dispatch('enter', { credentials, fullName }));
      return signIn.show(credentials.username, entering);
    },
    signIn(credentials) {
      const entering = Promise.resolve(dispatch('enter', { credentials, fullName: null }));
      return signIn.show(credentials.username, entering);
    },
    signOut: async (account, isWiped = false) => dispatch('signOut', { account, isWiped }),
    exit: (account) => void dispatch('exit', { account }),
    switchTo: (account) => sessions.switchTo(account),
    useHere: async (account) => dispatch('useHere', { account }),
  });
}

function settingsFace({ settings }: Engine, dispatch: Dispatch): Messenger['settings'] {
  return Object.freeze<Messenger['settings']>({
    of: (account) => settings.of(account),
    cell: (account) => settings.cell(account),
    change: (account, change) => void dispatch('changeSettings', { account, change }),
    isPaused: (account, peer) => settings.isPaused(account, peer),
    pause: (account, peer) => void dispatch('pause', { account, peer }),
    resume: (account, peer) => void dispatch('resume', { account, peer }),
  });
}

function requestsFace({ requests }: Engine, dispatch: Dispatch): Messenger['requests'] {
  return Object.freeze<Messenger['requests']>({
    pendingCount: (account) => requests.pendingCount(account),
    ask: (account, peer) => void dispatch('ask', { account, peer }),
    accept: (account, peer) => void dispatch('accept', { account, peer }),
    decline: (account, peer) => void dispatch('decline', { account, peer }),
    withdraw: (account, peer) => void dispatch('withdraw', { account, peer }),
    confirm: (account, peer) => void dispatch('confirm', { account, peer }),
  });
}

function peersFace({ peers }: Engine, dispatch: Dispatch): Messenger['peers'] {
  return Object.freeze<Messenger['peers']>({
    loadState: (account) => peers.load(account),
    source: (account) => peers.source(account),
    asking: (account) => peers.asking(account),
    person: (account, peer) => peers.person(account, peer),
    row: (account, peer) => peers.row(account, peer),
    refresh: async (account) => dispatch('readLists', { account }),
  });
}

function messagesFace(
  { conversations }: Engine,
  dispatch: Dispatch,
  marker: ReadMarker,
): Messenger['messages'] {
  return Object.freeze<Messenger['messages']>({
    list: (account) => conversations.list(account),
    row: (account, peer) => conversations.row(account, peer),
    rowCell: (account, peer) => conversations.rowCell(account, peer),
    source: (account, peer) => conversations.source(account, peer),
    firstUnread: (account, peer) => conversations.firstUnread(account, peer),
    unread: (account) => conversations.unread(account),
    hasOlder: (account, peer) => conversations.find(account, peer)?.hasOlder ?? false,
    loadNewest: async (account, peer) => dispatch('loadNewest', { account, peer }),
    loadOlder: async (account, peer) => dispatch('loadOlder', { account, peer }),
    send: async (account, peer, text, replyTo = null) => dispatch('send', { account, peer, text, replyTo }),
    retry: (account, peer, id) => void dispatch('retry', { account, peer, id }),
    cancel: (account, peer, id) => void dispatch('cancel', { account, peer, id }),
    delete: (account, peer, id) => void dispatch('delete', { account, peer, id }),
    read: (account, peer, id) => marker.read(account, peer, id),
    pass: (account, peer) => marker.pass(account, peer),
  });
}

function outboxFace({ outbox }: Engine, dispatch: Dispatch): Messenger['outbox'] {
  return Object.freeze<Messenger['outbox']>({
    rows: (account) => outbox.rows(account),
    retryAll(account) {
      for (const { peer, id } of outbox.stopped(account)) void dispatch('retry', { account, peer, id });
    },
    deleteAll(account) {
      for (const { peer, id, status } of outbox.stopped(account))
        if (status === 'failed') void dispatch('delete', { account, peer, id });
    },
  });
}
