import { expect } from '@open-wc/testing';
import { say, seedsOf } from '../settings.ts';
import { runChaos } from './chaos.ts';
import type { Outcome } from './report.ts';
import { detailsOf, faultsOf } from './report.ts';
import { openScreens } from './screen.ts';

const MESSAGES = 500;

describe('two people while everything goes wrong', () => {
  for (const seed of seedsOf('chaos', 5))
    it(`lose nothing, get nothing twice, and see no tick without proof (seed ${seed})`, async function () {
      this.timeout(120_000);
      const screens = openScreens(() => 0);
      const outcome = await runChaos({ messages: MESSAGES, seed, draw: screens.draw, step: screens.step });
      screens.remove();
      await tell(outcome);
      expect(faultsOf(outcome), outcome.line).to.deep.equal([]);
      expect(screens.contradictions).to.deep.equal([]);
      expect(outcome.messages).to.equal(MESSAGES);
      expect(outcome.delivered, 'most of them').to.be.greaterThan(MESSAGES * 0.8);
      expect(outcome.drawn, 'statuses that were drawn').to.be.greaterThan(MESSAGES * 2);
    });
});

describe('two people while everything goes wrong, whose clients lack', () => {
  const [seed = 0] = seedsOf('chaos', 1);

  it(`sync, lose messages (seed ${seed})`, async function () {
    this.timeout(120_000);
    const { lost } = await runChaos({ messages: MESSAGES, seed, broken: 'sync' });
    expect(lost.length).to.be.greaterThan(0);
  });

  it(`de-duplication, get messages twice (seed ${seed})`, async function () {
    this.timeout(120_000);
    const { doubled } = await runChaos({ messages: MESSAGES, seed, broken: 'de-duplication' });
    expect(doubled.length).to.be.greaterThan(0);
  });
});

async function tell(outcome: Outcome): Promise<void> {
  await say(outcome.line);
  await say(detailsOf(outcome));
}
