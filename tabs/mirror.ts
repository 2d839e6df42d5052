import type { AccountId } from '../facts/ids.ts';
import { pairKey } from '../facts/ids.ts';
import type { Clock, TimerHandle } from '../ports/clock.ts';
import type { StoredMessage } from '../ports/storage.ts';
import type { Engine } from '../stores/engine.ts';
import type { Guesses } from './apply.ts';
import { apply, clear, emptied } from './apply.ts';
import { onOwnClock } from './moments.ts';
import type { Mirrored, Patch, PatchMessage } from './patch.ts';

/** How long a tab waits for a snapshot before it asks again. */
const ASK_AGAIN_MS = 2_000;

export interface MirrorOptions {
  readonly engine: Engine;
  readonly mirrored: Mirrored;
  readonly clock: Clock;
  readonly guesses: Guesses;
  /** Every account that was ever heard of. */
  readonly accounts: Iterable<AccountId>;
  /** Whether this tab has a leader to ask. */
  isFollowing(): boolean;
  /** Asks the leader for everything. */
  ask(): void;
  /** This tab has a message of its own person that the leader does not know. */
  adopt(message: StoredMessage): void;
  /** Stored or mirrored data can be shown. */
  shown(): void;
}

/** What a follower shows: the leader's state. */
export class Mirror {
  readonly #options: MirrorOptions;
  readonly #snapshot: Patch[] = [];
  /** How many changes the leader had told when the last one came. */
  #count = 0;
  #timer: TimerHandle = null;
  /** A snapshot is on its way. */
  isAsking = true;
  /** Whether the current change comes from the leader or from this tab's person. */
  isTold = false;

  constructor(options: MirrorOptions) {
    this.#options = options;
  }

  /** Asks for a snapshot, repeatedly: messages may get lost while leaders change. */
  want(): void {
    const { clock, ask, isFollowing } = this.#options;
    this.isAsking = true;
    ask();
    clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => {
      if (this.isAsking && isFollowing()) this.want();
    }, ASK_AGAIN_MS);
  }

  told(run: () => void): void {
    const before = this.isTold;
    this.isTold = true;
    try {
      this.#options.engine.core.transact(run);
    } finally {
      this.isTold = before;
    }
  }

  /** A snapshot is shown when it is complete; what was said before it was asked for is in it. */
  heard({ patch: told, isLast, count, ahead }: PatchMessage): void {
    const patch = onOwnClock(told, ahead - this.#options.engine.core.ahead);
    if (isLast === undefined) {
      if (this.isAsking) return;
      // A patch is missing: ask for everything.
      if (count !== this.#count + 1) return this.want();
      this.#count = count;
      return this.told(() => this.#apply(patch));
    }
    if (patch.isFirst) this.#snapshot.length = 0;
    this.#snapshot.push(patch);
    if (!isLast) return;
    this.isAsking = false;
    this.#count = count;
    this.#renew(this.#snapshot.splice(0));
    this.#options.shown();
  }

  #apply(patch: Patch, adopt?: (message: StoredMessage) => void): void {
    const { engine, mirrored, guesses } = this.#options;
    apply(engine, mirrored, patch, guesses, adopt);
  }

  #renew(parts: readonly Patch[]): void {
    const { engine, accounts: known, adopt } = this.#options;
    const { conversations } = engine;
    const told = new Set(
      parts.flatMap(({ pairs }) =>
        pairs.flatMap(({ pair, conversation }) => (conversation ? pairKey(pair.account, pair.peer) : [])),
      ),
    );
    const named = parts.flatMap(({ sessions }) => sessions.map(({ stored }) => stored.account));
    const accounts = [...new Set([...named, ...known])];
    // Conversations that the leader does not have.
    const strays = accounts
      .flatMap((account) => [...conversations.of(account)])
      .filter(
        ({ account, peer, rows, queue }) =>
          rows.length + queue.length > 0 && !told.has(pairKey(account, peer)),
      )
      .map((stray) => ({
        pair: engine.pairs.get(stray.account, stray.peer),
        conversation: emptied(stray),
      }));
    // Apply this first: touching a forgotten pair would recreate it.
    this.told(() => this.#apply({ sessions: [], people: [], wiped: [], pairs: strays }, adopt));
    this.told(() => {
      clear(engine, accounts);
      for (const part of parts) this.#apply(part, adopt);
    });
  }
}
