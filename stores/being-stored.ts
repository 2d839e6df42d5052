import type { MessageFact } from '../facts/evidence.ts';
import type { MessageId } from '../facts/ids.ts';
import { FewMap } from './few.ts';

/** Messages with the evidence that is shown of them. */
export type ShownFacts = readonly (readonly [MessageId, readonly MessageFact[]])[];

/**
 * Messages whose newest evidence is being stored. Until it is, the evidence of before is shown: a page that dies in
 * between must not have claimed what nothing proves any more.
 */
export class BeingStored {
  readonly #messages = new FewMap<MessageId, { readonly shown: readonly MessageFact[]; writes: number }>();

  /** What is shown of a message meanwhile; undefined where nothing of it is being stored. */
  shownOf(id: MessageId): readonly MessageFact[] | undefined {
    return this.#messages.get(id)?.shown;
  }

  get all(): ShownFacts {
    return [...this.#messages].map(([id, { shown }]) => [id, shown]);
  }

  /** A write begins; `shown` is the evidence of before. Returns what ends it, and says whether it was the last one. */
  begin(id: MessageId, shown: readonly MessageFact[]): () => boolean {
    const message = this.#messages.get(id) ?? { shown, writes: 0 };
    message.writes += 1;
    this.#messages.set(id, message);
    return () => {
      message.writes -= 1;
      return message.writes === 0 && this.#messages.get(id) === message && this.#messages.delete(id);
    };
  }

  /** Takes what another page shows meanwhile. Returns the messages that are concerned. */
  replace(told: ShownFacts): ReadonlySet<MessageId> {
    const concerned = new Set([...this.#messages.keys(), ...told.map(([id]) => id)]);
    this.#messages.clear();
    for (const [id, shown] of told) this.#messages.set(id, { shown, writes: 1 });
    return concerned;
  }
}
