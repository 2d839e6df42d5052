import { expect } from '@open-wc/testing';
import { citadel } from '../../client/index.ts';
import { memory as memoryBackend } from '../../client/memory.ts';
import type { MemoryWorld } from '../../client/memory.ts';
import type { AccountId } from '../../facts/index.ts';
import { createFakeClock, createSeededRandom, createSimulation } from '../../mocks/index.ts';
import type { FakeClock } from '../../mocks/index.ts';
import type { Backend } from '../../ports/backend.ts';
import type { Random } from '../../ports/random.ts';
import { memory } from '../../storage/memory.ts';
import type { Messenger } from '../../stores/index.ts';
import { createMessenger } from '../engine.ts';
import { SERVER, statuses, texts } from './world.ts';

/** A network with several browsers: how each gets its backend. */
type Network = (clock: FakeClock, random: Random) => () => Backend;

const networks: Record<string, Network> = {
  memory: (clock) => {
    const world: MemoryWorld = new Map();
    return () => memoryBackend(clock, world);
  },
  citadel: (clock, random) => {
    const simulation = createSimulation({ clock, random });
    return () => {
      const service = simulation.service(`service ${simulation.services.length}`);
      const Socket = service.webSocket();
      return citadel({ url: service.url, clock, random, openSocket: (url) => new Socket(url) });
    };
  },
};

for (const [name, network] of Object.entries(networks)) {
  describe(`a messenger on the ${name} backend`, () => {
    let clock: FakeClock;
    let a: Messenger;
    let b: Messenger;
    let alice: AccountId;
    let bob: AccountId;

    beforeEach(async () => {
      clock = createFakeClock();
      const random = createSeededRandom(5);
      const browser = network(clock, random);
      const open = async (): Promise<Messenger> => {
        const messenger = createMessenger({ backend: browser(), storage: memory(), clock, random });
        void messenger.open();
        await clock.advance(50);
        return messenger;
      };
      const create = async ({ sessions }: Messenger, username: string): Promise<AccountId> => {
        const entering = sessions.createAccount({
          server: SERVER,
          fullName: username,
          username,
          password: 'secret',
        });
        await clock.advance(1_000);
        const view = await entering;
        if (view.state !== 'done') throw new Error(view.state);
        return view.account;
      };
      a = await open();
      b = await open();
      alice = await create(a, 'alice');
      bob = await create(b, 'bobby');
      void a.peers.refresh(alice);
      await clock.advance(50);
    });
    afterEach(() => {
      a.close();
      b.close();
    });

    const befriend = async (): Promise<void> => {
      a.requests.ask(alice, bob);
      await clock.advance(50);
      b.requests.accept(bob, alice);
      await clock.advance(10_000);
    };

    it('lists people, asks, accepts and drops the badge', async () => {
      expect(a.peers.source(alice).ids.peek()).to.deep.equal([bob]);
      a.requests.ask(alice, bob);
      await clock.advance(50);
      expect(b.requests.pendingCount(bob).peek()).to.equal(1);
      b.requests.accept(bob, alice);
      expect(b.requests.pendingCount(bob).peek()).to.equal(0);
      await clock.advance(50);
      expect([a.peers.row(alice, bob).relation, b.peers.row(bob, alice).relation]).to.deep.equal([
        'contact',
        'contact',
      ]);
    });

    it('tells a declined asker', async () => {
      a.requests.ask(alice, bob);
      await clock.advance(50);
      b.requests.decline(bob, alice);
      await clock.advance(50);
      expect(a.peers.row(alice, bob).relation).to.equal('none');
      expect(a.peers.row(alice, bob).code).to.equal('declined');
    });

    it('sends, receives, and shows Delivered and Read for it', async () => {
      await befriend();
      const id = a.messages.send(alice, bob, 'hello');
      await clock.advance(50);
      expect(statuses(a, alice, bob)).to.deep.equal(['hello: delivered']);
      expect(texts(b, bob, alice).map(({ text }) => text)).to.deep.equal(['hello']);
      b.messages.read(bob, alice, await id);
      await clock.advance(1_050);
      expect(statuses(a, alice, bob)).to.deep.equal(['hello: read']);
    });

    it('keeps a message until there is a path, and then delivers it once', async () => {
      await befriend();
      void b.sessions.signOut(bob);
      await clock.advance(1_000);
      void a.messages.send(alice, bob, 'later');
      await clock.advance(20_000);
      expect(statuses(a, alice, bob)).to.deep.equal(['later: waiting']);
      void b.sessions.signIn({ server: SERVER, username: 'bobby', password: 'secret' });
      await clock.advance(30_000);
      expect(statuses(a, alice, bob)).to.deep.equal(['later: delivered']);
      expect(texts(b, bob, alice).map(({ text }) => text)).to.deep.equal(['later']);
    });
  });
}
