import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { hasIndex, rangesOf } from '../../facts/ranges.ts';
import {
  arrived,
  deleted,
  isOpenTo,
  joined,
  marked,
  settled,
  stored,
  tellableOf,
  unreadOf,
} from '../../facts/read-set.ts';
import type { ReadSets } from '../../facts/read-set.ts';
import { holds } from '../property.ts';

const index = fc.integer({ min: 1, max: 12 });
const ranges = fc.uniqueArray(index).map(rangesOf);
const sets: fc.Arbitrary<ReadSets> = fc.record({ here: ranges, seen: ranges, passed: ranges });
const ALL = Array.from({ length: 12 }, (_, n) => n + 1);

describe('the read set of a stream', () => {
  it('counts as unread what is here and neither seen nor passed, and nothing else', () => {
    holds(
      'unread',
      fc.property(sets, sets, (known, marks) => {
        const { here, seen, passed } = marked(known, marks);
        for (const n of ALL) {
          const isUnread = hasIndex(here, n) && !hasIndex(seen, n) && !hasIndex(passed, n);
          expect(hasIndex(unreadOf(known, marks), n)).to.equal(isUnread);
          expect(isUnread).to.equal(hasIndex(here, n) && isOpenTo({ seen, passed }, n));
        }
      }),
    );
  });

  it('reports as read what was seen and is stored, and nothing else', () => {
    holds(
      'tellable',
      fc.property(sets, (known) => {
        for (const n of ALL)
          expect(hasIndex(tellableOf(known), n)).to.equal(hasIndex(known.seen, n) && hasIndex(known.here, n));
      }),
    );
  });

  it('counts an arriving message as unread unless it was seen before it was stored, regardless of an earlier message with its index', () => {
    holds(
      'arrivals',
      fc.property(sets, index, (known, n) => {
        const after = stored(arrived(known, n), n);
        const wasSeen = hasIndex(known.seen, n) && !hasIndex(known.here, n);
        expect(hasIndex(unreadOf(after), n)).to.equal(!wasSeen);
        expect(hasIndex(tellableOf(after), n)).to.equal(wasSeen);
        // Nothing else changes.
        for (const other of ALL)
          if (other !== n)
            expect(hasIndex(unreadOf(after), other)).to.equal(hasIndex(unreadOf(known), other));
      }),
    );
  });

  it('never counts void or deleted messages as unread, and never reports them as read', () => {
    holds(
      'gone',
      fc.property(sets, index, (known, n) => {
        expect(hasIndex(unreadOf(deleted(known, n)), n)).to.equal(false);
        const after = settled(known, [[n, n]]);
        // What is here already was not called off.
        if (!hasIndex(known.here, n)) expect(hasIndex(unreadOf(after), n)).to.equal(false);
        else expect(after).to.deep.equal(known);
        expect(after.seen).to.deep.equal(known.seen);
        // What is on the screen all the same stays as it is.
        expect(settled(known, [[n, n]], [[n, n]])).to.deep.equal(known);
      }),
    );
  });

  it("is the same whichever tab's set is joined to the other's", () => {
    holds(
      'joined',
      fc.property(sets, sets, (a, b) => {
        expect(joined(a, b)).to.deep.equal(joined(b, a));
        expect(joined(joined(a, b), b)).to.deep.equal(joined(a, b));
        for (const n of ALL)
          expect(hasIndex(joined(a, b).seen, n)).to.equal(hasIndex(a.seen, n) || hasIndex(b.seen, n));
      }),
    );
  });
});
