import { needsDecision } from '../../facts/index.ts';
import type { MessageId, OutboxRow } from '../../facts/index.ts';
import type { ShownWords } from './language.ts';
import type { Rows } from './rows.ts';

/** The messages of an outbox by what they need, in order. */
export interface OutboxCounts {
  readonly failed: readonly MessageId[];
  readonly unconfirmed: readonly MessageId[];
  /** Whatever else there is: what waits, and what is under way. */
  readonly waiting: readonly MessageId[];
}

/** Sorts them. Costs by the row: once per render. */
export function countsOf(rows: Rows<MessageId, OutboxRow>): OutboxCounts {
  const counts = { failed: [] as MessageId[], unconfirmed: [] as MessageId[], waiting: [] as MessageId[] };
  for (const id of rows.ids) {
    const status = rows.read(id, ({ message }) => message.status, 'waiting');
    if (status) counts[needsDecision(status) ? status : 'waiting'].push(id);
  }
  return counts;
}

/** How many there are of each, in words; empty where there are none. */
export function outboxWords(counts: OutboxCounts, t: ShownWords): string {
  return (['failed', 'unconfirmed', 'waiting'] as const)
    .flatMap((kind) => (counts[kind].length > 0 ? [t.outboxCounts[kind](counts[kind].length)] : []))
    .join(' · ');
}
