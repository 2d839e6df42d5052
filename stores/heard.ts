import type { AccountId } from '../facts/ids.ts';
import { HEARD_MS } from '../facts/presence.ts';
import type { Alarms } from './alarms.ts';
import type { Core } from './core.ts';
import type { Pairs, PairState } from './pairs.ts';

/**
 * Whose pages have spoken. A word proves that a page is there for a while only: one alarm per account ends that for
 * everybody, since thousands may be there.
 */
export class Heard {
  readonly #core: Core;
  readonly #pairs: Pairs;
  readonly #expired: (pair: PairState) => void;
  /** The one whose word is oldest first. */
  readonly #heard = new Map<AccountId, Set<PairState>>();
  readonly #alarms: Alarms<AccountId>;

  constructor(core: Core, pairs: Pairs, expired: (pair: PairState) => void) {
    this.#core = core;
    this.#pairs = pairs;
    this.#expired = expired;
    this.#alarms = core.accountAlarms();
  }

  /** Their page has spoken now. */
  note(pair: PairState): void {
    pair.heardAt = this.#core.elapsed();
    const heard = this.#heard.get(pair.account) ?? new Set<PairState>();
    this.#heard.set(pair.account, heard);
    heard.delete(pair);
    heard.add(pair);
  }

  /** Sees to it that the word of a pair expires. False for those of whom another tab has heard, in any order. */
  watch(pair: PairState): boolean {
    const heard = this.#heard.get(pair.account);
    if (!heard?.has(pair)) return false;
    const [first] = heard;
    // Those who have left meanwhile are passed when it rings.
    const at = (first!.heardAt ?? this.#core.elapsed()) + HEARD_MS;
    this.#alarms.set(pair.account, at, () => this.#expire(pair.account, heard));
    return true;
  }

  #expire(account: AccountId, heard: Set<PairState>): void {
    const now = this.#core.elapsed();
    for (const pair of heard) {
      // They have left, or the pair was forgotten.
      const isGone = pair.heardAt === null || this.#pairs.find(account, pair.peer) !== pair;
      if (!isGone && pair.heardAt! + HEARD_MS > now) return void this.watch(pair);
      heard.delete(pair);
      if (!isGone) this.#expired(pair);
    }
  }
}
