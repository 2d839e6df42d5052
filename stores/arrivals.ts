import type { AccountId, MessageId } from '../facts/ids.ts';
import { pairKey } from '../facts/ids.ts';
import { placeOf } from '../facts/order.ts';
import { hasIndex, highestOf, NOTHING, rangesOf } from '../facts/ranges.ts';
import { arrived, isOpenTo, settled, stored } from '../facts/read-set.ts';
import type { StoredMessage } from '../ports/storage.ts';
import type { Acknowledge } from './acknowledge.ts';
import { BLANK, laterPlace } from './arrival.ts';
import type { Arrival } from './arrival.ts';
import type { Conversation } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import type { Core } from './core.ts';
import type { ReadReceipts } from './duties/receipts.ts';
import type { Messages } from './messages.ts';
import type { Peers } from './peers.ts';

/** After how long storage is asked again where a message belongs. */
const PLACE_AGAIN_MS = 2_000;

interface Stores {
  readonly core: Core;
  readonly peers: Peers;
  readonly conversations: Conversations;
  readonly messages: Messages;
  readonly receipts: ReadReceipts;
  readonly acknowledge: Acknowledge;
}

/** A message that is being stored. */
interface Arriving {
  readonly payload: Arrival;
  readonly resolve: (isStored: boolean) => void;
}

/** What is stored of a message, and may be said to be here. */
interface Held extends Pick<StoredMessage, 'stream' | 'index'> {
  /** There is nothing to look at. */
  readonly isBlank: boolean;
}

/** What is known of one that has just been looked up. */
interface LookedUp extends Arriving {
  /** It was shown before, and may not be stored. */
  readonly isShown: boolean;
  readonly known: StoredMessage | undefined | null;
  /** The place of the next of its stream that is stored; undefined if unknown. */
  readonly later: number | undefined;
}

/** Stores messages of theirs, shows them, and acknowledges them: what arrives together in one step. */
export class Arrivals {
  readonly #stores: Stores;
  readonly #core: Core;
  /** Messages that are being stored: a duplicate that arrives meanwhile waits for the same answer. */
  readonly #storing = new Map<string, Promise<boolean>>();
  /** Messages that are shown and not stored yet, because their place could not be read from storage. */
  readonly #unplaced = new Set<MessageId>();
  /** What has arrived in this turn. */
  #batch = new Map<Conversation, Arriving[]>();

