import type { MessageId } from '../facts/ids.ts';
import { compareRows, findPosition } from '../facts/order.ts';
import type { StoredMessage } from '../ports/storage.ts';

/** The rows of a conversation that are loaded, in reading order. */
export class LoadedRows {
  readonly #rows: StoredMessage[] = [];
  readonly #ids: MessageId[] = [];

  get rows(): readonly StoredMessage[] {
    return this.#rows;
  }

  /** The same array for ever, changed in place. */
  get ids(): readonly MessageId[] {
    return this.#ids;
  }

  /** Replaces a row that keeps its place. */
  replace(before: StoredMessage, row: StoredMessage): void {
    this.#rows[findPosition(this.#rows, before)] = row;
  }

  remove(row: StoredMessage): void {
    const position = findPosition(this.#rows, row);
    this.#rows.splice(position, 1);
    this.#ids.splice(position, 1);
  }

  /**
   * Brings rows in, ascending, at least one: it costs by their number and by the rows behind the first of them. Rows
   * have an order of their own within one place: storage orders by place alone.
   */
  insert(rows: readonly StoredMessage[]): void {
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
}
