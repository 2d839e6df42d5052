import { tellAll } from '../facts/listeners.ts';
import type { Frame } from './wire.ts';

/** One frame that crossed a socket of the simulation, after whatever a fault did to it. */
export interface LoggedFrame {
  /** On the simulation's clock. */
  readonly at: number;
  /** The service's name. */
  readonly service: string;
  /** The service's id of the connection. */
  readonly socket: string;
  /** `in`: towards the service. `out`: towards the page. */
  readonly direction: 'in' | 'out';
  readonly text: string;
  /** Decoded; undefined when it is no frame. */
  readonly frame: Frame | undefined;
}

/** The log of all frames, for people to look at and for tests to ask. */
export interface FrameLog {
  readonly entries: readonly LoggedFrame[];
  /** Calls `listener` for every frame from now on; returns the unsubscriber. */
  subscribe(listener: (entry: LoggedFrame) => void): () => void;
  clear(): void;
}

/** The log for its writer. */
export interface FrameLogWriter extends FrameLog {
  add(entry: LoggedFrame): void;
}

/** How many frames the log keeps; the oldest are dropped, so that a simulation can run for days. */
const LIMIT = 20_000;

export function createFrameLog(): FrameLogWriter {
  const entries: LoggedFrame[] = [];
  const listeners = new Set<(entry: LoggedFrame) => void>();
  return {
    entries,
    add(entry) {
      entries.push(entry);
      if (entries.length > LIMIT) entries.splice(0, LIMIT / 10);
      tellAll(listeners, entry);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    clear: () => void entries.splice(0),
  };
}
