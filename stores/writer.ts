import { pairKey } from '../facts/ids.ts';
import type { Storage, StorageWrite } from '../ports/storage.ts';
import type { DiagnosticsStore } from './diagnostics.ts';

/**
 * Write-through in batches: what is put in one turn is one transaction, the newest value per record, and batches
 * are written one after the other. A failed batch is told to whoever waits for it, and counted.
 */
export class Writer {
  readonly #storage: Storage;
  readonly #diagnostics: DiagnosticsStore;
  #pending = new Map<string, StorageWrite>();
  #flushing: Promise<boolean> | null = null;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(storage: Storage, diagnostics: DiagnosticsStore) {
    this.#storage = storage;
    this.#diagnostics = diagnostics;
  }

  /** Resolves when the value is stored (true) or could not be (false). Never rejects. */
  put(write: StorageWrite): Promise<boolean> {
    this.#pending.set(recordKey(write), write);
    this.#flushing ??= this.#flush();
    return this.#flushing;
  }

  /** Resolves when everything that was put is stored, or could not be. */
  async settled(): Promise<void> {
    while (this.#flushing) await this.#flushing;
    await this.#tail;
  }

  async #flush(): Promise<boolean> {
    // What else changes in this turn, and while the batch before is written, goes along.
    await this.#tail;
    const batch = [...this.#pending.values()];
    this.#pending = new Map();
    this.#flushing = null;
    const written = this.#storage.write(batch).then(
      () => true,
      () => {
        this.#diagnostics.count('storage-failed');
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
