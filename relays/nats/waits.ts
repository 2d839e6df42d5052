import { backOff } from '../../facts/back-off.ts';
import type { Clock, TimerHandle } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';

/** Waits that can be cut short, on the injected clock. */
export class Waits {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #open = new Map<TimerHandle, () => void>();
  #isOver = false;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Resolves after `ms` milliseconds, or at once when it is cut short. */
  pause(ms: number): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const handle = this.#clock.setTimeout(() => {
        this.#open.delete(handle);
        resolve();
      }, ms);
      this.#open.set(handle, resolve);
    });
  }

  /** The pause before the nth retry (from 1): exponential with full jitter, in milliseconds. */
  backOff(attempt: number, shortest: number, longest: number): number {
    return Math.ceil(backOff(this.#random.next(), attempt - 1, shortest, longest));
  }

  /** Ends every wait that is under way. */
  cutShort(): void {
    for (const [handle, resolve] of this.#open) {
      this.#clock.clearTimeout(handle);
      resolve();
    }
    this.#open.clear();
  }

  /** Ends every wait, including later ones. */
  end(): void {
    this.#isOver = true;
    this.cutShort();
  }
}
