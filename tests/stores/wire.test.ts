import { expect } from '@open-wc/testing';
import { statusOf } from '../../facts/index.ts';
import { createWorld, sent, statuses, texts } from './world.ts';

describe('evidence over a wire that shuffles', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  it(`gives the same final status when answers and receipts come twice and in any order (script S7 shuffled-evidence, seed ${seed})`, async () => {
    const world = createWorld({ seed });
    const a = await world.browser('a');
    const b = await world.browser('b');
    const alice = await world.account(a, 'alice');
    const bob = await world.account(b, 'bobby');
    await world.befriend(a, alice, b, bob);
    await world.clock.advance(8_000);
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
    const newest = texts(b.messenger, bob, alice).at(-1)!;
    b.messenger.messages.read(bob, alice, newest.id);
    await world.clock.advance(5_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(all.map((text) => `${text}: read`));
    const { source } = a.messenger.messages.get(alice, bob);
    for (const id of source.ids.peek()) {
      const { facts } = source.get(id)!;
      expect(statusOf([...facts].reverse())).to.equal('read');
      expect(statusOf([...facts, ...facts].sort((x, y) => (x.type < y.type ? -1 : 1)))).to.equal('read');
    }
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(all);
  });
});

describe('what waits for its turn', () => {
  it('leaves one at a time per conversation: the next when the one before is answered (case 149)', async () => {
    const world = createWorld();
    const a = await world.browser('a');
    const b = await world.browser('b');
    const alice = await world.account(a, 'alice');
    const bob = await world.account(b, 'bobby');
    await world.befriend(a, alice, b, bob);
    await world.clock.advance(8_000);
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
});