  constructor(stores: Stores) {
    this.#stores = stores;
    this.#core = stores.core;
    stores.core.writer.onSaved((writes) => {
      // Messages whose first write failed are stored now: acknowledge them.
      const saved = writes.flatMap(({ put, value }) =>
        put === 'message' && !value.own && !value.isDeleted ? [value] : [],
      );
      const ofPairs = Map.groupBy(saved, ({ account, peer }) => stores.conversations.get(account, peer));
      for (const [conversation, values] of ofPairs) {
        this.#hold(
          conversation,
          values.map((value) => heldOf(value, value)),
        );
        stores.acknowledge(conversation, values);
      }
    });
  }

  /** A message has arrived. Resolves true once it is stored. It is begun with by `flush`. */
  add(conversation: Conversation, payload: Arrival): Promise<boolean> {
    const key = keyOf(conversation, payload.id);
    const pending = this.#storing.get(key);
    // Acknowledge every copy: an earlier acknowledgement may have been lost.
    if (pending)
      return pending.then((isStored) => {
        if (isStored) this.#stores.acknowledge(conversation, [payload]);
        return isStored;
      });
    const isStored = new Promise<boolean>((resolve) => {
      const batch = this.#batch.get(conversation) ?? [];
      this.#batch.set(conversation, batch);
      batch.push({ payload, resolve });
    }).finally(() => this.#storing.delete(key));
    this.#storing.set(key, isStored);
    return isStored;
  }

  /** Resolves when the message is not under way any more. */
  async settled(conversation: Conversation, id: MessageId): Promise<void> {
    await this.#storing.get(keyOf(conversation, id));
  }

  /** Begins to store what has arrived in this turn. */
  flush(): void {
    const batches = this.#batch;
    this.#batch = new Map();
    for (const [conversation, batch] of batches)
      void this.#store(conversation, batch).finally(() => {
        for (const { resolve } of batch) resolve(false);
      });
  }

  async #store(conversation: Conversation, batch: readonly Arriving[]): Promise<void> {
    const { messages } = this.#stores;
    const shown = batch.map(({ payload: { id } }) => conversation.get(id) !== undefined);
    // Ask storage, not the rows: a row may be shown that was never stored.
    const known = await messages.readAllStored(
      conversation,
      batch.map(({ payload: { id } }) => id),
    );
    const found = await Promise.all(
      batch.map(async (one, n): Promise<LookedUp> => {
        const isNew = !known[n] && (!shown[n] || this.#unplaced.has(one.payload.id));
        const later = isNew ? await this.#storedLaterPlace(conversation, one.payload) : Infinity;
        return { ...one, isShown: shown[n]!, known: known[n], later };
      }),
    );
    const put: LookedUp[] = [];
    this.#core.transact(() => {
      for (const one of found) {
        if (one.known) this.#duplicate(conversation, one.known);
        else if (this.#show(conversation, one)) put.push(one);
      }
      // The page may have gone between storing a message and noting its index.
      const again = found.flatMap(({ known, payload }) => (known ? [heldOf(payload, known)] : []));
      this.#hold(conversation, again);
    });
    const values = put.map(({ payload: { id } }) => conversation.get(id)!);
    // All of them are one write.
    const [written = true] = values.map((value) => this.#core.writer.put({ put: 'message', value }));
    const isStored = await written;
    this.#core.transact(() => {
      // Note only what is stored: a sync reports it as received.
      if (isStored)
        this.#hold(
          conversation,
          values.map((value) => heldOf(value, value)),
        );
      for (const { payload, isShown } of put)
        if (!isStored || isShown) conversation.setStored(payload.id, isStored);
    });
    const here = new Set([...found.filter(({ known }) => known), ...(isStored ? put : [])]);
    this.#stores.acknowledge(
      conversation,
      [...here].map(({ payload }) => payload),
    );
    for (const one of found) one.resolve(here.has(one));
  }

  /** Shows one that is not known to be stored; says whether it can be stored now. */
  #show(conversation: Conversation, { payload, isShown, known, later }: LookedUp): boolean {
    const { id } = payload;
    // Shown already, or deleted while it was looked up: stored as it is.
    if ((isShown || conversation.get(id)) && !this.#unplaced.has(id)) return true;
    // A failed read is not an absence: do not overwrite what is noted as stored.
    const here = conversation.stream(payload.stream)?.here;
    if (known === null && here && hasIndex(here, payload.index)) return false;
    if (later === undefined) {
      this.#placeLater(conversation, payload);
      return false;
    }
    const before = this.#unplaced.delete(id) ? conversation.get(id) : undefined;
    // Remove it first: rows are found by their place.
    if (before) conversation.put({ ...before, isDeleted: true });
    this.#add(conversation, payload, later);
    return true;
  }

  /** Shows it at once and stores it when its place can be read: a stored message never moves. */
  #placeLater(conversation: Conversation, payload: Arrival): void {
    const { id } = payload;
    if (!this.#unplaced.has(id)) this.#add(conversation, payload, Infinity);
    conversation.setStored(id, false);
    this.#unplaced.add(id);
    this.#core.alarm(`place ${id}`, this.#core.elapsed() + PLACE_AGAIN_MS, () => {
      void this.add(conversation, payload);
      this.flush();
    });
  }

  #add(conversation: Conversation, payload: Arrival, storedLater: number): void {
    const { account, peer } = conversation;
    const { id, stream, index } = payload;
    const isText = payload.type === 'message';
    const replyTo = (isText && payload.answers) || null;
    const later = Math.min(storedLater, laterPlace(conversation.rows, payload));
    const answered = replyTo ? conversation.get(replyTo) : undefined;
    const place = placeOf(conversation.endAt(this.#core.now()), later, answered?.place);
    const shown = isText
      ? { text: payload.text, sentAt: payload.sentAt }
      : { quiet: 'unsupported' as const, sentAt: this.#core.now() };
    // A message that was called settled and still arrives is unread. One that cannot be shown never is.
    const sets = isText && conversation.stream(stream);
    if (sets && !isOpenTo(sets, index)) conversation.changeStream(stream, (known) => arrived(known, index));
    conversation.put({ ...BLANK, account, peer, id, ...shown, place, stream, index, replyTo });
    if (isText) conversation.noteArrival(id);
    this.#stores.peers.typing(account, peer, null);
    this.#core.touch(account, peer);
  }

  #duplicate(conversation: Conversation, known: StoredMessage): void {
    this.#core.diagnostics.count('duplicate-message');
    // A page that went may have stored it after this one had read the history: nobody was shown it yet.
    if (conversation.isMissed(known)) {
      conversation.put(known);
      if (!known.quiet && conversation.reading.isUnread(known)) conversation.noteArrival(known.id);
      this.#core.touch(conversation.account, conversation.peer);
    }
  }

  /** The place of the next of its stream that is stored; Infinity where it is the newest, undefined if unknown. */
  async #storedLaterPlace(
    conversation: Conversation,
    { stream, index }: Arrival,
  ): Promise<number | undefined> {
    if (highestOf(conversation.stream(stream)?.here ?? NOTHING) <= index) return Infinity;
    const { account, peer } = conversation;
    const next = await this.#core.storage
      .stream(account, peer, { stream, above: index, limit: 1 })
      .catch(this.#core.writer.failed);
    return next && (next[0]?.place ?? Infinity);
  }

  /** What arrived is stored: it may be said to be here. */
  #hold(conversation: Conversation, all: readonly Held[]): void {
    const { messages, receipts } = this.#stores;
    for (const [stream, named] of Map.groupBy(all, (one) => (one.index === null ? null : one.stream))) {
      if (stream === null) continue;
      const before = conversation.stream(stream);
      messages.changeStream(conversation, stream, (sets) =>
        named.reduce(
          (known, { index, isBlank }) =>
            isBlank ? settled(known, rangesOf([index!])) : stored(known, index!),
          sets,
        ),
      );
      receipts.held(conversation, before, conversation.stream(stream)!);
      this.#core.touch(conversation.account, conversation.peer);
    }
  }
}

function heldOf(
  { stream, index }: Pick<StoredMessage, 'stream' | 'index'>,
  { quiet, isDeleted }: StoredMessage,
): Held {
  return { stream, index, isBlank: quiet !== undefined || isDeleted };
}

function keyOf({ account, peer }: { account: AccountId; peer: AccountId }, id: MessageId): string {
  return `${pairKey(account, peer)}/${id}`;
}
