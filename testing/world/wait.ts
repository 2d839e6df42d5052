import type { FakeClock } from '../../mocks/index.ts';
import type { WaitOptions } from './interfaces.ts';

/** The condition of a wait. */
export interface Waited {
  /** Completes the sentence "Waited … until". */
  readonly until: string;
  /** Whether the condition holds. */
  isTrue(): boolean;
  /** Completes the sentence "Instead,". */
  found(): string;
}

/** Advances the clock until the condition holds. Rejects with a sentence after the time limit. */
export type Wait = (waited: Waited, options?: WaitOptions) => Promise<void>;

const WITHIN_MS = 60_000;
/** The interval between checks. */
const STEP_MS = 20;

/** The calls of storages for which time stands still. */
export type StorageCalls = Set<Promise<unknown>>;

/** Passes time, and none while such a storage answers. */
export async function pass(clock: FakeClock, ms: number, calls: StorageCalls): Promise<void> {
  for (let left = ms; ; left -= STEP_MS) {
    while (calls.size > 0) await answered(calls, clock);
    if (left <= 0) return;
    await clock.advance(Math.min(STEP_MS, left));
  }
}

async function answered(calls: StorageCalls, clock: FakeClock): Promise<void> {
  await Promise.allSettled(calls);
  await clock.settle();
}

/** The waits of one world. */
export function createWait(clock: FakeClock, seed: number, calls: StorageCalls): Wait {
  return async ({ until, isTrue, found }, { within = WITHIN_MS } = {}) => {
    const deadline = clock.elapsed() + within;
    await clock.settle();
    while (!isTrue()) {
      if (calls.size > 0) {
        await answered(calls, clock);
        continue;
      }
      const left = deadline - clock.elapsed();
      if (left <= 0)
        throw new Error(
          `Waited ${within} ms of simulated time until ${until}. Instead, ${found()}. Seed ${seed}.`,
        );
      await clock.advance(Math.min(STEP_MS, left));
    }
  };
}

/** Advances the clock until a promise is settled, and returns what it resolves to. */
export async function untilSettled<Value>(
  wait: Wait,
  promise: Promise<Value>,
  until: string,
  options?: WaitOptions,
): Promise<Value> {
  let isSettled = false;
  const noted = promise.finally(() => (isSettled = true));
  // The caller awaits it below; until then a rejection must not count as unhandled.
  noted.catch(() => undefined);
  await wait({ until, isTrue: () => isSettled, found: () => 'it is still under way' }, options);
  return noted;
}
