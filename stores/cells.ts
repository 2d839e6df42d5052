import { signal } from '@preact/signals-core';
import type { Cell } from '../facts/view.ts';

/** A cell over a value that is changed in place: the owner says when. */
export class LiveCell<Value> implements Cell<Value> {
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
 * when somebody asks. A key costs a signal only once somebody has asked for it.
 */
export class KeyedCells<Key extends string, Value> {
  readonly #cells = new Map<Key, LiveCell<Value>>();
  readonly #read: (key: Key) => Value;

  constructor(read: (key: Key) => Value) {
    this.#read = read;
  }

  cell(key: Key): LiveCell<Value> {
    let cell = this.#cells.get(key);
    if (!cell) this.#cells.set(key, (cell = new LiveCell(() => this.#read(key))));
    return cell;
  }

  changed(key: Key): void {
    this.#cells.get(key)?.changed();
  }
}
