import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { RowSource } from '../../facts/index.ts';
import { report, tellAll } from '../../facts/listeners.ts';
import { describe, warn } from './warn.ts';

/** A row that is on screen, and how it is drawn again. */
interface DrawnRow<Id> {
  readonly id: Id;
  readonly draw: () => void;
}

/** What a list's property takes: a live source, or a plain array that is replaced as a whole. */
export type RowsInput<Id extends string, Row, Given = Row> =
  RowSource<Id, Row> | readonly Given[] | null | undefined;

/** Whether the value is a live source. */
export function isRowSource(value: unknown): value is RowSource<string, unknown> {
  const source = value as Partial<RowSource<string, unknown>> | null | undefined;
  return (
    typeof source === 'object' &&
    typeof source?.ids?.subscribe === 'function' &&
    typeof source.get === 'function' &&
    typeof source.watch === 'function'
  );
}

/**
 * The rows of a list, one way for both: a live source is followed, a plain array is adapted. A change of the ids
 * renders the host; a change of one row reaches only who watches that row.
 */
export class Rows<Id extends string, Row> implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #idOf: (row: Row) => Id;
  /** Adds defaults to a partial row from a page. */
  readonly #whole: (row: Row) => Row;
  #source: RowSource<Id, Row> | null = null;
  #unsubscribe: (() => void) | undefined;
  #isConnected = false;
  #ids: readonly Id[] = [];
  #revision = 0;
  #hasOtherIds = false;
  #rows = new Map<Id, Row>();
  readonly #watchers = new Map<Id, Set<() => void>>();
  readonly #drawn = new Set<DrawnRow<Id>>();
  /** What stops the following of each row, where the host is drawn from all of them. */
  readonly #followed: Map<Id, () => void> | null;
  /** The rows that could not be read or drawn: each is reported once, until it can be again. */
  readonly #broken = new Set<Id>();
  /** What stands in the place of a row that cannot be drawn. */
  readonly #brokenWords: () => string;
  #redrawn: () => void = () => undefined;

  /** `followsAll`: the host is rendered after a change of any row too, because it counts or sorts them. */
  constructor(
    host: ReactiveControllerHost & HTMLElement,
    idOf: (row: Row) => Id,
    followsAll = false,
    whole = (row: Row): Row => row,
    brokenWords = (): string => '',
  ) {
    this.#host = host;
    this.#idOf = idOf;
    this.#whole = whole;
    this.#brokenWords = brokenWords;
    this.#followed = followsAll ? new Map() : null;
    host.addController(this);
  }

  /** The ids in reading order. */
  get ids(): readonly Id[] {
    return this.#source ? this.#source.ids.peek() : this.#ids;
  }

  /** Increments whenever the ids may have changed. */
  get revision(): number {
    return this.#revision;
  }

  /** The row of an id. */
  get(id: Id): Row | undefined {
    const row = this.#source ? this.#source.get(id) : this.#rows.get(id);
    return row && this.#whole(row);
  }

  /** Calls back after a change of that row; returns the unsubscriber. */
  watch(id: Id, changed: () => void): () => void {
    if (this.#source) return this.#source.watch(id, changed);
    let watchers = this.#watchers.get(id);
    if (!watchers) this.#watchers.set(id, (watchers = new Set()));
    watchers.add(changed);
    return () => {
      watchers.delete(changed);
      if (watchers.size === 0) this.#watchers.delete(id);
    };
  }

  /** What marks one list from another: the live source, or null while plain arrays are given. */
  get identity(): object | null {
    return this.#source;
  }

  /** Takes what the property of that name was set to. */
  use(input: RowsInput<Id, Row, object>, name = 'rows'): void {
    if (input != null && !Array.isArray(input) && !isRowSource(input))
      warn(this.#host.localName, name, `expected ${name} to be an array or a source, got ${describe(input)}`);
    if (isRowSource(input)) {
      this.#source = input;
      this.#rows.clear();
      this.#ids = [];
    } else {
      this.#source = null;
      this.#adapt(Array.isArray(input) ? (input as readonly Row[]) : [], name);
    }
    this.#subscribe();
  }

  hostConnected(): void {
    this.#isConnected = true;
    this.#subscribe();
  }

  hostDisconnected(): void {
    this.#isConnected = false;
    this.#subscribe();
  }

  /** Rows that have come are followed, those that have gone are not; once per render, however many there are. */
  hostUpdate(): void {
    const followed = this.#followed;
    if (!followed || !this.#hasOtherIds) return;
    this.#hasOtherIds = false;
    const ids = new Set(this.#isConnected && this.#source ? this.#source.ids.peek() : []);
    for (const [id, stop] of followed) {
      if (ids.has(id)) continue;
      stop();
      followed.delete(id);
    }
    for (const id of ids) if (!followed.has(id)) followed.set(id, this.watch(id, this.#onRow));
  }

  /** What `read` takes from a row: undefined where there is no such row, `broken` where it cannot be read. */
  read<Value>(id: Id, read: (row: Row) => Value, broken?: Value): Value | undefined {
    try {
      const row = this.get(id);
      return row === undefined ? undefined : read(row);
    } catch (error) {
      this.reportBroken(id, error);
      return broken;
    }
  }

  /** Calls `draw` whenever a row that is on screen is to be drawn again; returns what ends that. */
  follow(id: Id, draw: () => void): () => void {
    const drawn = { id, draw };
    this.#drawn.add(drawn);
    const stop = this.watch(id, () => {
      draw();
      this.#redrawn();
    });
    return () => {
      this.#drawn.delete(drawn);
      stop();
    };
  }

  /** Calls back when a row has been drawn again by itself: it may have another height now. */
  whenRedrawn(run: () => void): void {
    this.#redrawn = run;
  }

  /** Draws a row again, where it is drawn. */
  redraw(id: Id): void {
    for (const drawn of [...this.#drawn]) if (drawn.id === id) drawn.draw();
    this.#redrawn();
  }

  /** What stands in the place of a row that cannot be drawn. */
  get brokenWords(): string {
    return this.#brokenWords();
  }

  /** Reports that a row cannot be read or drawn, once. */
  reportBroken(id: Id, error: unknown): void {
    if (this.#broken.has(id)) return;
    this.#broken.add(id);
    report(error);
  }

  /** The row can be drawn: should it fail again, that is reported again. */
  unmarkBroken(id: Id): void {
    this.#broken.delete(id);
  }

  readonly #onRow = (): void => {
    this.#revision += 1;
    this.#host.requestUpdate();
  };

  #subscribe(): void {
    this.#unsubscribe?.();
    for (const stop of this.#followed?.values() ?? []) stop();
    this.#followed?.clear();
    this.#unsubscribe =
      this.#isConnected && this.#source
        ? this.#source.ids.subscribe(() => {
            this.#revision += 1;
            this.#hasOtherIds = true;
            this.#host.requestUpdate();
          })
        : undefined;
  }

  #idFrom(row: Row): Id | null {
    try {
      return this.#idOf(row);
    } catch {
      return null;
    }
  }

  #adapt(rows: readonly Row[], name: string): void {
    const before = this.#rows;
    this.#revision += 1;
    this.#rows = new Map();
    for (const row of rows) {
      const id = this.#idFrom(row);
      if (id) this.#rows.set(id, row);
      else warn(this.#host.localName, name, `expected ${name} to be rows with an id, got ${describe(row)}`);
    }
    this.#ids = [...this.#rows.keys()];
    for (const [id, watchers] of [...this.#watchers])
      if (this.#rows.has(id) && before.get(id) !== this.#rows.get(id)) tellAll(watchers);
  }
}
