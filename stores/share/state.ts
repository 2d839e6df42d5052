import type { Signal } from '@preact/signals-core';
import { isCancelled } from '../../facts/evidence.ts';
import type { Cid, MessageId } from '../../facts/ids.ts';
import { pairKey } from '../../facts/ids.ts';
import type { LinkView, PeopleView, StorageView } from '../../facts/view.ts';
import type { Relay, RelayTrust } from '../../ports/relay.ts';
import type { StoredConversation, StoredMessage } from '../../ports/storage.ts';
import type { LiveCell } from '../cells.ts';
import type { Conversation } from '../conversation.ts';
import type { DiagnosticCounter } from '../diagnostics.ts';
import type { Engine } from '../messenger.ts';
import type { PairState } from '../pairs.ts';
import type { Session } from '../sessions.ts';

/** What of a conversation has changed, or all of it. */
interface ConversationPatch {
  readonly meta: StoredConversation;
  readonly hasOlder: boolean;
  readonly isStalled: boolean;
  readonly notStored: readonly MessageId[];
  /** All of it: what is not named here is not there. */
  readonly isWhole: boolean;
  /** History that was brought in, ascending. */
  readonly older: readonly StoredMessage[] | null;
  readonly changed: readonly StoredMessage[];
}

/** What has changed in the tab that leads, as plain data: the newest state of each record, never a difference. */
export interface Patch {
  /** The first of a snapshot: what it does not name is not there. */
  readonly isFirst?: true;
  readonly sessions: readonly Session[];
  readonly pairs: readonly {
    readonly pair: PairState;
    readonly trust: RelayTrust | null;
    readonly conversation: ConversationPatch | null;
  }[];
  readonly people: readonly (readonly [Cid, PeopleView])[];
  /** Accounts of which nothing is left on this device. */
  readonly wiped: readonly Cid[];
  readonly link?: LinkView;
  readonly storage?: { readonly view: StorageView; readonly isFailing: boolean };
  readonly counters?: readonly (readonly [DiagnosticCounter, number])[];
  readonly relay?: { readonly isUp: boolean; readonly fingerprints: readonly (readonly [Cid, string])[] };
}

/** What a follower knows of the leader's relay and disk. */
export interface Mirrored {
  isFailing: boolean;
  isUp: boolean;
  readonly fingerprints: Map<Cid, string>;
  readonly trusts: Map<string, RelayTrust>;
}

/** What has changed of a conversation since it was told. */
interface Changes {
  older: StoredMessage[] | null;
  readonly ids: Set<MessageId>;
  isWhole: boolean;
}

/** Collects what changes in the tab that leads. It costs nothing before somebody follows. */
export class Published {
  readonly #engine: Engine;
  readonly #relay: Relay | null;
  readonly #say: (patch: Patch) => void;
  readonly #sessions = new Set<Cid>();
  readonly #pairs = new Map<string, { account: Cid; peer: Cid }>();
  readonly #people = new Set<Cid>();
  /** Every account that was ever heard of. */
  readonly accounts = new Set<Cid>();
  /** Accounts that were wiped while this tab led: nothing of them comes back. */
  readonly wiped = new Set<Cid>();
  readonly #wiped = new Set<Cid>();
  /** Accounts of which followers know everything: those of this browser, when they were last told. */
  readonly #told = new Set<Cid>();
  readonly #changes = new Map<Conversation, Changes>();
  readonly #globals = new Set<'link' | 'storage' | 'counters' | 'relay'>();
  #isDue = false;
  /** Whether somebody follows. */
  isOn = false;

