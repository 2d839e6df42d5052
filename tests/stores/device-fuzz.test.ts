import { expect } from '@open-wc/testing';
import { say, seedsOf } from '../settings.ts';
import { loseNothing } from './device-histories.ts';

const HISTORIES = 25;

describe('Any history of a failing device', () => {
  const [seed = 0] = seedsOf('device', 1);

  it(`loses nothing, duplicates nothing, and leaves nothing waiting (seed ${seed})`, async function () {
    this.timeout(120_000);
    const began = performance.now();
    const runs = await loseNothing(HISTORIES, seed);
    await say(`device: ${runs} histories, seed ${seed}, ${Math.round(performance.now() - began)} ms`);
    expect(runs).to.equal(HISTORIES);
  });
});
