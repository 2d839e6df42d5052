import type { Cid, MessageId } from '../../facts/ids.ts';
import { pairKey } from '../../facts/ids.ts';
import { addIndices, addUpTo, hasIndex, NOTHING } from '../../facts/ranges.ts';
import type { Received } from '../../facts/ranges.ts';
import { statusOf } from '../../facts/status.ts';
import type { StoredMessage } from '../../ports/storage.ts';
import type { PayloadOf } from '../../protocol/payload.ts';
import type { Conversation } from '../conversation.ts';
import type { Core } from '../core.ts';
import type { Messages } from '../messages.ts';
import type { Pairs } from '../pairs.ts';
import type { Routes } from '../routes.ts';
import type { SettingsStore } from '../settings.ts';
import type { Transport } from '../transport.ts';

/** How often a question goes out over a live channel while something of ours is undelivered. */
const EVERY_MS = 60_000;
/** Whatever others do: channels that come up, and questions of theirs, cause no more than one word in this time. */
const PACE_MS = 1_000;
/** An attempt younger than this may still be on its way: a sync that lacks it proves nothing about it. */
const FRESH_MS = 1_000;

interface Stores {
  readonly core: Core;
  readonly settings: SettingsStore;
  readonly pairs: Pairs;
  readonly routes: Routes;
  readonly messages: Messages;
  readonly transport: Transport;
}

/** What the receiving end asks of the duty. */
export interface Synchronisation {
  /** A sync of theirs. */
  received(conversation: Conversation, payload: PayloadOf<'sync'>): Promise<boolean>;
  /** They have sent a receipt or a sync: a client of our own kind. */
  speaksOurs(conversation: Conversation): void;
  /** Their word that this message of ours is stored, or was read. */
  prove(
    conversation: Conversation,
    message: StoredMessage,
    kind: 'delivered' | 'read',
    receivedAt: number,
  ): void;
  /**
   * Their word that everything of our stream up to this index was read: lifts what was delivered when it came, never
   * more. `meanwhile`: what arrived since (see `Conversation.arrivals`).
   */
  readUpTo(
    conversation: Conversation,
    index: number,
    receivedAt: number,
    meanwhile: ReadonlySet<MessageId>,
  ): Promise<void>;
  /** Asks now, by whichever route there is. */
  ask(account: Cid, peer: Cid): void;
}

/**
 * The duty that finds out what the service dropped (delivery.md 1): both sides say what they have of each other's
 * streams. What is missing is sent again, the rest is as good as a receipt. Questions go out when a channel comes
 * up, when the page wakes, and every minute on a live channel while something of ours is undelivered.
 */
