import type { AccountId, MessageId } from '../facts/ids.ts';
import { pairKey, pairOf } from '../facts/ids.ts';
import { NOTHING } from '../facts/ranges.ts';
import type { Cell, ConversationRow, MessageSource, RowSource } from '../facts/view.ts';
import type { StoredConversation } from '../ports/storage.ts';
import { KeyedCells } from './cells.ts';
import { Conversation } from './conversation.ts';
import type { Surroundings } from './conversation.ts';
import type { Core } from './core.ts';
import type { Pairs } from './pairs.ts';
import { SortedIds } from './sorted-ids.ts';
import { ThreadSource } from './thread-source.ts';

/** How long a typing signal is shown. */
export const TYPING_MS = 2_000;

interface UnreadSum {
  total: number;
  readonly counts: Map<AccountId, number>;
}

/** All conversations of this browser, and the lists of them. */
export class Conversations {
  readonly #core: Core;
  readonly #pairs: Pairs;
  readonly #conversations = new Map<AccountId, Map<AccountId, Conversation>>();
  readonly #around: Surroundings;
  /** What threads follow, by pair: those at which somebody has looked, also where no conversation has begun. */
  readonly #threads = new Map<string, ThreadSource>();
  /** Per account, whom it has talked to: the newest conversation first. */
  readonly #lists = new Map<AccountId, SortedIds<AccountId, number>>();
  readonly #rows: KeyedCells<string, ConversationRow>;
  readonly #unread: KeyedCells<AccountId, number>;
  /** What of each account is unread, by conversation: those in which something is. */
  readonly #unreadOf = new Map<AccountId, UnreadSum>();

  constructor(core: Core, pairs: Pairs) {
    this.#core = core;
    this.#pairs = pairs;
    this.#rows = new KeyedCells((key) => {
      const { account, peer } = pairOf(key);
      return this.row(account, peer);
    });
    this.#unread = new KeyedCells((account) => this.#unreadOf.get(account)?.total ?? 0);
    this.#around = {
      journal: core.journal,
      orderChanged: ({ account, peer }) => this.#threads.get(pairKey(account, peer))?.orderChanged(),
      rowChanged: ({ account, peer }, id) => this.#threads.get(pairKey(account, peer))?.rowChanged(id),
      waitReason: ({ isStalled, account, peer }) => {
        if (isStalled) return 'not-stored';
        const decision = pairs.route(pairs.peek(account, peer));
        return decision.route === 'none' ? decision.reason : null;
      },
      dueAt: (planned) => {
        const due = core.dueAt(planned);
        return due === null ? null : core.timeOf(due);
      },
      knowId: (id) => core.knowId(id),
    };
    core.journal.on('pair', ({ account, peer }) => {
      const conversation = this.find(account, peer);
      conversation?.refreshQueue();
      if (conversation) {
        this.#place(conversation);
        this.#count(conversation);
      }
      this.#rows.changed(pairKey(account, peer));
    });
  }

  /** The conversation; it begins where there is none. */
  get(account: AccountId, peer: AccountId): Conversation {
    return (
      this.find(account, peer) ??
      this.begin({
        account,
        peer,
        stream: this.#core.messageId(),
        nextIndex: 1,
        voids: NOTHING,
        theirs: [],
        isKnownClient: false,
      })
    );
  }

  find(account: AccountId, peer: AccountId): Conversation | undefined {
    return this.#conversations.get(account)?.get(peer);
  }

  /** All conversations of an account. */
  of(account: AccountId): Iterable<Conversation> {
    return this.#conversations.get(account)?.values() ?? [];
  }

  /** Begins a conversation, with what is known of it. */
  begin(meta: StoredConversation): Conversation {
    const { account, peer } = meta;
    const conversation = new Conversation(meta, this.#around);
    const conversations = this.#conversations.get(account) ?? new Map<AccountId, Conversation>();
    this.#conversations.set(account, conversations);
    conversations.set(peer, conversation);
    this.#threads.get(pairKey(account, peer))?.show(conversation);
    return conversation;
  }

  /** The conversation's messages as a thread draws them. Nothing begins because of it. */
  source(account: AccountId, peer: AccountId): MessageSource {
    const key = pairKey(account, peer);
    let thread = this.#threads.get(key);
    if (!thread) {
      this.#threads.set(key, (thread = new ThreadSource()));
      const conversation = this.find(account, peer);
      if (conversation) thread.show(conversation);
    }
    return thread.source;
  }

  /** The account's conversations that have a message, newest first. */
  list(account: AccountId): RowSource<AccountId, ConversationRow> {
    return Object.freeze({
      ids: this.#of(account),
      get: (peer: AccountId) => (this.find(account, peer) ? this.row(account, peer) : undefined),
      watch: (peer: AccountId, changed: () => void) => this.#rows.watch(pairKey(account, peer), changed),
    });
  }

  /** One conversation as a row, now. */
  row(account: AccountId, peer: AccountId): ConversationRow {
    const pair = this.#pairs.peek(account, peer);
    const conversation = this.find(account, peer);
    return {
      account,
      peer,
      name: pair.name ?? pair.username,
      presence: this.#pairs.presence(pair),
      last: conversation?.last ?? null,
      unread: conversation?.reading.unread ?? 0,
      isTyping: pair.typingAt !== null && this.#core.elapsed() - pair.typingAt < TYPING_MS,
      isPaused: this.#pairs.isPaused(pair),
      arrival: conversation?.arrival ?? null,
    };
  }

  rowCell(account: AccountId, peer: AccountId): Cell<ConversationRow> {
    return this.#rows.cell(pairKey(account, peer)).face;
  }

  /** The first of their messages that nobody has looked at, among those that are loaded, or null. */
  firstUnread(account: AccountId, peer: AccountId): MessageId | null {
    return this.find(account, peer)?.firstUnread ?? null;
  }

  /** How many messages of the account nobody has looked at. Derived from what was seen, never counted up. */
  unread(account: AccountId): Cell<number> {
    return this.#unread.cell(account).face;
  }

  /** Everything of the account is gone from this device. */
  forget(account: AccountId): void {
    const gone = this.#conversations.get(account);
    this.#conversations.delete(account);
    for (const peer of gone?.keys() ?? []) this.#threads.get(pairKey(account, peer))?.show(null);
    this.#list(account).clear();
    this.#unreadOf.delete(account);
    this.#unread.changed(account);
  }

  #of(account: AccountId): Cell<readonly AccountId[]> {
    return this.#list(account).cell;
  }

  #list(account: AccountId): SortedIds<AccountId, number> {
    const list = this.#lists.get(account) ?? new SortedIds<AccountId, number>();
    this.#lists.set(account, list);
    return list;
  }

  #place({ account, peer, rows }: Conversation): void {
    const place = rows.at(-1)?.place;
    this.#list(account).place(peer, place === undefined ? null : -place);
  }

  /** Counts what is unread anew where it may have changed: in one conversation, not in all. */
  #count({ account, peer, rows, reading }: Conversation): void {
    const sum = this.#unreadOf.get(account) ?? { total: 0, counts: new Map<AccountId, number>() };
    this.#unreadOf.set(account, sum);
    // Only what the list names counts.
    const count = rows.length === 0 ? 0 : reading.unread;
    const before = sum.counts.get(peer) ?? 0;
    if (count === before) return;
    if (count === 0) sum.counts.delete(peer);
    else sum.counts.set(peer, count);
    sum.total += count - before;
    this.#unread.changed(account);
  }
}
