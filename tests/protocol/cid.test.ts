import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { cid, compareCids, isCid } from '../../protocol/index.ts';
import { holds } from '../property.ts';

describe('a CID', () => {
  it('keeps every digit, and other values are not CIDs (case 117)', () => {
    expect(cid('18017897041159203224')).to.equal('18017897041159203224');
    expect(isCid('18446744073709551615')).to.equal(true);
    for (const wrong of ['18446744073709551616', '01', '-1', '1.5', '', '1e3', 7, null])
      expect(isCid(wrong)).to.equal(false);
    expect(() => cid('abc')).to.throw(TypeError);
  });

  it('sorts by its number (case 34)', () => {
    const u64 = fc.bigInt(0n, 2n ** 64n - 1n);
    holds(
      'order',
      fc.property(u64, u64, (a, b) => {
        const order = compareCids(cid(String(a)), cid(String(b)));
        return Math.sign(order) === (a === b ? 0 : a < b ? -1 : 1);
      }),
    );
  });
});
