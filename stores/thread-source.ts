import type { MessageId } from '../facts/ids.ts';
import { tellAll } from '../facts/listeners.ts';
import type { MessageSource, ThreadMessage } from '../facts/view.ts';
import { LiveCell } from './cells.ts';

/** What a source reads of the conversation behind it. */
interface Shown {
  readonly ids: readonly MessageId[];
  view(id: MessageId): ThreadMessage | undefined;
}

const NO_IDS: readonly MessageId[] = [];

/**
 * What a thread draws of two people's conversation, whether it has begun or not: looking at a conversation does not
 * begin it. Whoever follows the source sees the conversation begin, and end when its account is removed.
 */
export class ThreadSource {
  readonly source: MessageSource;
  readonly #order = new LiveCell<readonly MessageId[]>(() => this.#shown?.ids ?? NO_IDS);
  readonly #watchers = new Map<MessageId, Set<() => void>>();
  #shown: Shown | null = null;

  constructor() {
    this.source = Object.freeze({
      ids: this.#order.face,
      get: (id: MessageId) => this.#shown?.view(id),
      watch: (id: MessageId, changed: () => void) => this.#watch(id, changed),
    });
  }

  /** From now on it shows that conversation, or (null) none. */
  show(shown: Shown | null): void {
    this.#shown = shown;
    this.orderChanged();
    for (const watchers of this.#watchers.values()) tellAll(watchers);
  }

  /** Rows have come, gone or moved. */
  orderChanged(): void {
    this.#order.changed();
  }

  /** One row has changed. */
  rowChanged(id: MessageId): void {
    const watchers = this.#watchers.get(id);
    if (watchers) tellAll(watchers);
  }

  #watch(id: MessageId, changed: () => void): () => void {
    let watchers = this.#watchers.get(id);
    if (!watchers) this.#watchers.set(id, (watchers = new Set()));
    // The same function may watch twice.
    const watcher = (): void => changed();
    watchers.add(watcher);
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0) this.#watchers.delete(id);
    };
  }
}
