import type { AccountId, MessageId } from '../../facts/ids.ts';
import { pairKey } from '../../facts/ids.ts';
import { hasIndex, intersection, NOTHING, rangesOf, union, without } from '../../facts/ranges.ts';
import type { Ranges } from '../../facts/ranges.ts';
import { settled, tellableOf } from '../../facts/read-set.ts';
import { attemptsOf } from '../../facts/evidence.ts';
import { statusOf } from '../../facts/status.ts';
import type { StoredMessage } from '../../ports/storage.ts';
import { MAX_RANGES } from '../../protocol/payload.ts';
import type { PayloadOf } from '../../protocol/payload.ts';
import type { Conversation } from '../conversation.ts';
import type { Core } from '../core.ts';
import type { Conversations } from '../conversations.ts';
import type { Messages } from '../messages.ts';
import type { Pairs } from '../pairs.ts';
import type { SettingsStore } from '../settings.ts';
import type { Transport } from '../transport.ts';

/** How often a question goes out over a live channel while something of ours is undelivered. */
const EVERY_MS = 60_000;
/** Channels and questions of others cause at most one sync in this time. */
const PACE_MS = 1_000;
/** How many ranges of one of their streams are kept: beyond that, what they call void adds nothing. */
const MAX_STORED_RANGES = 4_096;
/** An attempt younger than this may still be on its way: a sync that lacks it proves nothing about it. */
const FRESH_MS = 1_000;
/**
 * After so many attempts that time is doubled with each further one, up to a minute: somebody who goes on saying that
 * a message is not there must not have it sent without end.
 */
const PROMPT_ATTEMPTS = 8;

/** So many indices are looked up in one go: the page draws and listens in between. */
const PART = 200;

interface Stores {
  readonly core: Core;
  readonly settings: SettingsStore;
  readonly pairs: Pairs;
  readonly conversations: Conversations;
  readonly messages: Messages;
  readonly transport: Transport;
}

/** Messages of our stream that were on their screen, and when they said so. */
interface ToldRead {
  readonly ranges: Ranges;
  readonly at: number;
}

/** What the receiving end asks of the duty. */
export interface Synchronisation {
  /** A sync of theirs. */
  received(conversation: Conversation, payload: PayloadOf<'sync'>): Promise<boolean>;
  /** They have sent a receipt or a sync: a client of our own kind. */
  markKnownClient(conversation: Conversation): void;
  /** Their word that this message of ours is stored, or was read. */
  prove(
    conversation: Conversation,
    message: StoredMessage,
    kind: 'delivered' | 'read',
    receivedAt: number,
  ): void;
  /**
   * Their word that messages of our stream were on their screen: lifts what had left when it came, and nothing else.
   * False: this device could not look them up.
   */
  read(conversation: Conversation, told: readonly ToldRead[]): Promise<boolean>;
  /** Asks now, by whichever route there is. */
  ask(account: AccountId, peer: AccountId): void;
}

/**
 * The duty that finds out what the service dropped (delivery.md 1): both sides say what they have of each other's
 * streams. What is missing is sent again, the rest is as good as a receipt. Questions go out when a channel comes
 * up, when the page wakes, and every minute on a live channel while something of ours is undelivered.
 */
