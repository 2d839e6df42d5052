import { firstIndex } from '../../facts/search.ts';

/** A row: its place in the list, and its key. */
export interface VirtualRow {
  readonly index: number;
  readonly key: string;
}

/** Where each row of a list begins and how high it is: measured, or estimated until it was. */
export class RowGeometry {
  readonly #estimate: number;
  /** Measured heights by key, kept when a row leaves the view. */
  readonly #heights = new Map<string, number>();
  /** The height of what stands above the content of a row, by key. */
  readonly #leads = new Map<string, number>();
  /** Heights measured since the rows were placed. */
  readonly #newLeads = new Map<string, number>();
  #changed: [index: number, height: number][] = [];
  #hasOtherLeads = false;
  #sizes = new Float64Array(0);
  /** The offset of each row, and the total height as the last entry. */
  #starts = new Float64Array(1);
  #count = 0;
  #firstKey: string | undefined;
  #lastKey: string | undefined;

  constructor(estimate: number) {
    this.#estimate = estimate;
  }

  /** How many rows there are. */
  get count(): number {
    return this.#count;
  }

  /** The height of all rows together. */
  get height(): number {
    return this.#starts[this.#count] ?? 0;
  }

  /** Forgets every height and every row. */
  clear(): void {
    this.#heights.clear();
    this.#leads.clear();
    this.#newLeads.clear();
    this.#changed = [];
    this.#hasOtherLeads = false;
    this.#count = 0;
    this.#sizes = new Float64Array(0);
    this.#starts = new Float64Array(1);
    this.#firstKey = this.#lastKey = undefined;
  }

  /** Replaces the rows, keeping known heights. */
  rebuild(count: number, keyOf: (index: number) => string): void {
    const before = this.#count;
    // Rows were appended: the usual case, which has to be fast in a long conversation.
    const isAppended =
      before > 0 && count > before && keyOf(0) === this.#firstKey && keyOf(before - 1) === this.#lastKey;
    if (this.#sizes.length < count) {
      const sizes = new Float64Array(Math.ceil(count * 1.5));
      sizes.set(this.#sizes.subarray(0, before));
      this.#sizes = sizes;
      const starts = new Float64Array(sizes.length + 1);
      starts.set(this.#starts.subarray(0, before + 1));
      this.#starts = starts;
    }
    const from = isAppended ? before : 0;
    for (let i = from; i < count; i += 1)
      this.#sizes[i] = (this.#heights.size > 0 ? this.#heights.get(keyOf(i)) : undefined) ?? this.#estimate;
    this.#count = count;
    this.#firstKey = count > 0 ? keyOf(0) : undefined;
    this.#lastKey = count > 0 ? keyOf(count - 1) : undefined;
    this.#sum(from);
  }

  /** The offset of a row, which ends at that of the next one. */
  startOf(index: number): number | undefined {
    return this.#starts[index];
  }

  /** The offset of a row's content, below its separators. */
  contentOf({ index, key }: VirtualRow): number {
    return this.#starts[index]! + (this.#leads.get(key) ?? 0);
  }

  /**
   * Remembers the measured height of a row, and of what stands above its content, if anything does. Rows are placed
   * with it by `update()`.
   */
  measured({ index, key }: VirtualRow, height: number, lead: number | undefined): void {
    if (lead !== undefined) this.#newLeads.set(key, lead);
    this.#hasOtherLeads ||= lead !== this.#leads.get(key);
    this.#heights.set(key, height);
    if (Math.abs(this.#sizes[index]! - height) > 0.01) this.#changed.push([index, height]);
  }

  /** Whether measured heights are not applied yet. */
  get isOutdated(): boolean {
    return this.#changed.length > 0 || this.#hasOtherLeads;
  }

  /** Applies the measured heights. */
  update(): void {
    for (const [key, height] of this.#newLeads) this.#leads.set(key, height);
    for (const [index, height] of this.#changed) this.#sizes[index] = height;
    if (this.#changed.length > 0) this.#sum(Math.min(...this.#changed.map(([index]) => index)));
    this.#newLeads.clear();
    this.#changed = [];
    this.#hasOtherLeads = false;
  }

  /** The index of a row; -1 if it is gone. */
  find({ index, key }: VirtualRow, keyOf: (index: number) => string): number {
    if (index < this.#count && keyOf(index) === key) return index;
    for (let i = 0; i < this.#count; i += 1) if (keyOf(i) === key) return i;
    return -1;
  }

  /**
   * Remembers where these rows stand below `top`. The function returned gives the `top` that keeps the first of them
   * that still exists in its place; null if none does. Without `keyOf` the rows are still the same.
   */
  hold(
    rows: readonly VirtualRow[],
    top: number,
  ): (keyOf: ((index: number) => string) | undefined) => number | null {
    const inView = rows.filter(({ index }) => this.startOf(index + 1)! > top);
    const offsets = inView.map((row) => this.contentOf(row) - top);
    return (keyOf) => {
      for (const [n, { index, key }] of inView.entries()) {
        const now = keyOf ? this.find({ index, key }, keyOf) : index;
        if (now >= 0) return this.contentOf({ index: now, key }) - offsets[n]!;
      }
      return null;
    };
  }

  /** The first and the last row between two offsets, those included that are cut. */
  between(top: number, end: number): [first: number, last: number] {
    return this.#count === 0 ? [0, -1] : [this.#rowAt(top), this.#rowAt(end)];
  }

  /**
   * The first (-1) or last (1) row that is fully between two offsets; if there is none, the one that fills the range.
   */
  edge(direction: -1 | 1, top: number, end: number): number {
    const [first, last] = this.between(top, end);
    const starts = this.#starts;
    if (direction < 0) return starts[first]! < top && starts[first + 2]! <= end ? first + 1 : first;
    return starts[last + 1]! > end && starts[last - 1]! >= top ? last - 1 : last;
  }

  #sum(from: number): void {
    for (let i = from; i < this.#count; i += 1) this.#starts[i + 1] = this.#starts[i]! + this.#sizes[i]!;
  }

  /** The last row that begins at or before this offset. */
  #rowAt(offset: number): number {
    return Math.max(0, firstIndex(this.#count, (index) => this.#starts[index]! > offset) - 1);
  }
}
