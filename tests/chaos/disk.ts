import type { MessageId } from '../../facts/index.ts';
import type { FakeClock } from '../../mocks/index.ts';
import type { Random } from '../../ports/random.ts';
import type { Storage, StorageWrite } from '../../ports/storage.ts';
import { StorageError } from '../../storage/error.ts';
import { memory } from '../../storage/memory.ts';

/** The probabilities of disk faults. */
export interface DiskWeather {
  /** A read is rejected. */
  readonly readFails: number;
  /** A write is rejected and has no effect. */
  readonly writeFails: number;
  /** This operation and later ones hang for up to a minute. */
  readonly hangs: number;
}

/** No faults. */
export const FINE: DiskWeather = { readFails: 0, writeFails: 0, hangs: 0 };

const LONGEST_HANG_MS = 60_000;

/** One page's access to the disk, which ends with the page. */
export interface PageStorage extends Storage {
  /** The page crashed: its pending operations are dropped, except that the first may have been done. */
  crash(): void;
  /** Whether it failed or hung while this page was open. */
  readonly hasFailed: boolean;
}

/**
 * A disk that outlives its pages and runs one operation at a time, like a database; it takes time, fails and hangs.
 * Completed writes last.
 */
export class Disk {
  /** What really is on it. */
  readonly truth = memory();
  /** Messages that were ever written. */
  readonly saved = new Set<MessageId>();
  /** How often it failed or hung. */
  failures = 0;
  weather: DiskWeather = FINE;
  readonly clock: FakeClock;
  readonly #random: Random;

  constructor(clock: FakeClock, random: Random) {
    this.clock = clock;
    this.#random = random;
  }

  /** The disk as one page sees it. */
  page(): PageStorage {
    let isAlive = true;
    let tail: Promise<unknown> = Promise.resolve();
    let current: (() => void) | null = null;
    const { failures } = this;
    const hasFailed = (): boolean => this.failures > failures;

    const wait = (ms: number): Promise<void> =>
      new Promise((resolve) => void this.clock.setTimeout(resolve, ms));

    /** Runs one operation in its turn. A crashed page gets no answer. */
    const run = <Result>(failing: number, act: () => Promise<Result>, isWrite = false): Promise<Result> => {
      const turn = tail.then(async () => {
        if (!isAlive) return new Promise<never>(() => undefined);
        if (isWrite) current = () => void act();
        if (this.#random.next() < this.weather.hangs) {
          this.failures += 1;
          await wait(this.#random.next() * LONGEST_HANG_MS);
        } else await wait(this.#random.next() * 3);
        if (!isAlive) return new Promise<never>(() => undefined);
        current = null;
        if (this.#random.next() < failing) {
          this.failures += 1;
          throw new StorageError('failed', 'The simulated disk failed.');
        }
        return act();
      });
      tail = turn.catch(() => undefined);
      return turn;
    };
    const { truth } = this;
    const read = <Result>(act: () => Promise<Result>): Promise<Result> => run(this.weather.readFails, act);

    return {
      accounts: () => read(() => truth.accounts()),
      requests: (account) => read(() => truth.requests(account)),
      conversations: (account) => read(() => truth.conversations(account)),
      history: (account, peer, query) => read(() => truth.history(account, peer, query)),
      message: (account, peer, id) => read(() => truth.message(account, peer, id)),
      stream: (account, peer, query) => read(() => truth.stream(account, peer, query)),
      unsettled: (account) => read(() => truth.unsettled(account)),
      write: (batch) => run(this.weather.writeFails, () => this.#write(batch), true),
      wipe: (account) => run(this.weather.writeFails, () => truth.wipe(account), true),
      close: () => undefined,
      crash: () => {
        isAlive = false;
        // A transaction under way may be done or not.
        if (current && this.#random.next() < 0.5) current();
        current = null;
      },
      get hasFailed() {
        return hasFailed();
      },
    };
  }

  async #write(batch: readonly StorageWrite[]): Promise<void> {
    for (const { put, value } of batch) if (put === 'message') this.saved.add(value.id);
    await this.truth.write(batch);
  }
}
