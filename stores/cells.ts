import { signal } from '@preact/signals-core';
import type { Signal } from '@preact/signals-core';
import type { Cell } from '../facts/view.ts';

/**
 * Cells over records that live elsewhere: a version per key says that the record changed, and the value is read
 * when somebody asks. A key costs a signal only once somebody has asked for it.
 */
export class KeyedCells<Key extends string, Value> {
  readonly #versions = new Map<Key, Signal<number>>();
  readonly #read: (key: Key) => Value;

  constructor(read: (key: Key) => Value) {
    this.#read = read;
  }

  cell(key: Key): Cell<Value> {
    const version = this.#version(key);
    const read = (): Value => this.#read(key);
    return {
      get value() {
        void version.value;
        return read();
      },
      peek: read,
      subscribe: (run) => version.subscribe(() => run(read())),
    };
  }

  /** Calls back after changes only. */
  watch(key: Key, changed: () => void): () => void {
    let isFirst = true;
    return this.#version(key).subscribe(() => {
      if (isFirst) isFirst = false;
      else changed();
    });
  }

  changed(key: Key): void {
    const version = this.#versions.get(key);
    if (version) version.value += 1;
  }

  #version(key: Key): Signal<number> {
    let version = this.#versions.get(key);
    if (!version) {
      version = signal(0);
      this.#versions.set(key, version);
    }
    return version;
  }
}

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

  changed(): void {
    this.#version.value += 1;
  }
}
