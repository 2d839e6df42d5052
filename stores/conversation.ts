import { isCancelled } from '../facts/evidence.ts';
import type { MessageFact, Planned } from '../facts/evidence.ts';
import type { Cid, MessageId } from '../facts/ids.ts';
import { compareRows } from '../facts/order.ts';
import { gapsThatDiffer, NOTHING } from '../facts/ranges.ts';
import type { Ranges } from '../facts/ranges.ts';
import { arrived, isOpenTo } from '../facts/read-set.ts';
import { statusOf } from '../facts/status.ts';
import type { WaitReason } from '../facts/routes.ts';
import type { ConversationRow, ThreadMessage } from '../facts/view.ts';
import type { StoredConversation, StoredMessage, StoredStream } from '../ports/storage.ts';
import type { Journal } from './journal.ts';
import { LoadedRows } from './loaded-rows.ts';
import { Reading } from './reading.ts';
import type { ThreadSource } from './thread-source.ts';
import { threadMessage } from './thread-message.ts';

/** How many streams of one peer are remembered: a wiped sender begins a new one; a hostile one may begin many. */
export const MAX_STREAMS = 20;

/** Whether a message is for the eye: not cancelled, not deleted. */
export function isShown(message: StoredMessage): boolean {
  return !message.isDeleted && !isCancelled(message.facts);
}

/** Whether an own message still has to be sent: nobody has accepted it yet. Theirs are never open. */
export function isQueued({ isOpen, facts }: StoredMessage): boolean {
  return isOpen && statusOf(facts) !== 'sent';
}

/** What a conversation has to ask, and to tell, those around it. */
export interface Surroundings {
  readonly journal: Journal;
  /** Where what it shows is drawn from. */
  readonly thread: ThreadSource;
  /** What its messages wait for; null where nothing keeps them. */
  waitReason(): WaitReason | null;
  /** When a planned attempt is due, as the time of day; null where it waits for a path. */
  dueAt(planned: Planned): number | null;
  /** The id of an own message, whoever brought it. */
  knowId(id: MessageId): void;
}

/**
 * One conversation in memory: the loaded part of its history in order, and what waits to be sent. A row's view is
 * made when somebody asks, and kept until that row changes.
 */
export class Conversation {
  readonly account: Cid;
  readonly peer: Cid;
  /** What of theirs is unread. */
  readonly reading = new Reading(this);
  #meta: StoredConversation;
  #hasOlder = false;
  #isStalled = false;
  /**
   * The place from which on everything in storage is a row here, null where no page has been read. Messages
   * further up may be in memory (what of ours is open, what a late receipt was about): they become rows with
   * their page, or everything between them and this place would be skipped for ever.
   */
  #from: number | null = null;
  readonly #queue: MessageId[] = [];
  readonly #accepted = new Set<MessageId>();
  readonly #missing = new Set<MessageId>();
  readonly #notStored = new Set<MessageId>();
  #arrived: { readonly id: MessageId; readonly number: number } | null = null;
  readonly #loaded = new LoadedRows();
  readonly #messages = new Map<MessageId, StoredMessage>();
  /** Messages in memory that stand further up than what is loaded. */
  readonly #furtherUp = new Set<MessageId>();
  readonly #views = new Map<MessageId, ThreadMessage>();
  /** What is shown of messages whose newest evidence is being stored: the evidence of before. */
  readonly #unstored = new Map<MessageId, { readonly shown: readonly MessageFact[]; writes: number }>();
  readonly #around: Surroundings;
  #shownReason: WaitReason | null = null;

  constructor(meta: StoredConversation, around: Surroundings) {
    this.#meta = meta;
    this.account = meta.account;
    this.peer = meta.peer;
    this.#around = around;
    around.thread.show(this);
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
    return this.#queue;
  }

  /** Own messages that were accepted and are not delivered: they stay until the recipient says that they have them. */
  get accepted(): ReadonlySet<MessageId> {
    return this.#accepted;
  }

  /** Accepted messages that the recipient is known to lack: they are sent again. */
  get missing(): ReadonlySet<MessageId> {
    return this.#missing;
  }

  /** Messages that could not be written to this device. */
  get notStored(): ReadonlySet<MessageId> {
    return this.#notStored;
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
    return this.#messages.get(id);
  }

  /** Where the next page of older history ends: everything from there on is loaded. */
  get oldest(): number | null {
    return this.#from;
  }

