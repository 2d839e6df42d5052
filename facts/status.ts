import { attemptsOf, openAttempt } from './evidence.ts';
import type { MessageFact } from './evidence.ts';

/** What may be said of an outgoing message, from its evidence and nothing else. */
export type Status = 'waiting' | 'sending' | 'unconfirmed' | 'sent' | 'delivered' | 'read' | 'failed';

/** One line of the table that element, legend and tests share. Its words are `status` and `meaning` of each language. */
export interface StatusEntry {
  readonly status: Status;
  /** The picture: the name of its icon. */
  readonly icon: 'clock' | 'dash' | 'ask' | 'tick' | 'ticks' | 'read' | 'fail';
  /** The fact without which it is never shown; null for the one that claims nothing. */
  readonly proof: MessageFact['type'] | null;
}

/** The one table of statuses, in the order in which a message usually passes them. */
export const STATUSES: readonly StatusEntry[] = [
  {
    status: 'waiting',
    icon: 'clock',
    proof: null,
  },
  {
    status: 'sending',
    icon: 'dash',
    proof: 'attempted',
  },
  {
    status: 'unconfirmed',
    icon: 'ask',
    proof: 'unanswered',
  },
  {
    status: 'sent',
    icon: 'tick',
    proof: 'accepted',
  },
  {
    status: 'delivered',
    icon: 'ticks',
    proof: 'delivered',
  },
  {
    status: 'read',
    icon: 'read',
    proof: 'read',
  },
  {
    status: 'failed',
    icon: 'fail',
    proof: 'gave-up',
  },
];

/** The line of the table for a status. */
export function describeStatus(status: Status): StatusEntry {
  const entry = STATUSES.find((candidate) => candidate.status === status);
  if (!entry) throw new TypeError(`Unknown status: ${String(status)}`);
  return entry;
}

/**
 * The status of an outgoing message: a pure function of the *set* of facts. Any order and any duplication give
 * the same answer (delivery.md 1; the first line that matches wins).
 */
export function statusOf(facts: readonly MessageFact[]): Status {
  const has = (type: MessageFact['type']): boolean => facts.some((fact) => fact.type === type);
  if (has('read')) return 'read';
  if (has('delivered')) return 'delivered';
  if (has('accepted')) return 'sent';
  if (openAttempt(facts) !== null) return 'sending';
  const { newest, planned } = attemptsOf(facts);
  if (facts.some((fact) => fact.type === 'gave-up' && fact.attempt >= planned))
    return has('unanswered') ? 'unconfirmed' : 'failed';
  const newestIsSilent = facts.some((fact) => fact.type === 'unanswered' && fact.attempt === newest);
  return newestIsSilent && planned === newest ? 'unconfirmed' : 'waiting';
}

/** Whether a status is a tick: a claim that needs proof. */
export function isTick(status: Status): boolean {
  return status === 'sent' || status === 'delivered' || status === 'read';
}

/** Whether a message waits for its person to decide: it failed, or nobody knows whether it has arrived. */
export function needsDecision(status: Status | null | undefined): status is 'failed' | 'unconfirmed' {
  return status === 'failed' || status === 'unconfirmed';
}
