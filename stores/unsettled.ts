import type { MessageId } from '../facts/ids.ts';
import { firstIndex } from '../facts/search.ts';
import { statusOf } from '../facts/status.ts';
import type { StoredMessage } from '../ports/storage.ts';

const NONE: ReadonlySet<MessageId> = new Set();

/** Whether an own message still has to be sent: nobody has accepted it yet. Theirs are never open. */
export function isQueued({ isOpen, facts }: StoredMessage): boolean {
  return isOpen && statusOf(facts) !== 'sent';
}

/** The own messages of a conversation that are not settled: still to be sent, or accepted and not delivered. */
export class Unsettled {
  /** What nobody has accepted yet, in the order written. */
  readonly queue: MessageId[] = [];
  #accepted: Set<MessageId> | null = null;
  #missing: Set<MessageId> | null = null;

  /** What was accepted and is not delivered: it stays until the recipient says that they have it. */
  get accepted(): ReadonlySet<MessageId> {
    return this.#accepted ?? NONE;
  }

  /** What was accepted, and the recipient is known to lack. */
  get missing(): ReadonlySet<MessageId> {
    return this.#missing ?? NONE;
  }

  setMissing(id: MessageId): void {
    (this.#missing ??= new Set()).add(id);
  }

  /** A missing message is sent again. False where it was not missing. */
  takeMissing(id: MessageId): boolean {
    return this.#missing?.delete(id) ?? false;
  }

  /** Puts a message into the queue, among what was accepted, or out of both: by what is known of it. */
  file(message: StoredMessage): void {
    const { id, isOpen } = message;
    const isIn = isQueued(message);
    // Ids are time-ordered, so that a message that is tried again goes back to where it stood.
    const position = firstIndex(this.queue.length, (index) => this.queue[index]! >= id);
    const wasIn = this.queue[position] === id;
    if (isIn !== wasIn) this.queue.splice(position, isIn ? 0 : 1, ...(isIn ? [id] : []));
    if (isIn) return;
    if (isOpen) (this.#accepted ??= new Set()).add(id);
    else {
      this.#accepted?.delete(id);
      this.#missing?.delete(id);
    }
  }
}
