import { firstIndex } from '../facts/search.ts';
import type { Cell } from '../facts/view.ts';
import { LiveCell } from './cells.ts';

/**
 * Ids in the order of a key each: found by halves, so that thousands cost little. Compares the keys under which
 * the ids were placed, so that the order holds at any time.
 */
export class SortedIds<Id extends string, Key extends string | number> {
  readonly #ids: Id[] = [];
  readonly #keys = new Map<Id, Key>();
  readonly #cell = new LiveCell<readonly Id[]>(() => this.#ids);

  /** The ids. The array is live: changed in place, and the cell tells. */
  get cell(): Cell<readonly Id[]> {
    return this.#cell.face;
  }

  has(id: Id): boolean {
    return this.#keys.has(id);
  }

  /** Puts the id where its key belongs; null takes it out. */
  place(id: Id, key: Key | null): void {
    const before = this.#keys.get(id) ?? null;
    if (before === key) return;
    const old = before === null ? null : this.#position(id, before);
    if (old !== null) this.#ids.splice(old, 1);
    this.#keys.delete(id);
    const position = key === null ? null : this.#position(id, key);
    if (key !== null && position !== null) {
      this.#keys.set(id, key);
      this.#ids.splice(position, 0, id);
    }
    if (position !== old) this.#cell.changed();
  }

  clear(): void {
    this.#ids.length = 0;
    this.#keys.clear();
    this.#cell.changed();
  }

  #position(id: Id, key: Key): number {
    return firstIndex(this.#ids.length, (index) => {
      const other = this.#ids[index]!;
      const otherKey = this.#keys.get(other)!;
      return otherKey > key || (otherKey === key && other >= id);
    });
  }
}
