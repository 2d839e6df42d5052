import { openAttempt } from '../facts/evidence.ts';
import type { AccountId } from '../facts/ids.ts';
import { countOf, hasIndex, NOTHING } from '../facts/ranges.ts';
import { stored as storedSets, unreadOf } from '../facts/read-set.ts';
import type { StoredConversation, StoredMessage } from '../ports/storage.ts';
import type { Conversation } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import type { Core } from './core.ts';
import type { Messages } from './messages.ts';
import { MAX_STREAMS } from './streams.ts';

/** How much history is brought in at a time. */
const PAGE = 100;
/** How many pages are brought in at the start, at most, to have everything that is unread. */
const UNREAD_PAGES = 20;

/** A part of the history that reaches to its end, ascending, and whether there is more before it. */
interface NewestPages {
  readonly rows: readonly StoredMessage[];
  readonly hasOlder: boolean;
}

/**
 * The newest page of a conversation, and those before it until all that is unread is among them: it opens at the first
 * of it. Where an older page cannot be read, the person brings it in by scrolling.
 */
async function newestPages({ storage, writer }: Core, meta: StoredConversation): Promise<NewestPages> {
  const { account, peer } = meta;
  const unread = new Map(meta.theirs.map((sets) => [sets.stream, unreadOf(sets)]));
  const isUnread = ({ id, own, stream, index }: StoredMessage): boolean =>
    !own &&
    (stream === null || index === null
      ? (meta.unreadIds ?? []).includes(id)
      : hasIndex(unread.get(stream) ?? NOTHING, index));
  let left = [...unread.values()].reduce((sum, ranges) => sum + countOf(ranges), 0);
  let rows = await storage.history(account, peer, { limit: PAGE });
  let hasOlder = rows.length >= PAGE;
  left -= rows.filter(isUnread).length;
  for (let pages = 1; left > 0 && hasOlder && pages < UNREAD_PAGES; pages += 1) {
    const before = rows[0]!.place;
    const page = await storage.history(account, peer, { before, limit: PAGE }).catch(writer.failed);
    if (!page) break;
    rows = [...page, ...rows];
    hasOlder = page.length >= PAGE;
    left -= page.filter(isUnread).length;
  }
  return { rows, hasOlder };
}

/** Brings stored messages back into memory. */
export class History {
  readonly #core: Core;
  readonly #conversations: Conversations;
  readonly #messages: Messages;

  constructor(core: Core, conversations: Conversations, messages: Messages) {
    this.#core = core;
    this.#conversations = conversations;
    this.#messages = messages;
  }

  /** Brings a conversation back from storage: its newest pages, and whatever of ours is open. */
  async restore(stored: StoredConversation, open: readonly StoredMessage[]): Promise<void> {
    const { account, peer } = stored;
    // If the record lost its stream, begin a new one.
    const meta = stored.stream ? stored : { ...stored, stream: this.#core.messageId() };
    const mirrored = this.#conversations.find(account, peer);
    const { rows, hasOlder } = await newestPages(this.#core, mirrored?.meta ?? meta);
    const conversation = this.#conversations.find(account, peer) ?? this.#conversations.begin(meta);
    // If a conversation is in memory before storage was read, it was mirrored from another tab whose socket is gone.
    const cause = mirrored ? 'connection-lost' : 'reload';
    // The same stream: what is known already is newer.
    if (conversation.meta.stream !== meta.stream) conversation.adopt(meta);
    this.#core.transact(() => {
      conversation.prepend(rows, hasOlder);
      this.#holdStored(conversation, rows);
      for (const found of open) {
        if (!conversation.get(found.id)) conversation.put(found);
        // The page of history was read after it; meanwhile the person may have taken it back.
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
    });
  }

  /** Brings the next older page in. */
  async loadOlder(account: AccountId, peer: AccountId): Promise<void> {
    const conversation = this.#conversations.find(account, peer);
    const oldest = conversation?.oldest ?? null;
    if (!conversation?.hasOlder || oldest === null) return;
    conversation.setOlder(false);
    try {
      const page = await this.#core.storage.history(account, peer, { before: oldest, limit: PAGE });
      conversation.prepend(page, page.length >= PAGE);
    } catch {
      // A failed read is not an absence: it is tried again when the person comes back to the beginning.
      conversation.setOlder(true);
      this.#core.diagnostics.count('storage-failed');
    }
  }

  /**
   * The page before may have gone between storing a message and noting that it is here; what is taken for settled
   * meanwhile would not be unread.
   */
  #holdStored(conversation: Conversation, rows: readonly StoredMessage[]): void {
    for (const { own, stream, index } of rows) {
      if (own || stream === null || index === null) continue;
      const sets = conversation.stream(stream);
      // Of a stream that is not remembered, nothing is unread.
      if (!sets && conversation.meta.theirs.length >= MAX_STREAMS) continue;
      if (!hasIndex(sets?.here ?? NOTHING, index))
        this.#messages.changeStream(conversation, stream, (known) => storedSets(known, index));
    }
  }
}
