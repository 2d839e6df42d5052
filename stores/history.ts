import { openAttempt } from '../facts/evidence.ts';
import type { AccountId } from '../facts/ids.ts';
import { hasIndex } from '../facts/ranges.ts';
import { stored as storedSets } from '../facts/read-set.ts';
import type { StoredConversation, StoredMessage } from '../ports/storage.ts';
import type { Conversation } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import type { Core } from './core.ts';
import { isShown } from './loaded-rows.ts';
import type { Messages } from './messages.ts';
import { MAX_STREAMS } from './streams.ts';

/** How much history is brought in at a time. */
const PAGE = 100;
/** How many pages a thread opens with, at most, to have everything that is unread. */
const UNREAD_PAGES = 20;
/** How much of each conversation is read at the start: what lists show of it, and whether there is more. */
const FIRST = 2;

/** A part of the history that reaches to its end, ascending, and whether there is more before it. */
interface NewestRows {
  readonly rows: readonly StoredMessage[];
  readonly hasOlder: boolean;
}

/** Brings stored messages back into memory. */
export class History {
  readonly #core: Core;
  readonly #conversations: Conversations;
  readonly #messages: Messages;
  /** Conversations whose history is being read. */
  readonly #reading = new WeakMap<Conversation, Promise<void>>();

  constructor(core: Core, conversations: Conversations, messages: Messages) {
    this.#core = core;
    this.#conversations = conversations;
    this.#messages = messages;
  }

  /**
   * Brings the account's conversations back from storage: of each its record, what is newest, and whatever of ours is
   * open. The rest is read when somebody looks at it.
   */
  async restore(
    account: AccountId,
    stored: readonly StoredConversation[],
    open: readonly StoredMessage[],
  ): Promise<void> {
    const openOf = Map.groupBy(open, ({ peer }) => peer);
    const known = stored.map((record) => {
      // If the record lost its stream, begin a new one.
      const meta = record.stream ? record : { ...record, stream: this.#core.messageId() };
      // In memory before storage was read: mirrored from another tab whose socket is gone.
      return { meta, mirrored: this.#conversations.find(account, meta.peer) };
    });
    const newest = await Promise.all(
      known.map(({ meta, mirrored }) => this.#newest(mirrored?.meta ?? meta, mirrored?.rows[0]?.place)),
    );
    this.#core.transact(() => {
      for (const [n, { meta, mirrored }] of known.entries())
        this.#put(meta, newest[n]!, openOf.get(meta.peer) ?? [], mirrored ? 'connection-lost' : 'reload');
    });
  }

  /** Brings in what a thread opens with: the newest page, and those before it until all that is unread is in memory. */
  loadNewest(account: AccountId, peer: AccountId): Promise<void> {
    const conversation = this.#conversations.find(account, peer);
    if (!conversation) return Promise.resolve();
    return this.#once(conversation, () =>
      this.#readOlder(conversation, UNREAD_PAGES, PAGE - conversation.rows.length),
    );
  }

  /** Brings the next older page in. */
  loadOlder(account: AccountId, peer: AccountId): Promise<void> {
    const conversation = this.#conversations.find(account, peer);
    if (!conversation) return Promise.resolve();
    return this.#once(conversation, () => this.#readOlder(conversation, 1, PAGE));
  }

