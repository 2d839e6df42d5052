/** Up to so many entries are looked through one by one. */
const FEW = 8;

/**
 * A map that costs next to nothing while it is empty, and little while it has a few entries: thousands of conversations
 * have several of these each, and nearly all stay empty. Entries are in the order in which they were added.
 */
export class FewMap<Key extends string, Value> {
  /** The keys, each with its value behind it; a real map where there are many; null where there is none. */
  #entries: (Key | Value)[] | Map<Key, Value> | null = null;

  get size(): number {
    const entries = this.#entries;
    if (entries === null) return 0;
    return Array.isArray(entries) ? entries.length / 2 : entries.size;
  }

  has(key: Key): boolean {
    const entries = this.#entries;
    if (entries === null) return false;
    return Array.isArray(entries) ? indexOf(entries, key) >= 0 : entries.has(key);
  }

  get(key: Key): Value | undefined {
    const entries = this.#entries;
    if (entries === null) return undefined;
    if (!Array.isArray(entries)) return entries.get(key);
    const index = indexOf(entries, key);
    return index < 0 ? undefined : (entries[index + 1] as Value);
  }

  set(key: Key, value: Value): this {
    const entries = (this.#entries ??= []);
    if (!Array.isArray(entries)) {
      entries.set(key, value);
      return this;
    }
    const index = indexOf(entries, key);
    if (index >= 0) entries[index + 1] = value;
    else if (entries.length < 2 * FEW) entries.push(key, value);
    else this.#entries = new Map([...this.entries(), [key, value]]);
    return this;
  }

  delete(key: Key): boolean {
    const entries = this.#entries;
    if (entries === null) return false;
    if (!Array.isArray(entries)) return entries.delete(key);
    const index = indexOf(entries, key);
    if (index < 0) return false;
    if (entries.length === 2) this.#entries = null;
    else entries.splice(index, 2);
    return true;
  }

  clear(): void {
    this.#entries = null;
  }

  *entries(): IterableIterator<[Key, Value]> {
    const entries = this.#entries;
    if (entries === null) return;
    if (!Array.isArray(entries)) return yield* entries.entries();
    for (let index = 0; index < entries.length; index += 2)
      yield [entries[index] as Key, entries[index + 1] as Value];
  }

  *keys(): IterableIterator<Key> {
    for (const [key] of this.entries()) yield key;
  }

  [Symbol.iterator](): IterableIterator<[Key, Value]> {
    return this.entries();
  }
}

function indexOf<Key, Value>(entries: readonly (Key | Value)[], key: Key): number {
  for (let index = 0; index < entries.length; index += 2) if (entries[index] === key) return index;
  return -1;
}
