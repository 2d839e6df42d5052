import { expect } from '@open-wc/testing';
import { say, seedsOf } from '../settings.ts';
import { readWasSeen } from './seen-histories.ts';

const HISTORIES = 10_000;

describe('ten thousand histories of two people on any number of pages', () => {
  const [seed = 0] = seedsOf('seen', 1);

  it(`have no Read that was not seen, and nothing unread that was (law 7, seed ${seed})`, async function () {
    this.timeout(20 * 60_000);
    const runs = await readWasSeen(HISTORIES, seed);
    await say(`seen: ${runs} histories, seed ${seed}`);
    expect(runs).to.equal(HISTORIES);
  });
});
