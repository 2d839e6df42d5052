import { shownWords } from '../../components/internal/language.ts';
import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { NOW, mine, storied, theirs } from '../../.storybook/fixtures.ts';
import { timelineOf } from '../../components/message-details/timeline.ts';
import type { TimelineContext } from '../../components/message-details/timeline.ts';
import { statusOf } from '../../facts/index.ts';
import type { DialAttempt, MessageFact, RequestId, ThreadMessage } from '../../facts/index.ts';
import { holds } from '../property.ts';

const WRITTEN = NOW;
const requestId = '6b0d7a51-52b1-4a34-8a2f-0c8a2c7d9e11' as RequestId;
/** Facts, their times in seconds after the writing. */
const written: MessageFact = { type: 'written', at: WRITTEN };
const on = (seconds: number): number => WRITTEN + seconds * 1_000;
const attempted = (attempt: number, seconds: number, route: 'channel' | 'relay' | 'loopback' = 'channel') =>
  ({ type: 'attempted', attempt, route, requestId, at: on(seconds) }) as const;
const accepted = (attempt: number, seconds: number, by: 'service' | 'relay' | 'loopback' = 'service') =>
  ({ type: 'accepted', attempt, at: on(seconds), by }) as const;
const refused = (attempt: number, seconds: number, reason = 'no') =>
  ({ type: 'refused', attempt, at: on(seconds), reason }) as const;
const unanswered = (attempt: number, seconds: number, cause: 'timeout' | 'connection-lost' | 'reload') =>
  ({ type: 'unanswered', attempt, at: on(seconds), cause }) as const;
const gaveUp = (attempt: number, seconds: number, reason: string) =>
  ({ type: 'gave-up', attempt, at: on(seconds), reason }) as const;
const scheduled = (attempt: number, seconds: number, due: number | 'path') =>
  ({ type: 'scheduled', attempt, at: on(seconds), due }) as const;
const delivered: MessageFact = { type: 'delivered', at: on(3), receivedAt: on(2) };
const read: MessageFact = { type: 'read', at: on(4), receivedAt: on(4) };
const dial = (start: number, end: number, outcome: DialAttempt['outcome'], reason: string | null = null) => ({
  start: on(start),
  end: on(end),
  outcome,
  reason,
});

/** A message as the stores make it from these facts. */
const message = (facts: readonly MessageFact[], more: Partial<ThreadMessage> = {}): ThreadMessage =>
  mine('never shown', WRITTEN, statusOf(facts), { facts, ...more });

/** "2 ok Text: reason"; a dash for what is open. */
const lines = (of: ThreadMessage, more: Partial<TimelineContext> = {}): string[] =>
  timelineOf(
    of,
    { name: 'Noor Haddad', dials: [], relay: 'the server', now: on(10), ...more },
    shownWords('en'),
  ).map(
    ({ at, tone, text, reason }) =>
      `${at === null ? '-' : (at - WRITTEN) / 1_000} ${tone} ${text}${reason === null ? '' : `: ${reason}`}`,
  );

