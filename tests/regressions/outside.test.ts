import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { registered } from '../components/every-element.ts';
import { say, seedsOf } from '../settings.ts';
import { faultsOf, history, reportOf } from './outside.ts';

/** How long a run may take, in milliseconds. */
const TIME = 15_000;

describe('whatever peers and a service say', () => {
  const [seed = 0] = seedsOf('outside', 1);

  it(`is drawn without an error, within bounds, and the same after a reload (seed ${seed})`, async function () {
    this.timeout(TIME + 60_000);
    await registered();
    const property = fc.asyncProperty(history, async (one) => {
      const faults = await faultsOf(one);
      if (faults.length > 0) throw new Error(faults.join('\n'));
    });
    const details = await fc.check(property, {
      seed,
      numRuns: 5_000,
      interruptAfterTimeLimit: TIME,
      markInterruptAsFailure: false,
    });
    await say(`outside: ${details.numRuns} histories, seed ${seed}`);
    if (details.failed) throw new Error(reportOf(details));
    expect(details.numRuns).to.be.greaterThan(5);
  });
});
