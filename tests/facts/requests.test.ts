import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import type { RequestFact, RequestId, RequestState } from '../../facts/index.ts';
import { countPending, requestView } from '../../facts/index.ts';
import { requestState } from '../../facts/requests.ts';
import { compactRequest, nextRepeat } from '../../facts/requests.ts';
import { holds } from '../property.ts';

const id = (number: number): RequestId =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}` as RequestId;
const asked = (at: number, number = at): RequestFact => ({ type: 'asked', at, requestId: id(number) });
const wanted = (at: number): RequestFact => ({ type: 'wanted-by-them', at });
const refused = (at: number, number: number): RequestFact => ({
  type: 'refused',
  at,
  requestId: id(number),
  reason: 'Target information not found',
});
const declined = (at: number): RequestFact => ({ type: 'declined', at, requestId: id(at) });
const withdrew = (at: number): RequestFact => ({ type: 'withdrew', at });
const proven = (at: number): RequestFact => ({ type: 'proven', at, by: 'list' });
const gone = (at: number): RequestFact => ({ type: 'gone', at });
const confirmed = (at: number): RequestFact => ({ type: 'confirmed', at });

/** Any facts, each at a time of its own, as the store writes them. */
const anyRecord: fc.Arbitrary<RequestFact[]> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 5 })), { maxLength: 14 })
  .map((steps) => {
    const facts: RequestFact[] = [];
    const asks: number[] = [];
    steps.forEach(([kind, which], position) => {
      const at = (position + 1) * 1_000;
      const known = asks[which % Math.max(1, asks.length)] ?? 999;
      if (kind === 0 || kind === 1) asks.push(at);
      const fact = [
        asked(at),
        asked(at),
        wanted(at),
        refused(at, known),
        declined(at),
        withdrew(at),
        proven(at),
        gone(at),
        confirmed(at),
      ][kind]!;
      facts.push(fact);
    });
    return facts;
  });

describe('the state of a request', () => {
  const cases: [string, RequestState, RequestFact[], number][] = [
    ['nothing happened', 'none', [], 0],
    ['we asked', 'asked', [asked(1_000)], 9_000],
    ['they asked', 'pending', [wanted(1_000)], 9_000],
    ['they asked and we accepted just now (case 1)', 'accepting', [wanted(1_000), asked(2_000)], 6_999],
    [
      'we accepted more than 5 s ago and nothing came (case 1)',
      'accepted',
      [wanted(1_000), asked(2_000)],
      7_000,
    ],
    [
      'we accepted and it was refused',
      'pending',
      [wanted(1_000), asked(2_000), refused(2_100, 2_000)],
      3_000,
    ],
    ['they declined our ask (case 8)', 'none', [asked(1_000), refused(2_000, 1_000)], 3_000],
    [
      'an older ask of ours is refused after we asked again (case 139)',
      'asked',
      [asked(1_000), asked(7_000), refused(7_500, 1_000)],
      8_000,
    ],
    ['we declined', 'none', [wanted(1_000), declined(2_000)], 3_000],
    ['they ask again after we declined', 'pending', [wanted(1_000), declined(2_000), wanted(3_000)], 4_000],
    ['we withdrew our ask', 'none', [asked(1_000), withdrew(2_000)], 3_000],
    ['it is proven', 'contact', [asked(1_000), proven(2_000)], 3_000],
    ['they ask a contact', 'contact', [proven(1_000), wanted(2_000)], 3_000],
    ['the contact is gone', 'none', [asked(1_000), proven(2_000), gone(3_000)], 4_000],
    [
      'the contact is gone and they asked after the proof',
      'pending',
      [proven(2_000), wanted(2_500), gone(3_000)],
      4_000,
    ],
    [
      'the contact is gone and they had asked before the proof',
      'none',
      [wanted(1_000), proven(2_000), gone(3_000)],
      4_000,
    ],
    [
      'the contact was gone and is proven anew',
      'contact',
      [proven(1_000), gone(2_000), proven(3_000)],
      4_000,
    ],
    [
      'a withdrawn ask is answered with yes after all',
      'contact',
      [asked(1_000), withdrew(2_000), proven(3_000)],
      4_000,
    ],
  ];
  for (const [when, state, facts, now] of cases)
    it(`is ${state} when ${when}`, () => expect(requestState(facts, now)).to.equal(state));

  it('counts its age from the first ask of the wish, and refusals for the newest (cases 138, 139)', () => {
    const view = requestView([asked(1_000), asked(7_000), asked(67_000)], 70_000);
    expect(view.since).to.equal(1_000);
    expect(view.openAsk).to.deep.equal({ requestId: id(67_000), at: 67_000 });
  });

  it('gives the reason of the refusal that ended the wish, until something else happens', () => {
    const facts = [asked(1_000), refused(2_000, 1_000)];
    expect(requestView(facts, 3_000).reason).to.equal('Target information not found');
    expect(requestView([...facts, asked(4_000)], 5_000).reason).to.equal(null);
  });

  it('keeps a decline open until anything answers it, or they ask anew', () => {
    const facts = [wanted(1_000), declined(2_000)];
    expect(requestView(facts, 3_000).openDecline).to.equal(id(2_000));
    const answered: RequestFact = { type: 'decline-answered', at: 2_500, requestId: id(2_000) };
    expect(requestView([...facts, answered], 3_000).openDecline).to.equal(null);
    expect(requestView([...facts, wanted(2_600)], 3_000).openDecline).to.equal(null);
  });

  it('repeats an ask after 1, 2, 4, then every 5 minutes', () => {
    const times: number[] = [];
    let facts: RequestFact[] = [asked(0)];
    for (let step = 0; step < 6; step += 1) {
      const next = nextRepeat(requestView(facts, 0))!;
      times.push((next - facts.at(-1)!.at) / 60_000);
      facts = [...facts, asked(next)];
    }
    expect(times).to.deep.equal([1, 2, 4, 5, 5, 5]);
    expect(nextRepeat(requestView([wanted(1_000)], 2_000))).to.equal(null);
  });

  it('holds the outbox once a contact was gone, whatever is proven later, until a person confirms (delivery.md 3)', () => {
    const isHeld = (...facts: RequestFact[]): boolean => requestView(facts, 9_000).needsConfirmation;
    expect(isHeld(proven(1_000))).to.equal(false);
    expect(isHeld(proven(1_000), gone(2_000))).to.equal(true);
    expect(isHeld(proven(1_000), gone(2_000), proven(3_000))).to.equal(true);
    expect(isHeld(proven(1_000), gone(2_000), proven(3_000), confirmed(4_000))).to.equal(false);
    expect(isHeld(proven(1_000), confirmed(1_500), gone(2_000))).to.equal(true);
    // Somebody who never was a contact cannot be gone.
    expect(isHeld(gone(2_000))).to.equal(false);
  });
});

describe('the laws of requests', () => {
  it('The badge is the number of pending records: Accept and Decline lower it in the same frame (case 1)', () => {
    holds(
      'badge',
      fc.property(
        fc.array(anyRecord, { maxLength: 6 }),
        fc.integer({ min: 0, max: 20_000 }),
        (records, now) => {
          const pending = records.filter((facts) => requestState(facts, now) === 'pending');
          if (countPending(records, now) !== pending.length) return false;
          const first = pending[0];
          if (!first) return true;
          const others = records.filter((facts) => facts !== first);
          const at = 1_000_000;
          return [asked(at, 777), declined(at)].every(
            (pressed) => countPending([...others, [...first, pressed]], now) === pending.length - 1,
          );
        },
      ),
    );
  });

  it('A repeated notification does not count twice (case 13)', () => {
    holds(
      'repeated',
      fc.property(anyRecord, (facts) => {
        const twice = [...facts, wanted(100_000), wanted(100_001)];
        return requestState(twice, 200_000) === requestState([...facts, wanted(100_000)], 200_000);
      }),
    );
  });

  it('A contact needs a proof that is not gone; a decline, its answer or a refusal never makes one (case 10)', () => {
    holds(
      'proof',
      fc.property(anyRecord, (facts) => {
        const newest = (type: string): number =>
          facts.reduce((at, fact) => (fact.type === type ? Math.max(at, fact.at) : at), -1);
        return (requestState(facts, 500_000) === 'contact') === newest('proven') > newest('gone');
      }),
    );
  });

  it('The order in which the facts are listed does not matter', () => {
    holds(
      'order',
      fc.property(
        anyRecord.chain((facts) =>
          fc.tuple(
            fc.constant(facts),
            fc.shuffledSubarray(facts, { minLength: facts.length, maxLength: facts.length }),
          ),
        ),
        ([facts, other]) => {
          expect(requestView(other, 99_000)).to.deep.equal(requestView(facts, 99_000));
        },
      ),
    );
  });

  it('A record stays small, however often its contact comes and goes, is declined, or is taken back', () => {
    let facts: readonly RequestFact[] = [];
    const answered = (at: number, number: number): RequestFact => ({
      ...{ type: 'decline-answered', at, requestId: id(number) },
    });
    for (let at = 0; at < 10_000; at += 10) {
      const added = [asked(at), withdrew(at + 1), wanted(at + 2), declined(at + 3), answered(at + 4, at + 3)];
      const more = [proven(at + 5), gone(at + 6), confirmed(at + 7)];
      for (const fact of [...added, ...more]) facts = compactRequest([...facts, fact]);
    }
    expect(facts.length).to.be.lessThan(15);
    expect(requestView(facts, 10_000).openDecline).to.equal(null);
    const open = compactRequest([...facts, wanted(10_001), declined(10_002)]);
    expect(requestView(open, 10_003).openDecline).to.equal(id(10_002));
    expect(compactRequest([answered(1, 1)])).to.deep.equal([]);
  });

  it('A compacted record shows the same, now and after whatever comes next', () => {
    holds(
      'compact',
      fc.property(anyRecord, anyRecord, fc.integer({ min: 0, max: 60_000 }), (facts, later, now) => {
        // Later, with request ids of its own; but a refusal may still come for an ask of before.
        const asks = facts.filter((fact) => fact.type === 'asked');
        const moved = later.map((fact): RequestFact => {
          const at = fact.at + 100_000;
          if (!('requestId' in fact)) return { ...fact, at };
          const old =
            fact.type === 'refused' && now % 2 === 0 ? asks[now % Math.max(1, asks.length)] : undefined;
          return {
            ...fact,
            at,
            requestId: old?.requestId ?? id(Number(fact.requestId.slice(-12)) + 100_000),
          };
        });
        const compact = compactRequest(facts);
        expect(requestView(compact, now)).to.deep.equal(requestView(facts, now));
        expect(requestView([...compact, ...moved], 100_000 + now)).to.deep.equal(
          requestView([...facts, ...moved], 100_000 + now),
        );
      }),
    );
  });
});
