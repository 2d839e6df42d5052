import type { RequestId } from './ids.ts';
import type { Why, WhyCode } from './refusals.ts';

/** What carried a message: inside this browser, a channel held by the service, or a store-and-forward relay. */
export type RouteName = 'loopback' | 'channel' | 'relay';

/** Why nothing was heard of an attempt. Our own observation; it says nothing about the other side. */
export type SilenceCause = 'timeout' | 'connection-lost' | 'reload';

/**
 * One piece of stored evidence about an outgoing message (delivery.md 1). Never edited, never removed.
 * Times are milliseconds since the epoch on our clock; `receivedAt` is the recipient's own claim.
 */
export type MessageFact =
  /** The message is in durable storage. */
  | { readonly type: 'written'; readonly at: number }
  /** A (next) attempt is planned: at a time, or when a path appears. */
  | {
      readonly type: 'scheduled';
      readonly attempt: number;
      readonly at: number;
      readonly due: number | 'path';
    }
  /** A frame was handed to the socket (or to the relay, or inside the browser). */
  | {
      readonly type: 'attempted';
      readonly attempt: number;
      readonly route: RouteName;
      readonly requestId: RequestId;
      readonly at: number;
    }
  /** Whoever carries it has taken it. Not delivery. */
  | {
      readonly type: 'accepted';
      readonly attempt: number;
      readonly at: number;
      readonly by: 'service' | 'relay' | 'loopback';
    }
  /** Whoever carries it has said no: what that means, where it is known, and their raw text, if any. */
  | {
      readonly type: 'refused';
      readonly attempt: number;
      readonly at: number;
      readonly code?: WhyCode;
      readonly reason: string | null;
    }
  /** No answer came. */
  | {
      readonly type: 'unanswered';
      readonly attempt: number;
      readonly at: number;
      readonly cause: SilenceCause;
    }
  /** The recipient's app says that it has stored the message. */
  | { readonly type: 'delivered'; readonly at: number; readonly receivedAt: number }
  /** The recipient's app says that it was on their screen. */
  | { readonly type: 'read'; readonly at: number; readonly receivedAt: number }
  /** No further attempt is made by itself; names the attempt after which (0: none was made). */
  | {
      readonly type: 'gave-up';
      readonly attempt: number;
      readonly at: number;
      readonly code?: WhyCode;
      readonly reason: string | null;
    }
  /** The person withdrew it before anything could have left. */
  | { readonly type: 'cancelled'; readonly at: number };

/** A fact before it is given its time. */
export type NewFact<Fact> = Fact extends { readonly at: number } ? Omit<Fact, 'at'> : never;

/** The identity of a fact: two facts with one key are one fact. */
export function factKey(fact: MessageFact): string {
  return JSON.stringify(Object.entries(fact).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The union of two sets of evidence, in a canonical order: commutative, associative, idempotent. This is how
 * what two tabs know of one message is brought together.
 */
export function mergeFacts(a: readonly MessageFact[], b: readonly MessageFact[]): readonly MessageFact[] {
  const union = new Map([...a, ...b].map((fact) => [factKey(fact), fact]));
  return [...union.entries()]
    .sort(([keyA, factA], [keyB, factB]) => factA.at - factB.at || (keyA < keyB ? -1 : 1))
    .map(([, fact]) => fact);
}

/** How often the message was attempted, and the highest attempt that was made or scheduled. */
export function attemptsOf(facts: readonly MessageFact[]): { made: number; newest: number; planned: number } {
  const made = new Set<number>();
  let planned = 0;
  for (const fact of facts) {
    if (!('attempt' in fact) || fact.type === 'gave-up') continue;
    planned = Math.max(planned, fact.attempt);
    if (fact.type !== 'scheduled') made.add(fact.attempt);
  }
  return { made: made.size, newest: Math.max(0, ...made), planned };
}

/** The newest attempt, if it was handed over and nothing has been heard of it, not even our own time-out. */
export function openAttempt(facts: readonly MessageFact[]): number | null {
  const { newest } = attemptsOf(facts);
  if (newest === 0) return null;
  const closed = facts.some(
    (fact) =>
      (fact.type === 'accepted' || fact.type === 'refused' || fact.type === 'unanswered') &&
      fact.attempt === newest,
  );
  return closed ? null : newest;
}

/** Whether the person took the message back. Its row leaves the thread. */
export function isCancelled(facts: readonly MessageFact[]): boolean {
  return facts.some((fact) => fact.type === 'cancelled');
}

/** Whether the message may be cancelled: nothing was handed over, or every attempt was refused. */
export function isCancellable(facts: readonly MessageFact[]): boolean {
  if (facts.some((fact) => ['accepted', 'delivered', 'read', 'cancelled'].includes(fact.type))) return false;
  const refused = new Set<number>();
  for (const fact of facts) if (fact.type === 'refused') refused.add(fact.attempt);
  return facts.every((fact) => {
    if (fact.type === 'attempted' || fact.type === 'unanswered') return refused.has(fact.attempt);
    return true;
  });
}

/** A planned attempt. */
export type Planned = MessageFact & { readonly type: 'scheduled' };

/** The plan of the next attempt, or null where none is. */
export function nextPlanned(facts: readonly MessageFact[]): Planned | null {
  const { newest } = attemptsOf(facts);
  const [next] = facts
    .filter((fact) => fact.type === 'scheduled')
    .filter(({ attempt }) => attempt > newest)
    .sort((a, b) => b.attempt - a.attempt || b.at - a.at);
  return next ?? null;
}

/** When the next attempt is planned: a time, `'path'`, or null where none is. */
export function nextAttempt(facts: readonly MessageFact[]): number | 'path' | null {
  return nextPlanned(facts)?.due ?? null;
}

/** The newest refusal, or giving up: what it means, and the raw text. Null where there is none. */
export function failureOf(facts: readonly MessageFact[]): Why | null {
  const [newest] = facts
    .filter((fact) => fact.type === 'gave-up' || fact.type === 'refused')
    .sort((a, b) => b.at - a.at || (a.type === 'gave-up' ? -1 : 1));
  return newest ? { code: newest.code ?? 'unknown', reason: newest.reason } : null;
}
