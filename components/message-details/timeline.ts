import { mergeFacts } from '../../facts/evidence.ts';
import type { DialAttempt, MessageFact, ThreadMessage, WhyCode } from '../../facts/index.ts';
import { firstName } from '../internal/names.ts';
import { becauseOf } from '../internal/because.ts';
import type { ShownWords } from '../internal/language.ts';
import { decimal, secondsUntil } from '../internal/time.ts';

/** One line of a message's history. */
export interface TimelineEntry {
  /** When it happened, in milliseconds since the epoch on our clock (for theirs: as claimed); null while open. */
  readonly at: number | null;
  /** `ok`: proven. `bad`: refused, failed or lost here. `open`: nothing is known (yet). */
  readonly tone: 'ok' | 'bad' | 'open';
  readonly text: string;
  /** The reason: the raw text of a refusal, or a known reason; null without either. */
  readonly reason: string | null;
}

/** The inputs of a history besides its message. */
export interface TimelineContext {
  /** The other person's name. */
  readonly name: string;
  /** The dials of the conversation; those while the message was under way are shown. */
  readonly dials: readonly DialAttempt[];
  /** What people read after "through" where a relay carried; null where none is known. */
  readonly relay: string | null;
  /** Whether the backend carries receipts. False: nothing is said of Delivered and Read. Absent: it does. */
  readonly carriesReceipts?: boolean;
  readonly now: number;
  /** The seconds left until a time. Absent: computed from `now`. */
  readonly secondsUntil?: (at: number) => number;
}

/** The order within one millisecond: causes first, dials before attempts. */
const ORDER: readonly MessageFact['type'][] = [
  ...(['written', 'scheduled', 'attempted', 'unanswered', 'refused', 'accepted'] as const),
  ...(['gave-up', 'delivered', 'read', 'cancelled'] as const),
];

/** A message whose `isStored` may be unknown. */
type Told = Omit<ThreadMessage, 'isStored'> & { readonly isStored?: boolean | undefined };

/** How long a receipt usually takes; after that the history says that no confirmation came. */
const QUIET_MS = 30_000;

/**
 * The history of a message, oldest first, then what is open: a pure function of its evidence in any order. It claims
 * no more than the facts.
 */
