import type { Planned } from '../facts/evidence.ts';
import { backOff } from '../facts/back-off.ts';
import type { AccountId, MessageId, RequestId } from '../facts/ids.ts';
import { IDS_PER_MS, messageIdOf, orderOf, requestIdOf } from '../facts/uuid.ts';
import type { Cell } from '../facts/view.ts';
import type { Backend } from '../ports/backend.ts';
import type { Clock, TimerHandle } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { Relay } from '../ports/relay.ts';
import type { Storage } from '../ports/storage.ts';
import { Alarms, PairAlarms } from './alarms.ts';
import { signal } from './cells.ts';
import { bounded } from './bounded.ts';
import { Writer } from './writer.ts';
import { createDiagnostics } from './diagnostics.ts';
import type { Diagnostics } from './diagnostics.ts';
import { Journal } from './journal.ts';
import type { Settings } from './options.ts';

/** Ids that claim to be made after the year 3000 do not move this device's own ids forward. */
const NO_TIME_OF_IDS = 32_503_680_000_000;
/** The longest pause before a next attempt, whatever a stored plan says. */
export const LONGEST_PAUSE_MS = 60_000;

interface CoreOptions {
  readonly backend: Backend;
  readonly storage: Storage;
  readonly relay: Relay | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Settings;
}

/** What all stores share: the ports, the journal, ids and alarms. */
export class Core {
  readonly backend: Backend;
  readonly storage: Storage;
  /** Stops using the storage; pending and later calls fail. */
  readonly abandonStorage: () => void;
  readonly relay: Relay | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Settings;
  readonly writer: Writer;
  readonly journal = new Journal();
  readonly diagnostics: Diagnostics;
  readonly #alarms: Alarms<string>;
  readonly #otherAlarms: { clear(): void }[] = [];
  readonly #pacedAt = new Map<string, number>();
  readonly #isAnyVisible = signal(true);
  #isActing = true;
  /** The highest of the ids that are known. */
  #lastIdAt = -1;
  #sequence = 0;
  /** When facts were noted, by the monotonic clock. */
  readonly #instants = new WeakMap<object, number>();

  constructor(options: CoreOptions) {
    this.backend = options.backend;
    const { storage, abandon } = bounded(options.storage, options.clock);
    this.storage = storage;
    this.abandonStorage = abandon;
    this.relay = options.relay;
    this.clock = options.clock;
    this.random = options.random;
    this.settings = options.settings;
    this.diagnostics = createDiagnostics(this.journal);
    this.#alarms = new Alarms(this);
    this.writer = new Writer(this);
  }

  /** Whole milliseconds since the epoch, for what is stored, shown or sent. Durations use `elapsed()`. */
  now(): number {
    return Math.floor(this.clock.now());
  }

  /** Whole milliseconds on the monotonic clock, for durations and alarms. */
  elapsed(): number {
    return Math.floor(this.clock.elapsed());
  }

  /**
   * When a fact was noted, on the monotonic clock. What an earlier page has noted is only known by the time of
   * day: its age counts, and one of the future (the clock was set back since) counts as of now.
   */
  instant(fact: { readonly at: number }): number {
    let instant = this.#instants.get(fact);
    if (instant === undefined) {
      instant = this.elapsed() - Math.max(0, this.now() - fact.at);
      this.#instants.set(fact, instant);
    }
    return instant;
  }

  /**
   * When a planned attempt is due, on the monotonic clock: never further ahead than the longest pause. Null
   * where it waits for a path.
   */
  dueAt(planned: Planned): number | null {
    const { at, due } = planned;
    if (due === 'path') return null;
    return this.instant(planned) + Math.min(Math.max(0, due - at), LONGEST_PAUSE_MS);
  }

  /** How far the time of day is ahead of the monotonic clock. Pages of one device differ in it. */
  get ahead(): number {
    return Math.round(this.clock.now() - this.clock.elapsed());
  }

  /** A moment of the monotonic clock as the time of day, to be shown. */
  timeOf(instant: number): number {
    return this.now() + instant - this.elapsed();
  }

  requestId(): RequestId {
    return requestIdOf(this.random.bytes(16));
  }

