import { attemptsOf, isCancellable, openAttempt } from '../facts/evidence.ts';
import type { MessageFact, NewFact } from '../facts/evidence.ts';
import type { Cid, MessageId } from '../facts/ids.ts';
import { pairKey } from '../facts/ids.ts';
import { isTick, statusOf } from '../facts/status.ts';
import { hasIndex, NOTHING, rangesOf, union } from '../facts/ranges.ts';
import { deleted, stored } from '../facts/read-set.ts';
import type { Cell, ConversationRow, RowSource } from '../facts/view.ts';
import type { StoredConversation, StoredMessage, StoredStream } from '../ports/storage.ts';
import { encodePayload } from '../protocol/payload.ts';
import type { PayloadOf } from '../protocol/payload.ts';
import { KeyedCells } from './cells.ts';
import { Conversation, isShown, MAX_STREAMS } from './conversation.ts';
import type { Core } from './core.ts';
import { newestPages, PAGE } from './history.ts';
import type { Pairs } from './pairs.ts';
import { ReadMarker } from './read-marker.ts';
import type { ConversationMarks } from './reading.ts';
import { SortedIds } from './sorted-ids.ts';

/** How long a typing signal is shown. */
export const TYPING_MS = 2_000;

/** A message's fate in a sentence, for messages that were given up before anything left. */

/** Conversations and their messages: records, evidence, and the verbs of a person. */
export class Messages {
  readonly #core: Core;
  readonly #pairs: Pairs;
  readonly #conversations = new Map<string, Conversation>();
  /** Per account, whom it has talked to: the newest conversation first. */
  readonly #lists = new Map<Cid, SortedIds<Cid, number>>();
  readonly #rows: KeyedCells<string, ConversationRow>;
  readonly #unread: KeyedCells<Cid, number>;
  /** Set by the outbox: a message joins or leaves what is still to be sent. */
  onQueued: (conversation: Conversation, id: MessageId, isQueued: boolean) => void = () => undefined;
  /** Set by the duty that tells the other side: an own message was deleted that may have arrived. */
  onDeleted: (conversation: Conversation) => void = () => undefined;
  /** Set by the duty that tells the other side: more of their messages were on the screen. */
  onSeen: (conversation: Conversation, marks: ConversationMarks) => void = () => undefined;
  readonly #marker: ReadMarker;

