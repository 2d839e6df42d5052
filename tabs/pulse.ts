import type { Clock, TimerHandle } from '../ports/clock.ts';

const BEAT_MS = 2_000;
const TICK_MS = 1_000;
/** A timer this late means that the page slept and has not processed the leader's messages yet. */
const SLEPT_MS = 1_000;

interface PulseOptions {
  readonly clock: Clock;
  /** What the timer is for: the leader's heartbeat, a visible follower's check, or nothing. */
  task(): 'beat' | 'listen' | null;
  /** How long the leader may be silent. */
  limit(): number;
  /** Once every heartbeat. */
  onBeat(): void;
  /** The leader was silent for too long. */
  onSilence(): void;
  /** This tab has slept: the leader's silence counts from now on, and it should be asked. */
  onSlept(): void;
}

/** The only timer of a group: the leader's heartbeat, or a follower's patience. */
export interface Pulse {
  /** Starts anew with what the tab does now. */
  arm(): void;
  /** The leader was heard, or begins to be waited for. */
  heard(): void;
  /** For how long it was not, in milliseconds. */
  readonly silence: number;
}

/** Makes a pulse; `arm` starts it. */
export function createPulse(options: PulseOptions): Pulse {
  const { clock } = options;
  let timer: TimerHandle = null;
  let heardAt = -Infinity;

  function arm(): void {
    clock.clearTimeout(timer);
    const task = options.task();
    if (task === 'beat') {
      timer = clock.setTimeout(() => {
        arm();
        options.onBeat();
      }, BEAT_MS);
    } else if (task === 'listen') {
      const wait = Math.min(TICK_MS, Math.max(0, heardAt + options.limit() - clock.elapsed()));
      const due = clock.elapsed() + wait;
      timer = clock.setTimeout(() => listen(due), wait);
    }
  }

  function listen(due: number): void {
    const now = clock.elapsed();
    if (now - due > SLEPT_MS) options.onSlept();
    else if (now - heardAt >= options.limit()) options.onSilence();
    arm();
  }

  return {
    arm,
    heard() {
      heardAt = clock.elapsed();
    },
    get silence() {
      return clock.elapsed() - heardAt;
    },
  };
}