  /**
   * Ids of one device sort in the order in which they were made: also within a millisecond, and where its clock was
   * set back.
   */
  messageId(bytes = this.random.bytes(16)): MessageId {
    const now = this.now();
    if (now > this.#lastIdAt) {
      this.#lastIdAt = now;
      this.#sequence = 0;
    } else if (++this.#sequence === IDS_PER_MS) {
      this.#lastIdAt += 1;
      this.#sequence = 0;
    }
    return messageIdOf(this.#lastIdAt, this.#sequence, bytes);
  }

  /** An id that was made on this device, by an earlier page or in another tab: later ones sort behind it. */
  knowId(id: MessageId): void {
    const order = orderOf(id);
    if (!order || order.at < this.#lastIdAt || order.at > NO_TIME_OF_IDS) return;
    if (order.at > this.#lastIdAt) this.#sequence = order.sequence;
    else this.#sequence = Math.max(this.#sequence, order.sequence);
    this.#lastIdAt = order.at;
  }

  /** Whether a page of this browser is on screen. */
  get isAnyVisible(): Cell<boolean> {
    return this.#isAnyVisible;
  }

  setAnyVisible(isVisible: boolean): void {
    this.#isAnyVisible.value = isVisible;
  }

  /**
   * Whether this page acts. One that follows another tab only mirrors what that one knows: nothing is due in it, and
   * no duty runs.
   */
  get isActing(): boolean {
    return this.#isActing;
  }

  /** Changes several things at once: observers and duties see the end only. */
  transact<Result>(change: () => Result): Result {
    return this.journal.transact(change);
  }

  /** Says that something about the pair changed. */
  touch(account: AccountId, peer: AccountId): void {
    this.journal.append('pair', { account, peer });
  }

  /** Hears of every pair of which something changed, once per transaction, while this page acts. */
  onDue(listener: (account: AccountId, peer: AccountId) => void): void {
    this.journal.on('pair', ({ account, peer }) => {
      if (this.#isActing) listener(account, peer);
    });
  }

  /**
   * One alarm per key, at a moment of `elapsed()`, moved or taken back (null) by setting it again. Alarms only make things happen in time:
   * everything they do is also derived anew at the next change.
   */
  alarm(key: string, at: number | null, run: () => void): void {
    this.#alarms.set(key, at, run);
  }

  /** Alarms of one duty, one for each account. */
  accountAlarms(): Alarms<AccountId> {
    const alarms = new Alarms<AccountId>(this);
    this.#otherAlarms.push(alarms);
    return alarms;
  }

  /** Alarms of one duty, one for each pair. */
  pairAlarms(): PairAlarms {
    const alarms = new PairAlarms(this);
    this.#otherAlarms.push(alarms);
    return alarms;
  }

  /** Sets a timer whose callback is one transaction. */
  timer(run: () => void, delay: number): TimerHandle {
    return this.clock.setTimeout(() => this.transact(run), delay);
  }

  clearTimer(timer: TimerHandle): void {
    this.clock.clearTimeout(timer);
  }

  /**
   * Runs it at once, and of all that is asked for within `pause` milliseconds after it once more, at their end: what
   * others cause is done no more often than that. What was put together is counted.
   */
  paced(key: string, pause: number, run: () => void): void {
    const now = this.elapsed();
    const due = (this.#pacedAt.get(key) ?? -Infinity) + pause;
    const runNow = (): void => {
      this.#pacedAt.set(key, this.elapsed());
      run();
    };
    if (due <= now) return runNow();
    this.diagnostics.count('coalesced');
    this.alarm(`paced ${key}`, due, runNow);
  }

  /** A random pause with full jitter: up to `base` doubled for every failure, never beyond `longest`. */
  backOff(failures: number, base: number, longest: number): number {
    return Math.round(backOff(this.random.next(), failures, base, longest));
  }

  /** Acts from now on. */
  act(): void {
    this.#isActing = true;
  }

  /** Stops acting: whatever was due is derived anew when it acts again. */
  rest(): void {
    this.#isActing = false;
    for (const alarms of [this.#alarms, ...this.#otherAlarms]) alarms.clear();
  }
}