const table: readonly {
  what: string;
  facts: readonly MessageFact[];
  more?: Partial<ThreadMessage>;
  context?: Partial<TimelineContext>;
  told: readonly string[];
}[] = [
  {
    what: 'a message that is not written yet is being written, no more',
    facts: [],
    told: ['0 open Written', '- open Saved on this device. Not being sent right now'],
  },
  {
    what: 'one that could not be saved says so',
    facts: [],
    more: { isStored: false, waiting: { reason: 'not-stored', nextTry: null } },
    told: [
      '0 open Written',
      '- bad Couldn’t save on this device',
      '- open Waiting until this device can save again',
    ],
  },
  {
    what: 'one that waits says for what, and when it is tried next',
    facts: [written, attempted(1, 1), refused(1, 2, 'busy'), scheduled(2, 2, on(14))],
    more: { waiting: { reason: 'no-path', nextTry: on(14) } },
    told: [
      '0 ok Written',
      '2 bad Over the connection: refused: busy',
      '- open Waiting for a connection to Noor',
      '- open Next try in 4 s.',
    ],
  },
  {
    what: 'an attempt without an answer yet is open',
    facts: [written, attempted(1, 1, 'relay')],
    told: ['0 ok Written', '1 open Through the server: no answer yet'],
  },
  {
    what: 'a taken one has no word of delivery for half a minute',
    facts: [written, attempted(1, 1), accepted(1, 2)],
    told: ['0 ok Written', '2 ok Over the connection: accepted', '- open No confirmation from Noor yet'],
  },
  {
    what: 'after half a minute it says who has taken it, and that nothing was heard: the service',
    facts: [written, attempted(1, 1), accepted(1, 2)],
    context: { now: on(32) },
    told: [
      '0 ok Written',
      '2 ok Over the connection: accepted',
      '- open Accepted by the service. No confirmation from Noor yet',
    ],
  },
  {
    what: 'the relay, by its name',
    facts: [written, attempted(1, 1, 'relay'), accepted(1, 2, 'relay')],
    context: { now: on(32), relay: 'the harbour' },
    told: [
      '0 ok Written',
      '2 ok Through the harbour: accepted',
      '- open Accepted by the harbour. No confirmation from Noor yet',
    ],
  },
  {
    what: 'this device',
    facts: [written, attempted(1, 1, 'loopback'), accepted(1, 2, 'loopback')],
    context: { now: on(32) },
    told: [
      '0 ok Written',
      '2 ok On this device: accepted',
      '- open Accepted by this device. No confirmation from Noor yet',
    ],
  },
  {
    what: 'a relay that nobody names is called the server',
    facts: [written, attempted(1, 1, 'relay'), accepted(1, 2, 'relay'), delivered, read],
    context: { relay: null },
    told: [
      '0 ok Written',
      '2 ok Through the server: accepted',
      '3 ok Delivered to Noor',
      '4 ok Read by Noor',
    ],
  },
  {
    what: 'a silence is told as one, with its cause, and an answer that came after it too',
    facts: [
      written,
      attempted(1, 1),
      unanswered(1, 2, 'timeout'),
      attempted(2, 3),
      unanswered(2, 4, 'connection-lost'),
      attempted(3, 5),
      unanswered(3, 6, 'reload'),
      accepted(2, 7),
      refused(1, 8, 'too late'),
    ],
    told: [
      '0 ok Written',
      '2 open Over the connection: no answer',
      '4 open Over the connection: no answer; the connection was lost',
      '6 open Over the connection: no answer; the page was reloaded',
      '7 ok Over the connection: accepted late',
      '8 bad Over the connection: refused late: too late',
      '- open No confirmation from Noor yet',
    ],
  },
  {
    what: 'an unconfirmed one may have gone',
    facts: [written, attempted(1, 1), unanswered(1, 2, 'timeout')],
    told: [
      '0 ok Written',
      '2 open Over the connection: no answer',
      '- open Unconfirmed. No answer; it may have been sent',
    ],
  },
  {
    what: 'giving up after a refusal does not say the same reason twice',
    facts: [written, attempted(1, 1), refused(1, 2, 'not registered'), gaveUp(1, 2, 'not registered')],
    told: ['0 ok Written', '2 bad Over the connection: refused: not registered', '2 bad Gave up'],
  },
  {
    what: 'giving up after several tries says how many, and a reason of its own',
    facts: [
      written,
      attempted(1, 1),
      refused(1, 2, 'a'),
      attempted(2, 3),
      refused(2, 4, 'b'),
      gaveUp(2, 5, 'The budget is spent'),
    ],
    told: [
      '0 ok Written',
      '2 bad Over the connection: refused: a',
      '4 bad Over the connection: refused: b',
      '5 bad Gave up after 2 tries: The budget is spent',
    ],
  },
  {
    what: 'one that is given up before anything left says why',
    facts: [written, gaveUp(0, 1, 'The message is too large to send.')],
    told: ['0 ok Written', '1 bad Gave up: The message is too large to send.'],
  },
  {
    what: 'a cancelled one ends there',
    facts: [written, { type: 'cancelled', at: on(2) }],
    told: ['0 ok Written', '2 open Cancelled'],
  },
  {
    what: 'the dials during its way are told: what failed in raw words, what nobody answered, what came up',
    facts: [written, attempted(1, 7), accepted(1, 8)],
    context: {
      dials: [
        dial(-40, -10, 'failed', 'before it was written'),
        dial(-28, 2, 'failed', 'P2P connection timed out after 30 seconds'),
        dial(2.5, 5.75, 'unanswered'),
        dial(6, 7, 'connected'),
        dial(9, 9.5, 'failed', 'after it was taken'),
      ],
    },
    told: [
      '0 ok Written',
      '2 bad Direct: P2P connection timed out after 30 seconds',
      '5.75 open Tried a direct connection for 3.3 s; no answer',
      '7 ok Connected after 1.0 s',
      '8 ok Over the connection: accepted',
      '- open No confirmation from Noor yet',
    ],
  },
  {
    what: 'while it waits, every dial since is of its way',
    facts: [written],
    more: { waiting: { reason: 'connecting', nextTry: null } },
    context: { dials: [dial(1, 9, 'failed', 'no')] },
    told: ['0 ok Written', '9 bad Direct: no', '- open Waiting for a connection to Noor'],
  },
];

