import type { Cid, MessageId } from '../../facts/ids.ts';
import { pairKey } from '../../facts/ids.ts';
import type { Guesses } from './apply.ts';

/** What a follower asks of the leader. */
export interface Asked {
  readonly number: number;
  readonly verb: string;
  readonly parts: readonly unknown[];
}

interface Pending extends Asked {
  readonly isGuess: boolean;
  readonly isRepeatable: boolean;
  isStarted: boolean;
  settle(result: unknown): void;
}

/** How a verb is carried out in a tab that follows. */
export interface Manner {
  /** It is carried out on the mirror at once, and the leader's word replaces what it did there. */
  readonly isGuess?: boolean;
  /** It is the same to do it twice: it is asked again of every new leader until it is answered. */
  readonly isRepeatable?: boolean;
  /** What is answered where nobody will ever tell. */
  readonly lost?: (parts: readonly unknown[]) => unknown;
}

type Run = (...parts: unknown[]) => unknown;

/**
 * Verbs that one tab carries out for all. In the tab that leads they run as they are; from another one they are asked
 * of it: once, whatever happens to leaders (delivery.md 6).
 */
export class Verbs implements Guesses {
  readonly #runs = new Map<string, Run>();
  readonly #manners = new Map<string, Manner>();
  readonly #pending = new Map<number, Pending>();
  readonly #isLeading: () => boolean;
  readonly #ask: (asked: Asked) => void;
  readonly #guessing: (run: () => void) => void;
  #last = 0;
  #isNested = false;

  constructor(isLeading: () => boolean, ask: (asked: Asked) => void, guessing: (run: () => void) => void) {
    this.#isLeading = isLeading;
    this.#ask = ask;
    this.#guessing = guessing;
  }

  /** Replaces a method by one that asks the leader where this tab is none. */
  share(owner: object, store: string, name: string, manner: Manner = {}): void {
    const verb = `${store}.${name}`;
    const methods = owner as Record<string, Run>;
    const run = methods[name]!.bind(owner);
    this.add(verb, run, manner);
    methods[name] = (...parts) => {
      if (this.#isLeading() || this.#isNested) return run(...parts);
      const answer = this.ask(verb, parts);
      if (manner.isGuess) this.#guess(run, parts);
      return answer;
    };
  }

  add(verb: string, run: Run, manner: Manner = {}): void {
    this.#runs.set(verb, run);
    this.#manners.set(verb, manner);
  }

  /** Asks the leader, or whoever will lead next. */
  ask(verb: string, parts: readonly unknown[]): Promise<unknown> {
    const { isGuess = false, isRepeatable = false } = this.#manners.get(verb)!;
    return new Promise((settle) => {
      const number = (this.#last += 1);
      this.#pending.set(number, { number, verb, parts, isGuess, isRepeatable, isStarted: false, settle });
      this.#ask({ number, verb, parts });
    });
  }

  /** Carries out what was asked of this tab; undefined for a verb that is none. */
  run({ verb, parts }: Asked): unknown {
    return this.#runs.get(verb)?.(...parts);
  }

  /** The leader begins with it: from here on its word counts, and nobody else does it. */
  started(number: number): void {
    const pending = this.#pending.get(number);
    if (pending) pending.isStarted = true;
  }

  answered(number: number, result: unknown): void {
    const pending = this.#pending.get(number);
    this.#pending.delete(number);
    pending?.settle(result);
  }

  /**
   * Another tab leads from now on: what was never begun is asked of it, or run by this very tab. What was begun and
   * not answered is lost: nobody knows how it went, and it is not done twice. This tab runs what it is ready for.
   */
  handOver(isReady: (verb: string) => boolean = () => true): void {
    for (const pending of [...this.#pending.values()]) {
      const { number, verb, parts } = pending;
      if (pending.isStarted && !pending.isRepeatable)
        this.answered(number, this.#manners.get(verb)?.lost?.(parts));
      else if (this.#isLeading()) {
        if (isReady(verb)) this.answered(number, this.run(pending));
      } else {
        pending.isStarted = false;
        this.#ask({ number, verb, parts });
      }
    }
  }

  isSession(account: Cid): boolean {
    return this.#isGuessed(
      (parts) => parts.length < 3 && parts[0] === account && typeof parts[1] !== 'string',
    );
  }

  isPair(account: Cid, peer: Cid): boolean {
    const key = pairKey(account, peer);
    return this.#isGuessed(([first, second]) => pairKey(first as Cid, second as Cid) === key);
  }

  isMessage(id: MessageId): boolean {
    return this.#isGuessed(([, , third]) => third === id);
  }

  #isGuessed(isAbout: (parts: readonly unknown[]) => boolean): boolean {
    for (const { isGuess, isStarted, parts } of this.#pending.values())
      if (isGuess && !isStarted && isAbout(parts)) return true;
    return false;
  }

  #guess(run: Run, parts: readonly unknown[]): void {
    this.#isNested = true;
    try {
      this.#guessing(() => void run(...parts));
    } finally {
      this.#isNested = false;
    }
  }
}
