import { attemptsOf, nextPlanned } from '../../facts/evidence.ts';
import type { MessageFact, RouteName } from '../../facts/evidence.ts';
import type { MessageId } from '../../facts/ids.ts';
import { statusOf } from '../../facts/status.ts';
import type { StoredMessage } from '../../ports/storage.ts';
import type { Conversation } from '../conversation.ts';
import type { Core } from '../core.ts';
import type { Messages } from '../messages.ts';

/**
 * So many attempts are written together, where the other side de-duplicates: should this page die, those that have not
 * left are simply made again.
 */
const TOGETHER = 50;
/** An attempt begins within this time after it was written, or is written anew: it says when it was made. */
const USABLE_MS = 500;

/** An attempt, of a message as it was when the attempt was written. */
export interface WrittenAttempt {
  readonly message: StoredMessage;
  readonly attempted: MessageFact & { readonly type: 'attempted' };
}

/** Attempts that were written together, or are being written. */
interface Written {
  readonly attempts: Map<MessageId, WrittenAttempt>;
  readonly isStored: Promise<boolean>;
}

/** Makes attempts durable before they leave. */
export class WriteAhead {
  readonly #core: Core;
  readonly #messages: Messages;
  /** Of each conversation, what was written last and has not begun. */
  #written = new WeakMap<Conversation, Written>();

  constructor(core: Core, messages: Messages) {
    this.#core = core;
    this.#messages = messages;
    // What was stored may have been deleted under the page.
    core.storage.watch?.(() => (this.#written = new WeakMap()));
  }

  /**
   * The next attempt of a message, once it is durable; written before, or now with those of the messages that come next,
   * where that is possible. A page that dies now finds the indices used, also where the write that gave them failed, and
   * attempts that may have gone. Where the device could not write, the conversation is stalled.
   */
  async attempt(
    conversation: Conversation,
    picked: StoredMessage,
    underWay: ReadonlySet<MessageId>,
    route: RouteName,
  ): Promise<WrittenAttempt> {
    const { writer } = this.#core;
    const known = this.#written.get(conversation);
    const written =
      known && this.#isUsable(known.attempts.get(picked.id), picked, route)
        ? known
        : this.#write(conversation, picked, underWay, route);
    const attempt = written.attempts.get(picked.id)!;
    // Each is made once.
    written.attempts.delete(picked.id);
    if (!(await written.isStored) && !writer.isEphemeral) {
      this.#written.delete(conversation);
      conversation.setStalled(true);
    }
    return attempt;
  }

  #isUsable(written: WrittenAttempt | undefined, message: StoredMessage, route: RouteName): boolean {
    if (!written) return false;
    const { attempted } = written;
    const isRecent = this.#core.elapsed() - this.#core.instant(attempted) < USABLE_MS;
    return isRecent && written.message === message && attempted.route === route;
  }

  #write(
    conversation: Conversation,
    picked: StoredMessage,
    underWay: ReadonlySet<MessageId>,
    route: RouteName,
  ): Written {
    const { writer } = this.#core;
    const areMany = conversation.meta.isKnownClient && !writer.isEphemeral;
    const next = areMany ? this.#following(conversation, picked, underWay) : [];
    const all = [picked, ...next].map((message) => this.#attempt(conversation, message, route));
    this.#messages.saveConversation(conversation);
    // What is put in one turn is one transaction.
    const [isStored] = all.map(({ message, attempted }) =>
      writer.put({ put: 'message', value: { ...message, facts: [...message.facts, attempted] } }),
    );
    const written = {
      attempts: new Map(all.map((one) => [one.message.id, one])),
      isStored: isStored!,
    };
    this.#written.set(conversation, written);
    return written;
  }

  #attempt(conversation: Conversation, waiting: StoredMessage, route: RouteName): WrittenAttempt {
    const message = waiting.index === null ? this.#indexed(conversation, waiting) : waiting;
    const attempt = attemptsOf(message.facts).newest + 1;
    const requestId = this.#core.requestId();
    const attempted = { type: 'attempted', attempt, route, requestId, at: this.#core.now() } as const;
    this.#core.instant(attempted);
    return { message, attempted };
  }

  /** The index is given at the first attempt: what never leaves leaves no gap. */
  #indexed(conversation: Conversation, message: StoredMessage): StoredMessage {
    const { stream } = conversation.meta;
    this.#messages.update(conversation, { ...message, stream, index: conversation.takeIndex() });
    return conversation.get(message.id)!;
  }

  /** What is to be sent directly after a message of the queue, as far as it could leave now. */
  #following(
    conversation: Conversation,
    { id }: StoredMessage,
    underWay: ReadonlySet<MessageId>,
  ): readonly StoredMessage[] {
    const { queue } = conversation;
    const found: StoredMessage[] = [];
    const start = queue.indexOf(id) + 1;
    for (let n = start; start > 0 && n < queue.length && found.length < TOGETHER - 1; n += 1) {
      const message = conversation.get(queue[n]!)!;
      const planned = nextPlanned(message.facts);
      const due = planned && this.#core.dueAt(planned);
      const isDue = due === null || due <= this.#core.elapsed();
      if (underWay.has(message.id) || !isDue || !isSendable(message)) break;
      found.push(message);
    }
    return found;
  }
}

/** Whether a message waits, and is stored. */
export function isSendable({ facts }: StoredMessage): boolean {
  return statusOf(facts) === 'waiting' && facts.some(({ type }) => type === 'written');
}
