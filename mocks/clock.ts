import { tell } from '../facts/listeners.ts';
import type { Clock } from '../ports/clock.ts';

/** A clock that is advanced by hand. */
export interface FakeClock extends Clock {
  /**
   * Advances the time by `ms` and runs every due timer in order, including those that timers start. After each one
   * promise jobs run, as in real time.
   */
  advance(ms: number): Promise<void>;
  /** Runs promise jobs without advancing the time. */
  settle(): Promise<void>;
  /** Sets the time of day forward or back by `ms`, without passing time or running timers. */
  shift(ms: number): void;
  /** The number of pending timers. */
  readonly pending: number;
}

interface Timer {
  readonly id: number;
  /** On the monotonic clock. */
  readonly due: number;
  readonly run: () => void;
}

/** 2026-01-15, 10:00 UTC. */
const START = 1_768_471_200_000;
/** The start of the monotonic clock: far from the time of day, so that the two cannot be confused. */
const ELAPSED = 600_000;
/** Enough for a chain of awaits through a few modules; each round runs what is queued at its start. */
const MICROTASK_ROUNDS = 30;

/** Options of `createFakeClock`. */
export interface FakeClockOptions {
  /** Where the clock starts, in milliseconds since the epoch. Default: a fixed day in 2026. */
  readonly now?: number;
  /**
   * Whether settling also waits for two real tasks, which storage and message ports need. Default true;
   * `false` makes long stretches of pure simulation faster.
   */
  readonly macrotasks?: boolean;
  /** Whether `now` tells fractions of a millisecond; the platform's clock does not. Default false. */
  readonly fractions?: boolean;
}

/** A clock for tests. */
export function createFakeClock(options: FakeClockOptions = {}): FakeClock {
  let elapsed = ELAPSED;
  /** The offset of the time of day. */
  let ahead = (options.now ?? START) - ELAPSED;
  let lastId = 0;
  const timers = new Map<number, Timer>();

  function earliest(until: number): Timer | undefined {
    let found: Timer | undefined;
    for (const timer of timers.values()) {
      // Insertion order breaks ties: of two timers for the same time the older runs first.
      if (timer.due <= until && (found === undefined || timer.due < found.due)) found = timer;
    }
    return found;
  }

  async function settle(): Promise<void> {
    for (let round = 0; round < MICROTASK_ROUNDS; round++) await Promise.resolve();
    if (options.macrotasks === false) return;
    // Two turns: no standard orders a new channel after messages of earlier ports, and WebKit may deliver either
    // first.
    for (let turn = 0; turn < 2; turn++) {
      await nextTask();
      for (let round = 0; round < MICROTASK_ROUNDS; round++) await Promise.resolve();
    }
  }

  return {
    now: () => (options.fractions === true ? elapsed + ahead : Math.floor(elapsed + ahead)),
    elapsed: () => elapsed,
    setTimeout(run, delay) {
      const id = ++lastId;
      timers.set(id, { id, due: elapsed + Math.max(0, Number.isFinite(delay) ? delay : 0), run });
      return id;
    },
    clearTimeout(handle) {
      timers.delete(handle as number);
    },
    settle,
    shift(ms) {
      ahead += ms;
    },
    async advance(ms) {
      const until = elapsed + ms;
      await settle();
      for (let timer = earliest(until); timer !== undefined; timer = earliest(until)) {
        timers.delete(timer.id);
        elapsed = Math.max(elapsed, timer.due);
        // As in a browser: a timer that throws stops no other.
        tell(timer.run);
        await settle();
      }
      elapsed = Math.max(elapsed, until);
    },
    get pending() {
      return timers.size;
    },
  };
}

/** One turn of the event loop, where the platform has message channels (browsers and Node do). */
function nextTask(): Promise<void> {
  const { MessageChannel: Channel } = globalThis as { MessageChannel?: typeof MessageChannel };
  if (Channel === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    const { port1, port2 } = new Channel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