export function synchronise({ core, settings, pairs, routes, messages, transport }: Stores): Synchronisation {
  const askedAt = new Map<string, number>();

  routes.onUp = (account, peer) =>
    core.paced(`question ${pairKey(account, peer)}`, PACE_MS, () => ask(account, peer));
  messages.onDeleted = (conversation) => void tellDeletions(conversation);
  core.onDue((account, peer) => {
    const conversation = messages.find(account, peer);
    if (!conversation) return;
    const key = pairKey(account, peer);
    const { route } = pairs.route(pairs.get(account, peer));
    const isDue = route === 'channel' && conversation.taken.size > 0 && conversation.meta.speaksOurs;
    const at = isDue ? (askedAt.get(key) ?? core.elapsed()) + EVERY_MS : null;
    core.alarm(`sync ${key}`, at, () => ask(account, peer));
  });

  function ask(account: Cid, peer: Cid): void {
    askedAt.set(pairKey(account, peer), core.elapsed());
    const conversation = messages.get(account, peer);
    say(conversation, 'question');
    core.touch(account, peer);
  }

  /** Says what was deleted, until they have confirmed it; a foreign client cannot, and is told once. */
  async function tellDeletions(conversation: Conversation): Promise<void> {
    const { account, peer, meta } = conversation;
    for (const id of meta.deletions ?? []) {
      const isTaken = await transport.say(pairs.get(account, peer), { v: 1, type: 'delete', id });
      if (isTaken && !conversation.meta.speaksOurs) told(conversation, id);
    }
  }

  /** They know that a message was deleted. */
  function told(conversation: Conversation, id: MessageId): void {
    const deletions = conversation.meta.deletions ?? [];
    if (!deletions.includes(id)) return;
    messages.note(conversation, { deletions: deletions.filter((other) => other !== id) });
  }

  function say(conversation: Conversation, kind: 'question' | 'answer'): void {
    const { account, peer, meta } = conversation;
    const theirs = meta.theirs.at(-1);
    const { readReceipts, presence } = settings.of(account);
    const key = core.relay?.keys?.own(account);
    void transport.say(pairs.get(account, peer), {
      v: 1,
      type: 'sync',
      kind,
      mine: {
        stream: meta.stream,
        next: meta.nextIndex,
        voids: meta.voids.slice(-MAX_VOIDS),
        settled: settledUpTo(conversation),
      },
      yours: theirs
        ? {
            stream: theirs.stream,
            upTo: theirs.received.upTo,
            also: theirs.received.also.slice(0, MAX_VOIDS),
            ...(readReceipts ? { readUpTo: theirs.readUpTo } : {}),
          }
        : null,
      at: core.now(),
      ...(presence && core.isAnyVisible.peek() ? { presence: {} } : {}),
      ...(key ? { key } : {}),
    });
    // Whoever asks what they missed may have missed that too: the service drops it with everything else.
    void tellDeletions(conversation);
  }

  async function received(conversation: Conversation, payload: PayloadOf<'sync'>): Promise<boolean> {
    core.transact(() => {
      speaksOurs(conversation);
      hear(conversation, payload);
      judge(conversation, payload);
      core.touch(conversation.account, conversation.peer);
    });
    const { yours } = payload;
    if (yours?.readUpTo && yours.stream === conversation.meta.stream) {
      const { readUpTo: index } = yours;
      await conversation.during((meanwhile) => readUpTo(conversation, index, payload.at, meanwhile));
    }
    const key = pairKey(conversation.account, conversation.peer);
    if (payload.kind === 'question') core.paced(`answer ${key}`, PACE_MS, () => say(conversation, 'answer'));
    return true;
  }

  /** What they say of their own stream: void and settled indices leave no gap. */
  function hear(conversation: Conversation, { mine }: PayloadOf<'sync'>): void {
    const settled = Math.min(mine.settled, mine.next - 1);
    messages.hold(conversation, mine.stream, (received) =>
      addIndices(addUpTo(received, settled), mine.voids),
    );
  }

  /** What they have of our stream: the rest is sent again. */
  function judge(conversation: Conversation, { yours, at }: PayloadOf<'sync'>): void {
    // About a stream of this account's on another device: of ours it says nothing. They answer our own question with
    // ours, since it names it.
    if (yours && yours.stream !== conversation.meta.stream) return;
    const theirs: Received = yours ?? NOTHING;
    let hasFresh = false;
    for (const id of [...conversation.taken, ...conversation.queue]) {
      const message = conversation.get(id);
      if (!message || message.index === null) continue;
      if (message.stream === conversation.meta.stream && hasIndex(theirs, message.index)) {
        prove(conversation, message, 'delivered', at);
        continue;
      }
      const status = statusOf(message.facts);
      if (status === 'sending') continue;
      if (isFresh(message)) {
        hasFresh = true;
        continue;
      }
      if (status === 'sent') conversation.resend.add(id);
      // It may have gone, and it has not arrived: towards a client that de-duplicates it is simply sent again.
      else if (status === 'unconfirmed') messages.plan(conversation, id, 0);
    }
    // What may have been on its way is settled as soon as it no longer can be, not at the next round.
    if (hasFresh)
      askedAt.set(pairKey(conversation.account, conversation.peer), core.elapsed() + FRESH_MS - EVERY_MS);
  }

  function isFresh({ facts }: StoredMessage): boolean {
    const now = core.elapsed();
    return facts.some((fact) => fact.type === 'attempted' && now - core.instant(fact) < FRESH_MS);
  }

  function speaksOurs(conversation: Conversation): void {
    if (!conversation.meta.speaksOurs) messages.note(conversation, { speaksOurs: true });
  }

  function prove(
    conversation: Conversation,
    message: StoredMessage,
    kind: 'delivered' | 'read',
    receivedAt: number,
  ): void {
    // What was looked up may be older than what is known by now: two receipts can come in one turn.
    const known = conversation.get(message.id) ?? message;
    told(conversation, message.id);
    const status = statusOf(known.facts);
    if (status === 'read' || status === kind) return;
    const fact = { type: kind, at: core.now(), receivedAt } as const;
    for (const meanwhile of conversation.arrivals) meanwhile.add(message.id);
    messages.update(conversation, { ...known, facts: [...known.facts, fact] });
  }

  async function readUpTo(
    conversation: Conversation,
    index: number,
    receivedAt: number,
    meanwhile: ReadonlySet<MessageId>,
  ): Promise<void> {
    const before = conversation.meta.readByThem;
    if (index <= before) return;
    const { account, peer, meta } = conversation;
    const limit = Math.min(index, meta.nextIndex - 1);
    // What arrives while the disk is looked through was not there yet when they said what they had read.
    const isLifted = (message: StoredMessage): boolean => isDelivered(message) && !meanwhile.has(message.id);
    // Whatever has left is in storage; what is in memory of it is newer.
    const query = { stream: meta.stream, above: before, upTo: limit };
    const stored = await core.storage.stream(account, peer, query).catch(core.writer.failed);
    // A failed read is no absence: their next word about it lifts it then.
    if (!stored) return;
    core.transact(() => {
      const lifted = stored.filter(({ own }) => own).map((row) => conversation.get(row.id) ?? row);
      for (const message of lifted) if (isLifted(message)) prove(conversation, message, 'read', receivedAt);
      // The mark stops below what is only sent: their next word about it has to lift it then.
      const open = lifted.filter((message) => !isLifted(message)).map((message) => message.index!);
      const mark = Math.max(before, Math.min(limit, ...open.map((openIndex) => openIndex - 1)));
      if (mark !== before) messages.note(conversation, { readByThem: mark });
    });
  }

  return { received, speaksOurs, prove, readUpTo, ask };
}

const MAX_VOIDS = 10_000;

/** Whether an own message is known to have arrived. */
function isDelivered({ facts }: StoredMessage): boolean {
  const status = statusOf(facts);
  return status === 'delivered' || status === 'read';
}

/** Up to here our stream is settled: delivered, or void. The first index that is neither is the first to care about. */
function settledUpTo(conversation: Conversation): number {
  let first = conversation.meta.nextIndex;
  for (const id of [...conversation.taken, ...conversation.queue]) {
    const index = conversation.get(id)?.index ?? null;
    if (index !== null && index < first) first = index;
  }
  return first - 1;
}
