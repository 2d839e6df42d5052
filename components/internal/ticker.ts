import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** The time source of elements. `every` calls back at least once per interval; it returns the unsubscriber. */
export interface TimeSource {
  /** Milliseconds since the epoch, by the clock of the device, which may be set at any moment. */
  now(): number;
  /** Milliseconds of a monotonic clock, for durations. Absent: `now` is monotonic. */
  elapsed?(): number;
  every(interval: number, run: () => void): () => void;
}

const real: TimeSource = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  every: (interval, run) => {
    const handle = setInterval(run, interval);
    return () => clearInterval(handle);
  },
};

let current: TimeSource = real;
const tickers = new Set<Ticker>();

/** The time source that all elements share. */
export function timeSource(): TimeSource {
  return current;
}

/** By the monotonic clock: a duration is the difference of two of these. */
export function elapsed(): number {
  return current.elapsed?.() ?? current.now();
}

/** Gives all elements another clock (a simulator's, a test's); returns what puts the old one back. */
export function setTimeSource(source: TimeSource): () => void {
  const before = current;
  current = source;
  for (const ticker of tickers) ticker.restart();
  return () => {
    current = before;
    for (const ticker of tickers) ticker.restart();
  };
}

/**
 * Renders its host as often as needed: every second for a countdown, every half minute for an age, otherwise never.
 * Only texts depend on it.
 */
export class Ticker implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #interval: () => number | null;
  #running: number | null = null;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, interval: () => number | null) {
    this.#host = host;
    this.#interval = interval;
    host.addController(this);
  }

  hostConnected(): void {
    tickers.add(this);
  }

  hostUpdated(): void {
    this.#run(this.#interval());
  }

  hostDisconnected(): void {
    tickers.delete(this);
    this.#run(null);
  }

  /** Starts again on the time source as it is now. */
  restart(): void {
    this.#run(null);
    this.#host.requestUpdate();
  }

  #run(interval: number | null): void {
    if (interval === this.#running) return;
    this.#stop?.();
    this.#running = interval;
    this.#stop = interval === null ? undefined : current.every(interval, () => this.#host.requestUpdate());
  }
}
