import type { MessageId } from '../../facts/index.ts';

/**
 * What a side's page and person could have lost when the page died: what stood on the screen so shortly before may not
 * have been written, with a disk that fails now and then.
 */
const UNCERTAIN_MS = 60_000;

/**
 * What one person has had before their eyes, as the screen finds it out by itself: by where rows stand in real frames,
 * and by what the person did. Nothing here comes from the product.
 */
export class Eyes {
  /** The page is not covered by another tab or window. */
  isPageShown = true;
  /** The window is the one that is typed into. */
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

  /** The page died. */
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