  /** One read of a conversation's history at a time: who asks during another one waits for that. */
  #once(conversation: Conversation, read: () => Promise<void>): Promise<void> {
    const reading =
      this.#reading.get(conversation) ?? read().finally(() => this.#reading.delete(conversation));
    this.#reading.set(conversation, reading);
    return reading;
  }

  /**
   * Brings in so many messages before what is loaded, and further pages, `most` in all, while something unread is not in
   * memory.
   */
  async #readOlder(conversation: Conversation, most: number, first: number): Promise<void> {
    const { account, peer, reading, oldest } = conversation;
    if (!conversation.hasOlder || oldest === null || first <= 0) return;
    const countUnread = (found: readonly StoredMessage[]): number =>
      found.filter((row) => reading.isUnread(row)).length;
    let unread = reading.unread - countUnread(conversation.rows);
    let rows: readonly StoredMessage[] = [];
    let hasOlder = true;
    for (let pages = 0; hasOlder && pages < most && (pages === 0 || unread > 0); pages += 1) {
      const limit = pages === 0 ? first : PAGE;
      const query = { before: rows[0]?.place ?? oldest, limit };
      // A failed read is not an absence: it is tried again when the person comes back to the beginning.
      const page = await this.#core.storage.history(account, peer, query).catch(() => null);
      if (!page) {
        this.#core.diagnostics.count('storage-failed');
        break;
      }
      unread -= countUnread(page);
      rows = [...page, ...rows];
      hasOlder = page.length >= limit;
    }
    this.#core.transact(() => {
      conversation.prepend(rows, hasOlder);
      this.#holdStored(conversation, rows);
    });
  }

  /**
   * What lists show of a conversation, which is not always its newest message: that may have been deleted. And what the
   * page before has stored, and did not come to note. Where rows are in memory, from `loaded` on, everything is read
   * again: other messages may have come between them.
   */
  async #newest(meta: StoredConversation, loaded = Infinity): Promise<NewestRows> {
    const { storage, writer } = this.#core;
    const { account, peer } = meta;
    let rows = await storage.history(account, peer, { limit: FIRST });
    let hasOlder = rows.length >= FIRST;
    while (hasOlder && !(rows.some(isShown) && isNoted(meta, rows[0]!) && rows[0]!.place <= loaded)) {
      const query = { before: rows[0]!.place, limit: PAGE };
      const page = await storage.history(account, peer, query).catch(writer.failed);
      if (!page) break;
      rows = [...page, ...rows];
      hasOlder = page.length >= PAGE;
    }
    return { rows, hasOlder };
  }

  #put(
    meta: StoredConversation,
    { rows, hasOlder }: NewestRows,
    open: readonly StoredMessage[],
    cause: 'connection-lost' | 'reload',
  ): void {
    const { account, peer } = meta;
    const conversation = this.#conversations.find(account, peer) ?? this.#conversations.begin(meta);
    // The same stream: what is known already is newer.
    if (conversation.meta.stream !== meta.stream) conversation.adopt(meta);
    conversation.prepend(rows, hasOlder);
    this.#holdStored(conversation, rows);
    for (const found of open) {
      if (!conversation.get(found.id)) conversation.put(found);
      // The history was read after it; meanwhile the person may have taken it back.
      const message = conversation.get(found.id)!;
      conversation.file(message);
      // The answer to an attempt of an earlier page never comes.
      const attempt = openAttempt(message.facts);
      if (attempt === null) continue;
      this.#messages.add(conversation, message.id, { type: 'unanswered', attempt, cause });
      // Our own clients de-duplicate by id; towards another client a person has to decide.
      if (meta.isKnownClient) this.#messages.plan(conversation, message.id, 0);
    }
    this.#core.touch(account, peer);
  }

  /**
   * The page before may have gone between storing a message and noting that it is here; what is taken for settled
   * meanwhile would not be unread.
   */
  #holdStored(conversation: Conversation, rows: readonly StoredMessage[]): void {
    for (const { own, stream, index } of rows) {
      if (stream === null || index === null || isNoted(conversation.meta, { own, stream, index })) continue;
      this.#messages.changeStream(conversation, stream, (known) => storedSets(known, index));
    }
  }
}

/** Whether the record knows that the message is here. Of a stream that is not remembered, nothing is unread. */
function isNoted(
  { theirs }: StoredConversation,
  { own, stream, index }: Pick<StoredMessage, 'own' | 'stream' | 'index'>,
): boolean {
  if (own || stream === null || index === null) return true;
  const sets = theirs.find((known) => known.stream === stream);
  return sets ? hasIndex(sets.here, index) : theirs.length >= MAX_STREAMS;
}
