import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { isAccountId } from '../../facts/ids.ts';
import type { Placed } from '../../facts/order.ts';
import { compareRows, findPosition, placeOf } from '../../facts/order.ts';
import {
  NOTHING,
  countOf,
  gapsThatDiffer,
  hasIndex,
  highestOf,
  intersection,
  missingBefore,
  rangesOf,
  union,
  without,
} from '../../facts/ranges.ts';
import type { Ranges } from '../../facts/ranges.ts';
import { messageIdOf, orderOf, requestIdOf } from '../../facts/uuid.ts';
import { holds } from '../property.ts';

/** Inserts rows as they arrive, as the stores do. */
function arrive(rows: readonly { index: number; own: boolean }[]): number[] {
  const list: Placed[] = [];
  rows.forEach(({ index, own }, now) => {
    const stream = own ? 'ours' : 'theirs';
    const behind = list.filter((row) => row.own === own && row.index! > index).map((row) => row.place);
    const place = own ? now : placeOf(now, Math.min(...behind));
    const row: Placed = { id: `${stream}${index}`, own, stream, index, place };
    list.splice(findPosition(list, row), 0, row);
  });
  return list.filter(({ own }) => !own).map(({ index }) => index!);
}

describe('the order of a conversation', () => {
  it("is the sender's own order, however the messages arrive (cases 70, 149)", () => {
    holds(
      'order',
      fc.property(
        fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8]),
        fc.array(fc.boolean(), { maxLength: 8 }),
        (theirs, ours) => {
          const rows = theirs.map((index) => ({ index, own: false }));
          ours.forEach((isHere, position) => {
            if (isHere) rows.splice(position, 0, { index: position + 1, own: true });
          });
          expect(arrive(rows)).to.deep.equal([...theirs].sort((a, b) => a - b));
        },
      ),
    );
  });

  it('does not let a peer whose clock is seven minutes ahead push its reply under our next question (case 68)', () => {
    const question: Placed = { id: 'a', own: true, stream: 'ours', index: 1, place: 100 };
    const reply: Placed = {
      id: 'b',
      own: false,
      stream: 'theirs',
      index: 1,
      place: placeOf(200, undefined, 100),
    };
    const next: Placed = { id: 'c', own: true, stream: 'ours', index: 2, place: 300 };
    expect([next, reply, question].sort(compareRows).map(({ id }) => id)).to.deep.equal(['a', 'b', 'c']);
  });

  it('is total, also for rows without a stream or an index', () => {
    const at = (id: string, stream: string | null, index: number | null): Placed => ({
      id,
      stream,
      index,
      own: false,
      place: 1,
    });
    const rows = [at('d', 's', null), at('c', 's', 2), at('b', null, null), at('a', null, 1)];
    expect([...rows].sort(compareRows).map(({ id }) => id)).to.deep.equal(['a', 'b', 'c', 'd']);
    for (const a of rows)
      for (const b of rows) expect(Math.sign(compareRows(a, b)) + Math.sign(compareRows(b, a))).to.equal(0);
  });

  it('never puts a reply above the message that it replies to', () => {
    expect(placeOf(500, 100, 300)).to.equal(300);
  });

  it('finds the place of a row in a long list', () => {
    const rows = Array.from({ length: 100 }, (_, index): Placed => ({
      id: String(index).padStart(3, '0'),
      own: index % 2 === 0,
      stream: 's',
      index: null,
      place: Math.floor(index / 3),
    })).sort(compareRows);
    for (const [position, row] of rows.entries()) expect(findPosition(rows, row)).to.equal(position);
  });
});

