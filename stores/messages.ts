import { attemptsOf, isCancelled, mergeFacts } from '../facts/evidence.ts';
import type { MessageFact, NewFact } from '../facts/evidence.ts';
import type { MessageId } from '../facts/ids.ts';
import { isTick, statusOf } from '../facts/status.ts';
import { hasIndex, rangesOf, union } from '../facts/ranges.ts';
import { deleted } from '../facts/read-set.ts';
import type { StoredConversation, StoredMessage, StoredStream } from '../ports/storage.ts';
import type { Conversation } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import type { Core } from './core.ts';
import { isShown } from './loaded-rows.ts';

/** Changes to the records of messages and conversations, on screen and in storage. */
export class Messages {
  readonly #core: Core;
  readonly #conversations: Conversations;
  /** What is shown once a write has ended. */
  readonly #unshown = new Map<Promise<boolean>, (() => void)[]>();

  constructor(core: Core, conversations: Conversations) {
    this.#core = core;
    this.#conversations = conversations;
    // Retried writes that have now succeeded.
    core.writer.onSaved((writes) => {
      for (const write of writes) if (write.put === 'message') this.#saved(write.value);
    });
  }

  /** Writes an own message for the first time. */
  async writeFirst(conversation: Conversation, id: MessageId): Promise<void> {
    const { account, peer } = conversation;
    const at = this.#core.now();
    const written = (): StoredMessage => {
      const known = conversation.get(id)!;
      return { ...known, facts: [...known.facts, { type: 'written', at }] };
    };
    const isStored = await this.#core.writer.putFirst({ put: 'message', value: written() });
    this.#core.transact(() => {
      // The stored record already has this fact. The message may have been cancelled meanwhile.
      if (isStored) conversation.put(written());
      else conversation.setStored(id, false);
      this.#core.touch(account, peer);
    });
  }

  /** Takes in a message that was written in another tab, or stored by one that has died. */
  async adopt(message: StoredMessage): Promise<void> {
    const { account, peer, id } = message;
    // Nothing of an account that was removed comes back, until it is signed in again.
    if (this.#core.writer.wiped.has(account)) return;
    const conversation = this.#conversations.get(account, peer);
    const known = (await this.lookUp(conversation, id)) ?? message;
    const newest = conversation.get(id) ?? known;
    const facts = mergeFacts(newest.facts, message.facts);
    if (!conversation.get(id) || facts.length > newest.facts.length)
      this.update(conversation, { ...newest, facts });
    this.writeUnwritten(conversation);
    // Tell the tab that wrote it what became of it.
    this.#core.journal.append('message', { account, peer, id });
    this.#core.touch(account, peer);
  }

  /** Writes what could not be written so far. */
  writeUnwritten(conversation: Conversation): void {
    for (const id of [...conversation.queue])
      if (isUnwritten(conversation.get(id)!)) void this.writeFirst(conversation, id);
  }

  /** Plans one more attempt of a message: after a pause, in milliseconds, or when a path appears. */
  plan(conversation: Conversation, id: MessageId, pause: number | 'path'): void {
    const attempt = attemptsOf(conversation.get(id)!.facts).planned + 1;
    const due = pause === 'path' ? pause : this.#core.now() + pause;
    this.add(conversation, id, { type: 'scheduled', attempt, due });
  }

  /** Adds evidence about an own message; of now, where it has no time yet. A settled one leaves the outbox. */
  add(conversation: Conversation, id: MessageId, fact: MessageFact | NewFact<MessageFact>): void {
    const message = conversation.get(id);
    if (!message) return;
    const timed = { at: this.#core.now(), ...fact } as MessageFact;
    this.#core.instant(timed);
    this.update(conversation, { ...message, facts: [...message.facts, timed] });
  }

  /** Puts a changed own message back on screen and into the outbox, where it is stored already or about to be. */
  takeWritten(conversation: Conversation, message: StoredMessage): void {
    this.#core.transact(() => {
      conversation.put(message);
      conversation.file(message);
      this.#core.touch(conversation.account, conversation.peer);
    });
  }

  /** Puts a changed own message back, on screen and in storage. A tick is shown once its proof is stored. */
  update(conversation: Conversation, message: StoredMessage): void {
    const status = statusOf(message.facts);
    const before = conversation.get(message.id);
    const isNewTick = before && isTick(status) && statusOf(before.facts) !== status;
    // A page that follows another one is told of what may be shown.
    const show = isNewTick && this.#core.isActing ? conversation.beginStoring(before) : null;
    const isGone = !isShown(message);
    const isOpen = !isGone && status !== 'delivered' && status !== 'read';
    const value = { ...message, isOpen };
    this.#core.transact(() => {
      this.takeWritten(conversation, value);
      // An index that is never sent would stay a gap on the other side.
      const { index } = message;
      const { voids } = conversation.meta;
      if (isGone && index !== null && !hasIndex(voids, index))
        this.changeConversation(conversation, { voids: union(voids, rangesOf([index])) });
      const isStored = this.#core.writer.put({ put: 'message', value });
      // Where the disk refuses, it is shown all the same, and written again.
      if (show) this.#onceWritten(isStored, conversation, show);
    });
  }

  /** Writes the message as it is now. */
  save(conversation: Conversation, id: MessageId): void {
    void this.#core.writer.put({ put: 'message', value: conversation.get(id)! });
  }

  /** Changes what is known of the conversation itself, here and in storage. */
  changeConversation(conversation: Conversation, change: Partial<StoredConversation>): void {
    conversation.adopt({ ...conversation.meta, ...change });
    this.saveConversation(conversation);
  }

  /** Writes what is known of the conversation itself. */
  saveConversation({ account, peer, meta }: Conversation): void {
    this.#core.journal.append('conversation', { account, peer });
    void this.#core.writer.put({ put: 'conversation', value: meta });
  }

  /** Notes something of one of their streams: that more of it is here, or will never come. */
  changeStream(
    conversation: Conversation,
    stream: string,
    change: (sets: StoredStream) => StoredStream,
  ): void {
    conversation.changeStream(stream, change);
    this.saveConversation(conversation);
  }

  /** Notes that a message of theirs was deleted: there is nothing to look at any more. */
  markDeleted(conversation: Conversation, { stream, index }: StoredMessage): void {
    if (stream !== null && index !== null)
      this.changeStream(conversation, stream, (sets) => deleted(sets, index));
  }

  /**
   * A message of the conversation, from memory or from storage; undefined where there is none, null where this
   * device could not read it: that is no absence.
   */
  async lookUp(conversation: Conversation, id: MessageId): Promise<StoredMessage | undefined | null> {
    return conversation.get(id) ?? this.readStored(conversation, id);
  }

  /** The same from storage alone: what is in memory may not be on this device. */
  readStored({ account, peer }: Conversation, id: MessageId): Promise<StoredMessage | undefined | null> {
    const { storage, writer } = this.#core;
    return storage.message(account, peer, id).catch((error: unknown) => {
      writer.failed(error);
      return null;
    });
  }

  /** Several, in the order of the ids, in one read where storage can: each undefined, or null, as above. */
  async readAllStored(
    conversation: Conversation,
    ids: readonly MessageId[],
  ): Promise<readonly (StoredMessage | undefined | null)[]> {
    const { account, peer } = conversation;
    const { storage, writer } = this.#core;
    if (ids.length < 2 || !storage.messages)
      return Promise.all(ids.map((id) => this.readStored(conversation, id)));
    return storage.messages(account, peer, ids).catch((error: unknown) => {
      writer.failed(error);
      return ids.map(() => null);
    });
  }

  /** Calls back once the write that is under way has ended; all that wait for the same one see one change. */
  #onceWritten(isStored: Promise<boolean>, { account, peer }: Conversation, show: () => void): void {
    const known = this.#unshown.get(isStored);
    const shows = known ?? [];
    this.#unshown.set(isStored, shows);
    shows.push(() => {
      show();
      this.#core.touch(account, peer);
    });
    if (known) return;
    void isStored.then(() => {
      this.#unshown.delete(isStored);
      this.#core.transact(() => {
        for (const one of shows) one();
      });
    });
  }

  /** A message that could not be written at first is stored. */
  #saved({ account, peer, id, own, facts }: StoredMessage): void {
    const conversation = this.#conversations.find(account, peer);
    const message = conversation?.get(id);
    if (!conversation || !message) return;
    conversation.setStalled(false);
    conversation.setStored(id, true);
    this.#core.touch(account, peer);
    const written = facts.find(({ type }) => type === 'written');
    const isNew = own && written && !message.facts.some(({ type }) => type === 'written');
    if (isNew) this.add(conversation, id, written);
  }
}

/** Whether an own message was never given to anybody: no other tab knows more of it than this one. */
export function isFresh({ own, isOpen, index, facts }: StoredMessage): boolean {
  return own && isOpen && index === null && facts.every(({ type }) => type === 'written');
}

/** Whether an own message still has to be made durable by this device. */
export function isUnwritten(message: StoredMessage): boolean {
  return (
    message.own &&
    message.isOpen &&
    !isCancelled(message.facts) &&
    !message.facts.some(({ type }) => type === 'written')
  );
}
