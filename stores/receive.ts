import type { RouteName } from '../facts/evidence.ts';
import type { AccountId, MessageId } from '../facts/ids.ts';
import { pairKey } from '../facts/ids.ts';
import { placeOf } from '../facts/order.ts';
import { hasIndex, highestOf, NOTHING, rangesOf } from '../facts/ranges.ts';
import { arrived, isOpenTo, settled, stored as storedSets } from '../facts/read-set.ts';
import type { StoredMessage } from '../ports/storage.ts';
import { decodePayload, PAYLOAD_VERSION } from '../protocol/payload.ts';
import type { PayloadOf, PayloadResult } from '../protocol/payload.ts';
import { BLANK, isNewerEdit, laterPlace, noteOf } from './arrival.ts';
import type { Arrival } from './arrival.ts';
import type { Conversation } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import type { Core } from './core.ts';
import type { ReadReceipts } from './duties/receipts.ts';
import type { Synchronisation } from './duties/sync.ts';
import type { Messages } from './messages.ts';
import type { Pairs } from './pairs.ts';
import type { Peers } from './peers.ts';
import type { Transport } from './transport.ts';

/** After how long storage is asked again where a message belongs. */
const PLACE_AGAIN_MS = 2_000;

interface Stores {
  readonly core: Core;
  readonly pairs: Pairs;
  readonly peers: Peers;
  readonly conversations: Conversations;
  readonly messages: Messages;
  readonly transport: Transport;
  readonly sync: Synchronisation;
  readonly receipts: ReadReceipts;
}

/**
 * What is done with a body that came for `account` from `peer`: whom the route authenticates, never a field of the
 * payload. Resolves true once whatever it brought is stored (or is nothing to store).
 */
export type Receive = (
  account: AccountId,
  peer: AccountId,
  body: Uint8Array,
  via: RouteName,
) => Promise<boolean>;

