import { expect } from '@open-wc/testing';
import type { MessageId } from '../../facts/index.ts';
import type { StorageWrite, StoredMessage } from '../../ports/storage.ts';
import { decodePayload } from '../../protocol/payload.ts';
import type { PayloadOf } from '../../protocol/payload.ts';
import { memory } from '../../storage/memory.ts';
import { engineOf } from '../engine.ts';
import { arrive, counted } from './outside.ts';
import { readReceipt, sent, statuses, storageWith, talking, texts } from './world.ts';

const COUNT = 300;
/** Of so many that come at once, a hundred are one batch; a few more writes come of what else is due. */
const FEW = 12;

const idOf = (n: number): MessageId => `019bc119-4494-7000-a623-${String(n).padStart(12, '0')}` as MessageId;
const theirs = (n: number): PayloadOf<'message'> => ({
  ...{ v: 1, type: 'message', id: idOf(n), stream: 'theirs', index: n },
  ...{ text: `message ${n}`, sentAt: 1 },
});

/** Two people; what is read from Alice's disk, written to it, and shown of the conversation is counted. */
async function counting() {
  const inner = memory();
  const reads: string[] = [];
  const writes: (readonly StorageWrite[])[] = [];
  const storage = storageWith(
    {
      message: (...query) => {
        reads.push('message');
        return inner.message(...query);
      },
      messages: (account, peer, ids) => {
        reads.push('messages');
        return Promise.all(ids.map((id) => inner.message(account, peer, id)));
      },
      stream: (...query) => {
        reads.push('stream');
        return inner.stream(...query);
      },
      write: (batch) => {
        writes.push(batch);
        return inner.write(batch);
      },
    },
    inner,
  );
  const two = await talking({ a: { storage } });
  const { world, a, alice, bob } = two;
  await world.clock.advance(2_000);
  let rows = 0;
  let orders = 0;
  a.messenger.messages.list(alice).watch(bob, () => (rows += 1));
  a.messenger.messages.source(alice, bob).ids.subscribe(() => (orders += 1));
  reads.length = writes.length = rows = orders = 0;
  return {
    ...two,
    inner,
    reads,
    writes,
    counts: () => ({ reads: reads.length, writes: writes.length, rows, orders }),
    /** The receipts that Alice's page has handed over, oldest first. */
    receipts: () =>
      sent(world, 'a', 'Message').flatMap(({ message }) => {
        const decoded = decodePayload(message);
        return decoded.kind === 'payload' && decoded.payload.type === 'receipt' ? [decoded.payload] : [];
      }),
  };
}

/** Alice has written so many to Bob, who says nothing of them by himself. */
async function written(count: number) {
  const two = await counting();
  const { world, a, b, alice, bob } = two;
  arrive(a, alice, bob, { v: 1, type: 'presence' });
  b.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageNotification'] });
  for (let n = 0; n < count; n += 1) void a.messenger.messages.send(alice, bob, `message ${n}`);
  for (let waited = 0; waited < 60_000; waited += 50) {
    if (statuses(a.messenger, alice, bob).every((status) => status.endsWith(': sent'))) break;
    await world.clock.advance(50);
  }
  const ids = texts(a.messenger, alice, bob).map(({ id }) => id);
  expect(statuses(a.messenger, alice, bob).every((status) => status.endsWith(': sent'))).to.equal(true);
  const before = two.counts();
  const after = (): Record<keyof typeof before, number> => {
    const now = two.counts();
    return {
      reads: now.reads - before.reads,
      writes: now.writes - before.writes,
      rows: now.rows - before.rows,
      orders: now.orders - before.orders,
    };
  };
  return { ...two, ids, after };
}

