import type { RouteName } from '../facts/evidence.ts';
import type { Cid, MessageId } from '../facts/ids.ts';
import { placeOf } from '../facts/order.ts';
import { addIndices, hasIndex } from '../facts/ranges.ts';
import type { StoredMessage } from '../ports/storage.ts';
import { decodePayload } from '../protocol/payload.ts';
import type { PayloadOf } from '../protocol/payload.ts';
import type { Conversation } from './conversation.ts';
import type { Core } from './core.ts';
import type { Synchronisation } from './duties/sync.ts';
import type { Messages } from './messages.ts';
import type { Pairs } from './pairs.ts';
import type { Peers } from './peers.ts';
import type { Transport } from './transport.ts';

/** What every message of theirs begins with. */
const BLANK = {
  own: false,
  text: '',
  stream: null,
  index: null,
  answers: null,
  isEdited: false,
  isDeleted: false,
  facts: [],
  isOpen: false,
} as const;

/** After how long storage is asked again where a message belongs. */
const PLACE_AGAIN_MS = 2_000;

interface Stores {
  readonly core: Core;
  readonly pairs: Pairs;
  readonly peers: Peers;
  readonly messages: Messages;
  readonly transport: Transport;
  readonly sync: Synchronisation;
}

/**
 * What is done with a body that came for `account` from `peer`: whom the route authenticates, never a field of the
 * payload. Resolves true once whatever it brought is stored (or is nothing to store).
 */
export type Receive = (account: Cid, peer: Cid, body: Uint8Array, via: RouteName) => Promise<boolean>;

