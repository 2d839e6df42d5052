import type { RouteName } from '../facts/evidence.ts';
import type { AccountId } from '../facts/ids.ts';
import type { StoredMessage } from '../ports/storage.ts';
import { decodePayload, PAYLOAD_VERSION } from '../protocol/payload.ts';
import type { PayloadOf, PayloadResult } from '../protocol/payload.ts';
import { createAcknowledge } from './acknowledge.ts';
import { Arrivals } from './arrivals.ts';
import { BLANK, isNewerEdit, noteOf } from './arrival.ts';
import type { Conversation } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import type { Core } from './core.ts';
import type { ReadReceipts } from './duties/receipts.ts';
import type { Synchronisation } from './duties/sync.ts';
import { Inbox } from './inbox.ts';
import type { Messages } from './messages.ts';
import type { Pairs } from './pairs.ts';
import type { Peers } from './peers.ts';
import { Receipts } from './receipts.ts';
import type { Transport } from './transport.ts';

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

/** A body that has arrived. */
interface Arrived {
  readonly account: AccountId;
  readonly peer: AccountId;
  readonly body: Uint8Array;
  readonly via: RouteName;
  readonly resolve: (isStored: boolean) => void;
  readonly reject: (error: Error) => void;
}

/** Handles received bodies, whatever the route: in their order, and what arrives together in one step. */
export function createReceive(stores: Stores): Receive {
  const { core, pairs, peers, conversations, messages, transport, sync } = stores;
  const acknowledge = createAcknowledge(core, pairs, transport);
  const arrivals = new Arrivals({ ...stores, acknowledge });
  const receipts = new Receipts(stores);
  const inbox = new Inbox<Arrived>(core.clock, {
    begin(arrived) {
      // What waited when this page stopped acting is not stored by it: whoever sent it is told by the next sync.
      const isStored = core.isActing ? open(arrived) : Promise.resolve(false);
      return isStored.then(arrived.resolve, arrived.reject);
    },
    together: (begin) => core.transact(begin),
    async end() {
      arrivals.flush();
      await receipts.flush();
      await core.writer.settled();
    },
  });

  return (account, peer, body, via) =>
    new Promise((resolve, reject) => {
      inbox.add({ account, peer, body, via, resolve, reject });
    });

  async function open({ account, peer, body, via }: Arrived): Promise<boolean> {
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
        return arrivals.add(conversation(), payload);
      case 'receipt':
        return receipts.add(conversation(), payload);
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
  }

  /** Something that this version cannot show. What a person would otherwise miss is a quiet line. */
  async function unknown(
    conversation: Conversation,
    body: Exclude<PayloadResult, { kind: 'payload' }>,
  ): Promise<boolean> {
    if (body.kind === 'unsupported') {
      if (body.indexed) return arrivals.add(conversation, { type: 'unsupported', ...body.indexed });
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

  async function change(
    conversation: Conversation,
    payload: PayloadOf<'edit'> | PayloadOf<'delete'>,
  ): Promise<boolean> {
    const { account, peer } = conversation;
    const { id } = payload;
    // The message that it is about may be on its way into the list.
    await arrivals.settled(conversation, id);
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
    if (isStored && isDelete) acknowledge(conversation, [{ id }]);
    return isStored;
  }
}