  /** Whether a message of theirs from storage has its place among the rows, and is none of them. */
  isMissed(stored: StoredMessage): boolean {
    return !stored.own && !this.#messages.has(stored.id) && this.#isRow(stored);
  }

  /** Adds or replaces a message. */
  put(message: StoredMessage): void {
    const { id } = message;
    const before = this.#messages.get(id);
    if (message.own && !before) this.#around.knowId(id);
    this.#messages.set(id, message);
    this.#views.delete(id);
    if (before?.isDeleted !== message.isDeleted) this.reading.note(message);
    const isRow = this.#isRow(message);
    const wasRow = before !== undefined && this.#isRow(before);
    if (isRow) this.#furtherUp.delete(id);
    else this.#furtherUp.add(id);
    if (wasRow && isRow) this.#loaded.replace(before, message);
    else if (wasRow) this.#loaded.remove(before);
    else if (isRow) this.#loaded.insert([message]);
    if (isRow !== wasRow) this.#around.thread.orderChanged();
    this.#tell(id);
    this.#note('message', id);
  }

  /**
   * Newer evidence about a message is about to be stored. Until it is, and what is returned is called, the
   * message is shown as it is now: a page that dies in between must not have claimed what nothing proves any more.
   */
  beginStoring({ id, facts }: StoredMessage): () => void {
    const unstored = this.#unstored.get(id) ?? { shown: facts, writes: 0 };
    unstored.writes += 1;
    this.#unstored.set(id, unstored);
    return () => {
      unstored.writes -= 1;
      if (unstored.writes > 0 || this.#unstored.get(id) !== unstored) return;
      this.#unstored.delete(id);
      const message = this.#messages.get(id);
      if (message) this.put(message);
    };
  }

  /** What is shown of messages whose newest evidence is being stored. */
  get unstored(): readonly (readonly [MessageId, readonly MessageFact[]])[] {
    return [...this.#unstored].map(([id, { shown }]) => [id, shown]);
  }

  /** The page that stores them has told what is shown of such messages; or there is none that stores them any more. */
  adoptUnstored(told: readonly (readonly [MessageId, readonly MessageFact[]])[]): void {
    const before = [...this.#unstored.keys()];
    this.#unstored.clear();
    for (const [id, shown] of told) this.#unstored.set(id, { shown, writes: 1 });
    for (const id of new Set([...before, ...this.#unstored.keys()])) this.#refresh(id);
  }

  /** Takes a message that has no row out of memory; what is stored of it stays. */
  drop(id: MessageId): void {
    this.#messages.delete(id);
    this.reading.drop(id);
    this.#furtherUp.delete(id);
    this.#note('message', id);
  }

  /** Whether the message is stored on this device. The row says so where it is not. */
  setStored(id: MessageId, isStored: boolean): void {
    if (isStored) this.#notStored.delete(id);
    else this.#notStored.add(id);
    this.#refresh(id);
    this.#note('conversation');
  }

  setStalled(isStalled: boolean): void {
    this.#isStalled = isStalled;
  }

  setOlder(hasOlder: boolean): void {
    this.#hasOlder = hasOlder;
  }

  /** Puts an own message into the outbox, among what was accepted, or out of both: by what is known of it. */
  file(message: StoredMessage): void {
    const { id, isOpen } = message;
    const queue = this.#queue;
    const isIn = isQueued(message);
    const position = queue.indexOf(id);
    if (!isIn && position >= 0) queue.splice(position, 1);
    else if (isIn && position < 0) {
      // Ids are time-ordered, so that a message that is tried again goes back to where it stood.
      const behind = queue.findIndex((other) => other > id);
      queue.splice(behind < 0 ? queue.length : behind, 0, id);
    }
    this.#note('message', id);
    if (isIn) return;
    if (isOpen) this.#accepted.add(id);
    else {
      this.#accepted.delete(id);
      this.#missing.delete(id);
    }
  }

  /** The recipient lacks a message that was accepted. */
  setMissing(id: MessageId): void {
    this.#missing.add(id);
  }

  /** A missing message is sent again now. False where it was not missing. */
  takeMissing(id: MessageId): boolean {
    return this.#missing.delete(id);
  }

  /** Gives the next index of our stream. The caller stores the record. */
  takeIndex(): number {
    const { nextIndex } = this.#meta;
    this.#meta = { ...this.#meta, nextIndex: nextIndex + 1 };
    return nextIndex;
  }

  /** Brings a page of older history in, ascending; `hasOlder` tells whether there is more behind it. */
  prepend(page: readonly StoredMessage[], hasOlder: boolean): void {
    const before = this.#from;
    this.#around.journal.note('history', { account: this.account, peer: this.peer, page });
    for (const message of page) {
      if (this.#messages.has(message.id)) continue;
      if (message.own) this.#around.knowId(message.id);
      this.#messages.set(message.id, message);
      this.#furtherUp.add(message.id);
    }
    this.#hasOlder = hasOlder;
    this.#from = hasOlder ? (page[0]?.place ?? before) : -Infinity;
    // What came while the page was being read is not in it.
    const rows = [...this.#furtherUp]
      .map((id) => this.#messages.get(id)!)
      .filter((row) => this.#isRow(row))
      .sort(compareRows);
    if (rows.length === 0) return;
    for (const { id } of rows) this.#furtherUp.delete(id);
    this.#loaded.insert(rows);
    this.#around.thread.orderChanged();
  }

  /** The message as a row, now; undefined where it has none. */
  view(id: MessageId): ThreadMessage | undefined {
    const known = this.#views.get(id);
    if (known) return known;
    const message = this.#messages.get(id);
    if (!message || !isShown(message)) return undefined;
    const view = threadMessage(
      message,
      this.#unstored.get(id)?.shown ?? message.facts,
      this.#viewContext(message),
    );
    this.#views.set(id, view);
    return view;
  }

  /** Something that rows of the outbox show besides their own facts has changed: what they wait for. */
  refreshQueue(): void {
    const reason = this.#around.waitReason();
    if (reason === this.#shownReason) return;
    this.#shownReason = reason;
    for (const id of this.#queue) this.#refresh(id);
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
    let left = this.reading.unread;
    let first: MessageId | null = null;
    for (let position = this.rows.length - 1; position >= 0 && left > 0; position -= 1) {
      const row = this.rows[position]!;
      if (!this.reading.isUnread(row)) continue;
      first = row.id;
      left -= 1;
    }
    return first;
  }

  /** What is known of one of their streams. */
  stream(stream: string): StoredStream | undefined {
    return this.#meta.theirs.find((known) => known.stream === stream);
  }

  /**
   * Something of one of their streams has become known. The one heard of last stands last: it is the one that is asked
   * about (an account can be on two devices). The caller stores the conversation's state. False: nothing is new.
   */
  changeStream(stream: string, change: (sets: StoredStream) => StoredStream): boolean {
    const known = this.stream(stream);
    const before = known ?? { stream, here: NOTHING, seen: NOTHING, passed: NOTHING };
    const after = change(before);
    const isSame = before.here === after.here && before.seen === after.seen && before.passed === after.passed;
    if (known && isSame && known === this.#meta.theirs.at(-1)) return false;
    const others = this.#meta.theirs.filter((other) => other !== known);
    this.adopt({ ...this.#meta, theirs: [...others, after].slice(-MAX_STREAMS) });
    return true;
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

  /** A message of theirs arrives whose index may have been called settled before, or have been another one’s. */
  arrives({ stream, index }: { readonly stream: string; readonly index: number }): void {
    const sets = this.stream(stream);
    if (sets && !isOpenTo(sets, index)) this.changeStream(stream, (known) => arrived(known, index));
  }

  /** Whether a message has a row: it is shown, and stands in the loaded part of the history. */
  #isRow(message: StoredMessage): boolean {
    return isShown(message) && (this.#from === null || message.place >= this.#from);
  }

  #refresh(id: MessageId): void {
    this.#views.delete(id);
    this.#tell(id);
  }

  #viewContext({ id, own, stream, answers }: StoredMessage): Parameters<typeof threadMessage>[2] {
    return {
      waitReason: () => this.#around.waitReason(),
      dueAt: (planned) => this.#around.dueAt(planned),
      isStored: !this.#notStored.has(id),
      answered: (answers && this.#messages.get(answers)) ?? null,
      here: own || stream === null ? NOTHING : (this.stream(stream)?.here ?? NOTHING),
    };
  }

  #tell(id: MessageId): void {
    this.#around.thread.rowChanged(id);
  }

  #note(kind: 'conversation'): void;
  #note(kind: 'message', id: MessageId): void;
  #note(kind: 'conversation' | 'message', id?: MessageId): void {
    const { account, peer } = this;
    if (id === undefined) this.#around.journal.note('conversation', { account, peer });
    else this.#around.journal.note('message', { account, peer, id });
  }
}
