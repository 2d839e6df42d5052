import type { Cid } from '../facts/ids.ts';
import { pairKey } from '../facts/ids.ts';
import { tell } from '../facts/listeners.ts';
import type { Cell, StorageView } from '../facts/view.ts';
import type { Storage, StorageErrorCode, StorageWrite } from '../ports/storage.ts';
import { signal } from './cells.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { Journal } from './journal.ts';

/** Why something can fail on this device, as everybody knows it. */
const CODES: readonly StorageErrorCode[] = ['unavailable', 'quota', 'newer-version', 'failed', 'timeout'];

const BACK_OFF_MS = 1_000;
const BACK_OFF_LONGEST_MS = 30_000;

/** What the writer needs of what all stores share. */
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
  /** Accounts of which nothing may be left: what is answered or written late is not written any more. */
  readonly wiped = new Set<Cid>();
  readonly #core: Core;
  readonly #onSaved: ((writes: readonly StorageWrite[]) => void)[] = [];
  /** Records whose writer was told that they are not stored: told again when they are. */
  readonly #owed = new Set<string>();
  #pending = new Map<string, StorageWrite>();
  /** What failed and was not put again since. */
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

  /** Calls back when writes that had failed are stored after all. */
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
    // What failed before is older.
    this.#backlog.delete(key);
    // Signed in again.
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

  /** Whether what is stored waits to be read, and the link for it. */
  waits(isUnread: boolean): void {
    const { isUnread: _, ...view } = this.view.peek();
    if (isUnread) this.#setView({ ...view, isUnread });
    else if (!this.isFailing && !this.isEphemeral) this.#setView({ ...view, state: 'saved', reason: null });
    else this.#setView(view);
  }

  /** Something could not be read or written on this device: said, and counted. */
  readonly failed = (error: unknown): undefined => {
    // Anything can be thrown; a DOMException has a code of another kind.
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
    this.#core.journal.note('storage', {});
  }

  async #flush(): Promise<boolean> {
    // What else changes in this turn, and while the batch before is written, goes along.
    await this.#tail;
    const batch = this.#pending;
    this.#pending = new Map();
    this.#flushing = null;
    return this.#write(batch);
  }

  /** What failed is written again on its own: a record that never can be does not keep others out. */
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
          // What was put meanwhile is newer.
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
