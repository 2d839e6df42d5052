import { expect } from '@open-wc/testing';
import type { Storage, StorageWrite, StoredMessage } from '../../ports/storage.ts';
import { memory } from '../../storage/memory.ts';
import { engineOf } from '../engine.ts';
import { statuses, storageWith, talking, texts } from './world.ts';

const COUNT = 120;

/** Two of whom Alice has written so much while she kept no channel to Bob; what is written to her disk is noted. */
async function backlog() {
  const inner = memory();
  const batches: (readonly StorageWrite[])[] = [];
  let isDead = false;
  const storage = storageWith(
    {
      write: (batch) => {
        if (isDead) return new Promise<void>(() => undefined);
        batches.push(batch);
        return inner.write(batch);
      },
    },
    inner,
  );
  const two = await talking({ a: { storage } });
  const { world, a, b, alice, bob } = two;
  a.messenger.settings.pause(alice, bob);
  await world.clock.advance(1_000);
  const written = Array.from({ length: COUNT }, (_, n) => `message ${n}`);
  for (const text of written) {
    void a.messenger.messages.send(alice, bob, text);
    await world.clock.advance(1);
  }
  await a.messenger.stored();
  batches.length = 0;
  const until = async (isSo: () => boolean): Promise<void> => {
    for (let waited = 0; !isSo(); waited += 1) {
      if (waited > 60_000) throw new Error(`It never came: ${String(isSo)}`);
      await world.clock.advance(1);
    }
  };
  return {
    ...two,
    written,
    batches,
    resume: () => a.messenger.settings.resume(alice, bob),
    /** The page dies: nothing of it is stored any more. Another one is opened. */
    async crash() {
      isDead = true;
      a.closePage();
      await world.clock.advance(20);
      isDead = false;
      await a.openPage();
    },
    arrived: () => texts(b.messenger, bob, alice).map(({ text }) => text),
    /** Advances the clock until Bob has so many of them. */
    untilArrived: (count: number) => until(() => texts(b.messenger, bob, alice).length >= count),
    /** Advances the clock until several attempts are written together. */
    untilAhead: () => until(() => batches.some((batch) => attemptsIn(batch).length > 1)),
  };
}

/** The messages of a batch with an attempt that nobody has answered. */
const attemptsIn = (batch: readonly StorageWrite[]): readonly StoredMessage[] =>
  batch.flatMap((write) =>
    write.put === 'message' && write.value.facts.at(-1)?.type === 'attempted' ? [write.value] : [],
  );

describe('attempts that are written ahead', () => {
  it('are written together, fifty at most, towards a client that de-duplicates', async () => {
    const { batches, written, resume, arrived, untilArrived, world } = await backlog();
    resume();
    await untilArrived(COUNT);
    await world.clock.advance(5_000);
    expect(arrived()).to.deep.equal(written);
    const sizes = batches.map((batch) => attemptsIn(batch).length).filter((size) => size > 0);
    expect(Math.max(...sizes)).to.equal(50);
    expect(sizes.length).to.be.at.most(10);
  });

  it('are written one at a time towards any other client', async () => {
    const { a, alice, bob, batches, resume, world } = await backlog();
    const ours = engineOf(a.messenger).conversations.get(alice, bob);
    ours.adopt({ ...ours.meta, isKnownClient: false });
    // Nothing of theirs shows that they are one of us.
    a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageNotification'] });
    resume();
    await world.clock.advance(60_000);
    const sizes = batches.map((batch) => attemptsIn(batch).length).filter((size) => size > 0);
    expect(sizes).to.have.length(COUNT);
    expect(new Set(sizes)).to.deep.equal(new Set([1]));
  });

  for (const had of [0, 1, 30, 60])
    it(`are made again by the next page, where this one dies after ${had} of them: nothing is lost, doubled or out of order`, async () => {
      const { world, b, bob, alice, untilAhead, written, resume, crash, arrived, untilArrived } =
        await backlog();
      resume();
      await untilAhead();
      await untilArrived(had);
      await crash();
      await world.clock.advance(120_000);
      expect(arrived()).to.deep.equal(written);
      const rows = b.messenger.messages.source(bob, alice);
      expect(rows.ids.peek().reduce((sum, id) => sum + rows.get(id)!.missingBefore, 0)).to.equal(0);
    });

  it('do not leave once the person has taken their messages back, and leave no gap', async () => {
    const { world, a, b, alice, bob, untilAhead, written, resume, arrived } = await backlog();
    resume();
    await untilAhead();
    const cancelled = texts(a.messenger, alice, bob).slice(40, 45);
    for (const { id } of cancelled) a.messenger.messages.cancel(alice, bob, id);
    await world.clock.advance(60_000);
    const texts45 = cancelled.map(({ text }) => text);
    expect(arrived()).to.deep.equal(written.filter((text) => !texts45.includes(text)));
    const rows = b.messenger.messages.source(bob, alice);
    expect(rows.ids.peek().reduce((sum, id) => sum + rows.get(id)!.missingBefore, 0)).to.equal(0);
  });

  it('are written anew where their time has passed', async () => {
    const { world, a, alice, bob, batches, untilAhead, written, resume, arrived } = await backlog();
    resume();
    await untilAhead();
    // The answers stay away for a while: what is left of the fifty is too old by then.
    const release = a.service.faults.add({
      kind: 'hold',
      direction: 'out',
      variants: ['MessageSendSuccess'],
    });
    await world.clock.advance(5_000);
    const firstTexts = batches.flatMap(attemptsIn).map(({ text }) => text);
    batches.length = 0;
    release();
    await world.clock.advance(60_000);
    expect(arrived()).to.deep.equal(written);
    const again = batches.flatMap(attemptsIn).filter(({ text }) => firstTexts.includes(text));
    expect(again).to.have.length.above(40);
    expect(statuses(a.messenger, alice, bob).every((line) => line.endsWith('delivered'))).to.equal(true);
  });

  it('are stored also where the late answer to an earlier one comes in between', async () => {
    const inner = memory();
    const replaced: Partial<Storage> = {};
    const { world, a, b, alice, bob } = await talking({ a: { storage: storageWith(replaced, inner) } });
    // Nobody answers, and no receipt comes: Alice's page asks itself what became of it.
    const answer = a.service.faults.add({ kind: 'hold', direction: 'out', variants: ['MessageSendSuccess'] });
    b.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageNotification'] });
    void a.messenger.messages.send(alice, bob, 'hello');
    await world.clock.advance(20_000);
    // The disk takes its time with the second attempt, and meanwhile the first is answered.
    let take = (): void => undefined;
    replaced.write = (batch) => {
      if (attemptsIn(batch).length === 0) return inner.write(batch);
      delete replaced.write;
      return new Promise((resolve) => (take = () => resolve(inner.write(batch))));
    };
    await world.clock.advance(2_000);
    answer();
    await world.clock.advance(100);
    take();
    await world.clock.advance(2_000);
    await a.messenger.stored();
    const [message] = await inner.history(alice, bob, { limit: 1 });
    const made = message!.facts.filter(({ type }) => type === 'attempted' || type === 'accepted');
    expect(made.map((fact) => `${fact.type} ${'attempt' in fact && fact.attempt}`)).to.have.members([
      'attempted 1',
      'accepted 1',
      'attempted 2',
      'accepted 2',
    ]);
  });
});
