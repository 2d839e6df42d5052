import { needsDecision } from '../../facts/index.ts';
import type { MessageId, Status, ThreadMessage } from '../../facts/index.ts';
import type { Rows } from '../internal/rows.ts';

/** The number of messages at the end that are searched for open ones when a conversation is opened. */
const LOOKS_AT = 100;
/** What may still fail. */
const OPEN: readonly (Status | null)[] = ['waiting', 'sending', 'unconfirmed', 'failed'];

/** Reports when an own message fails or gets no answer, even one that is not rendered. */
export class Outcomes {
  readonly #rows: Rows<MessageId, ThreadMessage>;
  readonly #tell: (message: ThreadMessage) => void;
  readonly #followed = new Map<MessageId, { status: Status | null; end: () => void }>();

  constructor(rows: Rows<MessageId, ThreadMessage>, tell: (message: ThreadMessage) => void) {
    this.#rows = rows;
    this.#tell = tell;
  }

  /** Follows those of these messages that may still change. */
  follow(ids: readonly MessageId[]): void {
    for (const id of ids.slice(-LOOKS_AT)) {
      const status = this.#statusOf(id);
      if (this.#followed.has(id) || !OPEN.includes(status)) continue;
      const followed = { status, end: () => undefined as void };
      this.#followed.set(id, followed);
      followed.end = this.#rows.watch(id, () => this.#check(id));
    }
  }

  /** Stops following all messages. */
  stop(): void {
    for (const { end } of this.#followed.values()) end();
    this.#followed.clear();
  }

  #check(id: MessageId): void {
    const followed = this.#followed.get(id);
    if (!followed) return;
    const status = this.#statusOf(id);
    const before = followed.status;
    followed.status = status;
    if (status !== before && needsDecision(status)) this.#rows.read(id, (message) => this.#tell(message));
    if (OPEN.includes(status)) return;
    followed.end();
    this.#followed.delete(id);
  }

  /** Null for a message that is not ours, is gone, or cannot be read. */
  #statusOf(id: MessageId): Status | null {
    return this.#rows.read(id, ({ own, status }) => (own ? status : null), null) ?? null;
  }
}
