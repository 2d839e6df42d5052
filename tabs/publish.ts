import type { AccountId, MessageId } from '../facts/ids.ts';
import { pairKey } from '../facts/ids.ts';
import type { Relay } from '../ports/relay.ts';
import type { StoredMessage } from '../ports/storage.ts';
import type { Conversation } from '../stores/conversation.ts';
import type { Engine } from '../stores/engine.ts';
import { knownOf } from '../stores/pairs.ts';
import type { ConversationPatch, Patch, PatchMessage } from './patch.ts';

/** How many pairs one part of a snapshot has. */
const PAIRS = 50;

type Global = 'link' | 'storage' | 'counters' | 'relay';
const GLOBALS: readonly Global[] = ['link', 'storage', 'counters', 'relay'];

/** What has changed of a conversation since it was told. */
interface Changes {
  older: readonly StoredMessage[] | null;
  readonly ids: Set<MessageId>;
  isWhole: boolean;
  /** Nothing of it was ever told, and no message of it has come, gone or changed since it began. */
  isUntouched: boolean;
}

/** Collects what changes in the tab that leads, and tells those that follow. */
export class Publisher {
  readonly #engine: Engine;
  readonly #relay: Relay | null;
  readonly #say: (message: PatchMessage, to?: string) => void;
  /** Tabs that were told everything. */
  readonly #followers = new Set<string>();
  #count = 0;
  readonly #sessions = new Set<AccountId>();
  readonly #pairs = new Map<string, { account: AccountId; peer: AccountId }>();
  readonly #people = new Set<AccountId>();
  /** Every account that was ever heard of. */
  readonly accounts = new Set<AccountId>();
  readonly #wiped = new Set<AccountId>();
  /** Accounts of which followers know everything: those of this browser, when they were last told. */
  readonly #told = new Set<AccountId>();
  readonly #changes = new Map<Conversation, Changes>();
  readonly #globals = new Set<Global>();
  #isDue = false;

