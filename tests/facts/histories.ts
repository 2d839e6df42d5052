import fc from 'fast-check';
import type { MessageFact, RequestId } from '../../facts/index.ts';

const at = fc.integer({ min: 0, max: 1_000_000 });
const attempt = fc.integer({ min: 1, max: 6 });
const requestId = fc.uuid().map((id) => id as RequestId);

/** Any single fact, regardless of what came before it. */
export const anyFact: fc.Arbitrary<MessageFact> = fc.oneof(
  fc.record({ type: fc.constant('written' as const), at }),
  fc.record({
    type: fc.constant('scheduled' as const),
    attempt,
    at,
    due: fc.oneof(at, fc.constant('path' as const)),
  }),
  fc.record({
    type: fc.constant('attempted' as const),
    attempt,
    route: fc.constantFrom('loopback' as const, 'channel' as const, 'relay' as const),
    requestId,
    at,
  }),
  fc.record({
    type: fc.constant('accepted' as const),
    attempt,
    at,
    by: fc.constantFrom('service' as const, 'relay' as const, 'loopback' as const),
  }),
  fc.record({ type: fc.constant('refused' as const), attempt, at, reason: fc.string({ maxLength: 8 }) }),
  fc.record({
    type: fc.constant('unanswered' as const),
    attempt,
    at,
    cause: fc.constantFrom('timeout' as const, 'connection-lost' as const, 'reload' as const),
  }),
  fc.record({ type: fc.constant('delivered' as const), at, receivedAt: at }),
  fc.record({ type: fc.constant('read' as const), at, receivedAt: at }),
  fc.record({
    type: fc.constant('gave-up' as const),
    attempt: fc.integer({ min: 0, max: 6 }),
    at,
    reason: fc.string({ maxLength: 8 }),
  }),
  fc.record({ type: fc.constant('cancelled' as const), at }),
);

/** A set of evidence: any facts in any order, also ones that no honest client would put together. */
export const anyHistory = fc.array(anyFact, { maxLength: 14 });

/** The same facts in another order, some of them several times. */
export function shuffled(facts: readonly MessageFact[]): fc.Arbitrary<MessageFact[]> {
  if (facts.length === 0) return fc.constant([]);
  const copies = fc.array(fc.constantFrom(...facts), { maxLength: 10 });
  return copies.chain((extra) =>
    fc.shuffledSubarray([...facts, ...extra], {
      minLength: facts.length + extra.length,
      maxLength: facts.length + extra.length,
    }),
  );
}
