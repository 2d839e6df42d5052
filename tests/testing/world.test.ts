import { expect } from '@open-wc/testing';
import { createMessenger } from '../../core.ts';
import type { MessengerOptions } from '../../core.ts';
import { createWorld } from '../../testing/index.ts';
import type { Person, World } from '../../testing/index.ts';

const SEED = Math.floor(Math.random() * 1_000_000);

/** The error message of a wait that times out. */
async function sentenceOf(waiting: Promise<unknown>): Promise<string> {
  return waiting.then(
    () => 'It did not fail.',
    (error: Error) => error.message,
  );
}

const texts = (person: Person, peer: Person): string[] => person.messages(peer).map(({ text }) => text);

describe(`createWorld (seed ${SEED})`, () => {
  let world: World;
  let alice: Person;
  let bob: Person;

  beforeEach(async () => {
    world = createWorld({ seed: SEED });
    alice = await world.person('alice');
    bob = await world.person('bobby');
  });

  afterEach(() => world.close());

  it('lets two people connect, write and read', async () => {
    await alice.connect(bob);
    await alice.write(bob, 'Are you there?');
    await alice.untilDelivered(bob);
    expect(alice.messages(bob).map(({ status }) => status)).to.deep.equal(['delivered']);
    expect(bob.read(alice)).to.deep.equal(['Are you there?']);
    await alice.untilRead(bob);
    await bob.write(alice, 'Yes.');
    await bob.untilSynced(alice);
    expect(texts(alice, bob)).to.deep.equal(['Are you there?', 'Yes.']);
    await world.untilQuiet();
  });

  it('loses nothing when a page crashes and is loaded again', async () => {
    await alice.connect(bob);
    await alice.write(bob, 'Before');
    await bob.untilSynced(alice);
    bob.crash();
    expect(bob.page.isOpen).to.equal(false);
    await alice.write(bob, 'Meanwhile');
    await world.pass(5_000);
    await bob.reload();
    await alice.untilDelivered(bob);
    await bob.untilSynced(alice);
    expect(texts(bob, alice)).to.deep.equal(['Before', 'Meanwhile']);
  });

  it('keeps what was stored before a crash, and nothing that the page had not stored', async () => {
    await alice.connect(bob);
    await alice.write(bob, 'Stored');
    const { messenger } = alice;
    alice.crash();
    void messenger.messages.send(alice.account, bob.account, 'Too late');
    await world.pass(1_000);
    await alice.reload();
    await alice.untilChannel(bob);
    await alice.untilDelivered(bob);
    expect(texts(alice, bob)).to.deep.equal(['Stored']);
  });

  it('cuts a browser off from the network, and synchronises once it is back', async () => {
    await alice.connect(bob);
    const { browser } = bob;
    browser.cutNetwork();
    await world.until('the link of bobby is down', () => bob.messenger.link.peek().state === 'offline');
    await alice.write(bob, 'While you were away');
    await world.pass(10_000);
    expect(texts(bob, alice)).to.deep.equal([]);
    browser.restoreNetwork();
    await alice.untilDelivered(bob);
    expect(texts(bob, alice)).to.deep.equal(['While you were away']);
  });

  it('carries messages by a relay if the browsers have one', async () => {
    const relayed = createWorld({ seed: SEED, stun: false });
    const options = { hasRelay: true, service: { nat: 'same-nat' } } as const;
    const carol = await relayed.person('carol', options);
    const dave = await relayed.person('daven', options);
    carol.ask(dave);
    await dave.untilAsked(carol);
    dave.accept(carol);
    await relayed.until(
      'the two are contacts',
      () => carol.messenger.peers.row(carol.account, dave.account).relation === 'contact',
    );
    await carol.write(dave, 'Through the server');
    await carol.untilDelivered(dave);
    expect(texts(dave, carol)).to.deep.equal(['Through the server']);
    relayed.close();
  });

  it('shows the same in every tab of a browser, and continues when the leader crashes', async () => {
    await alice.connect(bob);
    const { browser } = bob;
    const second = bob.at(await browser.openPage());
    await alice.write(bob, 'To every tab');
    await second.untilSynced(alice);
    bob.crash();
    await alice.write(bob, 'To the one that is left');
    await second.untilSynced(alice);
    expect(texts(second, alice)).to.deep.equal(['To every tab', 'To the one that is left']);
  });

  it('hides and shows a page: nothing is read on a hidden one', async () => {
    await alice.connect(bob);
    await alice.write(bob, 'Look');
    await bob.untilSynced(alice);
    bob.hide();
    expect(bob.messenger.isVisible.peek()).to.equal(false);
    expect(() => bob.read(alice)).to.throw(
      `bobby can read nothing: the page is not on screen. Seed ${SEED}.`,
    );
    bob.show();
    bob.read(alice);
    await alice.untilRead(bob);
  });

  it('runs the same from the same seed', async () => {
    const run = async (): Promise<string[]> => {
      const again = createWorld({ seed: SEED });
      const carol = await again.person('carol');
      const dave = await again.person('daven');
      await carol.connect(dave);
      const id = await carol.write(dave, 'Again');
      await carol.untilDelivered(dave);
      again.close();
      return [id, String(again.clock.now()), String(again.simulation.frames.entries.length)];
    };
    expect(await run()).to.deep.equal(await run());
  });

  it('passes options to its messengers, and makes pages that share no link', async () => {
    const made: MessengerOptions[] = [];
    const own = createWorld({
      seed: SEED,
      createMessenger: (options) => {
        made.push(options);
        return createMessenger(options);
      },
    });
    const browser = own.browser('carol', { sharesLink: false });
    const carol = await browser.signUp('carol');
    expect(made).to.have.length(1);
    expect(made[0]!.tabs).to.equal(undefined);
    carol.hide();
    expect(carol.messenger.isVisible.peek()).to.equal(false);
    carol.close();
    await carol.reload();
    await own.until('carol is signed in again', () => {
      const { sessions } = carol.messenger;
      return sessions.get(carol.account)?.state === 'signed-in';
    });
    expect(carol.messenger.isVisible.peek()).to.equal(true);
    expect(made).to.have.length(2);
    own.close();
  });

  describe('a wait that times out', () => {
    it('names the request that has not come', async () => {
      expect(await sentenceOf(alice.untilAsked(bob, { within: 3_000 }))).to.equal(
        `Waited 3000 ms of simulated time until alice is asked by bobby. Instead, the relation is "none". Seed ${SEED}.`,
      );
    });

    it('names the paths in place of a channel', async () => {
      expect(await sentenceOf(alice.untilChannel(bob, { within: 1_000 }))).to.equal(
        'Waited 1000 ms of simulated time until alice and bobby have a channel. ' +
          `Instead, the path of alice is "none", and that of bobby is "none". Seed ${SEED}.`,
      );
    });

    it('names the messages that are not delivered, and those not read', async () => {
      await alice.connect(bob);
      bob.crash();
      await alice.write(bob, 'Hello');
      expect(await sentenceOf(alice.untilDelivered(bob, { within: 500 }))).to.match(
        /^Waited 500 ms of simulated time until every message of alice to bobby is delivered\. Instead, "Hello" is (sent|sending|waiting)\. Seed \d+\.$/,
      );
      await bob.reload();
      await alice.untilDelivered(bob);
      expect(await sentenceOf(alice.untilRead(bob, { within: 500 }))).to.equal(
        'Waited 500 ms of simulated time until every message of alice to bobby is read. ' +
          `Instead, "Hello" is delivered. Seed ${SEED}.`,
      );
    });

    it('names what one person shows and the other does not', async () => {
      await alice.connect(bob);
      bob.browser.cutNetwork();
      await alice.write(bob, 'One');
      await bob.write(alice, 'Two');
      expect(await sentenceOf(alice.untilSynced(bob, { within: 500 }))).to.equal(
        'Waited 500 ms of simulated time until alice and bobby show the same messages. ' +
          `Instead, only alice has "One", and only bobby has "Two". Seed ${SEED}.`,
      );
    });

    it('names what still crosses the sockets', async () => {
      alice.ask(bob);
      await world.pass(1);
      expect(await sentenceOf(world.untilQuiet({ within: 1_000 }))).to.match(
        /^Waited 1000 ms of simulated time until no frame has crossed a socket for 2000 ms\. Instead, the last one was \w+ at (alice|bobby)\. Seed \d+\.$/,
      );
    });

    it('has the given text for a custom condition', async () => {
      const waiting = world.until('pigs fly', () => false, { within: 100, found: () => 'they walk' });
      expect(await sentenceOf(waiting)).to.equal(
        `Waited 100 ms of simulated time until pigs fly. Instead, they walk. Seed ${SEED}.`,
      );
    });

    it('names the reason why somebody could not sign up', async () => {
      const { browser } = bob;
      expect(await sentenceOf(browser.signUp('bobby'))).to.match(
        new RegExp(`^bobby could not sign up: .*Seed ${SEED}\\.$`),
      );
    });

    it('asks to load a page before its person does anything', () => {
      bob.crash();
      expect(() => bob.ask(alice)).to.throw(
        `The page of bobby is not open: reload() opens it. Seed ${SEED}.`,
      );
    });
  });
});
