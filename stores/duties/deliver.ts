import { attemptsOf, nextPlanned } from '../../facts/evidence.ts';
import type { RouteName } from '../../facts/evidence.ts';
import type { MessageId, RequestId } from '../../facts/ids.ts';
import type { Why } from '../../facts/refusals.ts';
import { pairKey } from '../../facts/ids.ts';
import { statusOf } from '../../facts/status.ts';
import type { Failure } from '../../ports/backend.ts';
import type { StoredMessage } from '../../ports/storage.ts';
import type { Conversation } from '../conversation.ts';
import { LONGEST_PAUSE_MS } from '../core.ts';
import type { Core } from '../core.ts';
import { whyOf } from '../failure.ts';
import type { Conversations } from '../conversations.ts';
import { bodyOf } from '../own-messages.ts';
import type { Messages } from '../messages.ts';
import type { Pairs } from '../pairs.ts';
import type { Routes } from '../routes.ts';
import type { Claims } from './claim.ts';
import type { Transport } from '../transport.ts';
import { isSendable, WriteAhead } from './write-ahead.ts';

const BACK_OFF_MS = 1_000;
/** Refusals that no retry can cure. */
const PERMANENT: readonly string[] = ['too-large', 'invalid', 'not-registered', 'asked-oneself', 'forbidden'];
/** Refusals that say that the channel is not there. */
const NO_CHANNEL: readonly string[] = ['no-channel', 'no-session', 'channel-dead'];

interface Stores {
  readonly core: Core;
  readonly claims: Claims;
  readonly pairs: Pairs;
  readonly routes: Routes;
  readonly conversations: Conversations;
  readonly messages: Messages;
  readonly transport: Transport;
}

/** What the duty is told from outside. */
export interface Delivery {
  /** The answer to an attempt that it had stopped waiting for. */
  answered(requestId: RequestId, refused: Why | null): void;
}

/** What is on its way to one peer. */
interface Lane {
  /** The messages under way, each with one attempt. */
  readonly ids: Set<MessageId>;
  /** The route that all of them take. */
  route: RouteName | null;
  /** One of them has to be sent again: until all are answered nothing more is, so that nothing overtakes it. */
  isBlocked: boolean;
}

/**
 * The duty that sends what waits: first in, first out per conversation, one attempt at a time, or over a channel as
 * many as the backend keeps in order; and again what was accepted and is known to be missing at the other side. A pair
 * that was touched is looked at anew, so that it can be stopped at any point and started again.
 */
