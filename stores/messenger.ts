import { computed, signal } from '@preact/signals-core';
import type { Cid } from '../facts/ids.ts';
import { pairKey } from '../facts/ids.ts';
import type { Path, RouteDecision } from '../facts/routes.ts';
import type { Cell, LinkView, SessionRow, StorageView } from '../facts/view.ts';
import type { Backend, BackendEvent, Capabilities } from '../ports/backend.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { Relay, RelayTrust } from '../ports/relay.ts';
import type { Storage } from '../ports/storage.ts';
import { Core, DEFAULT_SETTINGS } from './core.ts';
import type { Settings } from './core.ts';
import type { DiagnosticsStore } from './diagnostics.ts';
import { askAgain } from './duties/ask-again.ts';
import { deliver } from './duties/deliver.ts';
import { dial } from './duties/dial.ts';
import { sayPresence } from './duties/presence.ts';
import { readLists } from './duties/read-lists.ts';
import { sendReadReceipts } from './duties/receipts.ts';
import { synchronise } from './duties/sync.ts';
import { Messages, TYPING_MS } from './messages.ts';
import { Pairs } from './pairs.ts';
import { Peers } from './peers.ts';
import { Outbox } from './outbox.ts';
import { createReceive } from './receive.ts';
import type { Receive } from './receive.ts';
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
}

const READ_AGAIN_MS = 1_000;
const READ_AGAIN_LONGEST_MS = 30_000;
/** A typing signal is sent at most this often. */
const TYPING_EVERY_MS = 1_500;

/** Makes a messenger: the only wiring of ports, stores and duties. It does nothing until `open()`. */
export function createMessenger(options: MessengerOptions): Messenger {
  return new Messenger(options);
}

/** One browser's messaging: its accounts, the people they know, and their conversations. */
export class Messenger {
  /** What the backend can prove; elements hide what it cannot. */
  readonly capabilities: Capabilities;
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
  /** The accounts of this browser, with what waits in each. */
  readonly sessionRows: Cell<readonly SessionRow[]>;
  /** How this device keeps what is written; says so when it could not. */
  readonly storage: Cell<StorageView>;
  /** What people read after "through" when a relay carries; null where none is configured. */
  readonly relayName: string | null;
  readonly #core: Core;
  readonly #pairs: Pairs;
  readonly #transport: Transport;
  readonly #receive: Receive;
  readonly #link;
  readonly #late: (requestId: never, refused: string | null) => void;
  readonly #wakeLists: () => void;
  readonly #startPresence: () => void;
  readonly #askSync: (account: Cid, peer: Cid) => void;
  readonly #typedAt = new Map<string, number>();
  readonly #stop: (() => void)[] = [];
  readonly #relayed = new Map<Cid, () => void>();
  readonly #isVisible = signal(true);
  #opening: Promise<void> | null = null;

