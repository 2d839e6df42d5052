import * as signals from '@preact/signals-core';
import { report, tell } from '../facts/listeners.ts';
import type { Cell } from '../facts/view.ts';

/*
 * A subscriber, or a page's own effect, that throws makes whoever changes a signal throw (signals-core runs all other
 * effects first and then throws the first error), and `effect()` throws what its first run throws. So everything that
 * is handed out as a cell is made, and changed, here.
 */

/** Changes several things at once: observers see the end only, and what one of them throws is reported. */
export function batch<Result>(change: () => Result): Result {
  let done: { result: Result } | { error: unknown } | undefined;
  try {
    signals.batch(() => {
      try {
        done = { result: change() };
      } catch (error) {
        done = { error };
      }
    });
  } catch (error) {
    // The change itself cannot have thrown it.
    report(error);
  }
  if (done && 'result' in done) return done.result;
  throw done?.error;
}

class IsolatedSignal<Value> extends signals.Signal<Value> {
  override get value(): Value {
    return super.value;
  }

  override set value(value: Value) {
    batch(() => {
      super.value = value;
    });
  }

  override subscribe(run: (value: Value) => void): () => void {
    return super.subscribe((value) => tell(run, value));
  }
}

/** A signal whose observers cannot break whoever sets it. */
export function signal<Value>(value: Value): signals.Signal<Value> {
  return new IsolatedSignal(value);
}

/**
 * A cell as it is handed out: it can be read and followed, and neither written nor changed. It is frozen, so that
 * frameworks that wrap objects in proxies (Vue) leave it as it is.
 */
export function faceOf<Value>(cell: Cell<Value>): Cell<Value> {
  return Object.freeze({
    get value() {
      return cell.value;
    },
    peek: () => cell.peek(),
    subscribe: (run: (value: Value) => void) => cell.subscribe((value) => tell(run, value)),
  });
}

/** A computed signal whose subscribers cannot break whoever changes what it is made of. */
export function computed<Value>(read: () => Value): Cell<Value> {
  return faceOf(signals.computed(read));
}

/** A cell over a value that is changed in place: the owner says when. */
export class LiveCell<Value> implements Cell<Value> {
  /** The cell as it is handed out. */
  readonly face: Cell<Value> = faceOf(this);
  readonly #version = signal(0);
  readonly #read: () => Value;

  constructor(read: () => Value) {
    this.#read = read;
  }

  get value(): Value {
    void this.#version.value;
    return this.#read();
  }

  peek(): Value {
    return this.#read();
  }

  subscribe(run: (value: Value) => void): () => void {
    return this.#version.subscribe(() => run(this.#read()));
  }

  /** Calls back after changes only, and reads nothing. */
  watch(changed: () => void): () => void {
    let isFirst = true;
    return this.#version.subscribe(() => {
      if (isFirst) isFirst = false;
      else changed();
    });
  }

  changed(): void {
    this.#version.value += 1;
  }
}

/**
 * Cells over records that live elsewhere: a version per key says that the record changed, and the value is read
 * when somebody asks. A key costs a signal only once somebody has asked for its cell, or while somebody watches it.
 */
export class KeyedCells<Key extends string, Value> {
  readonly #cells = new Map<Key, LiveCell<Value>>();
  /** Keys that are watched: rows that are on screen come and go, so nothing of them stays. */
  readonly #watched = new Map<Key, { readonly cell: LiveCell<Value>; watchers: number }>();
  readonly #read: (key: Key) => Value;

  constructor(read: (key: Key) => Value) {
    this.#read = read;
  }

  cell(key: Key): LiveCell<Value> {
    let cell = this.#cells.get(key);
    if (!cell) this.#cells.set(key, (cell = new LiveCell(() => this.#read(key))));
    return cell;
  }

  /** Calls back after changes of one key only. */
  watch(key: Key, changed: () => void): () => void {
    const known = this.#watched.get(key) ?? { cell: new LiveCell(() => this.#read(key)), watchers: 0 };
    this.#watched.set(key, known);
    known.watchers += 1;
    const stop = known.cell.watch(changed);
    let isWatching = true;
    return () => {
      if (!isWatching) return;
      isWatching = false;
      stop();
      known.watchers -= 1;
      if (known.watchers === 0) this.#watched.delete(key);
    };
  }

  /** How many cells there are. */
  get size(): number {
    return this.#cells.size + this.#watched.size;
  }

  changed(key: Key): void {
    this.#cells.get(key)?.changed();
    this.#watched.get(key)?.cell.changed();
  }
}
