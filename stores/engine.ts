import type { AccountId } from '../facts/ids.ts';
import { pairKey } from '../facts/ids.ts';
import type { RouteDecision } from '../facts/routes.ts';
import type { Cell, LinkView, SessionRow } from '../facts/view.ts';
import { applyEvent, Events } from './backend-events.ts';
import { faceOf, signal } from './cells.ts';
import { Conversations } from './conversations.ts';
import { Core } from './core.ts';
import { askAgain } from './duties/ask-again.ts';
import { Claims } from './duties/claim.ts';
import { deliver } from './duties/deliver.ts';
import type { Delivery } from './duties/deliver.ts';
import { dial } from './duties/dial.ts';
import { sayPresence } from './duties/presence.ts';
import { readLists } from './duties/read-lists.ts';
import { sendReadReceipts } from './duties/receipts.ts';
import { fetchFromRelay } from './duties/relay.ts';
import { synchronise } from './duties/sync.ts';
import { writeAgain } from './duties/write-again.ts';
import { gatedBackend, gatedRelay } from './gate.ts';
import { History } from './history.ts';
import { Messages } from './messages.ts';
import type { MessengerOptions } from './options.ts';
import { settingsOf } from './options.ts';
import { Outbox } from './outbox.ts';
import { OwnMessages } from './own-messages.ts';
import { Pairs } from './pairs.ts';
import { Peers } from './peers.ts';
import { createReceive } from './receive.ts';
import type { Receive } from './receive.ts';
import { Removal } from './removal.ts';
import { Requests } from './requests.ts';
import { Restore } from './restore.ts';
import { Routes } from './routes.ts';
import { sessionRows } from './session-rows.ts';
import { Sessions } from './sessions.ts';
import { SettingsStore } from './settings.ts';
import { SignIn } from './sign-in.ts';
import { Transport } from './transport.ts';

/** However often the service seems to have forgotten an account, it is asked once in this time. */
const VERIFY_MS = 1_000;
/** A typing signal is sent at most this often. */
const TYPING_EVERY_MS = 1_500;

/** Everything that a messenger is made of. Pages never see it: they get the faces of `createMessenger`. */
export interface Engine {
  readonly core: Core;
  readonly sessions: Sessions;
  readonly settings: SettingsStore;
  readonly pairs: Pairs;
  readonly requests: Requests;
  readonly peers: Peers;
  readonly routes: Routes;
  readonly conversations: Conversations;
  readonly messages: Messages;
  readonly ownMessages: OwnMessages;
  readonly history: History;
  readonly outbox: Outbox;
  readonly transport: Transport;
  readonly signIn: SignIn;
  readonly claims: Claims;
  readonly removal: Removal;
  readonly restore: Restore;
  readonly receive: Receive;
  readonly delivery: Delivery;
  readonly link: Cell<LinkView>;
  readonly sessionRows: Cell<readonly SessionRow[]>;
  /** Takes everything of an account out of memory. */
  forget(account: AccountId): void;
  /** Takes what is known of the link. */
  setLink(link: LinkView): void;
  /** Begins to act: opens the link. */
  start(): void;
  /** Stops acting, and closes the link. It may start again. */
  stop(): void;
  /** Hangs all channels up: the page goes for good. */
  hangUp(): void;
  /** Probes the link, reads the lists, and asks what was missed. */
  wake(): void;
  /** Says that the person types; at most now and then, never over a relay, not if they hide it. */
  typing(account: AccountId, peer: AccountId): void;
  /** By which route the next message to the peer goes, or what it waits for. */
  route(account: AccountId, peer: AccountId): RouteDecision;
}

