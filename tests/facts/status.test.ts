import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import type { MessageFact, RequestId, Status } from '../../facts/index.ts';
import {
  attemptsOf,
  factKey,
  failureOf,
  isCancellable,
  mergeFacts,
  nextAttempt,
  openAttempt,
} from '../../facts/evidence.ts';
import { STATUSES, describeStatus, isTick, needsDecision, statusOf } from '../../facts/status.ts';
import { holds } from '../property.ts';
import { anyFact, anyHistory, shuffled } from './histories.ts';

const requestId = '00000000-0000-4000-8000-000000000000' as RequestId;
const written: MessageFact = { type: 'written', at: 0 };
const scheduled = (attempt: number, due: number | 'path' = 5): MessageFact => ({
  type: 'scheduled',
  attempt,
  at: 4,
  due,
});
const attempted = (attempt: number): MessageFact => ({
  type: 'attempted',
  attempt,
  route: 'channel',
  requestId,
  at: attempt * 10,
});
const accepted = (attempt: number): MessageFact => ({
  type: 'accepted',
  attempt,
  at: attempt * 10 + 1,
  by: 'service',
});
const refused = (attempt: number): MessageFact => ({
  type: 'refused',
  attempt,
  at: attempt * 10 + 1,
  reason: `no ${attempt}`,
});
const unanswered = (attempt: number): MessageFact => ({
  type: 'unanswered',
  attempt,
  at: attempt * 10 + 2,
  cause: 'timeout',
});
const gaveUp = (attempt: number): MessageFact => ({
  type: 'gave-up',
  attempt,
  at: attempt * 10 + 3,
  reason: 'enough',
});
const delivered: MessageFact = { type: 'delivered', at: 90, receivedAt: 89 };
const read: MessageFact = { type: 'read', at: 95, receivedAt: 94 };

describe('the status of a message', () => {
  const cases: [string, Status, MessageFact[]][] = [
    ['nothing is known of it', 'waiting', []],
    ['it is written', 'waiting', [written]],
    ['an attempt is planned', 'waiting', [written, scheduled(1)]],
    ['an attempt is open', 'sending', [written, attempted(1)]],
    ['a later attempt is open after a refusal', 'sending', [written, attempted(1), refused(1), attempted(2)]],
    ['it was taken (case 52)', 'sent', [written, attempted(1), accepted(1)]],
    [
      'an older attempt was taken while a newer one is open',
      'sent',
      [attempted(1), accepted(1), attempted(2)],
    ],
    [
      'it was refused and is tried again (case 51)',
      'waiting',
      [attempted(1), refused(1), scheduled(2, 'path')],
    ],
    ['it was refused and given up (case 51)', 'failed', [attempted(1), refused(1), gaveUp(1)]],
    ['it was given up before any attempt', 'failed', [written, gaveUp(0)]],
    [
      'it was given up, and a person tries again',
      'waiting',
      [attempted(1), refused(1), gaveUp(1), scheduled(2)],
    ],
    ['nothing was heard of it', 'unconfirmed', [attempted(1), unanswered(1)]],
    [
      'nothing was heard of it and a next attempt is planned',
      'waiting',
      [attempted(1), unanswered(1), scheduled(2)],
    ],
    [
      'it was given up with a silence among the refusals',
      'unconfirmed',
      [attempted(1), unanswered(1), attempted(2), refused(2), gaveUp(2)],
    ],
    ['its receipt came', 'delivered', [attempted(1), accepted(1), delivered]],
    ['it was read', 'read', [attempted(1), accepted(1), read]],
    [
      'it failed and its receipt came (case 55)',
      'delivered',
      [attempted(1), refused(1), gaveUp(1), delivered],
    ],
    [
      'it was delivered and a late refusal came (case 54)',
      'delivered',
      [accepted(1), delivered, refused(1), gaveUp(1)],
    ],
    ['it was read and a late delivered came (case 53)', 'read', [accepted(1), read, delivered]],
    ['it was taken and a late refusal of that attempt came', 'sent', [attempted(1), accepted(1), refused(1)]],
  ];
  for (const [when, status, facts] of cases)
    it(`is ${status} when ${when}`, () => expect(statusOf(facts)).to.equal(status));

  it('is "waiting", never "sending", after a reload that closed every open attempt and planned the next (case 59)', () => {
    const facts: MessageFact[] = [attempted(1), { type: 'unanswered', attempt: 1, at: 30, cause: 'reload' }];
    expect(statusOf(facts)).to.equal('unconfirmed');
    expect(statusOf([...facts, scheduled(2)])).to.equal('waiting');
  });

  it('has one line in the table for every status, with a picture of its own', () => {
    expect(new Set(STATUSES.map(({ status }) => status)).size).to.equal(7);
    expect(new Set(STATUSES.map(({ icon }) => icon)).size).to.equal(7);
    for (const entry of STATUSES) expect(describeStatus(entry.status)).to.equal(entry);
    expect(() => describeStatus('sent!' as Status)).to.throw(TypeError);
  });
});