describe('what arrives in one turn', () => {
  it('is looked up, stored and shown together, and each is acknowledged once', async () => {
    const { world, a, alice, bob, reads, counts, receipts } = await counting();
    for (let n = 1; n <= COUNT; n += 1) arrive(a, alice, bob, theirs(n));
    await world.clock.advance(1_000);
    await a.messenger.stored();
    expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.deep.equal(
      Array.from({ length: COUNT }, (_, n) => `message ${n + 1}`),
    );
    expect(counts().reads, 'reads').to.be.at.most(FEW);
    expect(reads).not.to.include('message');
    expect(counts().writes, 'transactions').to.be.at.most(FEW);
    expect(counts().rows, 'changes of the conversation').to.be.at.most(FEW);
    expect(counts().orders, 'changes of the order').to.be.at.most(FEW);
    const told = receipts().filter(({ kind }) => kind === 'delivered');
    expect(told.map(({ id }) => id)).to.deep.equal(Array.from({ length: COUNT }, (_, n) => idOf(n + 1)));
  });

  it('is stored before a receipt says so', async () => {
    const { world, a, alice, bob, inner, receipts } = await counting();
    for (let n = 1; n <= 150; n += 1) arrive(a, alice, bob, theirs(n));
    for (let turns = 0; turns < 200; turns += 1) {
      for (const receipt of receipts()) {
        if (receipt.kind !== 'delivered') continue;
        expect(await inner.message(alice, bob, receipt.id), receipt.id).not.to.equal(undefined);
      }
      await world.clock.advance(1);
    }
    expect(receipts()).not.to.deep.equal([]);
  });

  it('of one message is answered by a receipt that names this one', async () => {
    const { world, a, alice, bob, receipts } = await counting();
    arrive(a, alice, bob, theirs(1));
    await world.clock.advance(100);
    expect(receipts()).to.deep.equal([
      { v: 1, type: 'receipt', kind: 'delivered', id: idOf(1), at: receipts()[0]!.at },
    ]);
  });

  it('shows a message that is there several times once, and counts the others', async () => {
    const { world, a, alice, bob, receipts } = await counting();
    for (const n of [1, 2, 1, 2, 3, 1]) arrive(a, alice, bob, theirs(n));
    await world.clock.advance(1_000);
    expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.deep.equal([
      'message 1',
      'message 2',
      'message 3',
    ]);
    expect(receipts().length).to.be.at.least(1);
    arrive(a, alice, bob, theirs(1));
    arrive(a, alice, bob, theirs(4));
    await world.clock.advance(1_000);
    expect(texts(a.messenger, alice, bob)).to.have.length(4);
    expect(counted(a, 'duplicate-message')).to.equal(1);
  });

  it('of receipts is stored and drawn together', async () => {
    const { world, a, alice, bob, ids, after } = await written(120);
    for (const id of ids) arrive(a, alice, bob, { v: 1, type: 'receipt', kind: 'delivered', id, at: 1 });
    for (const id of ids) arrive(a, alice, bob, readReceipt(a, alice, bob, id));
    await world.clock.advance(1_000);
    await a.messenger.stored();
    expect(statuses(a.messenger, alice, bob).filter((status) => !status.endsWith(': read'))).to.deep.equal(
      [],
    );
    expect(after().reads, 'reads').to.be.at.most(FEW);
    expect(after().writes, 'transactions').to.be.at.most(FEW);
    expect(after().rows, 'changes of the conversation').to.be.at.most(2 * FEW);
    expect(after().orders, 'changes of the order').to.equal(0);
  });

  it('is left to the tab that acts next where this one has stopped acting', async () => {
    const { world, a, alice, bob } = await counting();
    for (let n = 1; n <= COUNT; n += 1) arrive(a, alice, bob, theirs(n));
    engineOf(a.messenger).stop();
    await world.clock.advance(1_000);
    expect(texts(a.messenger, alice, bob).length).to.be.lessThan(COUNT);
  });

  it('waits no longer than a moment for a storage that does not answer', async () => {
    const inner = memory();
    const storage = storageWith({ message: () => new Promise<StoredMessage>(() => undefined) }, inner);
    const { world, a, alice, bob } = await talking({ a: { storage } });
    await world.clock.advance(2_000);
    arrive(a, alice, bob, theirs(1));
    await world.clock.advance(0);
    arrive(a, alice, bob, { v: 1, type: 'typing' });
    await world.clock.advance(60);
    expect(a.messenger.messages.row(alice, bob).isTyping).to.equal(true);
  });
});