describe('the timeline of a message', () => {
  for (const { what, facts, more = {}, context = {}, told } of table)
    it(what, () => {
      expect(lines(message(facts, more), context)).to.deep.equal(told);
      // The evidence is a set: neither order nor repetition matters.
      const shuffled = message([...facts].reverse().concat(facts), more);
      expect(lines(shuffled, context)).to.deep.equal(told);
    });

  it('matches the design', () => {
    const { message: shown, dials } = storied();
    expect(
      timelineOf(shown, { name: 'Noor Haddad', dials, relay: 'the server', now: NOW }, shownWords('en')).map(
        ({ text, tone, reason }) => [text, tone, reason],
      ),
    ).to.deep.equal([
      ['Written', 'ok', null],
      ['Direct', 'bad', 'P2P connection timed out after 30 seconds'],
      ['Through the server: accepted', 'ok', null],
      ['Delivered to Noor', 'ok', null],
      ['Not read yet', 'open', null],
    ]);
  });

  it('shows for a received message the claimed time, its place and whether it is saved', () => {
    const claimed = { sentAt: on(420), place: on(1) };
    expect(lines(theirs('x', WRITTEN, claimed))).to.deep.equal([
      '420 open Written (time reported by Noor’s device)',
      '1 ok Placed here, by this device’s clock',
      '- ok Saved on this device',
    ]);
    expect(lines(theirs('x', WRITTEN, { isStored: false, missingBefore: 2 }))).to.deep.equal([
      '0 open Written (time reported by Noor’s device)',
      '0 ok Placed here, by this device’s clock',
      '- bad Couldn’t save on this device',
      '- open 2 earlier messages haven’t arrived',
    ]);
  });

  it('never shows accepted, delivered or read without its fact, in any order of any evidence', () => {
    const number = fc.integer({ min: 1, max: 3 });
    const seconds = fc.integer({ min: 0, max: 40 });
    const fact: fc.Arbitrary<MessageFact> = fc.oneof(
      fc.constant(written),
      fc
        .tuple(number, seconds, fc.constantFrom('channel', 'relay', 'loopback'))
        .map((of) => attempted(...of)),
      fc.tuple(number, seconds, fc.constantFrom('service', 'relay', 'loopback')).map((of) => accepted(...of)),
      fc.tuple(number, seconds).map(([n, s]) => refused(n, s)),
      fc
        .tuple(number, seconds, fc.constantFrom('timeout', 'connection-lost', 'reload'))
        .map((of) => unanswered(...of)),
      fc.tuple(number, seconds).map(([n, s]) => gaveUp(n, s, 'spent')),
      fc.tuple(number, seconds).map(([n, s]) => scheduled(n, s, 'path')),
      fc.constant(delivered),
      fc.constant(read),
    );
    holds(
      'timeline',
      fc.property(fc.array(fact, { maxLength: 12 }), fc.integer(), (facts, now) => {
        const has = (type: MessageFact['type']): boolean => facts.some((known) => known.type === type);
        const told = lines(message(facts), { now });
        const says = (words: RegExp): boolean => told.some((line) => words.test(line));
        expect(says(/\baccepted\b|Accepted/)).to.equal(has('accepted'));
        expect(says(/Delivered to/)).to.equal(has('delivered'));
        expect(says(/Read by/)).to.equal(has('read'));
        expect(says(/ok Written/)).to.equal(has('written'));
        const times = told.map((line) => line.split(' ')[0]!);
        const closed = times.filter((time) => time !== '-').map(Number);
        expect(closed).to.deep.equal([...closed].sort((a, b) => a - b));
        expect(times.slice(closed.length).every((time) => time === '-')).to.equal(true);
        expect(lines(message([...facts].reverse()), { now })).to.deep.equal(told);
      }),
      2_000,
    );
  });
});
