import { expect } from '@open-wc/testing';
import { statusOf } from '../../facts/index.ts';
import type { ThreadMessage } from '../../facts/index.ts';
import { memory } from '../../storage/memory.ts';
import { SERVER, createWorld, sent, statuses, storageWith, talking, texts } from './world.ts';

describe('evidence over a reordering connection', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  it(`gives the same final status when answers and receipts come twice and in any order (script S7 shuffled-evidence, seed ${seed})`, async () => {
    const { world, a, b, alice, bob } = await talking({ seed });
    const variants = ['MessageSendSuccess', 'MessageNotification'];
    const { faults } = a.service;
    faults.add({ kind: 'duplicate', direction: 'out', variants, probability: 0.4 });
    faults.add({ kind: 'reorder', direction: 'out', variants, probability: 0.4, delay: 300 });
    faults.add({ kind: 'delay', direction: 'out', variants, probability: 0.4, delay: 700 });
    const all = Array.from({ length: 30 }, (_, n) => `m${n}`);
    for (const text of all) {
      void a.messenger.messages.send(alice, bob, text);
      await world.clock.advance(20);
    }
    await world.clock.advance(60_000);
    for (const { id } of texts(b.messenger, bob, alice)) b.messenger.messages.read(bob, alice, id);
    await world.clock.advance(5_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(all.map((text) => `${text}: read`));
    const source = a.messenger.messages.source(alice, bob);
    for (const id of source.ids.peek()) {
      const { facts } = source.get(id)!;
      expect(statusOf([...facts].reverse())).to.equal('read');
      expect(statusOf([...facts, ...facts].sort((x, y) => (x.type < y.type ? -1 : 1)))).to.equal('read');
    }
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(all);
  });
});

describe('queued messages', () => {
  it('are sent one at a time per conversation, each after the answer to the one before (case 149)', async () => {
    const { world, a, alice, bob } = await talking();
    const before = sent(world, 'a', 'Message').length;
    a.service.faults.add({ kind: 'delay', direction: 'out', variants: ['MessageSendSuccess'], delay: 5_000 });
    for (const text of ['one', 'two', 'three']) void a.messenger.messages.send(alice, bob, text);
    await world.clock.advance(4_000);
    const mine = sent(world, 'a', 'Message').slice(before);
    expect(
      mine.map(({ message }) => new TextDecoder().decode(message)).filter((body) => body.includes('"text"')),
    ).to.have.length(1);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal([
      'one: delivered',
      'two: waiting',
      'three: waiting',
    ]);
  });

  it('are sent again in the order written when a sync shows that several are missing (case 141)', async () => {
    const { world, a, b, alice, bob } = await talking();
    b.closePage();
    await world.clock.advance(1_000);
    const all = ['one', 'two', 'three', 'four', 'five'];
    for (const text of all) void a.messenger.messages.send(alice, bob, text);
    await world.clock.advance(10_000);
    const before = sent(world, 'a', 'Message').length;
    await b.openPage();
    await world.clock.advance(15_000);
    const again = sent(world, 'a', 'Message').slice(before);
    const bodies = again.map(({ message }) => /"text":"(\w+)"/.exec(new TextDecoder().decode(message))?.[1]);
    expect(bodies.filter((text) => text !== undefined)).to.deep.equal(all);
  });
});

describe('a person who acts before the answer', () => {
  it('sends nothing by Try again on a message that waits for its next attempt (case 61)', async () => {
    const { world, a, alice, bob } = await talking();
    a.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['Message'],
      reason: 'Server is full',
    });
    const written = a.messenger.messages.send(alice, bob, 'hello');
    const source = a.messenger.messages.source(alice, bob);
    const row = (): ThreadMessage => source.get(source.ids.peek()[0]!)!;
    // Until a pause is long enough to press a button in.
    while ((row().waiting?.nextTry ?? 0) < world.clock.now() + 500) await world.clock.advance(100);
    const { facts } = row();
    const before = sent(world, 'a', 'Message').length;
    a.messenger.messages.retry(alice, bob, await written);
    await world.clock.advance(100);
    expect(sent(world, 'a', 'Message')).to.have.length(before);
    expect(row().facts).to.deep.equal(facts);
  });

  it('can sign in three accounts at once, which are sent one after the other (case 143)', async () => {
    const world = createWorld();
    const a = await world.browser('a');
    const entering = ['alice', 'bobby', 'carol'].map((username) =>
      a.messenger.sessions.createAccount({ server: SERVER, fullName: username, username, password: 'p' }),
    );
    await world.clock.advance(30_000);
    expect((await Promise.all(entering)).map(({ state }) => state)).to.deep.equal(['done', 'done', 'done']);
    expect(sent(world, 'a', 'Register'), 'each asked for once').to.have.length(3);
    const { entries } = world.simulation.frames;
    expect(entries.some(({ text }) => text.includes('is already trying to connect'))).to.equal(false);
  });
});

describe('a message that this device could not store', () => {
  it('is not confirmed by a sync either: the sender keeps one tick until it is stored (case 72)', async () => {
    const inner = memory();
    let isFull = false;
    const storage = storageWith(
      { write: (batch) => (isFull ? Promise.reject(new Error('no room')) : inner.write(batch)) },
      inner,
    );
    const { world, a, b, alice, bob } = await talking({ b: { storage } });
    isFull = true;
    void a.messenger.messages.send(alice, bob, 'hello');
    await world.clock.advance(3 * 60_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello: sent']);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['hello']);
    isFull = false;
    await world.clock.advance(2 * 60_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello: delivered']);
  });
});