  constructor(core: Core, pairs: Pairs) {
    this.#core = core;
    this.#pairs = pairs;
    this.#marker = new ReadMarker(core, pairs, this);
    this.#rows = new KeyedCells((key) => {
      const [account, peer] = key.split('/') as [Cid, Cid];
      return this.row(account, peer);
    });
    this.#unread = new KeyedCells((account) =>
      this.#of(account)
        .cell.peek()
        .reduce((sum, peer) => sum + this.get(account, peer).reading.unread, 0),
    );
    // What had failed and is stored by now has become durable.
    core.writer.onSaved((writes) => {
      for (const write of writes) if (write.put === 'message') this.#saved(write.value);
    });
    core.onTouched((account, peer) => {
      const conversation = this.#conversations.get(pairKey(account, peer));
      conversation?.refreshQueue();
      if (conversation) this.#place(conversation);
      this.#rows.changed(pairKey(account, peer));
      if (conversation) this.#unread.changed(account);
    });
  }

  /** The conversation; it begins to exist when it is first asked for. */
  get(account: Cid, peer: Cid): Conversation {
    const key = pairKey(account, peer);
    const known = this.#conversations.get(key);
    if (known) return known;
    return this.#create({
      account,
      peer,
      stream: this.#core.messageId(),
      nextIndex: 1,
      voids: NOTHING,
      theirs: [],
      speaksOurs: false,
    });
  }

  find(account: Cid, peer: Cid): Conversation | undefined {
    return this.#conversations.get(pairKey(account, peer));
  }

  /** The account's conversations that have a message, newest first. */
  list(account: Cid): RowSource<Cid, ConversationRow> {
    return {
      ids: this.#of(account).cell,
      get: (peer) => (this.find(account, peer) ? this.row(account, peer) : undefined),
      watch: (peer, changed) => this.#rows.cell(pairKey(account, peer)).watch(changed),
    };
  }

  /** One conversation as a row, now. */
  row(account: Cid, peer: Cid): ConversationRow {
    const pair = this.#pairs.get(account, peer);
    const conversation = this.find(account, peer);
    return {
      account,
      peer,
      name: pair.name ?? pair.username,
      presence: this.#pairs.presence(pair),
      last: conversation?.last ?? null,
      unread: conversation?.reading.unread ?? 0,
      isTyping: pair.typingAt !== null && this.#core.elapsed() - pair.typingAt < TYPING_MS,
      isPaused: this.#pairs.isPaused(pair),
      arrival: conversation?.arrival ?? null,
    };
  }

  rowCell(account: Cid, peer: Cid): Cell<ConversationRow> {
    return this.#rows.cell(pairKey(account, peer));
  }

  /** The first of their messages that nobody has looked at, among those that are loaded, or null. */
  firstUnread(account: Cid, peer: Cid): MessageId | null {
    return this.find(account, peer)?.firstUnread ?? null;
  }

  /** How many messages of the account nobody has looked at. Derived from what was seen, never counted up. */
  unread(account: Cid): Cell<number> {
    return this.#unread.cell(account);
  }

  /** Brings a conversation back from storage: its newest pages, and whatever of ours is open. */
  async restore(stored: StoredConversation, open: readonly StoredMessage[]): Promise<void> {
    const { account, peer } = stored;
    // What was lost of it is not made up: another stream begins.
    const meta = stored.stream ? stored : { ...stored, stream: this.#core.messageId() };
    const mirrored = this.find(account, peer);
    const { rows, hasOlder } = await newestPages(this.#core, mirrored?.meta ?? meta);
    const conversation = this.find(account, peer) ?? this.#create(meta);
    // What a page has in memory before it reads what is stored, it has from another tab, whose socket is gone.
    const cause = mirrored ? 'connection-lost' : 'reload';
    // The same stream: what is known already is newer.
    if (conversation.meta.stream !== meta.stream) conversation.adopt(meta);
    this.#core.transact(() => {
      conversation.prepend(rows, hasOlder);
      this.#holdStored(conversation, rows);
      for (const found of open) {
        if (!conversation.get(found.id)) conversation.put(found);
        // The page of history was read after it; meanwhile the person may have taken it back.
        const message = conversation.get(found.id)!;
        this.#file(conversation, message);
        // Whatever was under way when the page went: nobody will hear of it any more.
        const attempt = openAttempt(message.facts);
        if (attempt === null) continue;
        this.add(conversation, message.id, { type: 'unanswered', attempt, cause });
        // Our own clients de-duplicate by id; towards another client a person has to decide.
        if (meta.speaksOurs) this.plan(conversation, message.id, 0);
      }
      this.#core.touch(account, peer);
    });
  }

  /** Brings the next older page in. */
  async loadOlder(account: Cid, peer: Cid): Promise<void> {
    const conversation = this.get(account, peer);
    const { oldest } = conversation;
    if (!conversation.hasOlder || oldest === null) return;
    conversation.hasOlder = false;
    try {
      const page = await this.#core.storage.history(account, peer, { before: oldest, limit: PAGE });
      conversation.prepend(page, page.length >= PAGE);
    } catch {
      // A failed read is not an absence: it is tried again when the person comes back to the beginning.
      conversation.hasOlder = true;
      this.#core.diagnostics.count('storage-failed');
    }
  }

  /** Writes a message. It is on screen at once, and leaves when it is stored and a route is there. */
  async send(account: Cid, peer: Cid, text: string, answers: MessageId | null = null): Promise<MessageId> {
    const conversation = this.get(account, peer);
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
      answers,
      isEdited: false,
      isDeleted: false,
      facts: [],
      isOpen: true,
    };
    const isTooLarge = this.#isTooLarge(conversation, message);
    void this.#core.writer.persist();
    this.#core.transact(() => {
      conversation.put(message);
      this.#file(conversation, message);
      if (isTooLarge)
        this.add(conversation, id, { type: 'gave-up', attempt: 0, code: 'too-large', reason: null });
      this.#core.touch(account, peer);
    });
    await this.keep(conversation, id);
    return id;
  }

  /** Writes an own message for the first time. */
  async keep(conversation: Conversation, id: MessageId): Promise<void> {
    const { account, peer } = conversation;
    const at = this.#core.now();
    const written = (): StoredMessage => {
      const known = conversation.get(id)!;
      return { ...known, facts: [...known.facts, { type: 'written', at }] };
    };
    const isStored = await this.#core.writer.put({ put: 'message', value: written() });
    this.#core.transact(() => {
      // The record in storage carries this fact already. Meanwhile the person may have taken the message back.
      if (isStored) conversation.put(written());
      else conversation.lacks(id);
      this.#core.touch(account, peer);
    });
  }

  /** Tries again by hand: only what is failed or unconfirmed, with its own id; a second click sends nothing. */
  retry(account: Cid, peer: Cid, id: MessageId): void {
    const conversation = this.get(account, peer);
    const message = conversation.get(id);
    if (!message?.own) return;
    const status = statusOf(message.facts);
    if (status !== 'failed' && status !== 'unconfirmed') return;
    if (!this.#isTooLarge(conversation, message)) this.plan(conversation, id, 0);
  }

  /** Plans one more attempt of a message: after a pause, in milliseconds, or when a path appears. */
  plan(conversation: Conversation, id: MessageId, pause: number | 'path'): void {
    const attempt = attemptsOf(conversation.get(id)!.facts).planned + 1;
    const due = pause === 'path' ? pause : this.#core.now() + pause;
    this.add(conversation, id, { type: 'scheduled', attempt, due });
  }

  /** Takes a message back that cannot have left. Its row goes; its evidence stays. */
  cancel(account: Cid, peer: Cid, id: MessageId): void {
    const conversation = this.get(account, peer);
    const message = conversation.get(id);
    if (!message?.own || !isCancellable(message.facts)) return;
    this.add(conversation, id, { type: 'cancelled' });
  }

  /**
   * Deletes an own message. What cannot have left is cancelled; what may have arrived leaves the screen here, and the
   * other side is told, as often as it takes, that it was deleted.
   */
  delete(account: Cid, peer: Cid, id: MessageId): void {
    const conversation = this.get(account, peer);
    const message = conversation.get(id);
    if (!message?.own || message.isDeleted) return;
    if (isCancellable(message.facts)) return this.cancel(account, peer, id);
    this.#core.transact(() => {
      const deletions = [...(conversation.meta.deletions ?? []), id];
      this.note(conversation, { deletions });
      this.update(conversation, { ...message, text: '', isDeleted: true });
      this.onDeleted(conversation);
    });
  }

  /**
   * This message of theirs, and no other, was on this tab's screen. It counts as looked at at once; it is noted and
   * told within a second, together with what else was.
   */
  read(account: Cid, peer: Cid, id: MessageId): void {
    this.#marker.read(account, peer, id);
  }

  /**
   * The person came to the end of the conversation: what has arrived until now no longer counts as unread. Nobody is
   * told anything.
   */
  pass(account: Cid, peer: Cid): void {
    this.#marker.pass(account, peer);
  }

  /** What was on the screen is noted and told now: the tab is hidden, or goes. */
  flushRead(): void {
    this.#marker.flush();
  }

  /** Notes what was looked at, or passed, in one of the tabs. The same marks again change nothing. */
  join(account: Cid, peer: Cid, marks: ConversationMarks): unknown {
    return this.#marker.join(account, peer, marks);
  }

  /** Adds evidence about an own message; of now, where it has no time yet. A settled one leaves the outbox. */
  add(conversation: Conversation, id: MessageId, fact: MessageFact | NewFact<MessageFact>): void {
    const message = conversation.get(id);
    if (!message) return;
    const timed = { at: this.#core.now(), ...fact } as MessageFact;
    this.#core.instant(timed);
    this.update(conversation, { ...message, facts: [...message.facts, timed] });
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
      conversation.put(value);
      this.#file(conversation, value);
      // An index that is never filled would be a gap on the other side for ever.
      const { index } = message;
      const { voids } = conversation.meta;
      if (isGone && index !== null && !hasIndex(voids, index))
        this.note(conversation, { voids: union(voids, rangesOf([index])) });
      const isStored = this.#core.writer.put({ put: 'message', value });
      this.#core.touch(conversation.account, conversation.peer);
      if (!show) return;
      // Where the disk refuses, it is shown all the same, and written again.
      void isStored.then(() =>
        this.#core.transact(() => {
          show();
          this.#core.touch(conversation.account, conversation.peer);
        }),
      );
    });
  }

  /** Writes the message as it is now. */
  save(conversation: Conversation, id: MessageId): void {
    void this.#core.writer.put({ put: 'message', value: conversation.get(id)! });
  }

  /** Changes what is known of the conversation itself, here and in storage. */
  note(conversation: Conversation, change: Partial<StoredConversation>): void {
    conversation.adopt({ ...conversation.meta, ...change });
    void this.#core.writer.put({ put: 'conversation', value: conversation.meta });
  }

  /** Notes something of one of their streams: that more of it is here, or will never come. */
  hold(conversation: Conversation, stream: string, change: (sets: StoredStream) => StoredStream): void {
    conversation.changeStream(stream, change);
    this.note(conversation, {});
  }

  /** Notes that a message of theirs was deleted: there is nothing to look at any more. */
  holdDeleted(conversation: Conversation, { stream, index }: StoredMessage): void {
    if (stream !== null && index !== null) this.hold(conversation, stream, (sets) => deleted(sets, index));
  }

  /**
   * A message of the conversation, from memory or from storage; undefined where there is none, null where this
   * device could not read it: that is no absence.
   */
  async look(conversation: Conversation, id: MessageId): Promise<StoredMessage | undefined | null> {
    return conversation.get(id) ?? this.stored(conversation, id);
  }

  /** The same from storage alone: what is in memory may not be on this device. */
  stored({ account, peer }: Conversation, id: MessageId): Promise<StoredMessage | undefined | null> {
    const { storage, writer } = this.#core;
    return storage.message(account, peer, id).catch((error: unknown) => {
      writer.failed(error);
      return null;
    });
  }

  /** A message that could not be written at first is stored. */
  #saved({ account, peer, id, own, facts }: StoredMessage): void {
    const conversation = this.find(account, peer);
    const message = conversation?.get(id);
    if (!conversation || !message) return;
    conversation.isStalled = false;
    conversation.lacks(id, false);
    this.#core.touch(account, peer);
    const written = facts.find(({ type }) => type === 'written');
    const isNew = own && written && !message.facts.some(({ type }) => type === 'written');
    if (isNew) this.add(conversation, id, written);
  }

  /** All conversations of an account. */
  *of(account: Cid): Iterable<Conversation> {
    for (const conversation of this.#conversations.values())
      if (conversation.account === account) yield conversation;
  }

  forget(account: Cid): void {
    for (const [key, conversation] of this.#conversations)
      if (conversation.account === account) this.#conversations.delete(key);
    this.#of(account).clear();
  }

  /**
   * The page before may have gone between storing a message and noting that it is here; what is taken for settled
   * meanwhile would not be unread.
   */
  #holdStored(conversation: Conversation, rows: readonly StoredMessage[]): void {
    for (const { own, stream, index } of rows) {
      if (own || stream === null || index === null) continue;
      const sets = conversation.stream(stream);
      // Of a stream that is not remembered, nothing is unread.
      if (!sets && conversation.meta.theirs.length >= MAX_STREAMS) continue;
      if (!hasIndex(sets?.here ?? NOTHING, index))
        this.hold(conversation, stream, (known) => stored(known, index));
    }
  }

  #isTooLarge({ meta }: Conversation, message: StoredMessage): boolean {
    return bodyOf(message, meta.stream, 1).length > this.#core.backend.capabilities.maxBodyBytes;
  }

  /** Into the outbox, among what was taken, or out of both: by what is known of the message. */
  #file(conversation: Conversation, { id, isOpen, facts }: StoredMessage): void {
    const { queue } = conversation;
    const status = statusOf(facts);
    const position = queue.indexOf(id);
    const isQueued = isOpen && status !== 'sent';
    if (!isQueued && position >= 0) queue.splice(position, 1);
    else if (isQueued && position < 0) {
      // Ids are time-ordered, so that a message that is tried again goes back to where it stood.
      const behind = queue.findIndex((other) => other > id);
      queue.splice(behind < 0 ? queue.length : behind, 0, id);
    }
    this.onQueued(conversation, id, isQueued);
    if (isQueued) return;
    if (isOpen) conversation.taken.add(id);
    else {
      conversation.taken.delete(id);
      conversation.resend.delete(id);
    }
  }

  #create(meta: StoredConversation): Conversation {
    const { account, peer } = meta;
    const conversation = new Conversation(meta, {
      waitReason: () => {
        if (conversation.isStalled) return 'not-stored';
        const decision = this.#pairs.route(this.#pairs.get(account, peer));
        return decision.route === 'none' ? decision.reason : null;
      },
      dueAt: (planned) => {
        const due = this.#core.dueAt(planned);
        return due === null ? null : this.#core.timeOf(due);
      },
      knowId: (id) => this.#core.knowId(id),
    });
    this.#conversations.set(pairKey(account, peer), conversation);
    return conversation;
  }

  #of(account: Cid): SortedIds<Cid, number> {
    const list = this.#lists.get(account) ?? new SortedIds<Cid, number>();
    this.#lists.set(account, list);
    return list;
  }

  #place({ account, peer, rows }: Conversation): void {
    const place = rows.at(-1)?.place;
    this.#of(account).place(peer, place === undefined ? null : -place);
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
    ...(message.answers === null ? {} : { answers: message.answers }),
  };
  return encodePayload(payload);
}
