import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { Network } from './link.ts';

/* The only module that reads the real clock and the real randomness. */
/* eslint-disable no-restricted-globals -- see above */

/** The longest delay that a platform's timer takes: a longer one fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface LongTimer {
  handle: ReturnType<typeof setTimeout>;
}

/** The platform's own clock and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  setTimeout(run, delay) {
    const wait = (left: number): LongTimer['handle'] =>
      left > LONGEST_TIMER_MS
        ? setTimeout(() => (timer.handle = wait(left - LONGEST_TIMER_MS)), LONGEST_TIMER_MS)
        : setTimeout(run, left);
    const timer: LongTimer = { handle: wait(delay) };
    return timer;
  },
  clearTimeout: (timer) => clearTimeout((timer as LongTimer | null)?.handle),
};

/** The platform's cryptographic randomness. */
export const systemRandom: Random = {
  next: () => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32,
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};

/** The browser's online state. */
export function pageNetwork(): Network {
  return {
    isOnline: () => (globalThis.navigator as Navigator | undefined)?.onLine !== false,
    watch: (online) => {
      globalThis.addEventListener?.('online', online);
      return () => globalThis.removeEventListener?.('online', online);
    },
  };
}
