import type { Cid, MessageId } from '../../facts/ids.ts';
import { pairKey } from '../../facts/ids.ts';
import type { PeopleView } from '../../facts/view.ts';
import type { Relay } from '../../ports/relay.ts';
import type { StoredMessage } from '../../ports/storage.ts';
import type { Conversation } from '../conversation.ts';
import type { Engine } from '../messenger.ts';
import type { ConversationPatch, Patch, PatchWord } from './patch.ts';

/** How many pairs one word of a snapshot tells of. */
const PAIRS = 50;

/** What has changed of a conversation since it was told. */
interface Changes {
  older: StoredMessage[] | null;
  readonly ids: Set<MessageId>;
  isWhole: boolean;
}

/** Collects what changes in the tab that leads, and tells it. It costs nothing before somebody follows. */
export class Published {
  readonly #engine: Engine;
  readonly #relay: Relay | null;
  readonly #say: (word: PatchWord, to?: string) => void;
  /** Tabs that were told everything. */
  readonly #followers = new Set<string>();
  #count = 0;
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

  constructor(engine: Engine, relay: Relay | null, say: (word: PatchWord, to?: string) => void) {
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

  /** That tab is gone; without a name: this tab does not lead any more. */
  leave(tab?: string): void {
    if (tab === undefined) this.#followers.clear();
    else this.#followers.delete(tab);
  }

  session(account: Cid): void {
    this.#sessions.add(account);
    if (!this.#engine.messenger.sessions.isHeld(account)) this.#told.delete(account);
    else if (this.#isOn && !this.#told.has(account)) this.#whole(account);
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
      pairs: this.#isOn ? pairs.map(({ account, peer }) => this.#pair(account, peer)) : [],
      people: [...this.#people].map((account) => this.#load(account)),
      wiped: [...this.#wiped],
      ...this.#named([...this.#globals]),
    };
    for (const told of [this.#sessions, this.#people, this.#wiped, this.#globals, this.#pairs]) told.clear();
    if (this.#isOn)
      this.#say({ kind: 'patch', patch, count: (this.#count += 1), ahead: this.#engine.core.ahead });
  }

  /** Everything, in words of a bearable size; what comes first does not depend on what comes later. */
  *#everything(): Iterable<Patch> {
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
    if (this.#isDue || !this.#isOn) return;
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
    const { meta, hasOlder, isStalled, notStored, unstored, rows, oldest, queue, taken } = conversation;
    const { isWhole } = changes;
    const ids = isWhole
      ? [...queue, ...taken, ...(oldest === null ? rows.map(({ id }) => id) : [])]
      : changes.ids;
    const patch = {
      meta,
      hasOlder,
      isStalled,
      notStored: [...notStored],
      unstored,
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
