import type { MessageId, ThreadMessage } from '../../facts/index.ts';
import type { Rows } from '../internal/rows.ts';

/** Before which message the mark for new ones stands, and how many are new from there on. */
export interface Mark {
  readonly id: MessageId;
  readonly count: number;
}

/**
 * The mark for new messages. It counts what was new when it was drawn; what comes while the reader is present does
 * not count. It disappears with an own message, or is replaced by the next mark.
 */
export class UnreadMark {
  readonly #rows: Rows<MessageId, ThreadMessage>;
  #id: MessageId | null = null;
  #count: number | null = null;
  /** Whether the reader was present since the mark was placed. */
  #wasLookedAt = false;

  constructor(rows: Rows<MessageId, ThreadMessage>) {
    this.#rows = rows;
  }

  /** The page or the messenger places the mark. */
  put(id: MessageId | null | undefined): void {
    this.#id = id ?? null;
    this.#count = null;
    this.#wasLookedAt = false;
  }

  /** Messages of theirs were added at the end. Without the reader, the mark is placed before them. */
  came(ids: readonly MessageId[], isReaderHere: boolean): void {
    if (ids.length === 0) return;
    if (isReaderHere) this.#wasLookedAt = true;
    else if (this.#id === null || this.#wasLookedAt) this.put(ids[0]);
    else if (this.#count !== null) this.#count += ids.length;
  }

  /** The reader is present: later messages do not count. */
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

  /** The number of their messages from there on; null if that message is not loaded. */
  #theirsFrom(id: MessageId): number | null {
    const { ids } = this.#rows;
    const from = ids.lastIndexOf(id);
    if (from < 0) return null;
    return ids.slice(from).filter((each) => this.#rows.read(each, ({ own }) => !own, false)).length;
  }
}
