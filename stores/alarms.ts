import type { AccountId } from '../facts/ids.ts';
import type { TimerHandle } from '../ports/clock.ts';

/** What alarms need of the core. */
interface Surroundings {
  readonly isActing: boolean;
  elapsed(): number;
  /** Sets a timer whose callback is one transaction. */
  timer(run: () => void, delay: number): TimerHandle;
  clearTimer(timer: TimerHandle): void;
}

interface Alarm {
  readonly at: number;
  readonly timer: TimerHandle;
}

/**
 * One alarm per key, at a moment of `elapsed()`, moved or taken back (null) by setting it again. Alarms only make things
 * happen in time: everything they do is also derived anew at the next change.
 */
export class Alarms<Key extends string> {
  readonly #around: Surroundings;
  readonly #alarms = new Map<Key, Alarm>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  set(key: Key, at: number | null, run: () => void): void {
    const known = this.#alarms.get(key);
    // Most pairs have no alarm and get none.
    if (known ? known.at === at : at === null) return;
    if (known) {
      this.#around.clearTimer(known.timer);
      this.#alarms.delete(key);
    }
    if (at === null || !this.#around.isActing) return;
    const ring = (): void => {
      this.#alarms.delete(key);
      run();
    };
    const timer = this.#around.timer(ring, Math.max(0, at - this.#around.elapsed()));
    this.#alarms.set(key, { at, timer });
  }

  clear(): void {
    for (const { timer } of this.#alarms.values()) this.#around.clearTimer(timer);
    this.#alarms.clear();
  }
}

/** The alarms of one duty, one for each pair: found by the two ids, since a joined key would be made at each change. */
export class PairAlarms {
  readonly #around: Surroundings;
  readonly #byAccount = new Map<AccountId, Alarms<AccountId>>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  set(account: AccountId, peer: AccountId, at: number | null, run: () => void): void {
    let alarms = this.#byAccount.get(account);
    if (!alarms) {
      if (at === null) return;
      this.#byAccount.set(account, (alarms = new Alarms(this.#around)));
    }
    alarms.set(peer, at, run);
  }

  /** Runs as soon as it is due, and not before: at once, or when an alarm finds that it still is. */
  whenDue(account: AccountId, peer: AccountId, dueAt: () => number | null, run: () => void): void {
    const at = dueAt();
    const isDue = at !== null && at <= this.#around.elapsed();
    this.set(account, peer, isDue ? null : at, () => this.whenDue(account, peer, dueAt, run));
    if (isDue) run();
  }

  clear(): void {
    for (const alarms of this.#byAccount.values()) alarms.clear();
    this.#byAccount.clear();
  }
}