export function deliver(stores: Stores): Delivery {
  const { core, messages } = stores;
  const lanes = new Map<string, Lane>();
  /** Attempts whose answer may still come, after our own time-out. */
  const silent = new Map<RequestId, { conversation: Conversation; id: MessageId; attempt: number }>();
  const ahead = new WriteAhead(core, messages);
  const alarms = core.pairAlarms();

  core.onDue((account, peer) => {
    const conversation = stores.conversations.find(account, peer);
    if (conversation) fill(conversation);
  });

  function fill(conversation: Conversation): void {
    while (startNext(conversation));
  }

  /** Starts the next attempt, if there is one to make now; says whether it did. */
  function startNext(conversation: Conversation): boolean {
    const { account, peer } = conversation;
    const key = pairKey(account, peer);
    const lane: Lane = lanes.get(key) ?? { ids: new Set(), route: null, isBlocked: false };
    const { ids } = lane;
    const most = lane.route === 'channel' ? core.backend.capabilities.maxInFlight : 1;
    if (lane.isBlocked || ids.size >= most || conversation.isStalled) return false;
    const message = pick(conversation, ids, core.writer.isEphemeral);
    const planned = message && nextPlanned(message.facts);
    const due = planned && core.dueAt(planned);
    const isDue = due === null || due <= core.elapsed();
    alarms.set(account, peer, isDue ? null : due, () => fill(conversation));
    if (!message || !isDue) return false;
    const { route } = stores.pairs.route(stores.pairs.get(account, peer));
    // Whatever opens a route touches the pair. What is under way goes first: another route may be faster.
    if (route === 'none' || (ids.size > 0 && route !== lane.route)) return false;
    lanes.set(key, lane);
    lane.route = route;
    ids.add(message.id);
    void attempt(conversation, message, lane, route).finally(() => {
      ids.delete(message.id);
      if (ids.size === 0) lanes.delete(key);
      core.touch(account, peer);
    });
    return true;
  }

  async function attempt(
    conversation: Conversation,
    picked: StoredMessage,
    lane: Lane,
    route: RouteName,
  ): Promise<void> {
    const { id } = picked;
    const { message, attempted } = await ahead.attempt(conversation, picked, lane.ids, route);
    const { attempt: number, requestId } = attempted;
    // Meanwhile the person may have taken it back, or a receipt may have settled it.
    const isMeant = conversation.get(id)!.isOpen && !conversation.isStalled;
    if (!isMeant) {
      holdIfWaiting(conversation, id, lane);
      return messages.save(conversation, id);
    }
    // A relay de-duplicates by this: a repeat after silence is the same envelope, a message that the other side
    // lacks although it was taken is another one.
    const envelopeId = conversation.takeMissing(id) ? `${id}:${number}` : id;
    const pair = stores.pairs.get(conversation.account, conversation.peer);
    const answer = await stores.transport.carry(pair, route, bodyOf(message, conversation.meta.stream, 0), {
      requestId,
      envelopeId,
      handedOver() {
        // Stored already, as long as nothing else has changed.
        if (conversation.get(id) === message)
          messages.takeWritten(conversation, { ...message, facts: [...message.facts, attempted] });
        else messages.add(conversation, id, attempted);
      },
      // It may have stood in line: meanwhile the person may have taken it back, it has arrived, or one before it has
      // to be sent again.
      isWithdrawn: () => lane.isBlocked || conversation.get(id)?.isOpen !== true,
    });
    // A relay may answer long after the page was closed, or replaced; what the next one has written meanwhile is newer.
    if (!core.isActing) return;
    core.transact(() => {
      if (answer.ok) {
        const by = route === 'channel' ? 'service' : route;
        messages.add(conversation, id, { type: 'accepted', attempt: number, by });
      } else notAccepted(conversation, id, number, requestId, answer.failure);
      holdIfWaiting(conversation, id, lane);
    });
  }

  function holdIfWaiting(conversation: Conversation, id: MessageId, lane: Lane): void {
    const message = conversation.get(id);
    lane.isBlocked ||= message?.isOpen === true && statusOf(message.facts) === 'waiting';
  }

  function notAccepted(
    conversation: Conversation,
    id: MessageId,
    attempt: number,
    requestId: RequestId,
    failure: Failure,
  ): void {
    const { account, peer } = conversation;
    if (failure.kind === 'not-sent') {
      // It was not handed over: take back what was written ahead.
      if (!PERMANENT.includes(failure.code)) return messages.save(conversation, id);
      return giveUp(conversation, id, attempt - 1, failure);
    }
    if (failure.kind === 'unanswered') {
      messages.add(conversation, id, { type: 'unanswered', attempt, cause: failure.cause });
      silent.set(requestId, { conversation, id, attempt });
      // Our own clients de-duplicate by id; towards another client a person has to decide.
      const why = { code: 'timeout', reason: null } as const;
      if (conversation.meta.isKnownClient) plan(conversation, id, attempt, why, false);
      return;
    }
    const { code } = failure;
    const isFirst = failuresInARow(conversation.get(id)!) === 1;
    const hasNoChannel = NO_CHANNEL.includes(code);
    messages.add(conversation, id, { type: 'refused', attempt, ...whyOf(failure) });
    if (hasNoChannel) {
      stores.routes.down(account, peer);
      if (code === 'no-session') void stores.claims.verify(account);
    }
    if (PERMANENT.includes(code)) giveUp(conversation, id, attempt, failure);
    // Wait for a missing channel; pause if it keeps coming up and refusing.
    else plan(conversation, id, attempt, failure, hasNoChannel && isFirst);
  }

  /** Plans the next attempt, or gives up where the budget of attempts that were handed over is spent. */
  function plan(
    conversation: Conversation,
    id: MessageId,
    attempt: number,
    why: Why,
    isForPath: boolean,
  ): void {
    const message = conversation.get(id);
    if (!message || statusOf(message.facts) === 'sent') return;
    const failures = failuresInARow(message);
    if (failures >= core.settings.attempts) return giveUp(conversation, id, attempt, why);
    const pause = core.backOff(failures, BACK_OFF_MS, LONGEST_PAUSE_MS);
    messages.plan(conversation, id, isForPath ? 'path' : pause);
  }

  function giveUp(conversation: Conversation, id: MessageId, attempt: number, why: Why): void {
    messages.add(conversation, id, { type: 'gave-up', attempt, ...whyOf(why) });
  }

  /** The answer to an attempt that we had stopped waiting for. */
  function answered(requestId: RequestId, refused: Why | null): void {
    const late = silent.get(requestId);
    if (!late) return;
    silent.delete(requestId);
    const { conversation, id, attempt } = late;
    if (refused === null) messages.add(conversation, id, { type: 'accepted', attempt, by: 'service' });
    else messages.add(conversation, id, { type: 'refused', attempt, ...whyOf(refused) });
  }

  return { answered };
}

/** What is to be sent next: what the other side lacks, else the first of the queue that nobody has taken. */
function pick(
  conversation: Conversation,
  underWay: ReadonlySet<MessageId>,
  isEphemeral: boolean,
): StoredMessage | null {
  const [lacking] = [...conversation.missing].filter((id) => !underWay.has(id)).sort();
  if (lacking) return conversation.get(lacking)!;
  for (const id of conversation.queue) {
    if (underWay.has(id)) continue;
    const message = conversation.get(id)!;
    if (statusOf(message.facts) !== 'waiting') continue;
    // It is not stored yet; those behind it wait, too.
    return isEphemeral || isSendable(message) ? message : null;
  }
  return null;
}

/** Attempts since the person last pressed Try again, or since the beginning. */
function failuresInARow({ facts }: StoredMessage): number {
  const gaveUp = facts.reduce(
    (most, fact) => (fact.type === 'gave-up' ? Math.max(most, fact.attempt) : most),
    0,
  );
  return attemptsOf(facts.filter((fact) => 'attempt' in fact && fact.attempt > gaveUp)).made;
}