/** The receiving end, whatever the route. */
export function createReceive({ core, pairs, peers, messages, transport, sync }: Stores): Receive {
  /** Messages that are being stored: a duplicate that arrives meanwhile waits for the same answer. */
  const storing = new Map<string, Promise<boolean>>();
  /** Messages that are shown, and not stored until storage has told where they belong. */
  const unplaced = new Set<MessageId>();

  core.writer.onSaved((writes) => {
    // What could not be stored when it came is stored by now, and so may be said to be here.
    for (const { put, value } of writes) {
      if (put !== 'message' || value.own || value.isDeleted) continue;
      const conversation = messages.get(value.account, value.peer);
      hold(conversation, value);
      acknowledge(conversation, value.id);
    }
  });

  return async (account, peer, body, via) => {
    const decoded = decodePayload(body, core.now());
    if (decoded.kind !== 'payload') {
      core.diagnostics.count(`${decoded.kind}-payload`);
      peers.heard(account, peer, undefined);
      return true;
    }
    const { payload } = decoded;
    if (decoded.isCorrected) core.diagnostics.count('implausible-time');
    const conversation = messages.get(account, peer);
    const presence =
      payload.type === 'sync' ? payload.presence : payload.type === 'presence' ? payload : undefined;
    // A sync without presence comes from somebody who hides that they are there.
    if (presence || payload.type !== 'sync') peers.heard(account, peer, presence && noteOf(presence));
    switch (payload.type) {
      case 'message':
        return message(conversation, payload);
      case 'receipt':
        return receipt(conversation, payload);
      case 'sync':
        if (via === 'channel' && payload.key) core.relay?.keys?.learn(account, peer, payload.key);
        return sync.received(conversation, payload);
      case 'typing':
        peers.typing(account, peer, core.elapsed());
        return true;
      case 'presence':
        return true;
      case 'edit':
      case 'delete':
        return change(conversation, payload);
      case 'reaction':
        core.diagnostics.count('unsupported-payload');
        return true;
    }
  };

  async function message(conversation: Conversation, payload: PayloadOf<'message'>): Promise<boolean> {
    const { account, peer } = conversation;
    const { id } = payload;
    const key = `${account}/${peer}/${id}`;
    const pending = storing.get(key);
    const stored = pending ?? store(conversation, payload);
    if (!pending) {
      storing.set(key, stored);
      void stored.finally(() => storing.delete(key));
    }
    const isStored = await stored;
    // Acknowledged once it is stored, and again when it comes again: the first acknowledgement may be lost.
    if (isStored) acknowledge(conversation, id);
    return isStored;
  }

  async function store(conversation: Conversation, payload: PayloadOf<'message'>): Promise<boolean> {
    const { id } = payload;
    const isShown = conversation.get(id) !== undefined;
    // Whether it is stored is answered by storage: a row may be shown that never got there.
    const known = await messages.stored(conversation, id);
    if (known) return duplicate(conversation, payload);
    if (!isShown || unplaced.has(id)) {
      // A failed read is no absence: what is noted as here is in storage, and is not overwritten.
      const here = conversation.received(payload.stream)?.received;
      if (known === null && here && hasIndex(here, payload.index)) return false;
      const stored = await storedLaterPlace(conversation, payload);
      if (stored === undefined) return placeLater(conversation, payload);
      core.transact(() => {
        const before = unplaced.delete(id) ? conversation.get(id) : undefined;
        // Out of its place first: a row is found by the place that it has.
        if (before) conversation.put({ ...before, isDeleted: true });
        add(conversation, payload, stored);
      });
    }
    const value = conversation.get(id)!;
    const isStored = await core.writer.put({ put: 'message', value });
    // Only what is stored may be said to be here: a sync is as good as a receipt.
    if (isStored) hold(conversation, payload);
    if (!isStored || isShown) conversation.lacks(id, !isStored);
    return isStored;
  }

  /** Shown at once, and stored when the disk tells where it belongs: once it is stored it never moves. */
  function placeLater(conversation: Conversation, payload: PayloadOf<'message'>): boolean {
    const { id } = payload;
    core.transact(() => {
      if (!unplaced.has(id)) add(conversation, payload, Infinity);
      conversation.lacks(id);
    });
    unplaced.add(id);
    core.alarm(`place ${id}`, core.elapsed() + PLACE_AGAIN_MS, () => void message(conversation, payload));
    return false;
  }

  function add(conversation: Conversation, payload: PayloadOf<'message'>, stored: number): void {
    const { account, peer } = conversation;
    const { id, stream, index, text, sentAt, answers = null } = payload;
    const later = Math.min(stored, laterPlace(conversation.rows, payload));
    const answered = answers ? conversation.get(answers) : undefined;
    const place = placeOf(conversation.endAt(core.now()), later, answered?.place);
    conversation.put({ ...BLANK, account, peer, id, text, sentAt, place, stream, index, answers });
    peers.typing(account, peer, null);
    core.touch(account, peer);
  }

  function acknowledge({ account, peer, readEarly }: Conversation, id: MessageId): void {
    const pair = pairs.get(account, peer);
    const kind = readEarly.delete(id) ? 'read' : 'delivered';
    void transport.say(pair, { v: 1, type: 'receipt', id, kind, at: core.now() });
  }

  function receipt(conversation: Conversation, payload: PayloadOf<'receipt'>): Promise<boolean> {
    return conversation.during(async (meanwhile) => {
      const own = await messages.look(conversation, payload.id);
      // Could not be read: over a relay it comes again, elsewhere the next sync says the same.
      if (own === null) return false;
      if (!own?.own) {
        // Not ours, or not in this conversation: they cannot speak of it.
        core.diagnostics.count('foreign-receipt');
        return true;
      }
      core.transact(() => {
        sync.speaksOurs(conversation);
        sync.prove(conversation, own, payload.kind, payload.at);
      });
      if (payload.kind === 'read' && own.index !== null)
        await sync.readUpTo(conversation, own.index, payload.at, meanwhile);
      return true;
    });
  }

  async function change(
    conversation: Conversation,
    payload: PayloadOf<'edit'> | PayloadOf<'delete'>,
  ): Promise<boolean> {
    const { account, peer } = conversation;
    const { id } = payload;
    // The message that it is about may be on its way into the list.
    await storing.get(`${account}/${peer}/${id}`);
    const found = await messages.look(conversation, id);
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
      core.touch(account, peer);
    });
    const isStored = await core.writer.put({ put: 'message', value: changed });
    if (isStored && isDelete) acknowledge(conversation, id);
    return isStored;
  }

  /** The place of the next of its stream that is stored; null where it is the newest, undefined if unknown. */
  async function storedLaterPlace(
    conversation: Conversation,
    { stream, index }: PayloadOf<'message'>,
  ): Promise<number | undefined> {
    const here = conversation.received(stream)?.received;
    if (!here || Math.max(here.upTo, ...here.also) <= index) return Infinity;
    const { account, peer } = conversation;
    const next = await core.storage
      .stream(account, peer, { stream, above: index, limit: 1 })
      .catch(core.writer.failed);
    return next && (next[0]?.place ?? Infinity);
  }

  function duplicate(conversation: Conversation, payload: PayloadOf<'message'>): boolean {
    core.diagnostics.count('duplicate-message');
    // The page may have gone between storing the message and noting its index.
    hold(conversation, payload);
    return true;
  }

  function hold(
    conversation: Conversation,
    { stream, index }: { stream: string | null; index: number | null },
  ): void {
    if (stream === null || index === null) return;
    messages.hold(conversation, stream, (received) => addIndices(received, [index]));
  }
}

/** The lowest place among the rows of the stream behind the message's index: it stands above that one. */
function laterPlace(rows: readonly StoredMessage[], { stream, index }: PayloadOf<'message'>): number {
  let later = Infinity;
  for (let position = rows.length - 1; position >= 0; position -= 1) {
    const row = rows[position]!;
    if (row.own || row.stream !== stream || row.index === null) continue;
    if (row.index < index) break;
    later = row.place;
  }
  return later;
}

/** The last edit wins, in whatever order they arrive: by its time, and of two of one moment by the text. */
function isNewerEdit({ at, text }: PayloadOf<'edit'>, { editedAt, text: shown }: StoredMessage): boolean {
  if (editedAt === undefined || at > editedAt) return true;
  return at === editedAt && text > shown;
}

function noteOf({ away, note }: { away?: boolean | undefined; note?: string | undefined }): string | null {
  return note?.trim() || (away ? 'Away' : null);
}
