import type { MessageFact, Status } from '../../facts/index.ts';

/** The fact without which a status is never shown; null for the one that claims nothing. */
export const PROOFS: Readonly<Record<Status, MessageFact['type'] | null>> = {
  waiting: null,
  sending: 'attempted',
  unconfirmed: 'unanswered',
  sent: 'accepted',
  delivered: 'delivered',
  read: 'read',
  failed: 'gave-up',
};