/** Wires ports, stores and duties. It does nothing until `start()`. */
export function createEngine(options: MessengerOptions): Engine {
  const core: Core = new Core({
    ...options,
    backend: gatedBackend(
      options.backend,
      (what) => core.diagnostics.count(what),
      (account) => core.paced(`verify ${account}`, VERIFY_MS, () => void claims.verify(account)),
      (account) => sessions.isSignedOut(account),
    ),
    relay: options.relay ? gatedRelay(options.relay, (what) => core.diagnostics.count(what)) : null,
    settings: settingsOf(options),
  });
  const { backend, journal } = core;
  const link = signal<LinkView>(backend.link);
  const sessions = new Sessions(core);
  const claims = new Claims(core, sessions);
  const signIn = new SignIn(core, sessions);
  const settings = new SettingsStore(core, sessions);
  const pairs = new Pairs(core, sessions, settings);
  const requests = new Requests(core, pairs);
  const peers = new Peers(core, sessions, pairs, requests);
  const routes = new Routes(core, pairs, requests);
  const conversations = new Conversations(core, pairs);
  const messages = new Messages(core, conversations);
  const ownMessages = new OwnMessages(core, conversations, messages);
  const history = new History(core, conversations, messages);
  const outbox = new Outbox(core, pairs, conversations);
  const transport: Transport = new Transport(core, pairs, (account, peer, body) =>
    receive(account, peer, body, 'loopback'),
  );
  const forget = (account: AccountId): void => {
    for (const store of [pairs, requests, conversations, outbox, peers]) store.forget(account);
  };
  const removal = new Removal(core, sessions, routes, signIn, forget);
  const restore = new Restore({ core, sessions, requests, conversations, history });

  const sync = synchronise({ core, settings, pairs, conversations, messages, transport });
  const receipts = sendReadReceipts(core, pairs, conversations, transport);
  const stores = {
    core,
    sessions,
    claims,
    pairs,
    peers,
    requests,
    routes,
    conversations,
    messages,
    transport,
  };
  const receive = createReceive({ ...stores, sync, receipts });
  const lists = readLists(core, sessions, claims, pairs, peers);
  askAgain(core, sessions, pairs, requests);
  dial(core, sessions, settings, pairs, routes);
  const presence = sayPresence(core, sessions, settings, pairs, transport);
  writeAgain(stores);
  const delivery = deliver(stores);
  const fetching = fetchFromRelay({ ...stores, sync, receive });
  followSessions(stores);

  const typedAt = new Map<string, number>();
  const events = new Events(core, (event) => applyEvent(engine, event));
  let unsubscribe = (): void => undefined;
  const engine: Engine = {
    ...stores,
    settings,
    signIn,
    ownMessages,
    history,
    outbox,
    removal,
    restore,
    receive,
    delivery,
    forget,
    link: faceOf(link),
    sessionRows: sessionRows(sessions, conversations, requests),
    setLink(view) {
      link.value = view;
      journal.append('link', {});
    },
    start() {
      unsubscribe = backend.subscribe((event) => events.add(event));
      fetching.start();
      presence();
      backend.open();
    },
    stop() {
      events.flush();
      core.rest();
      unsubscribe();
      fetching.stop();
      backend.close();
    },
    hangUp() {
      for (const account of sessions.accounts.peek()) routes.hangUpAll(account);
    },
    wake() {
      backend.probe();
      core.relay?.reconnect?.();
      lists.wake();
      for (const account of sessions.accounts.peek())
        for (const pair of pairs.of(account)) if (pair.channel) sync.ask(account, pair.peer);
    },
    typing(account, peer) {
      const key = pairKey(account, peer);
      const now = core.elapsed();
      if (!settings.of(account).typing || now - (typedAt.get(key) ?? -Infinity) < TYPING_EVERY_MS) return;
      typedAt.set(key, now);
      void transport.say(pairs.get(account, peer), { v: 1, type: 'typing' }, ['channel', 'loopback']);
    },
    route(account, peer) {
      // It is durable here before it leaves.
      if (core.writer.isFailing) return { route: 'none', reason: 'not-stored' };
      return pairs.route(pairs.peek(account, peer));
    },
  };
  return engine;
}

/** What follows for the people of an account from how its session stands. */
function followSessions({
  core,
  sessions,
  pairs,
  peers,
  routes,
}: Pick<Engine, 'core' | 'sessions' | 'pairs' | 'peers' | 'routes'>): void {
  core.journal.on('linked', ({ account }) => {
    // A new socket or a claim: channels have to prove themselves anew.
    routes.linkLost(account);
    const session = sessions.get(account);
    if (session && session.signedInAt === session.linkedAt) routes.signedIn(account);
  });
  core.journal.on('session', ({ account }) => {
    // In a tab that follows, what follows from it comes from the leader too.
    if (!core.isActing) return;
    if (!sessions.isLinked(account)) {
      routes.linkLost(account);
      peers.unknown(account);
    }
    for (const pair of pairs.of(account)) core.touch(account, pair.peer);
    // Whether a contact is on this device too follows from both accounts.
    for (const other of sessions.accounts.peek()) if (pairs.find(other, account)) core.touch(other, account);
  });
}
