import { expect } from '@open-wc/testing';
import { createFakeClock } from '../../mocks/index.ts';
import { indexedDb } from '../../storage/index.ts';
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
});
