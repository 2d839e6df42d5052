import type { MessageId } from '../facts/ids.ts';
import { firstIndex } from '../facts/search.ts';
import { statusOf } from '../facts/status.ts';
import type { StoredMessage } from '../ports/storage.ts';

/** Whether an own message still has to be sent: nobody has accepted it yet. Theirs are never open. */
export function isQueued({ isOpen, facts }: StoredMessage): boolean {
  return isOpen && statusOf(facts) !== 'sent';
}

/** The own messages of a conversation that are not settled: still to be sent, or accepted and not delivered. */
export class Unsettled {
  /** What nobody has accepted yet, in the order written. */
  readonly queue: MessageId[] = [];
  /** What was accepted and is not delivered: it stays until the recipient says that they have it. */
  readonly accepted = new Set<MessageId>();
  /** What was accepted, and the recipient is known to lack. */
  readonly missing = new Set<MessageId>();

  /** Puts a message into the queue, among what was accepted, or out of both: by what is known of it. */
  file(message: StoredMessage): void {
    const { id, isOpen } = message;
    const isIn = isQueued(message);
    // Ids are time-ordered, so that a message that is tried again goes back to where it stood.
    const position = firstIndex(this.queue.length, (index) => this.queue[index]! >= id);
    const wasIn = this.queue[position] === id;
    if (isIn !== wasIn) this.queue.splice(position, isIn ? 0 : 1, ...(isIn ? [id] : []));
    if (isIn) return;
    if (isOpen) this.accepted.add(id);
    else {
      this.accepted.delete(id);
      this.missing.delete(id);
    }
  }
}