/** Handles received bodies, whatever the route. */
export function createReceive(stores: Stores): Receive {
  const { core, pairs, peers, conversations, messages, transport, sync, receipts } = stores;
  /** Messages that are being stored: a duplicate that arrives meanwhile waits for the same answer. */
  const storing = new Map<string, Promise<boolean>>();
  /** Messages that are shown and not stored yet, because their place could not be read from storage. */
  const unplaced = new Set<MessageId>();

  core.writer.onSaved((writes) => {
    // A message whose first write failed is stored now: acknowledge it.
    for (const { put, value } of writes) {
      if (put !== 'message' || value.own || value.isDeleted) continue;
      const conversation = conversations.get(value.account, value.peer);
      hold(conversation, value, value.quiet !== undefined);
      acknowledge(conversation, value.id);
    }
  });

  return async (account, peer, body, via) => {
    const decoded = decodePayload(body, core.now());
    if (decoded.kind !== 'payload') {
      core.diagnostics.count(`${decoded.kind}-payload`);
      peers.heard(account, peer, undefined);
      return unknown(conversations.get(account, peer), decoded);
    }
    const { payload } = decoded;
    if (decoded.isCorrected) core.diagnostics.count('implausible-time');
    const presence =
      payload.type === 'sync' ? payload.presence : payload.type === 'presence' ? payload : undefined;
    // A sync without presence comes from somebody who hides their presence.
    if (presence || payload.type !== 'sync') peers.heard(account, peer, presence && noteOf(presence));
    // Whoever only says that they are there, or that they type, begins no conversation.
    const conversation = (): Conversation => conversations.get(account, peer);
    switch (payload.type) {
      case 'message':
        return message(conversation(), payload);
      case 'receipt':
        return receipt(conversation(), payload);
      case 'sync':
        if (via === 'channel' && payload.key) core.relay?.keys?.learn(account, peer, payload.key);
        return sync.received(conversation(), payload);
      case 'typing':
        peers.typing(account, peer, core.elapsed());
        return true;
      case 'presence':
        return true;
      case 'edit':
      case 'delete':
        return change(conversation(), payload);
      case 'reaction':
        core.diagnostics.count('unsupported-payload');
        return true;
    }
  };

  /** Something that this version cannot show. What a person would otherwise miss is a quiet line. */
  async function unknown(
    conversation: Conversation,
    body: Exclude<PayloadResult, { kind: 'payload' }>,
  ): Promise<boolean> {
    if (body.kind === 'unsupported') {
      if (body.indexed) return message(conversation, { type: 'unsupported', ...body.indexed });
      // Of this version, and without a place in the stream: nothing that has to be seen.
      if (body.version === PAYLOAD_VERSION) return true;
    } else if (body.kind === 'malformed' && body.type !== 'message') return true;
    // One line stands for all of them: another client may send many.
    if (conversation.meta.unreadable) return true;
    const { account, peer, meta } = conversation;
    const id = core.messageId();
    const now = core.now();
    const place = conversation.endAt(now);
    core.transact(() => {
      conversation.put({ ...BLANK, account, peer, id, quiet: 'unreadable', sentAt: now, place });
      conversation.noteArrival(id);
      messages.changeConversation(conversation, {
        unreadable: id,
        unreadIds: [...(meta.unreadIds ?? []), id],
      });
      core.touch(account, peer);
    });
    const isStored = await core.writer.put({ put: 'message', value: conversation.get(id)! });
    if (!isStored) conversation.setStored(id, false);
    return isStored;
  }

  async function message(conversation: Conversation, payload: Arrival): Promise<boolean> {
    const { account, peer } = conversation;
    const { id } = payload;
    const key = `${pairKey(account, peer)}/${id}`;
    const pending = storing.get(key);
    const stored = pending ?? store(conversation, payload);
    if (!pending) {
      storing.set(key, stored);
      void stored.finally(() => storing.delete(key));
    }
    const isStored = await stored;
    // Acknowledge every copy: an earlier acknowledgement may have been lost.
    if (isStored) acknowledge(conversation, id);
    return isStored;
  }

  async function store(conversation: Conversation, payload: Arrival): Promise<boolean> {
    const { id } = payload;
    const isShown = conversation.get(id) !== undefined;
    // Ask storage, not the rows: a row may be shown that was never stored.
    const known = await messages.readStored(conversation, id);
    if (known) return duplicate(conversation, payload, known);
    if (!isShown || unplaced.has(id)) {
      // A failed read is not an absence: do not overwrite what is noted as stored.
      const here = conversation.stream(payload.stream)?.here;
      if (known === null && here && hasIndex(here, payload.index)) return false;
      const stored = await storedLaterPlace(conversation, payload);
      if (stored === undefined) return placeLater(conversation, payload);
      core.transact(() => {
        const before = unplaced.delete(id) ? conversation.get(id) : undefined;
        // Remove it first: rows are found by their place.
        if (before) conversation.put({ ...before, isDeleted: true });
        add(conversation, payload, stored);
      });
    }
    const value = conversation.get(id)!;
    const isStored = await core.writer.put({ put: 'message', value });
    // Note only what is stored: a sync reports it as received.
    if (isStored) hold(conversation, value, value.quiet !== undefined);
    if (!isStored || isShown) conversation.setStored(id, isStored);
    return isStored;
  }

  /** Shows it at once and stores it when its place can be read: a stored message never moves. */
  function placeLater(conversation: Conversation, payload: Arrival): boolean {
    const { id } = payload;
    core.transact(() => {
      if (!unplaced.has(id)) add(conversation, payload, Infinity);
      conversation.setStored(id, false);
    });
    unplaced.add(id);
    core.alarm(`place ${id}`, core.elapsed() + PLACE_AGAIN_MS, () => void message(conversation, payload));
    return false;
  }

  function add(conversation: Conversation, payload: Arrival, stored: number): void {
    const { account, peer } = conversation;
    const { id, stream, index } = payload;
    const isText = payload.type === 'message';
    const replyTo = (isText && payload.answers) || null;
    const later = Math.min(stored, laterPlace(conversation.rows, payload));
    const answered = replyTo ? conversation.get(replyTo) : undefined;
    const place = placeOf(conversation.endAt(core.now()), later, answered?.place);
    const shown = isText
      ? { text: payload.text, sentAt: payload.sentAt }
      : { quiet: 'unsupported' as const, sentAt: core.now() };
    // A message that was called settled and still arrives is unread. One that cannot be shown never is.
    const sets = isText && conversation.stream(stream);
    if (sets && !isOpenTo(sets, index)) conversation.changeStream(stream, (known) => arrived(known, index));
    conversation.put({ ...BLANK, account, peer, id, ...shown, place, stream, index, replyTo });
    if (isText) conversation.noteArrival(id);
    peers.typing(account, peer, null);
    core.touch(account, peer);
  }

  function acknowledge({ account, peer }: Conversation, id: MessageId): void {
    const pair = pairs.get(account, peer);
    void transport.say(pair, { v: 1, type: 'receipt', kind: 'delivered', id, at: core.now() });
  }

  async function receipt(conversation: Conversation, payload: PayloadOf<'receipt'>): Promise<boolean> {
    // Not our message, or not of this conversation.
    const isForeign = (): true => {
      core.diagnostics.count('foreign-receipt');
      return true;
    };
    if (payload.kind === 'read') {
      if (payload.stream !== conversation.meta.stream) return isForeign();
      core.transact(() => sync.markKnownClient(conversation));
      return sync.read(conversation, payload.ranges, payload.at);
    }
    const own = await messages.lookUp(conversation, payload.id);
    // Could not be read: over a relay it comes again, elsewhere the next sync says the same.
    if (own === null) return false;
    if (!own?.own) return isForeign();
    core.transact(() => {
      sync.markKnownClient(conversation);
      sync.prove(conversation, own, 'delivered', payload.at);
    });
    return true;
  }

  async function change(
    conversation: Conversation,
    payload: PayloadOf<'edit'> | PayloadOf<'delete'>,
  ): Promise<boolean> {
    const { account, peer } = conversation;
    const { id } = payload;
    // The message that it is about may be on its way into the list.
    await storing.get(`${pairKey(account, peer)}/${id}`);
    const found = await messages.lookUp(conversation, id);
    if (found === null) return false;
    // What was found may have been changed meanwhile: two changes can come in one turn.
    const target = conversation.get(id) ?? found;
    const isDelete = payload.type === 'delete';
    // Only the sender's own message; what is not here yet may still come, and stays away if it was deleted.
    if (target?.own || (!target && !isDelete)) return true;
    if (!isDelete && target && !isNewerEdit(payload, target)) {
      core.diagnostics.count('older-edit');
      return true;
    }
    const now = core.now();
    const before = target ?? { ...BLANK, account, peer, id, sentAt: now, place: now };
    const changed: StoredMessage =
      before.isDeleted || isDelete
        ? { ...before, text: '', isDeleted: true }
        : { ...before, text: payload.text, isEdited: true, editedAt: payload.at };
    core.transact(() => {
      conversation.put(changed);
      if (isDelete) messages.markDeleted(conversation, changed);
      core.touch(account, peer);
    });
    const isStored = await core.writer.put({ put: 'message', value: changed });
    if (isStored && isDelete) acknowledge(conversation, id);
    return isStored;
  }

  /** The place of the next of its stream that is stored; null where it is the newest, undefined if unknown. */
  async function storedLaterPlace(
    conversation: Conversation,
    { stream, index }: Arrival,
  ): Promise<number | undefined> {
    if (highestOf(conversation.stream(stream)?.here ?? NOTHING) <= index) return Infinity;
    const { account, peer } = conversation;
    const next = await core.storage
      .stream(account, peer, { stream, above: index, limit: 1 })
      .catch(core.writer.failed);
    return next && (next[0]?.place ?? Infinity);
  }

  function duplicate(conversation: Conversation, payload: Arrival, known: StoredMessage): boolean {
    core.diagnostics.count('duplicate-message');
    core.transact(() => {
      // A page that went may have stored it after this one had read the history: nobody was shown it yet.
      if (conversation.isMissed(known)) {
        conversation.put(known);
        if (!known.quiet && conversation.reading.isUnread(known)) conversation.noteArrival(known.id);
        core.touch(conversation.account, conversation.peer);
      }
      // The page may have gone between storing the message and noting its index.
      hold(conversation, payload, known.quiet !== undefined || known.isDeleted);
    });
    return true;
  }

  /** What arrived is stored: it may be said to be here. `isBlank`: there is nothing to look at. */
  function hold(
    conversation: Conversation,
    { stream, index }: Pick<StoredMessage, 'stream' | 'index'>,
    isBlank: boolean,
  ): void {
    if (stream === null || index === null) return;
    const before = conversation.stream(stream);
    messages.changeStream(conversation, stream, (sets) =>
      isBlank ? settled(sets, rangesOf([index])) : storedSets(sets, index),
    );
    receipts.held(conversation, before, conversation.stream(stream)!);
    core.touch(conversation.account, conversation.peer);
  }
}