export function synchronise({
  core,
  settings,
  pairs,
  conversations,
  messages,
  transport,
}: Stores): Synchronisation {
  const askedAt = new Map<string, number>();
  const alarms = core.pairAlarms();

  core.journal.on('channel', ({ account, peer }) =>
    core.paced(`question ${pairKey(account, peer)}`, PACE_MS, () => ask(account, peer)),
  );
  core.journal.on('deleted', ({ account, peer }) => {
    const conversation = conversations.find(account, peer);
    if (conversation && core.isActing) void tellDeletions(conversation);
  });
  core.onDue((account, peer) => {
    const conversation = conversations.find(account, peer);
    if (!conversation) return;
    const isUndelivered = conversation.accepted.size > 0 && conversation.meta.isKnownClient;
    const isDue = isUndelivered && pairs.route(pairs.get(account, peer)).route === 'channel';
    const at = isDue ? (askedAt.get(pairKey(account, peer)) ?? core.elapsed()) + EVERY_MS : null;
    alarms.set(account, peer, at, () => ask(account, peer));
  });

  function ask(account: AccountId, peer: AccountId): void {
    askedAt.set(pairKey(account, peer), core.elapsed());
    const conversation = conversations.get(account, peer);
    say(conversation, 'question');
    core.touch(account, peer);
  }

  /** Says what was deleted, until they have confirmed it; a foreign client cannot, and is told once. */
  async function tellDeletions(conversation: Conversation): Promise<void> {
    const { account, peer, meta } = conversation;
    for (const id of meta.deletions ?? []) {
      const isTaken = await transport.say(pairs.get(account, peer), { v: 1, type: 'delete', id });
      if (isTaken && !conversation.meta.isKnownClient) told(conversation, id);
    }
  }

  /** They know that a message was deleted. */
  function told(conversation: Conversation, id: MessageId): void {
    const deletions = conversation.meta.deletions ?? [];
    if (!deletions.includes(id)) return;
    messages.changeConversation(conversation, { deletions: deletions.filter((other) => other !== id) });
  }

  function say(conversation: Conversation, kind: 'question' | 'answer'): void {
    const { account, peer, meta } = conversation;
    const theirs = meta.theirs.at(-1);
    const { readReceipts, presence } = settings.of(account);
    const newest = (ranges: Ranges): Ranges => ranges.slice(-MAX_RANGES);
    const key = core.relay?.keys?.own(account);
    void transport.say(pairs.get(account, peer), {
      v: 1,
      type: 'sync',
      kind,
      mine: {
        stream: meta.stream,
        next: meta.nextIndex,
        voids: newest(meta.voids),
        settled: settledUpTo(conversation),
      },
      yours: theirs
        ? {
            stream: theirs.stream,
            here: newest(theirs.here),
            ...(readReceipts ? { seen: newest(tellableOf(theirs)) } : {}),
          }
        : null,
      at: core.now(),
      ...(presence && core.isAnyVisible.peek() ? { presence: {} } : {}),
      ...(key ? { key } : {}),
    });
    // Deletions may have been lost with everything else: send them again.
    void tellDeletions(conversation);
  }

  async function received(conversation: Conversation, payload: PayloadOf<'sync'>): Promise<boolean> {
    core.transact(() => {
      markKnownClient(conversation);
      hear(conversation, payload);
      judge(conversation, payload);
      core.touch(conversation.account, conversation.peer);
    });
    const { yours } = payload;
    if (yours?.seen && yours.stream === conversation.meta.stream)
      await read(conversation, [{ ranges: yours.seen, at: payload.at }]);
    const key = pairKey(conversation.account, conversation.peer);
    if (payload.kind === 'question') core.paced(`answer ${key}`, PACE_MS, () => say(conversation, 'answer'));
    return true;
  }

  /** What they say of their own stream: void and settled indices leave no gap. */
  function hear(conversation: Conversation, { mine }: PayloadOf<'sync'>): void {
    const upTo = Math.min(mine.settled, mine.next - 1);
    const gone = union(upTo > 0 ? [[1, upTo]] : NOTHING, mine.voids);
    const shown = conversation.reading.unheldOf(mine.stream);
    messages.changeStream(conversation, mine.stream, (sets) => {
      const after = settled(sets, gone, shown);
      if (after.here.length <= MAX_STORED_RANGES || after.here.length <= sets.here.length) return after;
      // Only a hostile client has so many gaps.
      core.diagnostics.count('ranges-dropped');
      return sets;
    });
  }

  /** What they have of our stream: the rest is sent again. */
  function judge(conversation: Conversation, { yours, at }: PayloadOf<'sync'>): void {
    // About a stream of this account's on another device: of ours it says nothing. They answer our own question with
    // ours, since it names it.
    if (yours && yours.stream !== conversation.meta.stream) return;
    const theirs = yours?.here ?? NOTHING;
    /** When the first of those that may be on their way no longer can be. */
    let settledAt = Infinity;
    for (const id of [...conversation.accepted, ...conversation.queue]) {
      const message = conversation.get(id);
      if (!message || message.index === null) continue;
      if (message.stream === conversation.meta.stream && hasIndex(theirs, message.index)) {
        prove(conversation, message, 'delivered', at);
        continue;
      }
      const status = statusOf(message.facts);
      if (status === 'sending') continue;
      const freshUntil = freshUntilOf(message);
      if (freshUntil > core.elapsed()) {
        settledAt = Math.min(settledAt, freshUntil);
        continue;
      }
      if (status === 'sent') conversation.setMissing(id);
      // It has not arrived: a known client de-duplicates, so send it again.
      else if (status === 'unconfirmed') messages.plan(conversation, id, 0);
    }
    // What may have been on its way is settled as soon as it no longer can be, not at the next round.
    if (settledAt === Infinity) return;
    const askAt = Math.max(core.elapsed() + FRESH_MS, settledAt);
    askedAt.set(pairKey(conversation.account, conversation.peer), askAt - EVERY_MS);
  }

  /** Until when the newest attempt may still be on its way. */
  function freshUntilOf({ facts }: StoredMessage): number {
    const many = Math.max(0, attemptsOf(facts).made - PROMPT_ATTEMPTS);
    const newest = facts.reduce(
      (at, fact) => (fact.type === 'attempted' ? Math.max(at, core.instant(fact)) : at),
      -Infinity,
    );
    return newest + Math.min(FRESH_MS * 2 ** many, EVERY_MS);
  }

  function markKnownClient(conversation: Conversation): void {
    if (!conversation.meta.isKnownClient) messages.changeConversation(conversation, { isKnownClient: true });
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
    if (!core.backend.capabilities.carriesReceipts) return;
    const status = statusOf(known.facts);
    if (status === 'read' || status === kind) return;
    const fact = { type: kind, at: core.now(), receivedAt } as const;
    messages.update(conversation, { ...known, facts: [...known.facts, fact] });
  }

  async function read(conversation: Conversation, told: readonly ToldRead[]): Promise<boolean> {
    const { account, peer, meta } = conversation;
    const { stream } = meta;
    // What had left when they said it; and what is known already is not looked up again.
    const left: Ranges = meta.nextIndex > 1 ? [[1, meta.nextIndex - 1]] : NOTHING;
    const indices = union(NOTHING, ...told.map(({ ranges }) => ranges));
    const news = without(intersection(indices, left), meta.readThere ?? NOTHING);
    for (const [from, upTo] of inParts(news)) {
      // Every attempted message is in storage; the copy in memory is newer.
      const query = { stream, above: from - 1, upTo };
      const stored = await core.storage.stream(account, peer, query).catch(core.writer.failed);
      // A failed read is no absence: their next word about it lifts it then.
      if (!stored) return false;
      core.transact(() => {
        const own = stored.filter((row) => row.own).map((row) => conversation.get(row.id) ?? row);
        const hasLeft = (message: StoredMessage): boolean => attemptsOf(message.facts).made > 0;
        const waiting = rangesOf(own.filter((row) => !hasLeft(row)).map(({ index }) => index!));
        for (const message of own) {
          const word = told.find(({ ranges }) => hasIndex(ranges, message.index!));
          if (word && hasLeft(message)) prove(conversation, message, 'read', word.at);
        }
        const known = conversation.meta.readThere ?? NOTHING;
        const readThere = union(known, without([[from, upTo]], waiting));
        messages.changeConversation(conversation, { readThere });
      });
    }
    return true;
  }

  return { received, markKnownClient, prove, read, ask };
}

/** The ranges, none of them wider than what is looked up and changed in one go. */
function* inParts(ranges: Ranges): Iterable<Ranges[number]> {
  for (const [from, upTo] of ranges)
    for (let first = from; first <= upTo; first += PART) yield [first, Math.min(first + PART - 1, upTo)];
}

/** Up to here our stream is settled: delivered, or void. The first index that is neither is the first to care about. */
function settledUpTo(conversation: Conversation): number {
  let first = conversation.meta.nextIndex;
  for (const id of [...conversation.accepted, ...conversation.queue]) {
    const index = conversation.get(id)?.index ?? null;
    if (index !== null && index < first) first = index;
  }
  return first - 1;
}
