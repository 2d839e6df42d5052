import type { MessageId } from '../../facts/index.ts';

/**
 * How long before a crash something may be lost: what was on the screen so shortly before may not have been written
 * to a failing disk.
 */
const UNCERTAIN_MS = 60_000;

/**
 * What one person has seen, computed by the screen itself from the position of rows in real frames and from the
 * person's actions, independently of the product.
 */
export class Eyes {
  /** Whether the page is visible. */
  isPageShown = true;
  /** Whether the window has the focus. */
  hasFocus = true;
  /** When each message of the other side was last on the screen. */
  readonly #shown = new Map<MessageId, number>();
  /** When the person last came to the end with each message there. */
  readonly #passed = new Map<MessageId, number>();
  /** What came about when the person wrote or opened the page: the page may have been a moment later. */
  readonly #mayBePassed = new Set<MessageId>();
  readonly #deaths: number[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get areOpen(): boolean {
    return this.isPageShown && this.hasFocus;
  }

  /** How many messages were ever on the screen. */
  get count(): number {
    return this.#shown.size;
  }

  see(id: MessageId): void {
    this.#shown.set(id, this.#now());
  }

  pass(ids: Iterable<MessageId>): void {
    for (const id of ids) this.#passed.set(id, this.#now());
  }

  mayPass(ids: Iterable<MessageId>): void {
    for (const id of ids) this.#mayBePassed.add(id);
  }

  /** The page crashed. */
  died(): void {
    this.#deaths.push(this.#now());
  }

  hasSeen(id: MessageId): boolean {
    return this.#shown.has(id);
  }

  /** Whether a message must be unread (true), must not be (false), or a death leaves it open (null). */
  isUnread(id: MessageId): boolean | null {
    const times = [this.#shown.get(id), this.#passed.get(id)].filter((at) => at !== undefined);
    if (times.length === 0) return this.#mayBePassed.has(id) ? null : true;
    const isCertain = (at: number): boolean =>
      !this.#deaths.some((death) => death >= at && death - at <= UNCERTAIN_MS);
    return times.some(isCertain) ? false : null;
  }
}
