import { expect } from '@open-wc/testing';
import { createFakeClock } from '../../mocks/index.ts';
import { indexedDb } from '../../storage/index.ts';
import { memory } from '../../storage/memory.ts';
import { createWorld } from '../../testing/index.ts';
import type { Person } from '../../testing/index.ts';

const texts = (person: Person, peer: Person): string[] => person.messages(peer).map(({ text }) => text);

describe('createWorld on IndexedDB', () => {
  it('keeps the messages in the database that the browser was given, over a reload and a crash', async () => {
    const world = createWorld({ clock: createFakeClock() });
    const name = `world ${crypto.randomUUID()}`;
    const alice = await world.person('alice', { storage: indexedDb({ name }), waitsForStorage: true });
    const bob = await world.person('bobby');
    await alice.connect(bob);
    await alice.write(bob, 'one');
    await alice.untilDelivered(bob);
    await alice.reload();
    await alice.untilChannel(bob);
    await alice.write(bob, 'two');
    await alice.untilDelivered(bob);
    alice.crash();
    await alice.reload();
    await alice.untilSynced(bob);
    await world.pass(1_000);
    const stored = await indexedDb({ name }).history(alice.account, bob.account, { limit: 9 });
    expect(stored.map(({ text }) => text)).to.deep.equal(['one', 'two']);
    expect(texts(bob, alice)).to.deep.equal(['one', 'two']);
    world.close();
    indexedDB.deleteDatabase(name);
  });

  it('stands still while a storage answers that takes longer than simulated seconds', async () => {
    const tasks = async (): Promise<void> => {
      for (let n = 0; n < 4_000; n += 1) {
        const { port1, port2 } = new MessageChannel();
        await new Promise((resolve) => {
          port1.onmessage = resolve;
          port2.postMessage(null);
        });
        port1.close();
      }
    };
    const inner = memory();
    const storage = { ...inner, accounts: () => tasks().then(() => inner.accounts()) };
    const world = createWorld({ clock: createFakeClock() });
    const before = world.clock.elapsed();
    await world.browser('alice', { storage, waitsForStorage: true }).openPage();
    expect(world.clock.elapsed() - before).to.be.below(1_000);
    world.close();
  });
});
