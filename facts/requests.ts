import type { RequestId } from './ids.ts';
import type { WhyCode } from './refusals.ts';

/**
 * One piece of evidence about the wish of two people to be in contact (delivery.md 3): what we want, what they
 * want, and proof. Within one record every `at` (milliseconds since the epoch, our clock) is used once, so that
 * before and after are always defined.
 */
export type RequestFact =
  /** We sent an ask: our own wish, or the answer to theirs (asking back is accepting). */
  | { readonly type: 'asked'; readonly at: number; readonly requestId: RequestId }
  /** Their ask was announced to us. */
  | { readonly type: 'wanted-by-them'; readonly at: number }
  /**
   * The ask was refused, or could not be handed to the socket: what that means, where it is known, and the raw
   * text, if any.
   */
  | {
      readonly type: 'refused';
      readonly at: number;
      readonly requestId: RequestId;
      readonly code?: WhyCode;
      readonly reason: string | null;
    }
  /** The person pressed Decline. */
  | { readonly type: 'declined'; readonly at: number; readonly requestId: RequestId }
  /** The service answered that decline; whatever it answered. */
  | { readonly type: 'decline-answered'; readonly at: number; readonly requestId: RequestId }
  /** The person took the own wish back. */
  | { readonly type: 'withdrew'; readonly at: number }
  /** The two are in contact, and what shows it. */
  | { readonly type: 'proven'; readonly at: number; readonly by: ProofSource }
  /** The pair is missing from a list that was asked for after the newest proof. */
  | { readonly type: 'gone'; readonly at: number }
  /** The person says that whoever holds the name now is meant: what waits may go. */
  | { readonly type: 'confirmed'; readonly at: number };

/** What proves a contact. The answer to a decline, or to anything but an ask, never does. */
export type ProofSource = 'list' | 'ask-answered' | 'channel' | 'message';

/** The state of a request, derived from its facts and the time. */
export type RequestState = 'contact' | 'pending' | 'accepting' | 'accepted' | 'asked' | 'none';

/** How long an accepted request is drawn as "under way" before it says that it waits for the other side. */
export const ACCEPTING_MS = 5_000;

/** Everything that is shown of a request. */
export interface RequestView {
  readonly state: RequestState;
  /** The start of the state's age: our first ask of this wish, or their newest ask. Null where it has none. */
  readonly since: number | null;
  /** The raw reason of the refusal that ended our last wish, where nothing has happened since. */
  readonly reason: string | null;
  /** What that refusal means. */
  readonly code: WhyCode | null;
  /** Our newest ask while the wish is live; only its refusal counts. */
  readonly openAsk: { readonly requestId: RequestId; readonly at: number } | null;
  /** How often we asked during this wish; counted to four, where the repeats reach their final pace. */
  readonly asks: number;
  /** A decline of ours that nobody has answered yet. */
  readonly openDecline: RequestId | null;
  /**
   * The pair was in contact and then missing from the list: until a person has confirmed who this is, nothing goes
   * out, also if there is proof of a contact again. A deleted account's name may be somebody else's by now.
   */
  readonly needsConfirmation: boolean;
}

/** When the newest fact of a type was; minus infinity where there is none. */
export function newestAt(facts: readonly RequestFact[], type: RequestFact['type']): number {
  let newest = -Infinity;
  for (const fact of facts) if (fact.type === type && fact.at > newest) newest = fact.at;
  return newest;
}

/** Our asks in order, and what ended our last wish: proof, withdrawal, or a refusal that counts. */
function lastEnd(facts: readonly RequestFact[]): {
  asks: readonly (RequestFact & { type: 'asked' })[];
  refusal: (RequestFact & { type: 'refused' }) | undefined;
  ended: number;
} {
  const asks = facts.filter((fact) => fact.type === 'asked').sort((a, b) => a.at - b.at);
  // A refusal counts where its ask was the newest one when it was refused.
  const refusal = facts
    .filter((fact) => fact.type === 'refused')
    .filter(({ at, requestId }) => {
      const ask = asks.find((candidate) => candidate.requestId === requestId);
      return ask !== undefined && !asks.some((other) => other.at > ask.at && other.at < at);
    })
    .sort((a, b) => b.at - a.at)[0];
  const ended = Math.max(newestAt(facts, 'proven'), newestAt(facts, 'withdrew'), refusal?.at ?? -Infinity);
  return { asks, refusal, ended };
}

