import type { AccountId } from '../facts/ids.ts';
import { pairKey } from '../facts/ids.ts';
import { tell } from '../facts/listeners.ts';
import type { Cell, StorageView } from '../facts/view.ts';
import type { Storage, StorageErrorCode, StorageWrite } from '../ports/storage.ts';
import { signal } from './cells.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { Journal } from './journal.ts';

/** The error codes of the storage port. */
const CODES: readonly StorageErrorCode[] = ['unavailable', 'quota', 'newer-version', 'failed', 'timeout'];

const BACK_OFF_MS = 1_000;
const BACK_OFF_LONGEST_MS = 30_000;

/** The part of `Core` that the writer uses. */
interface Core {
  readonly storage: Storage;
  readonly diagnostics: Diagnostics;
  readonly journal: Journal;
  readonly isActing: boolean;
  elapsed(): number;
  transact(change: () => void): void;
  alarm(key: string, at: number, run: () => void): void;
  backOff(failures: number, base: number, longest: number): number;
}

/**
 * Write-through in batches: what is put in one turn is one transaction, the newest value per record, and batches
 * are written one after the other. What failed is kept and written again, with growing pauses: nothing that is on
 * screen is given up as long as the page lives.
 */
export class Writer {
  readonly #view = signal<StorageView>({ state: 'saved', reason: null, persisted: null });
  /** Removed accounts. Late writes for them are dropped. */
  readonly wiped = new Set<AccountId>();
  readonly #core: Core;
  readonly #onSaved: ((writes: readonly StorageWrite[]) => void)[] = [];
  /** Records reported as not stored; `onSaved` reports them once they are. */
  readonly #owed = new Set<string>();
  #pending = new Map<string, StorageWrite>();
  /** Failed writes that no newer put has replaced. */
  #backlog = new Map<string, StorageWrite>();
  #flushing: Promise<boolean> | null = null;
  #tail: Promise<unknown> = Promise.resolve();
  #failures = 0;
  #isAsked = false;
  #isLeaderFailing = false;

  constructor(core: Core) {
    this.#core = core;
  }

  /** How this device keeps what is written. */
  get view(): Cell<StorageView> {
    return this.#view;
  }

  /** Something could not be written yet: by this page, or by the one that it follows. */
  get isFailing(): boolean {
    if (!this.#core.isActing) return this.#isLeaderFailing;
    return this.#failures > 0 && !this.isEphemeral;
  }

  /** Persistent storage is unavailable; we run from memory. */
  get isEphemeral(): boolean {
    const { state } = this.view.peek();
    return state === 'unavailable' || state === 'newer-version';
  }

  /** Calls back when failed writes have been retried and stored. */
  onSaved(listener: (writes: readonly StorageWrite[]) => void): void {
    this.#onSaved.push(listener);
  }

  /**
   * Resolves when the value is stored (true), or could not be at first (false). Never rejects. A page that follows
   * another one writes nothing: that one does.
   */
  put(write: StorageWrite): Promise<boolean> {
    if (!this.#core.isActing) return Promise.resolve(true);
    const key = recordKey(write);
    // Replaces an older write that failed.
    this.#backlog.delete(key);
    // The account was signed in again.
    if (write.put === 'account') this.wiped.delete(write.value.account);
    if (!this.wiped.has(write.value.account)) this.#pending.set(key, write);
    this.#flushing ??= this.#flush();
    return this.#flushing;
  }

  /**
   * Writes a message of this page's own person for the first time, also where the page follows another one: it is
   * durable before anybody is asked to send it.
   */
  putFirst(write: StorageWrite): Promise<boolean> {
    if (this.#core.isActing) return this.put(write);
    return this.#core.storage.write([write]).then(
      () => true,
      () => false,
    );
  }

  /** Takes what the tab that leads knows of its disk; what it does not tell stays as it is. */
  mirror(view: StorageView, isFailing = this.#isLeaderFailing): void {
    this.#isLeaderFailing = isFailing;
    this.#view.value = view;
  }

  /** Resolves when everything that was put is stored, or could not be. */
  async settled(): Promise<void> {
    while (this.#flushing) await this.#flushing;
    await this.#tail;
  }

  /** Sets whether stored data could not be read yet, so that the link waits. */
  waits(isUnread: boolean): void {
    const { isUnread: _, ...view } = this.view.peek();
    if (isUnread) this.#setView({ ...view, isUnread });
    else if (!this.isFailing && !this.isEphemeral) this.#setView({ ...view, state: 'saved', reason: null });
    else this.#setView(view);
  }

  /** Reports and counts a failed read or write. */
  readonly failed = (error: unknown): undefined => {
    // Anything can be thrown; the code of a DOMException is a number.
    const { code, message } = (error ?? {}) as { code?: unknown; message?: string };
    const known = CODES.find((one) => one === code);
    this.#core.diagnostics.count('storage-failed');
    // An error that nobody expected is for developers; one whose message is its code says no more than that.
    const reason = known && message && message !== known ? message : null;
    this.#setView({ ...this.view.peek(), state: known ?? 'failed', reason });
  };

  /** Asks the browser, once, not to evict what is stored. */
  async persist(): Promise<void> {
    if (this.#isAsked) return;
    this.#isAsked = true;
    const persisted = (await this.#core.storage.persist?.().catch(() => null)) ?? null;
    this.#setView({ ...this.view.peek(), persisted });
  }

  #setView(view: StorageView): void {
    this.#view.value = view;
    this.#core.journal.append('storage', {});
  }

  async #flush(): Promise<boolean> {
    // Changes made in this turn, or while the previous batch is written, join this one.
    await this.#tail;
    // After the page has stopped acting no alarm retries: what failed is written before what is newer.
    if (!this.#core.isActing) await this.again();
    const batch = this.#pending;
    this.#pending = new Map();
    this.#flushing = null;
    return this.#write(batch);
  }

  /** Retries failed writes in a batch of their own, so that a record that can never be written does not block others. */
  async again(): Promise<void> {
    await this.#tail;
    const batch = this.#backlog;
    this.#backlog = new Map();
    if (batch.size > 0) await this.#write(batch);
  }

  #write(batch: Map<string, StorageWrite>): Promise<boolean> {
    const written = this.#core.storage.write([...batch.values()]).then(
      () => {
        const late = [...batch].flatMap(([key, write]) => (this.#owed.delete(key) ? [write] : []));
        const isAll = this.#backlog.size === 0;
        if (isAll) this.#failures = 0;
        this.#core.transact(() => {
          if (isAll && this.view.peek().state !== 'saved')
            this.#setView({ ...this.view.peek(), state: 'saved', reason: null });
          if (late.length > 0) for (const listener of this.#onSaved) tell(listener, late);
        });
        return true;
      },
      (error: unknown) => {
        for (const [key, write] of batch) {
          this.#owed.add(key);
          // A newer put wins.
          if (!this.#pending.has(key)) this.#backlog.set(key, write);
        }
        this.#failures += 1;
        this.failed(error);
        const pause = this.#core.backOff(this.#failures, BACK_OFF_MS, BACK_OFF_LONGEST_MS);
        this.#core.alarm('storage', this.#core.elapsed() + pause, () => void this.again());
        return false;
      },
    );
    this.#tail = written;
    return written;
  }
}

function recordKey({ put, value }: StorageWrite): string {
  if (put === 'account') return `${put} ${value.account}`;
  const key = `${put} ${pairKey(value.account, value.peer)}`;
  return put === 'message' ? `${key} ${value.id}` : key;
}
