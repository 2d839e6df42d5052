import type { MessageId } from '../facts/ids.ts';
import { countOf, hasIndex, NOTHING, rangesOf, union, without } from '../facts/ranges.ts';
import type { Ranges } from '../facts/ranges.ts';
import { isOpenTo, marked, unreadOf } from '../facts/read-set.ts';
import type { ReadMarks } from '../facts/read-set.ts';
import type { StoredConversation, StoredMessage, StoredStream } from '../ports/storage.ts';
import { FewMap } from './few.ts';

/** What was looked at, or passed, in a conversation: by stream, and by id where there is no index. */
export interface ConversationMarks {
  readonly streams: readonly (ReadMarks & { readonly stream: string })[];
  readonly ids: readonly MessageId[];
}

/** The conversation whose messages are read. */
interface Source {
  readonly meta: StoredConversation;
  stream(stream: string): StoredStream | undefined;
  get(id: MessageId): StoredMessage | undefined;
}

const UNMARKED: ReadMarks = { seen: NOTHING, passed: NOTHING };

/**
 * What of one conversation is unread: what its record says, less what was looked at in this tab and is not in the
 * record yet, and with what is shown but not noted as here yet.
 */
export class Reading {
  readonly #conversation: Source;
  /** Messages of theirs that are shown and not noted as here: their first write is under way, or failed. */
  #unheld: Set<MessageId> | null = null;
  /** What was looked at, or passed, in this tab, and is not in the leader's record yet. */
  readonly #marks = new FewMap<string, ReadMarks>();
  /** How many are unread, until something of it changes. */
  #count: number | null = null;
  #markedIds: Set<MessageId> | null = null;

  constructor(conversation: Source) {
    this.#conversation = conversation;
  }

  /** How many messages of theirs nobody has looked at, loaded or not. It costs by the ranges of the record. */
  get unread(): number {
    return (this.#count ??= this.#countUnread());
  }

  #countUnread(): number {
    const { theirs } = this.#conversation.meta;
    const inRecord = theirs.reduce((sum, sets) => sum + countOf(this.#unreadOf(sets)), 0);
    return inRecord + this.#unheldAndUnread().length + this.#unreadIds().length;
  }

  /** Whether nobody has looked at a message. */
  isUnread({ id, own, stream, index }: StoredMessage): boolean {
    if (own) return false;
    if (stream === null || index === null) return this.#unreadIds().includes(id);
    const sets = this.#conversation.stream(stream);
    const isHere = this.#unheld?.has(id) || hasIndex(sets?.here ?? NOTHING, index);
    return isHere && this.#isOpenTo(stream, index);
  }

  /** The first of these rows that nobody has looked at, or null. It costs by the rows behind it. */
  firstUnread(rows: readonly StoredMessage[]): MessageId | null {
    let left = this.unread;
    let first: MessageId | null = null;
    for (let position = rows.length - 1; position >= 0 && left > 0; position -= 1) {
      const row = rows[position]!;
      if (!this.isUnread(row)) continue;
      first = row.id;
      left -= 1;
    }
    return first;
  }

  /** Whether it was on the screen already, as far as this tab knows. */
  isSeen({ id, stream, index }: StoredMessage): boolean {
    if (stream === null || index === null) return !this.#unreadIds().includes(id);
    const inRecord = this.#conversation.stream(stream)?.seen ?? NOTHING;
    return hasIndex(inRecord, index) || hasIndex(this.#marks.get(stream)?.seen ?? NOTHING, index);
  }

  /** Everything that is unread at this moment, as marks that pass it. */
  passing(): ConversationMarks {
    const passed = new Map<string, Ranges>();
    for (const sets of this.#conversation.meta.theirs) passed.set(sets.stream, this.#unreadOf(sets));
    for (const { stream, index } of this.#unheldAndUnread())
      passed.set(stream!, union(passed.get(stream!) ?? NOTHING, rangesOf([index!])));
    return {
      streams: [...passed].flatMap(([stream, ranges]) =>
        ranges.length > 0 ? [{ stream, seen: NOTHING, passed: ranges }] : [],
      ),
      ids: this.#unreadIds(),
    };
  }

  /** What was marked in this tab counts at once. */
  mark({ streams, ids }: ConversationMarks): void {
    this.#count = null;
    for (const { stream, ...marks } of streams)
      this.#marks.set(stream, marked(this.#marks.get(stream) ?? UNMARKED, marks));
    for (const id of ids) (this.#markedIds ??= new Set()).add(id);
  }

  /** What was marked in this tab is in the record by now. */
  unmark({ streams, ids }: ConversationMarks): void {
    this.#count = null;
    for (const { stream, seen, passed } of streams) {
      const known = this.#marks.get(stream) ?? UNMARKED;
      const left = { seen: without(known.seen, seen), passed: without(known.passed, passed) };
      if (left.seen.length + left.passed.length > 0) this.#marks.set(stream, left);
      else this.#marks.delete(stream);
    }
    for (const id of ids) this.#markedIds?.delete(id);
  }

  /** Takes notice of a message that is shown: it may not be noted as here. */
  update({ id, own, stream, index, isDeleted }: StoredMessage): void {
    if (own || stream === null || index === null) return;
    this.#count = null;
    const isHere = hasIndex(this.#conversation.stream(stream)?.here ?? NOTHING, index);
    if (isHere || isDeleted) this.#unheld?.delete(id);
    else (this.#unheld ??= new Set()).add(id);
  }

  /** The message is in memory no more. */
  drop(id: MessageId): void {
    this.#count = null;
    this.#unheld?.delete(id);
  }

  /** The record has changed: more may be here. */
  refresh(): void {
    this.#count = null;
    for (const message of this.#unheldMessages()) this.update(message);
  }

  /** The indices of one of their streams that are shown and not noted as here. */
  unheldOf(stream: string): Ranges {
    return rangesOf(
      this.#unheldMessages().flatMap((message) => (message.stream === stream ? [message.index!] : [])),
    );
  }

  #unheldMessages(): StoredMessage[] {
    return [...(this.#unheld ?? [])].map((id) => this.#conversation.get(id)!);
  }

  #unheldAndUnread(): StoredMessage[] {
    return this.#unheldMessages().filter(({ stream, index }) => this.#isOpenTo(stream!, index!));
  }

  #unreadOf(sets: StoredStream): Ranges {
    return unreadOf(sets, this.#marks.get(sets.stream));
  }

  #unreadIds(): MessageId[] {
    return (this.#conversation.meta.unreadIds ?? []).filter((id) => !this.#markedIds?.has(id));
  }

  #isOpenTo(stream: string, index: number): boolean {
    const inRecord = this.#conversation.stream(stream) ?? UNMARKED;
    return isOpenTo(inRecord, index) && isOpenTo(this.#marks.get(stream) ?? UNMARKED, index);
  }
}
