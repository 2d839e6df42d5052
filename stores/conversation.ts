import type { Planned } from '../facts/evidence.ts';
import type { AccountId, MessageId } from '../facts/ids.ts';
import { gapsThatDiffer, NOTHING } from '../facts/ranges.ts';
import type { Ranges } from '../facts/ranges.ts';
import type { WaitReason } from '../facts/routes.ts';
import type { ConversationRow, ThreadMessage } from '../facts/view.ts';
import type { StoredConversation, StoredMessage, StoredStream } from '../ports/storage.ts';
import { BeingStored } from './being-stored.ts';
import type { ShownFacts } from './being-stored.ts';
import { FewMap } from './few.ts';
import type { Journal } from './journal.ts';
import { isShown, LoadedRows } from './loaded-rows.ts';
import { Reading } from './reading.ts';
import { withStream } from './streams.ts';
import { threadMessage } from './thread-message.ts';
import { Unsettled } from './unsettled.ts';

/** What conversations have to ask, and to tell, those around them: one for all. */
export interface Surroundings {
  readonly journal: Journal;
  /** Rows have come, gone or moved. */
  orderChanged(conversation: Conversation): void;
  /** One row has changed. */
  rowChanged(conversation: Conversation, id: MessageId): void;
  /** What a conversation's messages wait for; null where nothing keeps them. */
  waitReason(conversation: Conversation): WaitReason | null;
  /** When a planned attempt is due, as the time of day; null where it waits for a path. */
  dueAt(planned: Planned): number | null;
  /** The id of an own message, whoever brought it. */
  knowId(id: MessageId): void;
}

const NONE: ReadonlySet<MessageId> = new Set();

/**
 * One conversation in memory: the loaded part of its history in order, and what waits to be sent. A row's view is
 * made when somebody asks, and kept until that row changes.
 */
export class Conversation {
  readonly account: AccountId;
  readonly peer: AccountId;
  /** What of theirs is unread. */
  readonly reading = new Reading(this);
  #meta: StoredConversation;
  #hasOlder = false;
  #isStalled = false;
  readonly #unsettled = new Unsettled();
  #notStored: Set<MessageId> | null = null;
  #arrived: { readonly id: MessageId; readonly number: number } | null = null;
  readonly #loaded = new LoadedRows();
  readonly #views = new FewMap<MessageId, ThreadMessage>();
  readonly #beingStored = new BeingStored();
  readonly #around: Surroundings;
  #shownReason: WaitReason | null | undefined;

  constructor(meta: StoredConversation, around: Surroundings) {
    this.#meta = meta;
    this.account = meta.account;
    this.peer = meta.peer;
    this.#around = around;
  }

  /** Its record, as it is stored. */
  get meta(): StoredConversation {
    return this.#meta;
  }

  /** Whether there is older history in storage than what is loaded. */
  get hasOlder(): boolean {
    return this.#hasOlder;
  }

  /** Whether the next attempt could not be written ahead: nothing leaves until it is. */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** Own messages that nobody has accepted yet, in the order written: what is still to be sent. */
  get queue(): readonly MessageId[] {
    return this.#unsettled.queue;
  }

  /** Own messages that were accepted and are not delivered: they stay until the recipient says that they have them. */
  get accepted(): ReadonlySet<MessageId> {
    return this.#unsettled.accepted;
  }

  /** Accepted messages that the recipient is known to lack: they are sent again. */
  get missing(): ReadonlySet<MessageId> {
    return this.#unsettled.missing;
  }

  /** Messages that could not be written to this device. */
  get notStored(): ReadonlySet<MessageId> {
    return this.#notStored ?? NONE;
  }

  /** The ids of the rows that are loaded, in order. */
  get ids(): readonly MessageId[] {
    return this.#loaded.ids;
  }

  /** The newest row, or null. */
  get last(): ThreadMessage | null {
    const id = this.ids.at(-1);
    return (id && this.view(id)) ?? null;
  }

  /** The rows that are loaded, in order. */
  get rows(): readonly StoredMessage[] {
    return this.#loaded.rows;
  }

  get(id: MessageId): StoredMessage | undefined {
    return this.#loaded.get(id);
  }

  /** Where the next page of older history ends: everything from there on is loaded. */
  get oldest(): number | null {
    return this.#loaded.oldest;
  }

  /** Whether a message of theirs from storage has its place among the rows, and is none of them. */
  isMissed(stored: StoredMessage): boolean {
    return !stored.own && !this.get(stored.id) && this.#loaded.isRow(stored);
  }

  /** Adds or replaces a message. */
  put(message: StoredMessage): void {
    const { id } = message;
    const before = this.get(id);
    if (message.own && !before) this.#around.knowId(id);
    this.#views.delete(id);
    const isOther = this.#loaded.put(message);
    if (before?.isDeleted !== message.isDeleted) this.reading.update(message);
    if (isOther) this.#around.orderChanged(this);
    this.#tell(id);
    this.#changed(id);
  }

  /**
   * Newer evidence about a message is about to be stored. Until it is, and what is returned is called, the
   * message is shown as it is now: a page that dies in between must not have claimed what nothing proves any more.
   */
  beginStoring({ id, facts }: StoredMessage): () => void {
    const end = this.#beingStored.begin(id, facts);
    return () => {
      const message = end() && this.get(id);
      if (message) this.put(message);
    };
  }

  /** What is shown of messages whose newest evidence is being stored. */
  get unstored(): ShownFacts {
    return this.#beingStored.all;
  }

