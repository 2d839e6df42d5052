/** What a timer is cancelled with. Opaque. */
export type TimerHandle = unknown;

/** Time, injected, so that thirty seconds pass in a millisecond in a test. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `run` once, `delay` milliseconds from now at the earliest. */
  setTimeout(run: () => void, delay: number): TimerHandle;
  /** Takes a timer back; a handle that has fired or was cleared is ignored. */
  clearTimeout(handle: TimerHandle): void;
}
