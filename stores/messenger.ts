import type { Signal } from '@preact/signals-core';
import type { Cid } from '../facts/ids.ts';
import { pairKey } from '../facts/ids.ts';
import type { Path, RouteDecision } from '../facts/routes.ts';
import type { Cell, LinkView, SessionRow, StorageView, TabsView } from '../facts/view.ts';
import type { AccountForm, Backend, BackendEvent, Capabilities } from '../ports/backend.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { Relay, RelayTrust } from '../ports/relay.ts';
import type { Storage } from '../ports/storage.ts';
import { computed, signal } from './cells.ts';
import { checked } from './checked.ts';
import { Core, DEFAULT_SETTINGS } from './core.ts';
import type { Settings } from './core.ts';
import type { DiagnosticCounter, DiagnosticsStore } from './diagnostics.ts';
import { askAgain } from './duties/ask-again.ts';
import { deliver } from './duties/deliver.ts';
import { dial } from './duties/dial.ts';
import { sayPresence } from './duties/presence.ts';
import { readLists } from './duties/read-lists.ts';
import { sendReadReceipts } from './duties/receipts.ts';
import { synchronise } from './duties/sync.ts';
import { writeAgain } from './duties/write-again.ts';
import { gatedBackend, gatedRelay } from './gate.ts';
import { Messages } from './messages.ts';
import { Pairs } from './pairs.ts';
import { Peers } from './peers.ts';
import { Outbox } from './outbox.ts';
import { createReceive } from './receive.ts';
import { Requests } from './requests.ts';
import { Routes } from './routes.ts';
import { Sessions } from './sessions.ts';
import { SettingsStore } from './settings.ts';
import { Transport } from './transport.ts';

/** What a messenger is made of. Everything is passed in; nothing is global. */
export interface MessengerOptions {
  readonly backend: Backend;
  readonly storage: Storage;
  /** Carries messages when no channel does; none by default. */
  readonly relay?: Relay | null;
  readonly clock: Clock;
  readonly random: Random;
  /** What holds for an account until its person changes it, and for the whole messenger. */
  readonly settings?: Partial<Settings>;
  /**
   * Shares the link with the other tabs of this browser: `browserTabs()` from `p2p-elements/tabs`. Absent or null, the
   * page is alone: it must not be open in two tabs at a time.
   */
  readonly tabs?: Tabs | null;
}

/** What is plugged in to share one link between the tabs of a browser. */
export interface Tabs {
  /** The ports as this tab may use them: only the tab that leads acts. */
  ports(options: MessengerOptions): MessengerOptions;
  /** Takes the messenger's life over, and hands the messenger out as a tab has it. */
  join(engine: Engine, options: MessengerOptions): Messenger;
}

/** A messenger from inside, for what shares it between tabs. */
export interface Engine {
  readonly messenger: Messenger;
  readonly core: Core;
  readonly pairs: Pairs;
  readonly transport: Transport;
  /** Reads what is stored. */
  restored(): Promise<void>;
  /** Begins to act: opens the link. */
  start(): void;
  /** Stops acting, and closes the link. It may start again. */
  stop(): void;
}

const READ_AGAIN_MS = 1_000;
const READ_AGAIN_LONGEST_MS = 30_000;
/** However often the service seems to have forgotten an account, it is asked once in this time. */
const VERIFY_MS = 1_000;
/** Every key that somebody publishes is a change at the relay: what follows from one is done once in this time. */
const RELAY_MS = 1_000;
/** A typing signal is sent at most this often. */
const TYPING_EVERY_MS = 1_500;