  /** The page that stores them has told what is shown of such messages; or there is none that stores them any more. */
  adoptUnstored(told: ShownFacts): void {
    for (const id of this.#beingStored.replace(told)) this.#refresh(id);
  }

  /** Takes a message that has no row out of memory; what is stored of it stays. */
  drop(id: MessageId): void {
    this.#loaded.drop(id);
    this.reading.drop(id);
    this.#changed(id);
  }

  /** Whether the message is stored on this device. The row says so where it is not. */
  setStored(id: MessageId, isStored: boolean): void {
    if (isStored) this.#notStored?.delete(id);
    else (this.#notStored ??= new Set()).add(id);
    this.#refresh(id);
    this.#around.journal.append('conversation', { account: this.account, peer: this.peer });
  }

  setStalled(isStalled: boolean): void {
    this.#isStalled = isStalled;
  }

  setOlder(hasOlder: boolean): void {
    this.#hasOlder = hasOlder;
  }

  /** Puts an own message into the outbox, among what was accepted, or out of both: by what is known of it. */
  file(message: StoredMessage): void {
    this.#unsettled.file(message);
    this.#changed(message.id);
  }

  /** The recipient lacks a message that was accepted. */
  setMissing(id: MessageId): void {
    this.#unsettled.setMissing(id);
  }

  /** A missing message is sent again now. False where it was not missing. */
  takeMissing(id: MessageId): boolean {
    return this.#unsettled.takeMissing(id);
  }

  /** Gives the next index of our stream. The caller stores the record. */
  takeIndex(): number {
    const { nextIndex } = this.#meta;
    this.#meta = { ...this.#meta, nextIndex: nextIndex + 1 };
    return nextIndex;
  }

  /** Brings a page of older history in, ascending; `hasOlder` tells whether there is more behind it. */
  prepend(page: readonly StoredMessage[], hasOlder: boolean): void {
    for (const { own, id } of page) if (own && !this.get(id)) this.#around.knowId(id);
    this.#around.journal.append('history', { account: this.account, peer: this.peer, page });
    this.#hasOlder = hasOlder;
    if (this.#loaded.prepend(page, hasOlder)) this.#around.orderChanged(this);
  }

  /** The message as a row, now; undefined where it has none. */
  view(id: MessageId): ThreadMessage | undefined {
    const known = this.#views.get(id);
    if (known) return known;
    const message = this.get(id);
    if (!message || !isShown(message)) return undefined;
    const view = threadMessage(
      message,
      this.#beingStored.shownOf(id) ?? message.facts,
      this.#viewContext(message),
    );
    this.#views.set(id, view);
    return view;
  }

  /** Something that rows of the outbox show besides their own facts has changed: what they wait for. */
  refreshQueue(): void {
    const reason = this.queue.length > 0 ? this.#around.waitReason(this) : undefined;
    if (reason === this.#shownReason) return;
    this.#shownReason = reason;
    for (const id of this.queue) this.#refresh(id);
  }

  /** What of their stream is here has changed: gap markers may have come or gone. */
  #refreshGaps(before: Ranges, after: Ranges): void {
    const affected = gapsThatDiffer(before, after);
    if (affected.size === 0) return;
    for (const { own, index, id } of this.rows)
      if (!own && index !== null && affected.has(index)) this.#refresh(id);
  }

  /**
   * The place of what comes last, now: behind everything that is here, also within one millisecond, and where our own
   * clock was set back.
   */
  endAt(now: number): number {
    return Math.max(now, 1 + (this.rows.at(-1)?.place ?? 0));
  }

  /** The first row that nobody has looked at, or null. It costs by the rows behind it. */
  get firstUnread(): MessageId | null {
    return this.reading.firstUnread(this.rows);
  }

  /** What is known of one of their streams. */
  stream(stream: string): StoredStream | undefined {
    return this.#meta.theirs.find((known) => known.stream === stream);
  }

  /**
   * Something of one of their streams has become known. The caller stores the conversation's record. False: nothing is
   * new.
   */
  changeStream(stream: string, change: (sets: StoredStream) => StoredStream): boolean {
    const theirs = withStream(this.#meta.theirs, stream, change);
    if (theirs) this.adopt({ ...this.#meta, theirs });
    return theirs !== null;
  }

  /** Takes another state of the conversation; rows whose gap has changed are drawn again. */
  adopt(meta: StoredConversation): void {
    const before = this.#meta;
    this.#meta = meta;
    for (const { stream, here } of meta.theirs) {
      const known = before.theirs.find((other) => other.stream === stream)?.here;
      if (known !== here) this.#refreshGaps(known ?? NOTHING, here);
    }
    this.reading.refresh();
  }

  /** A message of theirs is new in this page: it has come, and was not read from storage. */
  noteArrival(id: MessageId): void {
    this.#arrived = { id, number: (this.#arrived?.number ?? 0) + 1 };
  }

  /** The message that came last, and how many have come; null where none has, or it is gone. */
  get arrival(): ConversationRow['arrival'] {
    const message = this.#arrived && this.view(this.#arrived.id);
    return message ? { message, number: this.#arrived!.number } : null;
  }

  #refresh(id: MessageId): void {
    this.#views.delete(id);
    this.#tell(id);
  }

  #viewContext({ id, own, stream, replyTo }: StoredMessage): Parameters<typeof threadMessage>[2] {
    return {
      waitReason: () => this.#around.waitReason(this),
      dueAt: (planned) => this.#around.dueAt(planned),
      isStored: !this.notStored.has(id),
      answered: (replyTo && this.get(replyTo)) ?? null,
      here: own || stream === null ? NOTHING : (this.stream(stream)?.here ?? NOTHING),
    };
  }

  #tell(id: MessageId): void {
    this.#around.rowChanged(this, id);
  }

  #changed(id: MessageId): void {
    this.#around.journal.append('message', { account: this.account, peer: this.peer, id });
  }
}
