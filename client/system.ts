import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { Network } from './link.ts';

/* The only module that reads the real clock and the real randomness. */
/* eslint-disable no-restricted-globals -- see above */

/** The longest delay that a platform's timer takes: a longer one fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface LongTimer {
  handle: ReturnType<typeof setTimeout> | undefined;
  isCleared: boolean;
}

/** Runs it in the next turn. A hidden page gets its messages at once, and its timers only once a second. */
function nextTurn(run: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    run();
  };
  port2.postMessage(null);
}

/** The platform's own clock and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  setTimeout(run, delay) {
    const timer: LongTimer = { handle: undefined, isCleared: false };
    const wait = (left: number): LongTimer['handle'] =>
      left > LONGEST_TIMER_MS
        ? setTimeout(() => (timer.handle = wait(left - LONGEST_TIMER_MS)), LONGEST_TIMER_MS)
        : setTimeout(run, left);
    // jsdom has no channels.
    if (delay > 0 || typeof MessageChannel === 'undefined') timer.handle = wait(delay);
    else nextTurn(() => timer.isCleared || run());
    return timer;
  },
  clearTimeout(handle) {
    const timer = handle as LongTimer | null;
    if (!timer) return;
    timer.isCleared = true;
    clearTimeout(timer.handle);
  },
};

/** The platform's cryptographic randomness. */
export const systemRandom: Random = {
  next: () => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32,
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};

/** Whether nobody can see this page. Where there is no document, somebody can. */
export function isPageHidden(): boolean {
  return (globalThis.document as Document | undefined)?.visibilityState === 'hidden';
}

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
