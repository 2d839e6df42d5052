import { expect } from '@open-wc/testing';
import type { MessageSource } from '../../facts/index.ts';
import type { Messenger } from '../../stores/index.ts';
import { earlyTick } from '../regressions/liars.ts';
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
      const screens = openScreens();
      const outcome = await runChaos({ messages: MESSAGES, seed, screens });
      screens.remove();
      await tell(outcome);
      expect(faultsOf(outcome), outcome.line).to.deep.equal([]);
      expect(screens.contradictions).to.deep.equal([]);
      expect(outcome.messages).to.equal(MESSAGES);
      const { delivered, failed, unconfirmed, cancelled, unsaved } = outcome;
      // Messages that the service refused permanently, or that were never stored, are not delivered; their number
      // varies.
      expect(delivered + failed + unconfirmed + cancelled + unsaved, 'each has a fate').to.equal(MESSAGES);
      expect(delivered, 'most of them').to.be.greaterThan(MESSAGES / 2);
      expect(outcome.shown, 'messages that were drawn').to.equal(MESSAGES);
      expect(outcome.drawn, 'and their changes').to.be.greaterThan(MESSAGES);
      expect(outcome.seen, 'and read').to.be.greaterThan(MESSAGES / 4);
    });
});

describe('two people while everything goes wrong, whose clients lack', () => {
  const [seed = 0] = seedsOf('chaos', 1);

  it(`sync lose messages (seed ${seed})`, async function () {
    this.timeout(120_000);
    const { lost } = await runChaos({ messages: MESSAGES, seed, broken: 'sync' });
    expect(lost.length).to.be.greaterThan(0);
  });

  it(`the set of seen messages show Read for messages that nobody has seen (seed ${seed})`, async function () {
    this.timeout(120_000);
    const screens = openScreens();
    const { falseTicks } = await runChaos({
      messages: MESSAGES,
      seed,
      broken: 'read-set',
      screens,
    });
    screens.remove();
    expect(falseTicks.filter((line) => line.endsWith('was on no screen')).length).to.be.greaterThan(0);
  });

  it(`de-duplication show messages twice (seed ${seed})`, async function () {
    this.timeout(120_000);
    const { doubled } = await runChaos({ messages: MESSAGES, seed, broken: 'de-duplication' });
    expect(doubled.length).to.be.greaterThan(0);
  });
});

describe('the recorders of a chaos run', () => {
  const [seed = 0] = seedsOf('chaos', 1);

  it(`catch a client that shows a tick early, even if only on the screen (seed ${seed})`, async function () {
    this.timeout(120_000);
    const screens = openScreens(1);
    const { falseTicks } = await runChaos({
      messages: 60,
      seed,
      lie: earlyTick,
      screens,
    });
    screens.remove();
    expect(falseTicks.filter((line) => line.startsWith('screen')).length).to.be.greaterThan(0);
    expect(falseTicks.filter((line) => line.startsWith('row')).length).to.be.greaterThan(0);
  });

  it(`catch a client that removes a tick, even if only on the screen (seed ${seed})`, async function () {
    this.timeout(120_000);
    const screens = openScreens(1);
    const { stepsBack } = await runChaos({
      messages: 120,
      seed,
      lie: wavering,
      screens,
    });
    screens.remove();
    expect(stepsBack.filter((line) => line.startsWith('screen')).length).to.be.greaterThan(0);
    expect(stepsBack.filter((line) => line.startsWith('row')).length).to.be.greaterThan(0);
  });
});

/** What is delivered reads as delivered while there is an even number of messages, and else as sent. */
function wavering(messenger: Messenger): Messenger {
  const sources = new WeakMap<MessageSource, MessageSource>();
  const wavers = (source: MessageSource): MessageSource => ({
    ...source,
    get: (id) => {
      const row = source.get(id);
      const isOdd = source.ids.peek().length % 2 === 1;
      return row?.own && row.status === 'delivered' && isOdd ? { ...row, status: 'sent' } : row;
    },
    watch: (id, changed) => {
      const stops = [source.watch(id, changed), source.ids.subscribe(changed)];
      return () => stops.forEach((stop) => stop());
    },
  });
  return {
    ...messenger,
    messages: {
      ...messenger.messages,
      source(account, peer) {
        const source = messenger.messages.source(account, peer);
        const known = sources.get(source) ?? wavers(source);
        sources.set(source, known);
        return known;
      },
    },
  };
}

async function tell(outcome: Outcome): Promise<void> {
  await say(outcome.line);
  await say(detailsOf(outcome));
}
