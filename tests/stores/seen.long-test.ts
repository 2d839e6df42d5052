import { expect } from '@open-wc/testing';
import { say, seedsOf } from '../settings.ts';
import { readWasSeen } from './seen-histories.ts';

const HISTORIES = 10_000;

describe('ten thousand histories of two people on any number of pages', () => {
  const [seed = 0] = seedsOf('seen', 1);

  it(`show no unseen message as Read, and no seen one as unread (law 7, seed ${seed})`, async function () {
    this.timeout(20 * 60_000);
    const runs = await readWasSeen(HISTORIES, seed);
    await say(`seen: ${runs} histories, seed ${seed}`);
    expect(runs).to.equal(HISTORIES);
  });
});
