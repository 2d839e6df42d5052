import { expect } from '@open-wc/testing';
import { systemClock } from '../../client/system.ts';

describe('the platform’s clock', () => {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  const LONGEST = 2 ** 31 - 1;
  /** Timers as a platform has them: 32 bits of delay, and one that is longer fires at once. */
  let timers: Map<number, { readonly run: () => void; readonly delay: number }>;
  let last: number;

  beforeEach(() => {
    timers = new Map();
    last = 0;
    globalThis.setTimeout = ((run: () => void, delay: number) => {
      timers.set((last += 1), { run, delay });
      return last;
    }) as typeof setTimeout;
    globalThis.clearTimeout = ((handle: number) => void timers.delete(handle)) as typeof clearTimeout;
  });
  afterEach(() => Object.assign(globalThis, real));

  /** Fires the only pending timer; returns its delay. */
  function fire(): number {
    const [[handle, { run, delay }] = [0, { run: () => undefined, delay: NaN }]] = timers;
    timers.delete(handle);
    run();
    return delay;
  }

  it('splits a long timer into timers that the platform supports', () => {
    const year = 365 * 24 * 3_600_000;
    let ran = 0;
    systemClock.setTimeout(() => (ran += 1), year);
    let waited = 0;
    while (ran === 0) {
      expect(timers.size).to.equal(1);
      const delay = fire();
      expect(delay).to.be.within(0, LONGEST);
      waited += delay;
    }
    expect([ran, waited, timers.size]).to.deep.equal([1, year, 0]);
  });

  it('cancels a long timer during any of its parts, a short timer, and an unknown handle', () => {
    let ran = 0;
    const long = systemClock.setTimeout(() => (ran += 1), 3 * LONGEST);
    fire();
    fire();
    systemClock.clearTimeout(long);
    const short = systemClock.setTimeout(() => (ran += 1), 10);
    systemClock.clearTimeout(short);
    systemClock.clearTimeout(null);
    expect([ran, timers.size]).to.deep.equal([0, 0]);
  });

  it('runs without a delay in the next turn, with no timer, which a hidden page would get once a second', async () => {
    const ran: string[] = [];
    const turns = (count: number): Promise<void> =>
      new Promise((resolve) => {
        const step = (left: number): void =>
          void systemClock.setTimeout(() => (left > 1 ? step(left - 1) : resolve()), 0);
        step(count);
      });
    systemClock.setTimeout(() => ran.push('next'), 0);
    const cleared = systemClock.setTimeout(() => ran.push('cleared'), 0);
    systemClock.clearTimeout(cleared);
    expect(ran, 'in this turn').to.deep.equal([]);
    await turns(3);
    expect(ran).to.deep.equal(['next']);
    expect(timers.size).to.equal(0);
  });

  it('measures elapsed time independently of the time of day', () => {
    const { now } = Date;
    const before = systemClock.elapsed();
    Date.now = () => 0;
    try {
      expect(systemClock.elapsed()).to.be.at.least(before);
      expect(systemClock.now()).to.equal(0);
    } finally {
      Date.now = now;
    }
  });
});