/** One browser's messaging: its accounts, the people they know, and their conversations. */
export interface Messenger {
  /** What the backend can prove; elements hide what it cannot. */
  readonly capabilities: Capabilities;
  /** What the sign-in form asks for. */
  readonly accountForm: AccountForm;
  readonly sessions: Sessions;
  readonly settings: SettingsStore;
  readonly requests: Requests;
  readonly peers: Peers;
  readonly routes: Routes;
  readonly messages: Messages;
  readonly outbox: Outbox;
  readonly diagnostics: DiagnosticsStore;
  /** Our own link to the service. */
  readonly link: Cell<LinkView>;
  /** Whether the page is on screen, as it was last told. Nothing counts as read while it is not. */
  readonly isVisible: Cell<boolean>;
  /** Whether any page of this browser is on screen. */
  readonly isAnyVisible: Cell<boolean>;
  /** The accounts of this browser, with what waits in each. */
  readonly sessionRows: Cell<readonly SessionRow[]>;
  /** How this device keeps what is written; says so when it could not. */
  readonly storage: Cell<StorageView>;
  /** Where this tab stands among those of its browser. */
  readonly tabs: Cell<TabsView>;
  /** What people read after "through" when a relay carries; null where none is configured. */
  readonly relayName: string | null;
  /** Who could read what a relay carries, in a sentence; null where none is configured, or it does not say. */
  readonly relayPrivacy: string | null;
  /** The fingerprint of our own key, for the other person to compare; null where no relay seals. */
  ownFingerprint(account: Cid): string | null;
  /** Reads what is stored, then opens the link. Resolves when everything stored is on screen. Idempotent. */
  open(): Promise<void>;
  /** Closes the link and stops everything; nothing is lost. For a page that goes: `leave()`. */
  close(): void;
  /** The page goes for good: its channels are hung up, so that others need not find out, and the link is closed. */
  leave(): void;
  /**
   * Goes on without saving where what is stored cannot be read (`storage.value.isUnread`): the link waits for it no
   * longer. Until the page is loaded again nothing is read from this device and nothing is written to it, so that
   * nothing that is there is overwritten. Elsewhere it does nothing.
   */
  goUnsaved(): void;
  /** Resolves when everything that was put, or looked at, is in storage, or could not be written. */
  stored(): Promise<void>;
  /** Whether the page is on screen. A hidden page claims no presence; one that comes back looks around. */
  setVisible(isVisible: boolean): void;
  /** The page or the network came back: probes the link, reads the lists, and asks what was missed. */
  wake(): void;
  /** Tries the link again at once. */
  reconnect(): void;
  /** Says that the person types; at most now and then, never over a relay, not if they hide it. */
  typing(account: Cid, peer: Cid): void;
  /** By which route the next message to the peer goes, or what it waits for. */
  route(account: Cid, peer: Cid): RouteDecision;
  /** The state of the channel to the peer, whatever way messages take meanwhile. */
  path(account: Cid, peer: Cid): Path;
  /** How far the peer's key is trusted by a relay that seals; null where none does. */
  trust(account: Cid, peer: Cid): RelayTrust | null;
  /** The person has compared the fingerprints (`compared`: the one on the screen): the key is the peer's. */
  acceptKey(account: Cid, peer: Cid, compared?: string): Promise<void>;
  /** Signs the account out; with `wipe` everything of it also leaves this device, once it is signed out. */
  signOut(account: Cid, wipe?: boolean): Promise<void>;
  /** Removes the account from this device, with everything that is stored of it. Sign out first. */
  wipe(account: Cid): Promise<void>;
}