  constructor(engine: Engine, relay: Relay | null, say: (patch: Patch) => void) {
    this.#engine = engine;
    this.#relay = relay;
    this.#say = say;
    const { core, messenger, pairs } = engine;
    const { sessions, diagnostics, link } = messenger;
    core.onTouched((account, peer) => this.pair(account, peer));
    const { onChanged } = sessions;
    sessions.onChanged = (account) => {
      // In a tab that follows, what follows from it comes from the leader too.
      if (core.isActing) onChanged(account);
      this.session(account);
    };
    const { messages } = messenger;
    const note = messages.note.bind(messages);
    messages.note = (conversation, change) => {
      note(conversation, change);
      this.pair(conversation.account, conversation.peer);
    };
    const forget = pairs.forget.bind(pairs);
    pairs.forget = (account) => {
      forget(account);
      // A follower forgets what its leader has wiped, or to make its mirror anew.
      if (!core.isActing) return;
      this.wiped.add(account);
      this.#wiped.add(account);
      this.#soon();
    };
    const watch = (
      name: 'link' | 'storage' | 'counters',
      cell: { subscribe(run: () => void): unknown },
    ): void => void cell.subscribe(() => this.#global(name));
    watch('link', link);
    watch('storage', core.writer.view);
    watch('counters', diagnostics.counters);
    relay?.watch(() => this.#global('relay'));
  }

  session(account: Cid): void {
    this.#sessions.add(account);
    if (!this.#engine.messenger.sessions.isHeld(account)) this.#told.delete(account);
    else if (this.isOn && !this.#told.has(account)) this.#whole(account);
    if (!this.accounts.has(account)) {
      this.accounts.add(account);
      this.#engine.messenger.peers.load(account).subscribe(() => {
        this.#people.add(account);
        this.#soon();
      });
    }
    this.#soon();
  }

  pair(account: Cid, peer: Cid): void {
    this.#pairs.set(pairKey(account, peer), { account, peer });
    this.#soon();
  }

  message(account: Cid, peer: Cid, id: MessageId): void {
    const conversation = this.#engine.messenger.messages.find(account, peer);
    if (conversation) this.#follow(conversation).ids.add(id);
  }

  /** Tells at once what has changed until now. */
  flush(): void {
    this.#isDue = false;
    const { sessions } = this.#engine.messenger;
    const pairs = [...this.#pairs.values()];
    const patch: Patch = {
      sessions: [...this.#sessions].flatMap((account) => sessions.get(account) ?? []),
      pairs: this.isOn ? pairs.map(({ account, peer }) => this.#pair(account, peer)) : [],
      people: [...this.#people].map((account) => this.#load(account)),
      wiped: [...this.#wiped],
      ...this.#named([...this.#globals]),
    };
    for (const told of [this.#sessions, this.#people, this.#wiped, this.#globals, this.#pairs]) told.clear();
    if (this.isOn) this.#say(patch);
  }

  /** Everything, in words of a bearable size; what comes first does not depend on what comes later. */
  *everything(): Iterable<Patch> {
    this.isOn = true;
    const { messenger } = this.#engine;
    const { sessions } = messenger;
    const accounts = sessions.accounts.peek();
    const empty = { sessions: [], pairs: [], people: [], wiped: [] };
    yield {
      ...empty,
      isFirst: true,
      sessions: accounts.map((account) => sessions.get(account)!),
      people: accounts.map((account) => this.#load(account)),
      ...this.#named(['link', 'storage', 'counters', 'relay']),
    };
    for (const account of accounts) {
      const peers = this.#whole(account);
      this.#pairs.clear();
      for (let n = 0; n < peers.length; n += PAIRS)
        yield { ...empty, pairs: peers.slice(n, n + PAIRS).map((peer) => this.#pair(account, peer)) };
    }
  }

  /** Everything of the account is told. */
  #whole(account: Cid): readonly Cid[] {
    const { messages, peers } = this.#engine.messenger;
    const known = [...peers.source(account).ids.peek()];
    this.#told.add(account);
    for (const conversation of messages.of(account)) this.#follow(conversation).isWhole = true;
    for (const peer of known) this.pair(account, peer);
    return known;
  }

  #soon(): void {
    if (this.#isDue || !this.isOn) return;
    this.#isDue = true;
    queueMicrotask(() => {
      if (this.#isDue) this.flush();
    });
  }

  #global(name: 'link' | 'storage' | 'counters' | 'relay'): void {
    this.#globals.add(name);
    this.#soon();
  }

  #load(account: Cid): readonly [Cid, PeopleView] {
    return [account, this.#engine.messenger.peers.load(account).peek()];
  }

  #named(names: readonly ('link' | 'storage' | 'counters' | 'relay')[]): Partial<Patch> {
    const { core, messenger } = this.#engine;
    const read = {
      link: () => messenger.link.peek(),
      storage: () => ({ view: core.writer.view.peek(), isFailing: core.writer.isFailing }),
      counters: () => [...messenger.diagnostics.counters.peek()],
      relay: () => ({
        isUp: this.#relay?.up ?? false,
        fingerprints: messenger.sessions.accounts.peek().flatMap((account) => {
          const fingerprint = this.#relay?.keys?.ownFingerprint(account);
          return fingerprint ? [[account, fingerprint] as const] : [];
        }),
      }),
    };
    return Object.fromEntries(names.map((name) => [name, read[name]()]));
  }

  #pair(account: Cid, peer: Cid): Patch['pairs'][number] {
    const { messenger, pairs } = this.#engine;
    const conversation = messenger.messages.find(account, peer);
    return {
      pair: pairs.get(account, peer),
      trust: this.#relay?.keys?.trust(account, peer) ?? null,
      conversation: conversation ? this.#conversation(conversation) : null,
    };
  }

  #conversation(conversation: Conversation): ConversationPatch {
    const changes = this.#follow(conversation);
    const { meta, hasOlder, isStalled, notStored, rows, oldest, queue, taken } = conversation;
    const { isWhole } = changes;
    const ids = isWhole
      ? [...queue, ...taken, ...(oldest === null ? rows.map(({ id }) => id) : [])]
      : changes.ids;
    const patch = {
      meta,
      hasOlder,
      isStalled,
      notStored: [...notStored],
      isWhole,
      older: isWhole ? (oldest === null ? null : rows) : changes.older,
      changed: [...new Set(ids)].flatMap((id) => conversation.get(id) ?? []),
    };
    this.#changes.set(conversation, { older: null, ids: new Set(), isWhole: false });
    return patch;
  }

  /** Watches what changes in the conversation from now on. A new one is told whole. */
  #follow(conversation: Conversation): Changes {
    const known = this.#changes.get(conversation);
    if (known) return known;
    const { account, peer } = conversation;
    const first: Changes = { older: null, ids: new Set(), isWhole: true };
    this.#changes.set(conversation, first);
    const changes = (): Changes => {
      this.pair(account, peer);
      return this.#changes.get(conversation)!;
    };
    const put = conversation.put.bind(conversation);
    conversation.put = (message) => {
      changes().ids.add(message.id);
      put(message);
    };
    const lacks = conversation.lacks.bind(conversation);
    conversation.lacks = (id, isMissing) => {
      changes();
      lacks(id, isMissing);
    };
    const prepend = conversation.prepend.bind(conversation);
    conversation.prepend = (page, hasOlder) => {
      const changed = changes();
      changed.older = [...page, ...(changed.older ?? [])];
      prepend(page, hasOlder);
    };
    return first;
  }
}

/** How many pairs one word of a snapshot tells of. */
const PAIRS = 50;

/** What is left as this tab has it, because the leader has not worked it out yet. */
export interface Guesses {
  isSession(account: Cid): boolean;
  isPair(account: Cid, peer: Cid): boolean;
  isMessage(id: MessageId): boolean;
}

/** What a snapshot does not name is not there. */
export function clear({ messenger, pairs }: Engine, accounts: readonly Cid[]): void {
  const { requests, peers } = messenger;
  for (const account of accounts) {
    pairs.forget(account);
    peers.forget(account);
    requests.asking(account).clear();
  }
}

/** Makes a follower's stores what the leader's are. */
export function apply(
  engine: Engine,
  mirrored: Mirrored,
  patch: Patch,
  guesses: Guesses,
  adopt: (message: StoredMessage) => void = () => undefined,
): void {
  const { core, messenger, pairs } = engine;
  const { sessions, requests, peers, messages, outbox, diagnostics } = messenger;
  if (patch.link) (messenger.link as Signal<LinkView>).value = patch.link;
  if (patch.storage) {
    core.writer.view.value = patch.storage.view;
    mirrored.isFailing = patch.storage.isFailing;
  }
  if (patch.relay) {
    mirrored.isUp = patch.relay.isUp;
    for (const [account, fingerprint] of patch.relay.fingerprints)
      mirrored.fingerprints.set(account, fingerprint);
  }
  if (patch.counters) {
    const counters = diagnostics.counters as LiveCell<Map<DiagnosticCounter, number>>;
    const known = counters.peek();
    known.clear();
    for (const [name, count] of patch.counters) known.set(name, count);
    counters.changed();
  }
  const named = new Set(patch.sessions.map(({ stored }) => stored.account));
  for (const account of patch.isFirst ? sessions.accounts.peek() : []) {
    const { stored, ...session } = sessions.get(account)!;
    if (!named.has(account))
      sessions.put({ ...session, stored: { ...stored, isLeft: true }, state: 'signed-out', note: null });
  }
  for (const session of patch.sessions) if (!guesses.isSession(session.stored.account)) sessions.put(session);
  for (const [account, load] of patch.people) (peers.load(account) as Signal<PeopleView>).value = load;
  for (const account of patch.wiped) {
    pairs.forget(account);
    for (const store of [messages, outbox, peers]) store.forget(account);
  }
  for (const { pair, trust, conversation } of patch.pairs) {
    const { account, peer } = pair;
    if (trust) mirrored.trusts.set(pairKey(account, peer), trust);
    const isGuessed = guesses.isPair(account, peer);
    if (!isGuessed) {
      const known = Object.assign(pairs.get(account, peer), pair);
      const { name, username, requestFacts: facts } = known;
      requests.restore({ account, peer, name, username, facts });
    }
    if (conversation) mirror(messages.get(account, peer), conversation, isGuessed);
    core.touch(account, peer);
  }

  function mirror(conversation: Conversation, told: ConversationPatch, isGuessed: boolean): void {
    const before = conversation.meta;
    // Own rows first leave the outbox, or join it, by what is known of them now.
    const keep = (message: StoredMessage): void => {
      if (guesses.isMessage(message.id)) return;
      if (message.own) messages.update(conversation, message);
      else conversation.put(message);
    };
    if (told.isWhole) {
      const here = new Set([...(told.older ?? []), ...told.changed].map(({ id }) => id));
      const { rows, queue, taken } = conversation;
      const known = new Set([...rows.map(({ id }) => id), ...queue, ...taken]);
      for (const id of known) {
        if (here.has(id)) continue;
        const message = conversation.get(id)!;
        // What this tab wrote while nobody could hear of it is not lost.
        if (isFresh(message)) adopt(message);
        else if (!guesses.isMessage(id)) {
          keep({ ...message, isDeleted: true });
          conversation.drop(id);
        }
      }
    }
    if (told.older) {
      // Newer than what is known of them here, each of them.
      for (const message of told.older) if (conversation.get(message.id) || message.isOpen) keep(message);
      conversation.prepend(told.older, told.hasOlder);
    }
    for (const message of told.changed) keep(message);
    for (const id of [...conversation.notStored]) conversation.lacks(id, false);
    for (const id of told.notStored) conversation.lacks(id);
    conversation.hasOlder = told.hasOlder;
    conversation.isStalled = told.isStalled;
    // Gap markers come and go with what is here.
    for (const { stream, received } of told.meta.theirs) conversation.hold(stream, () => received);
    conversation.meta = isGuessed ? { ...told.meta, readPlace: before.readPlace } : told.meta;
  }
}

/** What another tab has that the snapshot does not name: nothing but what nobody else can know of. */
export function emptied({ meta }: Conversation): Patch['pairs'][number]['conversation'] {
  const none = { older: null, changed: [], notStored: [] };
  return { ...none, meta, hasOlder: false, isStalled: false, isWhole: true };
}

/** Whether an own message was never given to anybody: no other tab knows more of it than this one. */
export function isFresh({ own, isOpen, index, facts }: StoredMessage): boolean {
  return own && isOpen && index === null && facts.every(({ type }) => type === 'written');
}

/** Whether an own message still has to be made durable by this device. */
export function isUnwritten(message: StoredMessage): boolean {
  return (
    message.own &&
    message.isOpen &&
    !isCancelled(message.facts) &&
    !message.facts.some(({ type }) => type === 'written')
  );
}
