import { expect } from '@open-wc/testing';
import { say, seedsOf } from '../settings.ts';
import { loseNothing } from './device-histories.ts';

const HISTORIES = 1_000;

describe('a thousand histories of a failing device', () => {
  const [seed = 0] = seedsOf('device', 1);

  it(`lose nothing, duplicate nothing, and leave nothing waiting (seed ${seed})`, async function () {
    this.timeout(20 * 60_000);
    const runs = await loseNothing(HISTORIES, seed);
    await say(`device: ${runs} histories, seed ${seed}`);
    expect(runs).to.equal(HISTORIES);
  });
});
