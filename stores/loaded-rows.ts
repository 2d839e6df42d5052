import { isCancelled } from '../facts/evidence.ts';
import type { MessageId } from '../facts/ids.ts';
import { compareRows, findPosition } from '../facts/order.ts';
import type { StoredMessage } from '../ports/storage.ts';
import { FewMap } from './few.ts';

/** Whether a message is for the eye: not cancelled, not deleted. */
export function isShown(message: StoredMessage): boolean {
  return !message.isDeleted && !isCancelled(message.facts);
}

/** The messages of a conversation that are in memory, and those among them that are rows, in reading order. */
export class LoadedRows {
  readonly #messages = new FewMap<MessageId, StoredMessage>();
  readonly #rows: StoredMessage[] = [];
  readonly #ids: MessageId[] = [];
  /** Messages in memory that have no row: they stand further up than what is loaded, or are not shown. */
  readonly #others = new FewMap<MessageId, StoredMessage>();
  /**
   * The place from which on everything in storage is a row here, null where no page has been read. Messages
   * further up may be in memory (what of ours is open, what a late receipt was about): they become rows with
   * their page, or everything between them and this place would be skipped for ever.
   */
  #from: number | null = null;

  get rows(): readonly StoredMessage[] {
    return this.#rows;
  }

  /** The ids of the rows. The same array for ever, changed in place. */
  get ids(): readonly MessageId[] {
    return this.#ids;
  }

  /** Where the next page of older history ends: everything from there on is loaded. */
  get oldest(): number | null {
    return this.#from;
  }

  get(id: MessageId): StoredMessage | undefined {
    return this.#messages.get(id);
  }

  /** Whether a message has a row: it is shown, and stands in the loaded part of the history. */
  isRow(message: StoredMessage): boolean {
    return isShown(message) && (this.#from === null || message.place >= this.#from);
  }

  /** Adds or replaces a message. Returns whether rows have come or gone. */
  put(message: StoredMessage): boolean {
    const before = this.#messages.get(message.id);
    this.#messages.set(message.id, message);
    const isRow = this.isRow(message);
    const wasRow = before !== undefined && this.isRow(before);
    if (isRow) this.#others.delete(message.id);
    else this.#others.set(message.id, message);
    if (wasRow && isRow) this.#rows[findPosition(this.#rows, before)] = message;
    else if (wasRow) this.#remove(before);
    else if (isRow) this.#insert([message]);
    return isRow !== wasRow;
  }

  /** Takes a message that has no row out of memory. */
  drop(id: MessageId): void {
    this.#messages.delete(id);
    this.#others.delete(id);
  }

  /** Brings a page of older history in, ascending. Returns whether rows have come. */
  prepend(page: readonly StoredMessage[], hasOlder: boolean): boolean {
    for (const message of page) {
      if (this.#messages.has(message.id)) continue;
      this.#messages.set(message.id, message);
      this.#others.set(message.id, message);
    }
    this.#from = hasOlder ? (page[0]?.place ?? this.#from) : -Infinity;
    const isCut = this.#cut();
    // What came while the page was being read is not in it.
    const rows = [...this.#others]
      .map(([, other]) => other)
      .filter((row) => this.isRow(row))
      .sort(compareRows);
    if (rows.length === 0) return isCut;
    for (const { id } of rows) this.#others.delete(id);
    this.#insert(rows);
    return true;
  }

  /**
   * Brings rows in, ascending, at least one: it costs by their number and by the rows behind the first of them. Rows
   * have an order of their own within one place: storage orders by place alone.
   */
  #insert(rows: readonly StoredMessage[]): void {
    const position = findPosition(this.#rows, rows[0]!);
    const behind = this.#rows.splice(position);
    this.#ids.length = position;
    let next = 0;
    const add = (row: StoredMessage): void => {
      this.#rows.push(row);
      this.#ids.push(row.id);
    };
    for (const row of behind) {
      while (next < rows.length && compareRows(rows[next]!, row) < 0) add(rows[next++]!);
      add(row);
    }
    for (; next < rows.length; next += 1) add(rows[next]!);
  }

  /** Rows further up than what is loaded are none any more: between them and the rest there may be others. */
  #cut(): boolean {
    const count = this.#rows.findIndex((row) => this.isRow(row));
    const cut = this.#rows.splice(0, count < 0 ? this.#rows.length : count);
    this.#ids.splice(0, cut.length);
    for (const row of cut) this.#others.set(row.id, row);
    return cut.length > 0;
  }

  #remove(row: StoredMessage): void {
    const position = findPosition(this.#rows, row);
    this.#rows.splice(position, 1);
    this.#ids.splice(position, 1);
  }
}
