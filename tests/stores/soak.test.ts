import { expect } from '@open-wc/testing';
import type { AccountId } from '../../facts/index.ts';
import type { Fault } from '../../mocks/index.ts';
import { createSeededRandom } from '../../mocks/index.ts';
import type { Browser } from './world.ts';
import { talking, texts } from './world.ts';
import { faultsOf, lieDetector, wholeHistory } from './invariants.ts';

const MESSAGES = 150;
/** The faults of a bad connection, each with its probability per frame. */
const WEATHER: readonly Fault[] = (['in', 'out'] as const).flatMap((direction): Fault[] => [
  { kind: 'drop', direction, probability: 0.04 },
  { kind: 'delay', direction, probability: 0.04, delay: 1_500 },
  // Not a claim: "is not orphaned", the answer to its double, cannot be told from another browser's.
  {
    kind: 'duplicate',
    direction,
    probability: 0.04,
    when: ({ variant }) => variant !== 'ConnectionManagement',
  },
  { kind: 'reorder', direction, probability: 0.04, delay: 800 },
]);
/** How long after the last fault everything has to be settled. */
const HEALING_MS = 4 * 60_000;

const seeds = Array.from({ length: 5 }, () => Math.floor(Math.random() * 2 ** 31));

describe('two people on a line that fails all the time', () => {
  for (const seed of seeds)
    it(`lose nothing, get nothing twice, and see no false status (seed ${seed})`, async function () {
      this.timeout(120_000);
      const random = createSeededRandom(seed);
      const { world, a, b, alice, bob } = await talking({ seed });
      const watched = [
        { browser: a, detector: lieDetector(alice, bob) },
        { browser: b, detector: lieDetector(bob, alice) },
      ];
      for (const { browser, detector } of watched) detector.watch(browser.messenger);

      for (const fault of WEATHER) world.simulation.faults.add(fault);
      for (let n = 0; n < MESSAGES; n += 1) {
        void a.messenger.messages.send(alice, bob, `a${n}`);
        void b.messenger.messages.send(bob, alice, `b${n}`);
        await world.clock.advance(Math.floor(random.next() * 400));
        const chance = random.next();
        const { browser, detector } = watched[random.next() < 0.5 ? 0 : 1]!;
        if (chance < 0.03) browser.service.sockets[0]?.terminate();
        else if (chance < 0.04) browser.service.sockets[0]?.freeze();
        else if (chance < 0.06) {
          await browser.messenger.stored();
          await browser.reload();
          detector.watch(browser.messenger);
        } else if (chance < 0.1) readNewest(browser, alice, bob);
      }
      world.simulation.faults.clear();
      await world.clock.advance(HEALING_MS);

      const holders = [
        { browser: a, account: alice },
        { browser: b, account: bob },
      ];
      expect(await faultsOf(holders)).to.deep.equal([]);
      for (const { browser, detector } of watched) {
        expect(detector.lies).to.deep.equal([]);
        expect(detector.seen).to.be.greaterThan(MESSAGES);
        expect(browser.messenger.link.peek().state).to.equal('up');
      }
      const written = (letter: string): string[] => Array.from({ length: MESSAGES }, (_, n) => letter + n);
      for (const [from, to, me, peer, letter] of [
        [a, b, alice, bob, 'a'],
        [b, a, bob, alice, 'b'],
      ] as const) {
        const own = await rows(from, me, peer, true);
        expect(own.map(({ text }) => text)).to.deep.equal(written(letter));
        // Nothing was refused for good, so that nothing may have been given up.
        expect(new Set(own.map(({ status }) => status))).to.satisfy((all: Set<string>) =>
          [...all].every((status) => status === 'delivered' || status === 'read'),
        );
        const arrived = await rows(to, peer, me, false);
        expect(arrived.map(({ text }) => text)).to.deep.equal(written(letter));
      }
    });
});

/** Somebody looks at the newest message that has come. */
function readNewest(browser: Browser, alice: AccountId, bob: AccountId): void {
  const [account, peer] = browser.messenger.sessions.accounts.peek().includes(alice)
    ? [alice, bob]
    : [bob, alice];
  const newest = texts(browser.messenger, account, peer)
    .filter(({ own }) => !own)
    .at(-1);
  if (newest) browser.messenger.messages.read(account, peer, newest.id);
}

async function rows(
  browser: Browser,
  account: AccountId,
  peer: AccountId,
  own: boolean,
): Promise<ReturnType<typeof texts>> {
  await wholeHistory({ browser, account }, account, peer);
  return texts(browser.messenger, account, peer).filter((row) => row.own === own);
}
