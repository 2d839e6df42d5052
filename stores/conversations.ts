import type { AccountId, MessageId } from '../facts/ids.ts';
import { pairKey, pairOf } from '../facts/ids.ts';
import { NOTHING } from '../facts/ranges.ts';
import type { Cell, ConversationRow, MessageSource, RowSource } from '../facts/view.ts';
import type { StoredConversation } from '../ports/storage.ts';
import { KeyedCells } from './cells.ts';
import { Conversation } from './conversation.ts';
import type { Core } from './core.ts';
import type { Pairs } from './pairs.ts';
import { SortedIds } from './sorted-ids.ts';
import { ThreadSource } from './thread-source.ts';

/** How long a typing signal is shown. */
export const TYPING_MS = 2_000;

/** All conversations of this browser, and the lists of them. */
export class Conversations {
  readonly #core: Core;
  readonly #pairs: Pairs;
  readonly #conversations = new Map<string, Conversation>();
  /** What threads follow, by pair: also where no conversation has begun. */
  readonly #threads = new Map<string, ThreadSource>();
  /** Per account, whom it has talked to: the newest conversation first. */
  readonly #lists = new Map<AccountId, SortedIds<AccountId, number>>();
  readonly #rows: KeyedCells<string, ConversationRow>;
  readonly #unread: KeyedCells<AccountId, number>;

  constructor(core: Core, pairs: Pairs) {
    this.#core = core;
    this.#pairs = pairs;
    this.#rows = new KeyedCells((key) => {
      const { account, peer } = pairOf(key);
      return this.row(account, peer);
    });
    this.#unread = new KeyedCells((account) =>
      this.#of(account)
        .peek()
        .reduce((sum, peer) => sum + (this.find(account, peer)?.reading.unread ?? 0), 0),
    );
    core.journal.on('pair', ({ account, peer }) => {
      const conversation = this.find(account, peer);
      conversation?.refreshQueue();
      if (conversation) this.#place(conversation);
      this.#rows.changed(pairKey(account, peer));
      if (conversation) this.#unread.changed(account);
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
    return this.#conversations.get(pairKey(account, peer));
  }

  /** All conversations of an account. */
  *of(account: AccountId): Iterable<Conversation> {
    for (const conversation of this.#conversations.values())
      if (conversation.account === account) yield conversation;
  }

  /** Begins a conversation, with what is known of it. */
  begin(meta: StoredConversation): Conversation {
    const { account, peer } = meta;
    const conversation = new Conversation(meta, {
      journal: this.#core.journal,
      thread: this.#thread(account, peer),
      waitReason: () => {
        if (conversation.isStalled) return 'not-stored';
        const decision = this.#pairs.route(this.#pairs.get(account, peer));
        return decision.route === 'none' ? decision.reason : null;
      },
      dueAt: (planned) => {
        const due = this.#core.dueAt(planned);
        return due === null ? null : this.#core.timeOf(due);
      },
      knowId: (id) => this.#core.knowId(id),
    });
    this.#conversations.set(pairKey(account, peer), conversation);
    return conversation;
  }

  /** The conversation's messages as a thread draws them. Nothing begins because of it. */
  source(account: AccountId, peer: AccountId): MessageSource {
    return this.#thread(account, peer).source;
  }

  /** The account's conversations that have a message, newest first. */
  list(account: AccountId): RowSource<AccountId, ConversationRow> {
    return Object.freeze({
      ids: this.#of(account),
      get: (peer: AccountId) => (this.find(account, peer) ? this.row(account, peer) : undefined),
      watch: (peer: AccountId, changed: () => void) => this.#rows.cell(pairKey(account, peer)).watch(changed),
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
    for (const [key, conversation] of this.#conversations) {
      if (conversation.account !== account) continue;
      this.#conversations.delete(key);
      this.#threads.get(key)!.show(null);
    }
    this.#list(account).clear();
  }

  #thread(account: AccountId, peer: AccountId): ThreadSource {
    const key = pairKey(account, peer);
    const thread = this.#threads.get(key) ?? new ThreadSource();
    this.#threads.set(key, thread);
    return thread;
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
}
