import { expect } from '@open-wc/testing';
import type { Messenger } from '../../stores/index.ts';
import { say, seedsOf } from '../settings.ts';
import { readWasSeen } from './seen-histories.ts';

const HISTORIES = 300;

describe('whatever two people do on any number of pages', () => {
  const [seed = 0] = seedsOf('seen', 1);

  it(`Read here means that the message was on a screen there, and unread that it was not (law 7, seed ${seed})`, async function () {
    this.timeout(120_000);
    const began = performance.now();
    const runs = await readWasSeen(HISTORIES, seed);
    await say(`seen: ${runs} histories, seed ${seed}, ${Math.round(performance.now() - began)} ms`);
    expect(runs).to.equal(HISTORIES);
  });

  it(`detects a client that also reports what stands above (seed ${seed})`, async function () {
    this.timeout(120_000);
    const found = await readWasSeen(HISTORIES, seed, tellsWhatStandsAbove).catch(String);
    expect(found).to.match(/is called read and was on no screen/);
  });

  it(`detects a client for which nothing that was passed stays unread (seed ${seed})`, async function () {
    this.timeout(120_000);
    const found = await readWasSeen(HISTORIES, seed, passesWhereverItReads).catch(String);
    expect(found).to.match(/is unread: expected false to equal true/);
  });
});

/** One number instead of the set: everything up to what was on the screen. */
function tellsWhatStandsAbove(messenger: Messenger): Messenger {
  const { messages } = messenger;
  return {
    ...messenger,
    messages: {
      ...messages,
      read(account, peer, id) {
        const ids = messages.source(account, peer).ids.peek();
        for (const above of ids.slice(0, ids.indexOf(id) + 1)) messages.read(account, peer, above);
      },
    },
  };
}

function passesWhereverItReads(messenger: Messenger): Messenger {
  const { messages } = messenger;
  return {
    ...messenger,
    messages: {
      ...messages,
      read(account, peer, id) {
        messages.read(account, peer, id);
        messages.pass(account, peer);
      },
    },
  };
}
