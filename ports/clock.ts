/** What a timer is cancelled with. Opaque. */
export type TimerHandle = unknown;

/**
 * Time, injected, so that thirty seconds pass in a millisecond in a test. What is shown, stored or sent is a time of
 * `now()`; how long something lasts is measured with `elapsed()` alone, since people and machines set the time of day.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, by the clock of the device: it may be set forward or back at any moment. */
  now(): number;
  /**
   * Milliseconds that have passed since some moment of this page's own: never set, never going back. Two pages differ
   * in where it began; only differences within one page mean something.
   */
  elapsed(): number;
  /** Calls `run` once, `delay` milliseconds from now at the earliest, however long that is; 0: in the next turn. */
  setTimeout(run: () => void, delay: number): TimerHandle;
  /** Takes a timer back; a handle that has fired or was cleared is ignored. */
  clearTimeout(handle: TimerHandle): void;
}