describe('the laws of message status', () => {
  it('1. No tick without proof: sent needs accepted, delivered needs delivered, read needs read', () => {
    holds(
      'no tick without proof',
      fc.property(anyHistory, (facts) => {
        const has = (type: MessageFact['type']): boolean => facts.some((fact) => fact.type === type);
        const status = statusOf(facts);
        const { proof } = describeStatus(status);
        if (proof !== null && !has(proof)) return false;
        if (status === 'sent') return has('accepted');
        if (status === 'delivered') return has('delivered');
        if (status === 'read') return has('read');
        return !isTick(status);
      }),
    );
  });

  it('2. Join: any order and any number of times gives one status (script S7 shuffled-evidence)', () => {
    holds(
      'join',
      fc.property(
        anyHistory.chain((facts) => fc.tuple(fc.constant(facts), shuffled(facts))),
        ([facts, other]) => statusOf(facts) === statusOf(other),
      ),
    );
  });

  it('2. Merging what two tabs know is commutative, associative and idempotent', () => {
    const keys = (facts: readonly MessageFact[]): string => facts.map(factKey).join('\n');
    holds(
      'merge',
      fc.property(anyHistory, anyHistory, anyHistory, (a, b, c) => {
        expect(keys(mergeFacts(a, b))).to.equal(keys(mergeFacts(b, a)));
        expect(keys(mergeFacts(mergeFacts(a, b), c))).to.equal(keys(mergeFacts(a, mergeFacts(b, c))));
        expect(keys(mergeFacts(mergeFacts(a, b), a))).to.equal(keys(mergeFacts(a, b)));
        expect(statusOf(mergeFacts(a, b))).to.equal(statusOf([...a, ...b]));
      }),
    );
  });

  it('3. No step back: a further fact never lowers sent, delivered or read (cases 53, 54)', () => {
    const rank = (status: Status): number => ['sent', 'delivered', 'read'].indexOf(status);
    holds(
      'no step back',
      fc.property(anyHistory, anyFact, (facts, next) => {
        const before = statusOf(facts);
        return !isTick(before) || rank(statusOf([...facts, next])) >= rank(before);
      }),
    );
  });

  it('4. A silence is not a failure: unanswered alone yields neither failed nor a tick', () => {
    holds(
      'silence',
      fc.property(anyHistory, (facts) => {
        const silent = facts.filter(
          ({ type }) => !['accepted', 'delivered', 'read', 'refused'].includes(type),
        );
        if (!silent.some(({ type }) => type === 'unanswered')) return true;
        return !['failed', 'sent', 'delivered', 'read'].includes(statusOf(silent));
      }),
    );
  });

  it('5. No eternal clock: once every open attempt is closed by a reload, nothing is "sending" (case 59)', () => {
    holds(
      'no eternal clock',
      fc.property(anyHistory, (facts) => {
        const open = openAttempt(facts);
        if (open === null) return statusOf(facts) !== 'sending';
        return (
          statusOf([...facts, { type: 'unanswered', attempt: open, at: 0, cause: 'reload' }]) !== 'sending'
        );
      }),
    );
  });

  it('6. Failure and evidence are separate: failed needs giving up, and is lifted by a receipt', () => {
    holds(
      'separate axes',
      fc.property(anyHistory, (facts) => {
        if (statusOf(facts) !== 'failed') return true;
        return (
          facts.some(({ type }) => type === 'gave-up') && statusOf([...facts, delivered]) === 'delivered'
        );
      }),
    );
  });
});

describe('what else the evidence proves', () => {
  it('counts attempts that were handed over, and knows the newest and the planned one', () => {
    expect(attemptsOf([attempted(1), refused(1), attempted(2), scheduled(3)])).to.deep.equal({
      made: 2,
      newest: 2,
      planned: 3,
    });
  });

  it('knows when the next attempt is due, and drops a plan once that attempt was made', () => {
    expect(nextAttempt([attempted(1), refused(1), scheduled(2, 77)])).to.equal(77);
    expect(nextAttempt([scheduled(2, 'path')])).to.equal('path');
    expect(nextAttempt([scheduled(2, 77), attempted(2)])).to.equal(null);
    // Planned twice, by two tabs: the later plan for the highest attempt, in whatever order they are listed.
    const plans = [
      { type: 'scheduled', attempt: 2, at: 5, due: 50 },
      { type: 'scheduled', attempt: 2, at: 9, due: 90 },
      { type: 'scheduled', attempt: 1, at: 99, due: 10 },
    ] as const;
    expect(nextAttempt(plans)).to.equal(90);
    expect(nextAttempt([...plans].reverse())).to.equal(90);
  });

  it('allows cancelling only what cannot have been sent', () => {
    expect(isCancellable([written])).to.equal(true);
    expect(isCancellable([written, attempted(1), refused(1), gaveUp(1)])).to.equal(true);
    expect(isCancellable([written, attempted(1)])).to.equal(false);
    expect(isCancellable([written, attempted(1), unanswered(1)])).to.equal(false);
    expect(isCancellable([attempted(1), accepted(1)])).to.equal(false);
  });

  it('gives the raw reason of the newest refusal', () => {
    expect(failureOf([refused(1), refused(2)])).to.deep.equal({ code: 'unknown', reason: 'no 2' });
    expect(
      failureOf([refused(2), { type: 'gave-up', attempt: 2, at: 99, code: 'too-large', reason: 'enough' }]),
    ).to.deep.equal({
      code: 'too-large',
      reason: 'enough',
    });
    expect(failureOf([written])).to.equal(null);
  });
});

describe('a message that its person has to decide about', () => {
  it('failed, or is unconfirmed, and is in no other state', () => {
    const states = STATUSES.map(({ status }) => status).filter(needsDecision);
    expect(states).to.have.members(['failed', 'unconfirmed']);
    expect([null, undefined].some(needsDecision)).to.equal(false);
  });
});