export function timelineOf(message: Told, context: TimelineContext, t: ShownWords): readonly TimelineEntry[] {
  const entry = (
    at: number | null,
    tone: TimelineEntry['tone'],
    text: string,
    reason: string | null = null,
  ): TimelineEntry => ({ at, tone, text, reason });
  const name = firstName(context.name);
  const lost = message.isStored !== false ? [] : [entry(null, 'bad', t.notStored)];
  if (!message.own) {
    return [
      entry(message.sentAt, 'open', t.writtenByThem(name)),
      entry(message.place, 'ok', t.placed),
      ...(message.isStored ? [entry(null, 'ok', t.stored)] : lost),
      ...(message.missingBefore > 0 ? [entry(null, 'open', t.missing(message.missingBefore))] : []),
    ];
  }

  const { carriesReceipts = true } = context;
  const facts = [...mergeFacts(message.facts, [])].sort(
    (a, b) => a.at - b.at || ORDER.indexOf(a.type) - ORDER.indexOf(b.type),
  );
  const of = <Type extends MessageFact['type']>(type: Type) =>
    facts.filter((fact): fact is Extract<MessageFact, { type: Type }> => fact.type === type);
  const routes = new Map(of('attempted').map(({ attempt, route }) => [attempt, route]));
  const silent = new Set(of('unanswered').map(({ attempt }) => attempt));
  const why = ({ code, reason }: { code?: WhyCode | null; reason: string | null }): string | null =>
    (reason ?? becauseOf(code, name, t)) || null;
  const refusals = new Map(of('refused').map((fact) => [fact.attempt, why(fact)]));
  const answered = new Set([...of('accepted').map(({ attempt }) => attempt), ...refusals.keys(), ...silent]);
  const relayer = context.relay || t.relayer.relay;
  const via = (attempt: number): string => t.via[routes.get(attempt) ?? 'channel'](relayer);
  const outcome = (kind: 'accepted' | 'refused', attempt: number): string =>
    t.attempt[silent.has(attempt) ? (`${kind}-late` as const) : kind](via(attempt));
  const line = (fact: MessageFact): TimelineEntry | null => {
    const { at, type } = fact;
    switch (type) {
      case 'written':
        return entry(at, 'ok', t.written);
      case 'attempted':
        return answered.has(fact.attempt) ? null : entry(at, 'open', t.attempt.open(via(fact.attempt)));
      case 'accepted':
        return entry(at, 'ok', outcome(type, fact.attempt));
      case 'refused':
        return entry(at, 'bad', outcome(type, fact.attempt), why(fact));
      case 'unanswered':
        return entry(at, 'open', t.unanswered[fact.cause](via(fact.attempt)));
      case 'gave-up': {
        // A permanent refusal has its own line already.
        const reason = why(fact);
        const isSaid = refusals.get(fact.attempt) === reason;
        return entry(at, 'bad', t.gaveUp(fact.attempt), isSaid ? null : reason);
      }
      case 'delivered':
        return entry(at, 'ok', t.deliveredTo(name));
      case 'read':
        return entry(at, 'ok', t.readBy(name));
      case 'cancelled':
        return entry(at, 'open', t.cancelled);
      case 'scheduled':
        // The result has a line of its own; a planned attempt is at the end.
        return null;
    }
  };
  const told = facts
    .filter(({ type }) => carriesReceipts || (type !== 'delivered' && type !== 'read'))
    .flatMap((fact) => line(fact) ?? []);
  if (of('written').length === 0) told.unshift(entry(message.sentAt, 'open', t.written));

  // It ends when the message was accepted or given up; dials before and after are not part of it.
  const end = facts.find(
    ({ type }) => type === 'accepted' || type === 'delivered' || type === 'cancelled',
  )?.at;
  const gaveUp = message.status === 'failed' ? of('gave-up').at(-1)?.at : undefined;
  const dials = context.dials
    .filter((dial) => dial.end >= message.sentAt && dial.start <= (end ?? context.now))
    .filter((dial) => gaveUp === undefined || dial.end <= gaveUp)
    .map(({ start, end: at, outcome, ...more }) => {
      const seconds = decimal((at - start) / 1_000, t.language);
      if (outcome === 'connected') return entry(at, 'ok', t.dialConnected(seconds));
      return outcome === 'failed'
        ? entry(at, 'bad', t.dialFailed, why(more))
        : entry(at, 'open', t.dialUnanswered(seconds));
    });
  // Sorting keeps the order of what happened at once: the writing, then dials, then what became of attempts.
  const [first, ...rest] = told;
  const sorted = [first!, ...dials, ...rest].sort((a, b) => a.at! - b.at!);
  return [...sorted, ...lost, ...open()];

  /** What is not known yet, or is still to come. */
  function open(): TimelineEntry[] {
    const { status, waiting } = message;
    if (!carriesReceipts && (status === 'sent' || status === 'delivered')) return [];
    if (status === 'delivered') return [entry(null, 'open', t.notReadYet)];
    const accepted = of('accepted').at(-1);
    if (status === 'sent' && accepted) {
      const isQuiet = context.now - accepted.at >= QUIET_MS;
      return [
        entry(null, 'open', isQuiet ? t.nothingHeard[accepted.by](name, relayer) : t.noReceiptYet(name)),
      ];
    }
    if (status === 'unconfirmed') return [entry(null, 'open', t.unconfirmed)];
    if (status !== 'waiting' || of('cancelled').length > 0) return [];
    const next = waiting?.nextTry;
    const lines = [
      ...(waiting?.reason ? [t.waitingFor[waiting.reason]?.(name) ?? ''] : []),
      ...(next == null ? [] : [t.nextTry(context.secondsUntil?.(next) ?? secondsUntil(next, context.now))]),
    ];
    return (lines.length > 0 ? lines : [t.meaning[status]]).map((line) => entry(null, 'open', line));
  }
}
