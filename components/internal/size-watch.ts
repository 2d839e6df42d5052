/** Reports when the box of a list, or a row in it, changes its size. */
export class SizeWatch {
  readonly #resized: (targets: readonly HTMLElement[]) => void;
  #observer: ResizeObserver | undefined;
  #box: HTMLElement | null = null;
  readonly #rows = new Set<Element>();

  constructor(resized: (targets: readonly HTMLElement[]) => void) {
    this.#resized = resized;
  }

  connect(): void {
    // In the next frame, because moving rows may resize others, which the browser would report as a loop. New rows
    // are measured when they are rendered.
    this.#observer = new ResizeObserver((entries) =>
      requestAnimationFrame(() => this.#resized(entries.map(({ target }) => target as HTMLElement))),
    );
  }

  disconnect(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
    this.#rows.clear();
    this.#box = null;
  }

  /** Watches another box. */
  setBox(box: HTMLElement | null): void {
    if (this.#box) this.#observer?.unobserve(this.#box);
    this.#box = box;
    if (box) this.#observer?.observe(box);
  }

  /** Watches these rows, and no others. */
  setRows(rows: readonly HTMLElement[]): void {
    const now = new Set<Element>(rows);
    for (const row of this.#rows) {
      if (now.has(row)) continue;
      this.#observer?.unobserve(row);
      this.#rows.delete(row);
    }
    for (const row of rows) {
      if (this.#rows.has(row)) continue;
      this.#rows.add(row);
      this.#observer?.observe(row);
    }
  }

  /** Whether it is one of the rows that are watched. */
  hasRow(row: HTMLElement): boolean {
    return this.#rows.has(row);
  }
}
