import type { Clock } from '../ports/clock.ts';

/** A leader whose timer did not run for this long may have been replaced. */
export const LEASE_MS = 5_000;

/** Lets a leader act only while it is sure to be one. */
export interface Lease {
  /** The tab leads from now on. */
  start(): void;
  /** The tab no longer leads: what is held is dropped. */
  end(): void;
  /** Runs it now, or, in order, once it is known that the tab still leads. */
  run(act: () => void): void;
  /** Renews the lease: the tab's timer has run. */
  renew(): void;
  /** Verifies that the tab still leads, even if the lease is valid. */
  doubt(): void;
}

/**
 * A lease that asks `verify` after a sleep; `verify` calls back unless the tab has been replaced. `renewed` tells the
 * others before anything else is done: they count the silence from when the lease was renewed.
 */
export function createLease(clock: Clock, verify: (isStill: () => void) => void, renewed: () => void): Lease {
  let renewedAt: number | null = null;
  /** Changes with every start and end: the answer to an older question says nothing. */
  let term = 0;
  let held: (() => void)[] | null = null;

  function isOver(): boolean {
    return clock.elapsed() - (renewedAt ?? -Infinity) >= LEASE_MS;
  }

  function doubt(): void {
    if (held) return;
    held = [];
    const asked = term;
    verify(() => {
      if (term !== asked) return;
      renewedAt = clock.elapsed();
      renewed();
      while (term === asked && held && held.length > 0) held.shift()!();
      if (term === asked) held = null;
    });
  }

  return {
    start() {
      term += 1;
      held = null;
      renewedAt = clock.elapsed();
    },
    end() {
      term += 1;
      held = null;
      renewedAt = null;
    },
    run(act) {
      if (renewedAt === null) return;
      if (!held && isOver()) doubt();
      if (held) held.push(act);
      else act();
    },
    renew() {
      if (renewedAt !== null) renewedAt = clock.elapsed();
    },
    doubt() {
      if (renewedAt !== null) doubt();
    },
  };
}
