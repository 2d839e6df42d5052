import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';

/* The one place of the library that reads the real clock and the real randomness. */
/* eslint-disable no-restricted-globals -- see above */

/** The platform's own clock and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, delay) => setTimeout(run, delay),
  clearTimeout: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
};

/** The platform's cryptographic randomness. */
export const systemRandom: Random = {
  next: () => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32,
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};
