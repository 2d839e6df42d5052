import { expect } from '@open-wc/testing';
import { say, seedsOf } from '../settings.ts';
import { runChaos } from './chaos.ts';
import { detailsOf, faultsOf } from './report.ts';
import { openScreens } from './screen.ts';

const MESSAGES = 10_000;

describe('ten thousand messages while everything goes wrong', () => {
  const [seed = 0] = seedsOf('chaos', 1);

  it(`arrive once or are shown as not arrived, and no status is false (seed ${seed})`, async function () {
    this.timeout(20 * 60_000);
    const screens = openScreens();
    const outcome = await runChaos({ messages: MESSAGES, seed, screens });
    screens.remove();
    await say(outcome.line);
    await say(detailsOf(outcome));
    expect(faultsOf(outcome), outcome.line).to.deep.equal([]);
    expect(screens.contradictions).to.deep.equal([]);
    expect(outcome.messages).to.equal(MESSAGES);
    expect(outcome.delivered, 'most of them').to.be.greaterThan(MESSAGES * 0.8);
    expect(outcome.shown, 'messages that were drawn').to.equal(MESSAGES);
    expect(outcome.drawn, 'and their changes').to.be.greaterThan(MESSAGES);
  });
});
