import fc from 'fast-check';
import { registered } from '../components/every-element.ts';
import { say, seedsOf } from '../settings.ts';
import { faultsOf, history, reportOf } from './outside.ts';

/** How long a run may take, in milliseconds. */
const TIME = 4 * 60_000;

describe('whatever peers and a service say, for minutes', () => {
  const [seed = 0] = seedsOf('outside', 1);

  for (const how of ['in the stores', 'on screen'] as const)
    it(`causes no error ${how} (seed ${seed})`, async function () {
      this.timeout(2 * TIME);
      await registered();
      const property = fc.asyncProperty(history, async (one) => {
        const faults = await faultsOf(one, how === 'on screen');
        if (faults.length > 0) throw new Error(faults.join('\n'));
      });
      const details = await fc.check(property, {
        seed,
        numRuns: 20_000,
        interruptAfterTimeLimit: TIME,
        markInterruptAsFailure: false,
      });
      await say(`outside ${how}: ${details.numRuns} histories, seed ${seed}`);
      if (details.failed) throw new Error(reportOf(details));
    });
});