/** The state of a request and all that is shown of it, at the time `now`. */
export function requestView(facts: readonly RequestFact[], now: number): RequestView {
  const proven = newestAt(facts, 'proven');
  const gone = newestAt(facts, 'gone');
  const isContact = proven > gone;
  const { asks, refusal, ended } = lastEnd(facts);
  const wish = isContact ? [] : asks.filter((ask) => ask.at > ended);
  const first = wish[0];
  const newest = wish.at(-1);

  const declined = newestAt(facts, 'declined');
  const wanted = newestAt(facts, 'wanted-by-them');
  // A proof answers whatever was wanted before it, so that it is void once the pair is gone.
  const isWanted = wanted > Math.max(declined, proven);

  // What ended our last wish, where nothing has happened since.
  const refused = !first && !isContact && refusal?.at === ended ? refusal : undefined;

  let state: RequestState = 'none';
  if (isContact) state = 'contact';
  else if (first && isWanted) state = now - first.at < ACCEPTING_MS ? 'accepting' : 'accepted';
  else if (first) state = 'asked';
  else if (isWanted) state = 'pending';

  return {
    state,
    since: first ? first.at : state === 'pending' ? wanted : null,
    reason: refused?.reason ?? null,
    code: refused ? (refused.code ?? 'unknown') : null,
    openAsk: newest ? { requestId: newest.requestId, at: newest.at } : null,
    asks: Math.min(wish.length, 4),
    openDecline: declined > wanted ? unansweredDecline(facts, declined) : null,
    needsConfirmation: proven > -Infinity && gone > newestAt(facts, 'confirmed'),
  };
}

function unansweredDecline(facts: readonly RequestFact[], at: number): RequestId | null {
  const { requestId } = facts.filter((fact) => fact.type === 'declined').find((fact) => fact.at === at)!;
  const isAnswered = facts.some((fact) => fact.type === 'decline-answered' && fact.requestId === requestId);
  return isAnswered ? null : requestId;
}

/** The state alone. */
export function requestState(facts: readonly RequestFact[], now: number): RequestState {
  return requestView(facts, now).state;
}

/** The badge: how many records are pending. Computed, never stored, never incremented. */
export function countPending(records: Iterable<readonly RequestFact[]>, now: number): number {
  let count = 0;
  for (const facts of records) if (requestState(facts, now) === 'pending') count += 1;
  return count;
}

/** Never ask again while an ask younger than this is open. */
export const ASK_GUARD_MS = 5_000;

const MINUTE = 60_000;

/** When an unanswered ask is repeated towards a peer that stays reachable: after 1, 2, 4, then every 5 minutes. */
export function nextRepeat(view: RequestView): number | null {
  if (!view.openAsk) return null;
  return view.openAsk.at + Math.min(2 ** (view.asks - 1), 5) * MINUTE;
}

/**
 * The facts without those that can no longer matter, so that a record that is asked about every five minutes
 * for a month stays small. The view of the result equals the view of the original, now and after any further fact.
 */
export function compactRequest(facts: readonly RequestFact[]): readonly RequestFact[] {
  const { asks, refusal, ended } = lastEnd(facts);
  const first = asks.find((ask) => ask.at > ended);
  const refused = asks.find((ask) => ask.requestId === refusal?.requestId);
  const kept = new Set([first, refused, ...asks.slice(-4)]);
  const newest = new Map<RequestFact['type'], RequestFact>();
  for (const fact of facts)
    if (!(fact.at < (newest.get(fact.type)?.at ?? -Infinity))) newest.set(fact.type, fact);
  const declined = newest.get('declined') as { readonly requestId: RequestId } | undefined;
  return facts.filter((fact) => {
    if (fact.type === 'asked') return kept.has(fact);
    // One that does not count now never will; of those that do, the newest speaks for all.
    if (fact.type === 'refused') return fact === refusal;
    if (fact.type === 'decline-answered') return fact.requestId === declined?.requestId;
    // A contact that comes and goes in the lists does so without end.
    return fact === newest.get(fact.type);
  });
}
