import { isCancellable } from '../facts/evidence.ts';
import type { AccountId, MessageId } from '../facts/ids.ts';
import { needsDecision, statusOf } from '../facts/status.ts';
import type { StoredMessage } from '../ports/storage.ts';
import { encodePayload } from '../protocol/payload.ts';
import type { PayloadOf } from '../protocol/payload.ts';
import type { Conversation } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import type { Core } from './core.ts';
import type { Messages } from './messages.ts';

/** What a person does with messages of their own. */
export class OwnMessages {
  readonly #core: Core;
  readonly #conversations: Conversations;
  readonly #messages: Messages;

  constructor(core: Core, conversations: Conversations, messages: Messages) {
    this.#core = core;
    this.#conversations = conversations;
    this.#messages = messages;
  }

  /** Writes a message. It is on screen at once, and leaves when it is stored and a route is there. */
  async send(
    account: AccountId,
    peer: AccountId,
    text: string,
    replyTo: MessageId | null = null,
  ): Promise<MessageId> {
    const conversation = this.#conversations.get(account, peer);
    const now = this.#core.now();
    const id = this.#core.messageId();
    const message: StoredMessage = {
      account,
      peer,
      id,
      own: true,
      text,
      sentAt: now,
      place: conversation.endAt(now),
      stream: null,
      index: null,
      replyTo,
      isEdited: false,
      isDeleted: false,
      facts: [],
      isOpen: true,
    };
    const isTooLarge = this.#isTooLarge(conversation, message);
    void this.#core.writer.persist();
    this.#core.transact(() => {
      conversation.put(message);
      conversation.file(message);
      if (isTooLarge)
        this.#messages.add(conversation, id, {
          type: 'gave-up',
          attempt: 0,
          code: 'too-large',
          reason: null,
        });
      this.#core.touch(account, peer);
    });
    await this.#messages.writeFirst(conversation, id);
    return id;
  }

  /** Tries again by hand: only what is failed or unconfirmed, with its own id; a second click sends nothing. */
  retry(account: AccountId, peer: AccountId, id: MessageId): void {
    const conversation = this.#conversations.find(account, peer);
    const message = conversation?.get(id);
    if (!conversation || !message?.own) return;
    if (!needsDecision(statusOf(message.facts))) return;
    if (!this.#isTooLarge(conversation, message)) this.#messages.plan(conversation, id, 0);
  }

  /** Takes a message back that cannot have left. Its row goes; its evidence stays. */
  cancel(account: AccountId, peer: AccountId, id: MessageId): void {
    const conversation = this.#conversations.find(account, peer);
    const message = conversation?.get(id);
    if (!conversation || !message?.own || !isCancellable(message.facts)) return;
    this.#messages.add(conversation, id, { type: 'cancelled' });
  }

  /**
   * Deletes an own message. What cannot have left is cancelled; what may have arrived leaves the screen here, and the
   * other side is told, as often as it takes, that it was deleted.
   */
  delete(account: AccountId, peer: AccountId, id: MessageId): void {
    const conversation = this.#conversations.find(account, peer);
    const message = conversation?.get(id);
    if (!conversation || !message?.own || message.isDeleted) return;
    if (isCancellable(message.facts)) return this.cancel(account, peer, id);
    this.#core.transact(() => {
      const deletions = [...(conversation.meta.deletions ?? []), id];
      this.#messages.changeConversation(conversation, { deletions });
      this.#messages.update(conversation, { ...message, text: '', isDeleted: true });
      this.#core.journal.append('deleted', { account, peer });
    });
  }

  #isTooLarge({ meta }: Conversation, message: StoredMessage): boolean {
    return bodyOf(message, meta.stream, 1).length > this.#core.backend.capabilities.maxBodyBytes;
  }
}

/** The bytes by which a message travels, the same at every attempt. */
export function bodyOf(message: StoredMessage, stream: string, index: number): Uint8Array {
  const payload: PayloadOf<'message'> = {
    v: 1,
    type: 'message',
    id: message.id,
    stream: message.stream ?? stream,
    index: message.index ?? index,
    text: message.text,
    sentAt: message.sentAt,
    ...(message.replyTo === null ? {} : { answers: message.replyTo }),
  };
  return encodePayload(payload);
}
