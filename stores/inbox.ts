import { inTime } from '../facts/in-time.ts';
import type { Clock } from '../ports/clock.ts';

/** So many are worked through together, at most: with their rows, what a page does between two frames. */
const TOGETHER = 100;
/** A batch takes nothing more in once it has taken so long: the page draws and listens in between. */
const TURN_MS = 5;
/** What comes next waits for the batch before it, which is being stored, but no longer than this. */
const LONGEST_WAIT_MS = 50;

/** What is done with a batch. */
interface Work<Item> {
  /** Begins with one. Resolves when it is done, and never rejects. */
  begin(item: Item): Promise<unknown>;
  /** Begins with several: what changes at once is derived once. */
  together(begin: () => void): void;
  /** The batch is complete. Resolves when what it has written is stored, or could not be. */
  end(): Promise<unknown>;
}

/**
 * What arrives, in its order. What comes in one turn is one batch, which is worked through at once; whatever comes while
 * that is being stored is the next batch. So the more arrives, the more is read, stored and drawn together, and no timer
 * makes a single one wait.
 */
export class Inbox<Item> {
  readonly #clock: Clock;
  readonly #work: Work<Item>;
  /** What waits for the batch before it. */
  #waiting: Item[] = [];
  /** What was begun with in this turn; null while a batch is being stored. */
  #begun: Promise<unknown>[] | null = [];
  #startedAt = 0;

  constructor(clock: Clock, work: Work<Item>) {
    this.#clock = clock;
    this.#work = work;
  }

  add(item: Item): void {
    if (this.#begun && this.#waiting.length === 0 && !this.#isFull(this.#begun))
      this.#begin(this.#begun, item);
    else this.#waiting.push(item);
  }

  #begin(begun: Promise<unknown>[], item: Item): void {
    if (begun.length === 0) {
      this.#startedAt = this.#clock.elapsed();
      queueMicrotask(() => this.#end(begun));
    }
    begun.push(this.#work.begin(item));
  }

  #isFull(begun: readonly unknown[]): boolean {
    return begun.length >= TOGETHER || (begun.length > 0 && this.#isLong());
  }

  #isLong(): boolean {
    return this.#clock.elapsed() - this.#startedAt >= TURN_MS;
  }

  #end(begun: readonly Promise<unknown>[]): void {
    this.#begun = null;
    const all = Promise.all([...begun, this.#work.end()]);
    // A storage that does not answer must not keep everything else out.
    void inTime<unknown>(
      this.#clock,
      LONGEST_WAIT_MS,
      () => all,
      () => null,
    ).then(() => {
      // A storage that answers at once gives the page no turn.
      if (this.#waiting.length > 0 && this.#isLong()) this.#clock.setTimeout(() => this.#next(), 0);
      else this.#next();
    });
  }

  #next(): void {
    const begun: Promise<unknown>[] = (this.#begun = []);
    let count = 0;
    this.#work.together(() => {
      for (; count < this.#waiting.length && !this.#isFull(begun); count += 1)
        this.#begin(begun, this.#waiting[count]!);
    });
    this.#waiting.splice(0, count);
  }
}