describe('a set of indices', () => {
  const someIndices = fc.uniqueArray(fc.integer({ min: 1, max: 30 }));
  const listed = (ranges: Ranges): number[] =>
    ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, n) => from + n));
  const ascending = (indices: Iterable<number>): number[] => [...indices].sort((a, b) => a - b);

  it('is the same whatever the order of arrival, in ranges that do not touch, and names every gap', () => {
    holds(
      'ranges',
      fc.property(someIndices, (indices) => {
        const here = indices.reduce((known, index) => union(known, rangesOf([index])), NOTHING);
        expect(listed(here)).to.deep.equal(ascending(indices));
        expect(countOf(here)).to.equal(indices.length);
        expect(highestOf(here)).to.equal(Math.max(0, ...indices));
        for (const [n, [from]] of here.entries()) if (n > 0) expect(from).to.be.above(here[n - 1]![1] + 1);
        for (let index = 1; index <= 31; index += 1)
          if (hasIndex(here, index) !== indices.includes(index)) return false;
        // Every gap is reported once, before the first index after it.
        const told = indices.reduce((sum, index) => sum + missingBefore(here, index), 0);
        expect(told).to.equal(Math.max(0, ...indices) - indices.length);
        return true;
      }),
    );
  });

  it('supports union, difference and intersection', () => {
    holds(
      'sets',
      fc.property(someIndices, someIndices, (some, others) => {
        const [a, b] = [rangesOf(some), rangesOf(others)];
        expect(listed(union(a, b))).to.deep.equal(ascending(new Set([...some, ...others])));
        expect(listed(without(a, b))).to.deep.equal(ascending(some.filter((n) => !others.includes(n))));
        expect(listed(intersection(a, b))).to.deep.equal(ascending(some.filter((n) => others.includes(n))));
      }),
    );
  });

  it('stays the same object when nothing is added, so that nothing is stored again', () => {
    const ranges = rangesOf([1, 2, 5]);
    expect(union(ranges, [[1, 2]], NOTHING)).to.equal(ranges);
    expect(union(ranges, [[3, 4]])).to.deep.equal([[1, 5]]);
  });

  it('finds the indices before which the gap differs from another set', () => {
    holds(
      'gaps',
      fc.property(someIndices, someIndices, (some, others) => {
        const [a, b] = [rangesOf(some), rangesOf(others)];
        const differs = gapsThatDiffer(a, b);
        for (let index = 1; index <= 30; index += 1)
          if (differs.has(index) !== (missingBefore(a, index) !== missingBefore(b, index))) return false;
        return true;
      }),
    );
  });

  it('has costs that depend on the number of its ranges, not on their width', () => {
    const wide: Ranges = [[1, Number.MAX_SAFE_INTEGER - 1]];
    expect(countOf(without(wide, [[5, 5]]))).to.equal(Number.MAX_SAFE_INTEGER - 2);
    expect(missingBefore(union(rangesOf([3]), wide), 3)).to.equal(0);
  });
});

describe('ids', () => {
  it("of accounts are short visible texts without the separator of a pair's key", () => {
    for (const id of ['1', '18446744073709551616', 'abc-DEF_~', 'sha256:9f:86', 'x'.repeat(128)])
      expect(isAccountId(id), id).to.equal(true);
    for (const wrong of ['', 'a/b', 'a b', 'é', '\u202e', 'a\n', 'x'.repeat(129), 7, null, undefined])
      expect(isAccountId(wrong), String(wrong)).to.equal(false);
  });

  it('of messages sort in the order in which they were made, within a millisecond too', () => {
    const bytes = new Uint8Array(16).fill(255);
    const ids = [
      messageIdOf(1_000, 0, bytes),
      messageIdOf(1_000, 1, bytes),
      messageIdOf(1_000, 300, bytes),
      messageIdOf(1_001, 0, bytes),
    ];
    expect([...ids].sort()).to.deep.equal(ids);
    expect(ids[0]![14]).to.equal('7');
    expect(requestIdOf(bytes)[14]).to.equal('4');
    expect(() => requestIdOf(new Uint8Array(15))).to.throw(RangeError);
  });

  it('of messages contain their time, in upper and lower case, and other ids contain none', () => {
    const bytes = new Uint8Array(16).fill(255);
    const made = { at: 1_768_471_200_123, sequence: 300 };
    const id = messageIdOf(made.at, made.sequence, bytes);
    expect(orderOf(id)).to.deep.equal(made);
    expect(orderOf(`${id.toUpperCase()}:2`)).to.deep.equal(made);
    for (const other of [requestIdOf(bytes), '', 'no id', id.slice(1), id.replaceAll('-', '')])
      expect(orderOf(other), other).to.equal(null);
  });
});
