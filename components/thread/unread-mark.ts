import type { MessageId, ThreadMessage } from '../../facts/index.ts';
import type { Rows } from '../internal/rows.ts';

/** Before which message the mark for new ones stands, and how many are new from there on. */
export interface Mark {
  readonly id: MessageId;
  readonly count: number;
}

/**
 * Where the mark for new messages stands. It counts what was new when it was drawn: what comes while the reader is
 * there is read as it comes. It goes with an own answer, and with the next one.
 */
export class UnreadMark {
  readonly #rows: Rows<MessageId, ThreadMessage>;
  #id: MessageId | null = null;
  #count: number | null = null;
  /** Whether the reader was there since it stands here. */
  #wasLookedAt = false;

  constructor(rows: Rows<MessageId, ThreadMessage>) {
    this.#rows = rows;
  }

  /** The page, or the messenger, says where it stands. */
  put(id: MessageId | null | undefined): void {
    this.#id = id ?? null;
    this.#count = null;
    this.#wasLookedAt = false;
  }

  /** Messages of theirs have come at the end. Without the reader, the mark stands before them. */
  came(ids: readonly MessageId[], isReaderHere: boolean): void {
    if (ids.length === 0) return;
    if (isReaderHere) this.#wasLookedAt = true;
    else if (this.#id === null || this.#wasLookedAt) this.put(ids[0]);
    else if (this.#count !== null) this.#count += ids.length;
  }

  /** The reader has come: what comes from now on is not counted any more. */
  lookedAt(): void {
    if (this.#id !== null) this.#wasLookedAt = true;
  }

  /** Counts it when it is first drawn. */
  current(): Mark | null {
    const id = this.#id;
    if (id === null) return null;
    this.#count ??= this.#theirsFrom(id);
    return { id, count: this.#count ?? 0 };
  }

  /** How many of their messages stand from there on; null where that message is not loaded. */
  #theirsFrom(id: MessageId): number | null {
    const { ids } = this.#rows;
    const from = ids.lastIndexOf(id);
    if (from < 0) return null;
    return ids.slice(from).filter((each) => this.#rows.read(each, ({ own }) => !own, false)).length;
  }
}
