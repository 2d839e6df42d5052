import { needsDecision } from '../../facts/index.ts';
import type { MessageId, OutboxRow } from '../../facts/index.ts';
import type { ShownWords } from './language.ts';
import type { Rows } from './rows.ts';

/** The messages of an outbox by what they need, in order. */
export interface OutboxCounts {
  readonly failed: readonly MessageId[];
  readonly unconfirmed: readonly MessageId[];
  /** Everything else: waiting and under way. */
  readonly waiting: readonly MessageId[];
}

/** Groups the messages. Linear in the rows; called once per render. */
export function countsOf(rows: Rows<MessageId, OutboxRow>): OutboxCounts {
  const counts = { failed: [] as MessageId[], unconfirmed: [] as MessageId[], waiting: [] as MessageId[] };
  for (const id of rows.ids) {
    const status = rows.read(id, ({ message }) => message.status, 'waiting');
    if (status) counts[needsDecision(status) ? status : 'waiting'].push(id);
  }
  return counts;
}

/** The counts as a text; empty if there are none. */
export function outboxWords(counts: OutboxCounts, t: ShownWords): string {
  return (['failed', 'unconfirmed', 'waiting'] as const)
    .flatMap((kind) => (counts[kind].length > 0 ? [t.outboxCounts[kind](counts[kind].length)] : []))
    .join(' · ');
}