  constructor(engine: Engine, relay: Relay | null, say: (message: PatchMessage, to?: string) => void) {
    this.#engine = engine;
    this.#relay = relay;
    this.#say = say;
    const { journal } = engine.core;
    journal.on('pair', ({ account, peer }) => this.#pairChanged(account, peer));
    journal.on('conversation', ({ account, peer }) => this.#pairChanged(account, peer));
    journal.on('message', ({ account, peer, id }) => {
      const changes = this.#changesOf(account, peer);
      if (!changes?.isWhole) changes?.ids.add(id);
    });
    journal.on('history', ({ account, peer, page }) => {
      const changes = this.#changesOf(account, peer);
      if (changes && !changes.isWhole) changes.older = [...page, ...(changes.older ?? [])];
    });
    journal.on('session', ({ account }) => this.session(account));
    journal.on('people', ({ account }) => {
      this.#people.add(account);
      this.#soon();
    });
    journal.on('wiped', ({ account }) => {
      this.#wiped.add(account);
      this.#soon();
    });
    for (const name of ['link', 'storage', 'counters'] as const)
      journal.on(name, () => this.#globalChanged(name));
    relay?.watch(() => this.#globalChanged('relay'));
  }

  get #isOn(): boolean {
    return this.#followers.size > 0;
  }

  /** Tells that tab everything, and every change from now on. */
  tell(tab: string): void {
    this.flush();
    this.#followers.add(tab);
    const patches = [...this.#everything()];
    const count = this.#count;
    patches.forEach((patch, n) =>
      this.#say(
        { kind: 'patch', patch, count, ahead: this.#engine.core.ahead, isLast: n === patches.length - 1 },
        tab,
      ),
    );
  }

  /** A follower is gone; without a name, this tab no longer leads. */
  leave(tab?: string): void {
    if (tab === undefined) this.#followers.clear();
    else this.#followers.delete(tab);
  }

  /** The account is told of next time. */
  session(account: AccountId): void {
    this.#sessions.add(account);
    this.accounts.add(account);
    if (!this.#engine.sessions.has(account)) this.#told.delete(account);
    else if (this.#isOn && !this.#told.has(account))
      for (const peer of this.#tellWhole(account)) this.#pairChanged(account, peer);
    this.#soon();
  }

  /** Tells at once what has changed until now. */
  flush(): void {
    this.#isDue = false;
    const { sessions } = this.#engine;
    const pairs = [...this.#pairs.values()];
    const patch: Patch = {
      sessions: [...this.#sessions].flatMap((account) => sessions.get(account) ?? []),
      pairs: this.#isOn ? pairs.map(({ account, peer }) => this.#pair(account, peer)) : [],
      people: [...this.#people].map((account) => this.#load(account)),
      wiped: [...this.#wiped],
      ...this.#named([...this.#globals]),
    };
    for (const told of [this.#sessions, this.#people, this.#wiped, this.#globals, this.#pairs]) told.clear();
    if (this.#isOn)
      this.#say({ kind: 'patch', patch, count: (this.#count += 1), ahead: this.#engine.core.ahead });
  }

  /** The whole state, in parts of limited size, in an order in which each part can be applied. */
  *#everything(): Iterable<Patch> {
    const { sessions } = this.#engine;
    const accounts = sessions.accounts.peek();
    const empty = { sessions: [], pairs: [], people: [], wiped: [] };
    yield {
      ...empty,
      isFirst: true,
      sessions: accounts.map((account) => sessions.get(account)!),
      people: accounts.map((account) => this.#load(account)),
      ...this.#named(GLOBALS),
    };
    for (const account of accounts) {
      const peers = this.#tellWhole(account);
      for (let n = 0; n < peers.length; n += PAIRS)
        yield { ...empty, pairs: peers.slice(n, n + PAIRS).map((peer) => this.#pair(account, peer)) };
    }
  }

  /** Everything of the account is told. */
  #tellWhole(account: AccountId): readonly AccountId[] {
    const { conversations, peers } = this.#engine;
    const known = [...peers.source(account).ids.peek()];
    this.#told.add(account);
    for (const conversation of conversations.of(account)) this.#changesSince(conversation).isWhole = true;
    return known;
  }

  #pairChanged(account: AccountId, peer: AccountId): void {
    this.#pairs.set(pairKey(account, peer), { account, peer });
    this.#soon();
  }

  #globalChanged(name: Global): void {
    this.#globals.add(name);
    this.#soon();
  }

  #soon(): void {
    if (this.#isDue || !this.#isOn) return;
    this.#isDue = true;
    queueMicrotask(() => {
      if (this.#isDue) this.flush();
    });
  }

  #load(account: AccountId): Patch['people'][number] {
    return [account, this.#engine.peers.load(account).peek()];
  }

  #named(names: readonly Global[]): Partial<Patch> {
    const { core, link, sessions } = this.#engine;
    const read = {
      link: () => link.peek(),
      storage: () => ({ view: core.writer.view.peek(), isFailing: core.writer.isFailing }),
      counters: () => [...core.diagnostics.counters.peek()],
      relay: () => ({
        isUp: this.#relay?.isUp ?? false,
        fingerprints: sessions.accounts.peek().flatMap((account) => {
          const fingerprint = this.#relay?.keys?.ownFingerprint(account);
          return fingerprint ? [[account, fingerprint] as const] : [];
        }),
      }),
    };
    return Object.fromEntries(names.map((name) => [name, read[name]()]));
  }

  #pair(account: AccountId, peer: AccountId): Patch['pairs'][number] {
    const { conversations, pairs } = this.#engine;
    const conversation = conversations.find(account, peer);
    const trust = this.#relay?.keys?.trust(account, peer);
    const isTold = conversation && !(this.#changesSince(conversation).isUntouched && isBlank(conversation));
    return {
      pair: knownOf(pairs.get(account, peer)),
      ...(trust ? { trust } : {}),
      ...(isTold ? { conversation: this.#conversation(conversation) } : {}),
    };
  }

  #conversation(conversation: Conversation): ConversationPatch {
    const { isWhole, ids: changed, older } = this.#changesSince(conversation);
    const { meta, hasOlder, isStalled, notStored, unstored, rows, oldest, queue, accepted } = conversation;
    const ids = isWhole
      ? [...queue, ...accepted, ...(oldest === null ? rows.map(({ id }) => id) : [])]
      : changed;
    this.#changes.set(conversation, { older: null, ids: new Set(), isWhole: false, isUntouched: false });
    return {
      meta,
      hasOlder,
      isStalled,
      notStored: [...notStored],
      unstored,
      isWhole,
      older: isWhole ? (oldest === null ? null : rows) : older,
      changed: [...new Set(ids)].flatMap((id) => conversation.get(id) ?? []),
    };
  }

  /** What has changed of a conversation since it was told; its pair is told of next time. */
  #changesOf(account: AccountId, peer: AccountId): Changes | undefined {
    const conversation = this.#engine.conversations.find(account, peer);
    this.#pairChanged(account, peer);
    if (!conversation) return undefined;
    const changes = this.#changesSince(conversation);
    changes.isUntouched = false;
    return changes;
  }

  /** A conversation that no tab was told of is told whole. */
  #changesSince(conversation: Conversation): Changes {
    const changes = this.#changes.get(conversation) ?? {
      older: null,
      ids: new Set(),
      isWhole: true,
      isUntouched: true,
    };
    this.#changes.set(conversation, changes);
    return changes;
  }
}

/**
 * Whether nothing has happened in a conversation yet: it has begun since there is a channel, over which each side says
 * what it has. A follower would begin one for everybody.
 */
function isBlank({ meta, rows, queue, accepted, hasOlder }: Conversation): boolean {
  const { nextIndex, theirs, isKnownClient, unreadable, deletions } = meta;
  const isUnused = nextIndex === 1 && theirs.length === 0 && !isKnownClient && !unreadable && !deletions;
  return isUnused && rows.length + queue.length + accepted.size === 0 && !hasOlder;
}