  constructor(options: MessengerOptions) {
    const { backend, storage, relay = null, clock, random } = options;
    const defaults = { ...DEFAULT_SETTINGS, ...options.settings };
    const core = new Core({ backend, storage, relay, clock, random, settings: defaults });
    this.#core = core;
    this.capabilities = backend.capabilities;
    this.diagnostics = core.diagnostics;
    this.storage = core.writer.view;
    this.relayName = relay?.name ?? null;
    this.#link = signal<LinkView>(backend.link);
    this.link = this.#link;
    const sessions = (this.sessions = new Sessions(core));
    const settings = (this.settings = new SettingsStore(core, sessions));
    const pairs = (this.#pairs = new Pairs(core, sessions, settings));
    const requests = (this.requests = new Requests(core, pairs));
    const peers = (this.peers = new Peers(core, sessions, pairs, requests));
    const routes = (this.routes = new Routes(core, pairs, requests));
    const messages = (this.messages = new Messages(core, pairs));
    this.outbox = new Outbox(pairs, messages);
    const transport = (this.#transport = new Transport(core, pairs));
    this.sessionRows = computed(() =>
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
    requests.look = (account) => void peers.read(account);
    this.isVisible = this.#isVisible;
    const isVisible = (): boolean => this.#isVisible.peek();

    const sync = synchronise({ core, settings, pairs, routes, messages, transport, isVisible });
    this.#askSync = (account, peer) => sync.ask(account, peer);
    this.#receive = createReceive({ core, pairs, peers, messages, transport, sync });
    transport.receiveLocally = (account, peer, body) => this.#receive(account, peer, body, 'loopback');
    this.#wakeLists = readLists(core, sessions, pairs, peers).wake;
    askAgain(core, sessions, pairs, requests);
    dial(core, sessions, settings, pairs, routes);
    sendReadReceipts(core, settings, pairs, messages, transport);
    this.#startPresence = sayPresence(core, sessions, settings, pairs, transport, isVisible).start;
    this.#late = deliver({ core, sessions, pairs, routes, messages, transport }).answered as never;

    sessions.onLinked((account) => this.#accountLinked(account));
    sessions.onChanged = (account) => this.#accountChanged(account);
    this.#expireTyping();
  }

  /** Reads what is stored, then opens the link. Resolves when everything stored is on screen. Idempotent. */
  open(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** Closes the link and stops everything; nothing is lost. For a page that goes: `leave()`. */
  close(): void {
    this.#core.close();
    for (const stop of [...this.#stop, ...this.#relayed.values()]) stop();
    this.#core.backend.close();
  }

  /** The page goes for good: its channels are hung up, so that others need not find out, and the link is closed. */
  leave(): void {
    for (const account of this.sessions.accounts.peek()) this.routes.hangUpAll(account);
    this.close();
  }

  /** Resolves when everything that was put is in storage, or could not be written. */
  stored(): Promise<void> {
    return this.#core.writer.settled();
  }

  /** Whether the page is on screen. A hidden page claims no presence; one that comes back looks around. */
  setVisible(isVisible: boolean): void {
    if (this.#isVisible.peek() === isVisible) return;
    this.#isVisible.value = isVisible;
    if (isVisible) this.wake();
  }

  /** The page or the network came back: probes the link, reads the lists, and asks what was missed. */
  wake(): void {
    this.#core.backend.probe();
    this.#core.relay?.reconnect?.();
    this.#wakeLists();
    for (const account of this.sessions.accounts.peek())
      for (const pair of this.#pairs.of(account)) if (pair.channel) this.#askSync(account, pair.peer);
  }

  /** Tries the link again at once. */
  reconnect(): void {
    this.#core.backend.reconnect();
  }

  /** Says that the person types; at most now and then, never over a relay, not if they hide it. */
  typing(account: Cid, peer: Cid): void {
    const key = pairKey(account, peer);
    const now = this.#core.now();
    if (!this.settings.of(account).typing || now - (this.#typedAt.get(key) ?? -Infinity) < TYPING_EVERY_MS)
      return;
    this.#typedAt.set(key, now);
    void this.#transport.say(this.#pairs.get(account, peer), { v: 1, type: 'typing' }, [
      'channel',
      'loopback',
    ]);
  }

  /** By which route the next message to the peer goes, or what it waits for. */
  route(account: Cid, peer: Cid): RouteDecision {
    // It is durable here before it leaves.
    if (this.#core.writer.isFailing) return { route: 'none', reason: 'not-stored' };
    return this.#pairs.route(this.#pairs.get(account, peer));
  }

  /** The state of the channel to the peer, whatever way messages take meanwhile. */
  path(account: Cid, peer: Cid): Path {
    return this.#pairs.channelPath(this.#pairs.get(account, peer));
  }

  /** How far the peer's key is trusted by a relay that seals; null where none does. */
  trust(account: Cid, peer: Cid): RelayTrust | null {
    return this.#core.relay?.keys?.trust(account, peer) ?? null;
  }

  /** The person has compared the fingerprints (`compared`: the one on the screen): the key is the peer's. */
  async acceptKey(account: Cid, peer: Cid, compared?: string): Promise<void> {
    await this.#core.relay?.keys?.accept(account, peer, compared);
  }

  /** Signs the account out; with `wipe` everything of it also leaves this device, once it is signed out. */
  async signOut(account: Cid, wipe = false): Promise<void> {
    await this.sessions.signOut(account);
    if (wipe && !this.sessions.isHeld(account)) await this.wipe(account);
  }

  /** Removes the account from this device, with everything that is stored of it. Sign out first. */
  async wipe(account: Cid): Promise<void> {
    this.sessions.exit(account);
    await this.stored();
    await this.#core.storage.wipe(account);
    await this.#core.relay?.wipe?.(account);
    this.#pairs.forget(account);
    this.messages.forget(account);
    this.outbox.forget(account);
    this.peers.forget(account);
  }

  async #open(): Promise<void> {
    this.#stop.push(this.#core.backend.subscribe((event) => this.#core.transact(() => this.#apply(event))));
    await this.#restored();
    const { relay } = this.#core;
    if (relay) this.#stop.push(relay.watch(() => this.#relayChanged()));
    this.#startPresence();
    this.#core.backend.open();
  }

  /**
   * What could not be read is not absent, and must not be overwritten: the link waits until it is read. Where the
   * browser keeps nothing for us at all, there is nothing to overwrite, and the page works without.
   */
  async #restored(failures = 0): Promise<void> {
    try {
      return await this.#restore();
    } catch (error) {
      this.#core.writer.failed(error);
    }
    if (this.#core.writer.isWithout || this.#core.isClosed) return;
    await new Promise<void>((resolve) => {
      const pause = this.#core.backOff(failures, READ_AGAIN_MS, READ_AGAIN_LONGEST_MS);
      this.#core.alarm('restore', this.#core.now() + pause, resolve);
    });
    return this.#restored(failures + 1);
  }

  async #restore(): Promise<void> {
    const { storage } = this.#core;
    for (const stored of await storage.accounts()) {
      const { account } = stored;
      const [requests, conversations, open] = await Promise.all([
        storage.requests(account),
        storage.conversations(account),
        storage.open(account),
      ]);
      this.#core.transact(() => {
        this.sessions.restore(stored);
        for (const request of requests) {
          this.requests.restore(request);
          this.#core.touch(account, request.peer);
        }
      });
      for (const meta of conversations)
        await this.messages.restore(
          meta,
          open.filter((message) => message.peer === meta.peer),
        );
    }
  }

  #apply(event: BackendEvent): void {
    switch (event.type) {
      case 'link':
        this.#link.value = event.link;
        if (event.link.state !== 'up') this.sessions.unlinked();
        return;
      case 'linked':
        void this.sessions.linked(event.epoch);
        return;
      case 'counted':
        return this.diagnostics.count(event.what);
      default:
        // The service broadcasts what is not for us: not ours, not looked at (delivery.md 6).
        if (!this.sessions.isHeld(event.account)) return this.diagnostics.count('not-ours');
        return this.#applyTo(event);
    }
  }

  #applyTo(event: Extract<BackendEvent, { account: Cid }>): void {
    const { account, peer } = event;
    if (event.type === 'ended') {
      if (peer === null) {
        this.sessions.ended(account);
        return this.routes.forgetAll(account);
      }
      this.routes.down(account, peer);
      return this.peers.left(account, peer);
    }
    if (peer === null) return;
    switch (event.type) {
      case 'asked':
        return this.requests.asked(account, peer, event.username);
      case 'ask-proven':
        if (event.username) this.#pairs.get(account, peer).username = event.username;
        return this.requests.prove(account, peer, 'ask-answered');
      case 'ask-refused':
        return this.requests.refused(account, peer, event.requestId, { kind: 'refused', ...event });
      case 'offer':
        if (!event.isAnswered) this.routes.offered(account, peer);
        return;
      case 'channel':
        return this.routes.up(account, peer, event.path, event.isUpgrading);
      case 'path':
        return this.routes.pathChanged(account, peer, event.path, event.isUpgrading);
      case 'send-answered':
        return this.#late(event.requestId as never, event.refused?.reason ?? null);
      case 'body':
        this.requests.prove(account, peer, 'message');
        this.routes.up(account, peer, null, false);
        void this.#receive(account, peer, event.body, 'channel');
    }
  }

  #accountLinked(account: Cid): void {
    // A new socket or a claim: channels have to prove themselves anew.
    this.routes.forgetAll(account);
    const session = this.sessions.get(account);
    if (session && session.signedInAt === session.linkedAt) this.routes.signedIn(account);
    this.#subscribeToRelay(account);
  }

  #accountChanged(account: Cid): void {
    const session = this.sessions.get(account);
    if (session?.stored.isLeft) {
      this.routes.hangUpAll(account);
      this.#relayed.get(account)?.();
      this.#relayed.delete(account);
    }
    if (session?.state !== 'signed-in') {
      this.routes.forgetAll(account);
      this.peers.unknown(account);
    }
    for (const pair of this.#pairs.of(account)) this.#core.touch(account, pair.peer);
    // Whether a contact is on this device too follows from both accounts.
    for (const other of this.sessions.accounts.peek()) {
      if (this.#pairs.find(other, account)) this.#core.touch(other, account);
    }
  }

  #subscribeToRelay(account: Cid): void {
    const { relay } = this.#core;
    if (!relay || this.#relayed.has(account)) return;
    this.#relayed.set(
      account,
      relay.subscribe(account, async ({ from, body }) => {
        // What a stranger leaves at the relay is nobody's message here.
        if (!this.#pairs.isContact(this.#pairs.get(account, from))) return this.diagnostics.count('not-ours');
        if (!(await this.#receive(account, from, body, 'relay')))
          throw new Error('The message could not be stored.');
      }),
    );
  }

  #relayChanged(): void {
    this.#core.transact(() => {
      for (const account of this.sessions.accounts.peek())
        for (const conversation of this.messages.of(account)) {
          this.#core.touch(account, conversation.peer);
          if (this.#core.relay?.up && conversation.taken.size > 0) this.#askSync(account, conversation.peer);
        }
    });
  }

  #expireTyping(): void {
    this.#core.onTouched((account, peer) => {
      const pair = this.#pairs.find(account, peer);
      if (!pair || pair.typingAt === null) return;
      const until = pair.typingAt + TYPING_MS;
      this.#core.alarm(`typing ${pairKey(account, peer)}`, until, () =>
        this.peers.typing(account, peer, null),
      );
    });
  }
}
