import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { backOff } from '../../facts/back-off.ts';
import { pairKey, pairOf } from '../../facts/ids.ts';
import type { AccountId } from '../../facts/ids.ts';
import { holds } from '../property.ts';

describe('a pause before the next try', () => {
  it('is anything up to the base doubled for every failure, and never beyond the longest', () => {
    expect(backOff(0.5, 0, 1_000, 60_000)).to.equal(500);
    expect(backOff(0.5, 3, 1_000, 60_000)).to.equal(4_000);
    expect(backOff(0.5, 1_000, 1_000, 60_000)).to.equal(30_000);
    expect(backOff(0, 5, 1_000, 60_000)).to.equal(0);
  });
});

describe('the key of a pair', () => {
  it('gives both ids back', () => {
    const id = fc.stringMatching(/^[!-.0-~]{1,128}$/u).map((text) => text as AccountId);
    holds(
      'keys of pairs',
      fc.property(id, id, (account, peer) => {
        expect(pairOf(pairKey(account, peer))).to.deep.equal({ account, peer });
      }),
    );
  });
});