/** Makes a messenger: the only wiring of ports, stores and duties. It does nothing until `open()`. */
export function createMessenger(options: MessengerOptions): Messenger {
  const typedAt = new Map<string, number>();
  const stops: (() => void)[] = [];
  const relayed = new Map<Cid, () => void>();
  let opening: Promise<void> | null = null;
  /** Cuts the pause short after which what is stored is read again. */
  let onUnsaved = (): void => undefined;
  const { tabs } = options;
  const count = (what: DiagnosticCounter): void => core.diagnostics.count(what);
  const safe = { ...options, storage: checked(options.storage, () => count('unusable-row')) };
  const ports = tabs ? tabs.ports(safe) : safe;
  const backend = gatedBackend(
    ports.backend,
    count,
    (account) => core.paced(`verify ${account}`, VERIFY_MS, () => void sessions.verify(account)),
    (account) => sessions.isSignedOut(account),
  );
  const relay = ports.relay ? gatedRelay(ports.relay, count) : null;
  const core = new Core({
    ...ports,
    backend,
    relay,
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
  });
  const { diagnostics, writer, storage } = core;
  const link = signal<LinkView>(backend.link);
  const visible = core.isAnyVisible as Signal<boolean>;
  const sessions = new Sessions(core);
  const settings = new SettingsStore(core, sessions);
  const pairs = new Pairs(core, sessions, settings);
  const requests = new Requests(core, pairs);
  const peers = new Peers(core, sessions, pairs, requests);
  const routes = new Routes(core, pairs, requests);
  const messages = new Messages(core, pairs);
  const outbox = new Outbox(pairs, messages);
  const transport = new Transport(core, pairs);
  const sessionRows = computed(() =>
    sessions.accounts.value.flatMap((account): SessionRow[] => {
      const session = sessions.cell(account).value;
      if (!session) return [];
      const { username, fullName, server } = session.stored;
      const unread = messages.unread(account).value;
      const pending = requests.pendingCount(account).value;
      return [
        { account, username, fullName, server, state: session.state, note: session.note, unread, pending },
      ];
    }),
  );
  requests.look = (account) => peers.look(account);

  const sync = synchronise({ core, settings, pairs, routes, messages, transport });
  const receipts = sendReadReceipts(core, pairs, messages, transport);
  const receive = createReceive({ core, pairs, peers, messages, transport, sync, receipts });
  transport.receiveLocally = (account, peer, body) => receive(account, peer, body, 'loopback');
  const lists = readLists(core, sessions, pairs, peers);
  askAgain(core, sessions, pairs, requests);
  dial(core, sessions, settings, pairs, routes);
  const presence = sayPresence(core, sessions, settings, pairs, transport);
  writeAgain({ core, sessions, pairs, requests, messages });
  const delivery = deliver({ core, sessions, pairs, routes, messages, transport });

  sessions.onLinked(accountLinked);
  sessions.onChanged = accountChanged;
  sessions.onLeaving = (account) => routes.hangUpAll(account);

  function start(): void {
    stops.push(backend.subscribe((event) => core.transact(() => apply(event))));
    if (relay) stops.push(relay.watch(() => core.paced('relay', RELAY_MS, relayChanged)));
    presence();
    backend.open();
  }

  function stop(): void {
    core.rest();
    for (const undo of [...stops.splice(0), ...relayed.values()]) undo();
    relayed.clear();
    backend.close();
  }

  function close(): void {
    stop();
    core.close();
  }

  function leave(): void {
    messages.flushRead();
    for (const account of sessions.accounts.peek()) routes.hangUpAll(account);
    close();
  }

  function setVisible(isVisible: boolean): void {
    if (visible.peek() === isVisible) return;
    visible.value = isVisible;
    if (isVisible) wake();
    else messages.flushRead();
  }

  function wake(): void {
    backend.probe();
    relay?.reconnect?.();
    lists.wake();
    for (const account of sessions.accounts.peek())
      for (const pair of pairs.of(account)) if (pair.channel) sync.ask(account, pair.peer);
  }

  function typing(account: Cid, peer: Cid): void {
    const key = pairKey(account, peer);
    const now = core.elapsed();
    if (!settings.of(account).typing || now - (typedAt.get(key) ?? -Infinity) < TYPING_EVERY_MS) return;
    typedAt.set(key, now);
    void transport.say(pairs.get(account, peer), { v: 1, type: 'typing' }, ['channel', 'loopback']);
  }

  function route(account: Cid, peer: Cid): RouteDecision {
    // It is durable here before it leaves.
    if (writer.isFailing) return { route: 'none', reason: 'not-stored' };
    return pairs.route(pairs.get(account, peer));
  }

  async function signOut(account: Cid, isWiped = false): Promise<void> {
    await sessions.signOut(account);
    if (isWiped && !sessions.isHeld(account)) await wipe(account);
  }

  async function wipe(account: Cid): Promise<void> {
    sessions.exit(account);
    await writer.settled();
    writer.wiped.add(account);
    for (const store of [pairs, requests, messages, outbox, peers]) store.forget(account);
    await remove(account);
  }

  /**
   * Somebody was told that it leaves this device: where the device fails, that is said, and it is tried again until it
   * is gone, or the account is signed in anew. Rejects with why it failed.
   */
  async function remove(account: Cid, failures = 0): Promise<void> {
    const tried = await Promise.allSettled([storage.wipe(account), relay?.wipe?.(account)]);
    const failed = tried.find((one) => one.status === 'rejected');
    if (!failed) {
      if (failures > 0) writer.waits(false);
      return;
    }
    writer.failed(failed.reason);
    const pause = core.backOff(failures, READ_AGAIN_MS, READ_AGAIN_LONGEST_MS);
    if (!writer.isWithout)
      core.alarm(`remove ${account}`, core.elapsed() + pause, () => {
        if (writer.wiped.has(account)) void remove(account, failures + 1).catch(() => undefined);
      });
    throw failed.reason;
  }

  async function open(): Promise<void> {
    await restored();
    start();
  }

  /**
   * What could not be read is not absent, and must not be overwritten: the link waits until it is read. Where the
   * browser keeps nothing for us at all, there is nothing to overwrite, and the page works without.
   */
  async function restored(failures = 0): Promise<void> {
    try {
      await restore();
      return writer.waits(false);
    } catch (error) {
      writer.failed(error);
    }
    if (writer.isWithout || !core.isActing) return writer.waits(false);
    writer.waits(true);
    await new Promise<void>((resolve) => {
      onUnsaved = resolve;
      const pause = core.backOff(failures, READ_AGAIN_MS, READ_AGAIN_LONGEST_MS);
      core.alarm('restore', core.elapsed() + pause, resolve);
    });
    return restored(failures + 1);
  }

  function goUnsaved(): void {
    if (!writer.view.peek().isUnread) return;
    core.abandonStorage();
    onUnsaved();
  }

  async function restore(): Promise<void> {
    for (const stored of await storage.accounts()) {
      const { account } = stored;
      // Of a time in which one could become one's own contact.
      const others = <Row extends { readonly peer: Cid }>(rows: readonly Row[]): readonly Row[] =>
        rows.filter(({ peer }) => peer !== account);
      const [asks, conversations, open] = await Promise.all([
        storage.requests(account).then(others),
        storage.conversations(account).then(others),
        storage.open(account).then(others),
      ]);
      core.transact(() => {
        sessions.restore(stored);
        for (const request of asks) {
          requests.restore(request);
          core.touch(account, request.peer);
        }
      });
      const metas = new Map(conversations.map((meta) => [meta.peer, meta]));
      // A conversation in which nothing has left yet has no record.
      for (const { peer } of open) if (!metas.has(peer)) metas.set(peer, messages.get(account, peer).meta);
      for (const meta of metas.values())
        await messages.restore(
          meta,
          open.filter((message) => message.peer === meta.peer),
        );
    }
  }

  function apply(event: BackendEvent): void {
    switch (event.type) {
      case 'link':
        link.value = event.link;
        if (event.link.state !== 'up') sessions.unlinked();
        return;
      case 'linked':
        void sessions.linked(event.epoch);
        return;
      case 'counted':
        return diagnostics.count(event.what);
      default:
        // The service broadcasts what is not for us: not ours, not looked at (delivery.md 6).
        if (!sessions.isHeld(event.account)) return diagnostics.count('not-ours');
        return applyTo(event);
    }
  }

  function applyTo(event: Extract<BackendEvent, { account: Cid }>): void {
    const { account, peer } = event;
    if (event.type === 'ended') {
      if (peer === null) {
        sessions.ended(account);
        return routes.forgetAll(account);
      }
      routes.down(account, peer);
      return peers.left(account, peer);
    }
    if (peer === null) return;
    switch (event.type) {
      case 'asked':
        return requests.asked(account, peer, event.username);
      case 'ask-proven':
        if (event.username) pairs.get(account, peer).username = event.username;
        return requests.prove(account, peer, 'ask-answered');
      case 'ask-refused':
        return requests.refused(account, peer, event.requestId, { kind: 'refused', ...event });
      case 'offer':
        if (!event.isAnswered) routes.offered(account, peer);
        return;
      case 'channel':
        return routes.up(account, peer, event.path, event.isUpgrading, event.by);
      case 'path':
        return routes.pathChanged(account, peer, event.path, event.isUpgrading, event.by);
      case 'send-answered':
        return delivery.answered(event.requestId, event.refused);
      case 'body':
        requests.prove(account, peer, 'message');
        routes.up(account, peer);
        void receive(account, peer, event.body, 'channel');
    }
  }

  function accountLinked(account: Cid): void {
    // A new socket or a claim: channels have to prove themselves anew.
    routes.forgetAll(account);
    const session = sessions.get(account);
    if (session && session.signedInAt === session.linkedAt) routes.signedIn(account);
    subscribeToRelay(account);
  }

  function accountChanged(account: Cid): void {
    const session = sessions.get(account);
    // At a relay, too, it would go on in the account's name: its key is published there, and what comes is fetched.
    if (sessions.isSignedOut(account)) {
      relayed.get(account)?.();
      relayed.delete(account);
    }
    if (session?.state !== 'signed-in') {
      routes.forgetAll(account);
      peers.unknown(account);
    }
    for (const pair of pairs.of(account)) core.touch(account, pair.peer);
    // Whether a contact is on this device too follows from both accounts.
    for (const other of sessions.accounts.peek()) {
      if (pairs.find(other, account)) core.touch(other, account);
    }
  }

  function subscribeToRelay(account: Cid): void {
    if (!relay || relayed.has(account)) return;
    relayed.set(
      account,
      relay.subscribe(account, async ({ from, body }) => {
        // What a stranger leaves at the relay is nobody's message here.
        if (!pairs.isContact(pairs.get(account, from))) return diagnostics.count('not-ours');
        if (!(await receive(account, from, body, 'relay')))
          throw new Error('The message could not be stored.');
      }),
    );
  }

  function relayChanged(): void {
    core.transact(() => {
      for (const account of sessions.accounts.peek())
        for (const conversation of messages.of(account)) {
          core.touch(account, conversation.peer);
          if (relay?.up && conversation.taken.size > 0) sync.ask(account, conversation.peer);
        }
    });
  }

  const messenger: Messenger = {
    capabilities: backend.capabilities,
    accountForm: backend.accountForm,
    sessions,
    settings,
    requests,
    peers,
    routes,
    messages,
    outbox,
    diagnostics,
    link,
    isVisible: visible,
    isAnyVisible: visible,
    sessionRows,
    storage: writer.view,
    tabs: signal<TabsView>({ role: 'alone', epoch: 0, tabs: 1, isOutdated: false }),
    relayName: relay?.name ?? null,
    relayPrivacy: relay?.privacy ?? null,
    ownFingerprint: (account) => relay?.keys?.ownFingerprint(account) ?? null,
    open: () => (opening ??= open()),
    close,
    leave,
    goUnsaved,
    stored: () => {
      messages.flushRead();
      return writer.settled();
    },
    setVisible,
    wake,
    reconnect: () => backend.reconnect(),
    typing,
    route,
    path: (account, peer) => pairs.channelPath(pairs.get(account, peer)),
    trust: (account, peer) => relay?.keys?.trust(account, peer) ?? null,
    acceptKey: async (account, peer, compared) => relay?.keys?.accept(account, peer, compared),
    signOut,
    wipe,
  };
  return tabs ? tabs.join({ messenger, core, pairs, transport, restored, start, stop }, safe) : messenger;
}
