import { expect } from '@open-wc/testing';
import type { AccountId, MessageId } from '../../facts/index.ts';
import { isTick } from '../../facts/status.ts';
import { decodePayload, encodePayload } from '../../protocol/payload.ts';
import type { Payload } from '../../protocol/payload.ts';
import type { Storage } from '../../ports/storage.ts';
import { encode } from '../../protocol/index.ts';
import { memory } from '../../storage/memory.ts';
import type { Browser, Two, World } from './world.ts';
import { sent, statuses, storageWith, talking, texts, readReceipt } from './world.ts';
import { engineOf } from '../engine.ts';

/** Every status that a conversation's rows ever had, as a watcher of the rows sees them. */
function recorder({ messenger }: Browser, account: AccountId, peer: AccountId): Map<MessageId, string[]> {
  const seen = new Map<MessageId, string[]>();
  const source = messenger.messages.source(account, peer);
  const watched = new Set<MessageId>();
  const look = (id: MessageId): void => {
    const status = source.get(id)?.status;
    if (!status) return;
    const known = seen.get(id) ?? [];
    if (known.at(-1) !== status) seen.set(id, [...known, status]);
  };
  source.ids.subscribe((ids) => {
    for (const id of ids) {
      if (watched.has(id)) continue;
      watched.add(id);
      source.watch(id, () => look(id));
      look(id);
    }
  });
  return seen;
}

/** Delivers a payload to a page as if it had come over the channel. */
function arrive(browser: Browser, account: AccountId, from: AccountId, payload: Payload): void {
  browser.inject(
    encode({
      envelope: 'Response',
      variant: 'MessageNotification',
      body: { cid: account, peer_cid: from, message: encodePayload(payload), request_id: null },
    }),
  );
}

const last = ({ messenger }: Browser, account: AccountId, peer: AccountId): string =>
  statuses(messenger, account, peer).at(-1)!;

describe('sending', () => {
  it('shows one tick when the service accepted a message, two after a receipt, and a disc once it was read (case 52)', async () => {
    const { world, a, b, alice, bob } = await talking();
    const seen = recorder(a, alice, bob);
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'hello'));
    expect(last(a, alice, bob)).to.equal('hello: delivered');
    b.messenger.messages.read(bob, alice, id);
    await world.clock.advance(1_050);
    expect(seen.get(id)).to.deep.equal(['waiting', 'sending', 'sent', 'delivered', 'read']);
  });

  it('never ticks a refused message, which waits with the reason and is tried again (case 51, script S3 refusal-after-echo)', async () => {
    const { world, a, alice, bob } = await talking();
    const seen = recorder(a, alice, bob);
    a.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['Message'],
      reason: 'Error sending message: no',
    });
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'hello'), 5_000);
    expect(seen.get(id)!.some((status) => isTick(status as never))).to.equal(false);
    expect(a.messenger.messages.source(alice, bob).get(id)!.reason).to.equal('Error sending message: no');
    a.service.faults.clear();
    await world.clock.advance(90_000);
    expect(last(a, alice, bob)).to.equal('hello: delivered');
  });

  it('gives up with the reason when the budget of attempts is spent, and Try again starts a new one (cases 60, 61, 62)', async () => {
    const { world, a, b, alice, bob } = await talking();
    const lift = a.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['Message'],
      reason: 'Server is full',
    });
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'hello'), 10 * 60_000);
    const row = a.messenger.messages.source(alice, bob).get(id)!;
    expect(row).to.include({ status: 'failed', reason: 'Server is full', attempts: 10 });
    await a.reload();
    expect(last(a, alice, bob)).to.equal('hello: failed');
    lift();
    await world.clock.advance(15_000);
    const before = sent(world, 'a', 'Message').length;
    a.messenger.messages.retry(alice, bob, id);
    a.messenger.messages.retry(alice, bob, id);
    await world.clock.advance(1_000);
    expect(last(a, alice, bob)).to.equal('hello: delivered');
    expect(texts(b.messenger, bob, alice).map((message) => message.id)).to.deep.equal([id]);
    const handedOver = sent(world, 'a', 'Message').length;
    expect(handedOver - before, 'once, and nothing else of ours').to.equal(1);
    a.messenger.messages.retry(alice, bob, id);
    await world.clock.advance(1_000);
    expect(sent(world, 'a', 'Message'), 'nothing for a delivered one').to.have.length(handedOver);
  });

  it('continues with the next message in order when one has failed permanently', async () => {
    const { world, a, b, alice, bob } = await talking();
    a.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['Message'],
      times: 1,
      reason: 'CID 5 is not registered locally',
    });
    void a.messenger.messages.send(alice, bob, 'one');
    void a.messenger.messages.send(alice, bob, 'two');
    await world.clock.advance(100);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['one: failed', 'two: delivered']);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['two']);
  });

  it('keeps Delivered and Read when a late refusal comes (case 54)', async () => {
    const { world, a, alice, bob } = await talking();
    a.service.faults.add({
      kind: 'refuse-after-delivery',
      direction: 'in',
      variants: ['Message'],
      times: 1,
      delay: 1_000,
      reason: 'Error sending message: spurious',
    });
    const seen = recorder(a, alice, bob);
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'hello'), 5_000);
    expect(seen.get(id)).to.deep.equal(['waiting', 'sending', 'delivered']);
  });

  it('shows one row, Delivered, when the receipt comes before the answer (script S4 receipt-before-answer)', async () => {
    const { world, a, alice, bob } = await talking();
    a.service.faults.add({ kind: 'delay', direction: 'out', variants: ['MessageSendSuccess'], delay: 2_000 });
    const seen = recorder(a, alice, bob);
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'hello'), 500);
    expect(last(a, alice, bob)).to.equal('hello: delivered');
    await world.clock.advance(5_000);
    expect(seen.get(id)).to.deep.equal(['waiting', 'sending', 'delivered']);
    expect(texts(a.messenger, alice, bob)).to.have.length(1);
  });

  it('does not change a message that is still sending when a later one is read (script S1 later-read-does-not-lift-sending)', async () => {
    const { world, a, b, alice, bob } = await talking();
    const ours = engineOf(a.messenger).conversations.get(alice, bob);
    ours.adopt({ ...ours.meta, isKnownClient: false });
    a.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'], times: 1 });
    const first = await sending(world, a.messenger.messages.send(alice, bob, 'first'), 21_000);
    const second = await sending(world, a.messenger.messages.send(alice, bob, 'second'));
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['first: unconfirmed', 'second: delivered']);
    a.service.faults.add({ kind: 'hold', direction: 'in', variants: ['Message'] });
    a.messenger.messages.retry(alice, bob, first);
    await world.clock.advance(1); // written ahead, then handed over
    const seen = recorder(a, alice, bob);
    b.messenger.messages.read(bob, alice, second);
    await world.clock.advance(5_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['first: sending', 'second: read']);
    expect(seen.get(first)).to.deep.equal(['sending']);
  });

  it('marks as read what a read receipt names, delivered or not, and nothing else (delivery.md 1)', async () => {
    const { world, a, alice, bob } = await talking();
    await sending(world, a.messenger.messages.send(alice, bob, 'one'));
    const drop = a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageNotification'] });
    const two = await sending(world, a.messenger.messages.send(alice, bob, 'two'));
    drop();
    const three = await sending(world, a.messenger.messages.send(alice, bob, 'three'));
    expect(statuses(a.messenger, alice, bob)).to.deep.equal([
      'one: delivered',
      'two: sent',
      'three: delivered',
    ]);
    arrive(a, alice, bob, readReceipt(a, alice, bob, three));
    await world.clock.advance(10);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['one: delivered', 'two: sent', 'three: read']);
    arrive(a, alice, bob, readReceipt(a, alice, bob, two));
    await world.clock.advance(10);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['one: delivered', 'two: read', 'three: read']);
  });

  it('ignores and counts a receipt from anyone but the recipient, and one for an unknown message (cases 57, 67)', async () => {
    const { world, a, b, alice, bob } = await talking();
    const carol = await world.account(b, 'carol');
    await world.connect(a, alice, b, carol);
    b.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'] });
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'hello'));
    arrive(a, alice, carol, { v: 1, type: 'receipt', kind: 'delivered', id, at: 1 });
    arrive(a, alice, carol, readReceipt(a, alice, bob, id));
    arrive(a, alice, bob, {
      v: 1,
      type: 'receipt',
      id: '019bc119-4494-7000-a623-6c2f0a9513a3' as MessageId,
      kind: 'delivered',
      at: 1,
    });
    await world.clock.advance(10);
    expect(last(a, alice, bob)).to.equal('hello: sent');
    expect(a.messenger.diagnostics.counters.peek().get('foreign-receipt')).to.equal(3);
  });

  it('refuses a payload over the limit before it is sent, and the socket stays open (case 146)', async () => {
    const { world, a, alice, bob } = await talking();
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'x'.repeat(4_000_001)));
    expect(a.messenger.messages.source(alice, bob).get(id)).to.include({
      status: 'failed',
      reason: null,
    });
    a.messenger.messages.retry(alice, bob, id);
    await sending(world, a.messenger.messages.send(alice, bob, 'small'));
    expect(last(a, alice, bob)).to.equal('small: delivered');
    expect(sent(world, 'a', 'Message').every(({ message }) => message.length < 4_000_001)).to.equal(true);
    expect(a.messenger.link.peek().state).to.equal('up');
  });

  it('delivers sixty messages that were written at once in the order written (case 149)', async () => {
    const { world, a, b, alice, bob } = await talking();
    const all = Array.from({ length: 60 }, (_, n) => `message ${n}`);
    for (const text of all) void a.messenger.messages.send(alice, bob, text);
    await world.clock.advance(2_000);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(all);
    expect(new Set(statuses(a.messenger, alice, bob).map((line) => line.split(': ')[1]))).to.deep.equal(
      new Set(['delivered']),
    );
  });

  it('shows one tick and no more while the recipient has no page, and ten times Delivered, in order, once, when it opens (case 141, script S16 taken-and-dropped)', async () => {
    const { world, a, b, alice, bob } = await talking();
    b.closePage();
    await world.clock.advance(1_000);
    const all = Array.from({ length: 10 }, (_, n) => `message ${n}`);
    for (const text of all) void a.messenger.messages.send(alice, bob, text);
    await world.clock.advance(30_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(all.map((text) => `${text}: sent`));
    await b.openPage();
    await world.clock.advance(15_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(all.map((text) => `${text}: delivered`));
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(all);
  });

  it('shows every one of many messages that were written in one millisecond after a reload', async () => {
    const { world, a, alice, bob } = await talking();
    const all = Array.from({ length: 130 }, (_, n) => `message ${n}`);
    for (const text of all) void a.messenger.messages.send(alice, bob, text);
    await world.clock.advance(30_000);
    await a.messenger.stored();
    await a.reload();
    while (engineOf(a.messenger).conversations.get(alice, bob).hasOlder)
      await a.messenger.messages.loadOlder(alice, bob);
    expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.deep.equal(all);
  });

  it('sends nothing that was withdrawn while it was being stored', async () => {
    const { world, a, b, alice, bob } = await talking();
    void a.messenger.messages.send(alice, bob, 'hello');
    const id = engineOf(a.messenger).conversations.get(alice, bob).rows.at(-1)!.id;
    a.messenger.messages.cancel(alice, bob, id);
    await world.clock.advance(5_000);
    expect(texts(a.messenger, alice, bob)).to.deep.equal([]);
    expect(texts(b.messenger, bob, alice)).to.deep.equal([]);
  });

  it('keeps the conversation with the newest message on top, and notifies only when the order changes', async () => {
    const { world, a, alice, bob } = await talking();
    const carol = await world.account(await world.browser('c'), 'carol');
    const dave = await world.account(await world.browser('d'), 'dave1');
    const { ids } = a.messenger.messages.list(alice);
    const orders: string[] = [];
    const names = new Map([bob, carol, dave].map((peer, n) => [peer, 'bcd'.charAt(n)]));
    ids.subscribe((peers) => orders.push(peers.map((peer) => names.get(peer)).join('')));
    for (const peer of [bob, carol, dave, dave, bob, carol, carol]) {
      void a.messenger.messages.send(alice, peer, 'hello');
      await world.clock.advance(100);
    }
    expect(orders).to.deep.equal(['', 'b', 'cb', 'dcb', 'bdc', 'cbd']);
  });

  it('sends another sync a second later, for messages that were under way when the recipient came back', async () => {
    const { world, a, b, alice, bob } = await talking();
    b.closePage();
    await world.clock.advance(1_000);
    await b.openPage();
    await world.clock.advance(10_000);
    // Dropped, as if their page had come back a moment later: their sync says that they do not have it.
    a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageNotification'] });
    b.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageNotification'] });
    await sending(world, a.messenger.messages.send(alice, bob, 'hello'), 100);
    a.service.faults.clear();
    b.service.faults.clear();
    b.messenger.wake();
    await world.clock.advance(200);
    expect(last(a, alice, bob), 'too young to be judged').to.equal('hello: sent');
    await world.clock.advance(1_500);
    expect(last(a, alice, bob)).to.equal('hello: delivered');
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['hello']);
  });

  it('sends nothing twice by itself to a foreign client: what got no answer stays Unconfirmed until a person decides', async () => {
    const { world, a, alice, bob } = await talking();
    const ours = engineOf(a.messenger).conversations.get(alice, bob);
    ours.adopt({ ...ours.meta, isKnownClient: false });
    a.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'] });
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'hello'), 120_000);
    expect(last(a, alice, bob)).to.equal('hello: unconfirmed');
    a.service.faults.clear();
    await world.clock.advance(120_000);
    expect(last(a, alice, bob)).to.equal('hello: unconfirmed');
    a.messenger.messages.retry(alice, bob, id);
    await world.clock.advance(1_000);
    expect(last(a, alice, bob)).to.equal('hello: delivered');
  });

  it('accepts a late answer to a send that had timed out', async () => {
    const { world, a, alice, bob } = await talking();
    const ours = engineOf(a.messenger).conversations.get(alice, bob);
    ours.adopt({ ...ours.meta, isKnownClient: false });
    a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageNotification'] });
    a.service.faults.add({
      kind: 'delay',
      direction: 'out',
      variants: ['MessageSendSuccess'],
      delay: 25_000,
      times: 1,
    });
    const seen = recorder(a, alice, bob);
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'hello'), 40_000);
    expect(seen.get(id)).to.deep.equal(['waiting', 'sending', 'unconfirmed', 'sent']);
  });
});

describe('a reload', () => {
  it('continues the stored conversation, even if a page requests it before storage is read', async () => {
    const { world, a, alice, bob } = await talking();
    void a.messenger.messages.send(alice, bob, 'first');
    await world.clock.advance(1_000);
    await a.messenger.stored();
    const { stream, nextIndex } = engineOf(a.messenger).conversations.get(alice, bob).meta;
    a.closePage();
    const opening = a.openPage();
    engineOf(a.messenger).conversations.get(alice, bob);
    await opening;
    expect(engineOf(a.messenger).conversations.get(alice, bob).meta).to.deep.include({ stream, nextIndex });
  });

  it('brings history, order and names back, and shows no eternal clock (cases 59, 74)', async () => {
    const { world, a, b, alice, bob } = await talking();
    void a.messenger.messages.send(alice, bob, 'one');
    await world.clock.advance(50);
    void b.messenger.messages.send(bob, alice, 'two');
    await world.clock.advance(50);
    a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageSendSuccess'] });
    a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageNotification'] });
    void a.messenger.messages.send(alice, bob, 'three');
    await world.clock.advance(50);
    expect(last(a, alice, bob)).to.equal('three: sending');
    a.closePage();
    a.service.kill();
    await a.openPage();
    expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.deep.equal(['one', 'two', 'three']);
    // It may have gone; their client de-duplicates, so that it is planned again by itself.
    expect(last(a, alice, bob)).to.equal('three: waiting');
    const source = a.messenger.messages.source(alice, bob);
    const { facts } = source.get(source.ids.peek().at(-1)!)!;
    expect(facts.at(-2)).to.include({ type: 'unanswered', attempt: 1 });
    expect(facts.at(-1)).to.include({ type: 'scheduled', attempt: 2 });
    expect(a.messenger.peers.row(alice, bob).name).to.equal('Bobby');
  });

  it('sends three queued messages and a fourth in the order 1-2-3-4 (script S14 reload-with-a-queue)', async () => {
    const { world, a, b, alice, bob } = await talking();
    a.service.sockets[0]!.terminate();
    b.closePage();
    void b.messenger;
    await world.clock.advance(1);
    for (const text of ['1', '2', '3']) void a.messenger.messages.send(alice, bob, text);
    await world.clock.advance(1);
    await b.openPage();
    await a.reload();
    void a.messenger.messages.send(alice, bob, '4');
    await world.clock.advance(20_000);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['1', '2', '3', '4']);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(
      ['1', '2', '3', '4'].map((text) => `${text}: delivered`),
    );
  });

  it('retries a failed message with its own id (case 62)', async () => {
    const { world, a, b, alice, bob } = await talking();
    a.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['Message'],
      times: 1,
      reason: 'CID 5 is not registered locally',
    });
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'hello'));
    await a.reload();
    await world.clock.advance(10_000);
    expect(last(a, alice, bob)).to.equal('hello: failed');
    a.messenger.messages.retry(alice, bob, id);
    await world.clock.advance(1_000);
    expect(texts(b.messenger, bob, alice).map((message) => message.id)).to.deep.equal([id]);
  });

  it('applies a receipt to a message that is only in storage (case 57)', async () => {
    const { world, a, alice, bob } = await talking();
    const drop = a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageNotification'] });
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'old'));
    for (let n = 0; n < 120; n += 1) void a.messenger.messages.send(alice, bob, `newer ${n}`);
    await world.clock.advance(3_000);
    await a.messenger.stored();
    await a.reload();
    const ours = engineOf(a.messenger).conversations.get(alice, bob);
    expect(ours.rows.length).to.be.greaterThan(99);
    drop();
    const { stream } = engineOf(a.messenger).conversations.get(alice, bob).meta;
    const receipt = { v: 1, type: 'receipt', kind: 'read', at: 1, stream, ranges: [[1, 1]] } as const;
    arrive(a, alice, bob, receipt);
    await world.clock.advance(100);
    await a.messenger.stored();
    const stored = await a.storage.message(alice, bob, id);
    expect(stored!.facts.some(({ type }) => type === 'read')).to.equal(true);
  });
});

describe('receiving', () => {
  const text = (index: number, body: string): Payload => ({
    v: 1,
    type: 'message',
    id: `019bc119-4494-7000-a623-00000000000${index}` as MessageId,
    stream: 'stream',
    index,
    text: body,
    sentAt: 1_000 * index,
  });

  it("draws what arrives out of order in the sender's order, with a gap marked until it is filled (case 70)", async () => {
    const { world, b, alice, bob } = await talking();
    arrive(b, bob, alice, text(1, 'one'));
    arrive(b, bob, alice, text(4, 'four'));
    await world.clock.advance(10);
    const source = b.messenger.messages.source(bob, alice);
    const gaps = (): number[] => source.ids.peek().map((id) => source.get(id)!.missingBefore);
    expect(gaps()).to.deep.equal([0, 2]);
    arrive(b, bob, alice, text(3, 'three'));
    arrive(b, bob, alice, text(2, 'two'));
    await world.clock.advance(10);
    expect(texts(b.messenger, bob, alice).map((row) => row.text)).to.deep.equal([
      'one',
      'two',
      'three',
      'four',
    ]);
    expect(gaps()).to.deep.equal([0, 0, 0, 0]);
  });

  it('shows what a page that went stored only after this one had read its history', async () => {
    const replaced: Partial<Storage> = {};
    const { world, a, b, alice, bob } = await talking({ b: { storage: storageWith(replaced) } });
    const { storage } = b;
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const write = storage.write.bind(storage);
    // What the page had begun to write is there when it is gone.
    replaced.write = (batch) => gate.then(() => (delete replaced.write, write(batch)));
    await sending(world, a.messenger.messages.send(alice, bob, 'late'), 100);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['late']);
    b.closePage();
    delete replaced.write;
    await b.openPage();
    expect(texts(b.messenger, bob, alice)).to.deep.equal([]);
    release();
    await world.clock.advance(60_000);
    expect(last(a, alice, bob)).to.equal('late: delivered');
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['late']);
    expect(b.messenger.messages.unread(bob).peek()).to.equal(1);
    expect(b.messenger.messages.row(bob, alice).arrival).to.deep.include({ number: 1 });
  });

  it('does not count a message as unread that was deleted before it came, however often it comes', async () => {
    const { world, a, alice, bob } = await talking();
    const id = '0192f3a0-0000-7000-8000-000000000009' as MessageId;
    const said = { v: 1, type: 'message', stream: 'theirs', index: 1, text: 'gone', sentAt: 1, id } as const;
    arrive(a, alice, bob, { v: 1, type: 'delete', id });
    await world.clock.advance(100);
    for (let n = 0; n < 2; n += 1) {
      arrive(a, alice, bob, said);
      await world.clock.advance(100);
    }
    expect(texts(a.messenger, alice, bob)).to.deep.equal([]);
    expect(a.messenger.messages.row(alice, bob).unread).to.equal(0);
  });

  it('shows a duplicate once, and acknowledges it again', async () => {
    const { world, b, alice, bob } = await talking();
    arrive(b, bob, alice, text(1, 'one'));
    await world.clock.advance(50);
    const before = sent(world, 'b', 'Message').length;
    arrive(b, bob, alice, text(1, 'one'));
    await world.clock.advance(50);
    expect(texts(b.messenger, bob, alice)).to.have.length(1);
    expect(sent(world, 'b', 'Message').length).to.equal(before + 1);
  });

  it('shows the author that the route names, whatever the payload says (case 78)', async () => {
    const { world, b, alice, bob } = await talking();
    arrive(b, bob, alice, { ...text(1, 'it was you'), sender_cid: bob } as unknown as Payload);
    await world.clock.advance(50);
    const source = b.messenger.messages.source(bob, alice);
    const row = source.get(source.ids.peek()[0]!)!;
    expect(row.author).to.equal(alice);
    expect(row.own).to.equal(false);
  });

  it('shows what this device could not store, says so, and sends no receipt for it (case 72)', async () => {
    const replaced: Partial<Storage> = {};
    const { world, a, b, alice, bob } = await talking({ b: { storage: storageWith(replaced) } });
    Object.assign(replaced, { write: () => Promise.reject(new Error('no room')) });
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'hello'), 2_000);
    const source = b.messenger.messages.source(bob, alice);
    expect(source.get(id)).to.include({ text: 'hello', isStored: false });
    expect(last(a, alice, bob)).to.equal('hello: sent');
  });

  it('counts what it cannot read, and shows one quiet line for all of it, also after a reload (field A8)', async () => {
    const { world, b, alice, bob } = await talking();
    const bytes = [
      new Uint8Array([0xff, 0xfe]),
      new TextEncoder().encode('{"v":9,"type":"x"}'),
      new TextEncoder().encode('{"v":1,"type":"message"}'),
    ];
    for (const message of bytes)
      b.inject(
        encode({
          envelope: 'Response',
          variant: 'MessageNotification',
          body: { cid: bob, peer_cid: alice, message, request_id: null },
        }),
      );
    await world.clock.advance(50);
    const counters = b.messenger.diagnostics.counters.peek();
    expect(counters.get('foreign-payload')).to.equal(1);
    expect(counters.get('unsupported-payload')).to.equal(1);
    expect(counters.get('malformed-payload')).to.equal(1);
    const lines = (): unknown[] => {
      const source = b.messenger.messages.source(bob, alice);
      return source.ids.peek().map((id) => [source.get(id)!.quiet, source.get(id)!.text]);
    };
    expect(lines()).to.deep.equal([['unreadable', '']]);
    expect(b.messenger.messages.unread(bob).peek(), 'somebody wrote something').to.equal(1);
    await b.reload();
    expect(lines()).to.deep.equal([['unreadable', '']]);
    expect(b.messenger.messages.unread(bob).peek()).to.equal(1);
    b.inject(
      encode({
        envelope: 'Response',
        variant: 'MessageNotification',
        body: { cid: bob, peer_cid: alice, message: bytes[0]!, request_id: null },
      }),
    );
    await world.clock.advance(50);
    expect(lines()).to.deep.equal([['unreadable', '']]);
    b.messenger.messages.read(bob, alice, b.messenger.messages.firstUnread(bob, alice)!);
    expect(b.messenger.messages.unread(bob).peek()).to.equal(0);
    await b.messenger.stored();
    await b.reload();
    expect(b.messenger.messages.unread(bob).peek(), 'after a reload').to.equal(0);
  });

  it('shows nothing for unreadable receipts and types without a place', async () => {
    const { world, b, alice, bob } = await talking();
    for (const payload of [
      { v: 1, type: 'receipt', kind: 'read', stream: 's', ranges: [[2, 1]], at: 1 },
      { v: 1, type: 'wave' },
    ])
      arrive(b, bob, alice, payload as unknown as Payload);
    await world.clock.advance(50);
    expect(texts(b.messenger, bob, alice)).to.deep.equal([]);
  });

  it('shows a payload of an unknown type as a quiet line in its place: no gap, acknowledged, never unread (protocol.md D)', async () => {
    const { world, a, b, alice, bob } = await talking();
    await sending(world, a.messenger.messages.send(alice, bob, 'one'));
    const { stream } = engineOf(a.messenger).conversations.get(alice, bob).meta;
    b.messenger.messages.pass(bob, alice);
    const id = '019bc119-4494-7000-a623-6c2f0a9513a3' as MessageId;
    const before = sent(world, 'b', 'Message').length;
    const poll = { v: 1, type: 'poll', id, stream, index: 2, question: 'Lunch?' } as unknown as Payload;
    arrive(b, bob, alice, poll);
    arrive(b, bob, alice, poll);
    await world.clock.advance(50);
    const said = sent(world, 'b', 'Message')
      .slice(before)
      .map(({ message }) => decodePayload(message));
    expect(said).to.have.length(2);
    for (const receipt of said)
      expect(receipt).to.have.nested.include({ 'payload.kind': 'delivered', 'payload.id': id });
    arrive(b, bob, alice, {
      v: 1,
      type: 'message',
      id: `${id.slice(0, -1)}4` as MessageId,
      stream,
      index: 3,
      text: 'three',
      sentAt: 1,
    });
    await world.clock.advance(50);
    await b.messenger.stored();
    await b.reload();
    const source = b.messenger.messages.source(bob, alice);
    const rows = source.ids.peek().map((row) => source.get(row)!);
    expect(rows.map(({ text, quiet }) => quiet ?? text)).to.deep.equal(['one', 'unsupported', 'three']);
    expect(rows.map(({ missingBefore }) => missingBefore)).to.deep.equal([0, 0, 0]);
    expect(b.messenger.messages.unread(bob).peek()).to.equal(1);
  });

  it('shows a message from B to A under the name of B, and refuses to send to the own account (case 42)', async () => {
    const { world, a, b, alice, bob } = await talking();
    void b.messenger.messages.send(bob, alice, 'from b');
    await world.clock.advance(50);
    expect(
      sent(world, 'b', 'Message').every(({ cid, peer_cid }) => cid === bob && peer_cid === alice),
    ).to.equal(true);
    expect(texts(a.messenger, alice, bob).map(({ text: body, own }) => [body, own])).to.deep.equal([
      ['from b', false],
    ]);
  });

  it('clears the unread count when it was read, even if no receipt can be sent (case 88), and sends no empty receipt (case 90)', async () => {
    const { world, a, b, alice, bob } = await talking();
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'hello'));
    expect(b.messenger.messages.unread(bob).peek()).to.equal(1);
    b.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'] });
    b.messenger.messages.read(bob, alice, id);
    expect(b.messenger.messages.unread(bob).peek()).to.equal(0);
    await world.clock.advance(30_000);
    b.service.faults.clear();
    const before = sent(world, 'b', 'Message').length;
    b.messenger.messages.read(bob, alice, id);
    await world.clock.advance(50);
    expect(sent(world, 'b', 'Message')).to.have.length(before);
  });
});

/** The id of a message that is being sent, once the world has moved on. */
async function sending(world: World, message: Promise<MessageId>, ms = 50): Promise<MessageId> {
  await world.clock.advance(ms);
  return message;
}

describe('a long history', () => {
  it('counts unread messages after a reload, also beyond the first page, and loads older pages on demand', async () => {
    const { world, a, b, alice, bob } = await talking();
    for (let n = 0; n < 250; n += 1) {
      void a.messenger.messages.send(alice, bob, `message ${n}`);
      // Each in a millisecond of its own: a page is never cut between messages of one.
      await world.clock.advance(n === 39 ? 1_000 : 2);
      if (n === 39) b.messenger.messages.pass(bob, alice);
    }
    await world.clock.advance(5_000);
    await b.messenger.stored();
    await b.reload();
    expect(b.messenger.messages.unread(bob).peek()).to.equal(210);
    await a.messenger.stored();
    await a.reload();
    const first = (): string => texts(a.messenger, alice, bob)[0]!.text;
    expect(first()).to.equal('message 150');
    await a.messenger.messages.loadOlder(alice, bob);
    await a.messenger.messages.loadOlder(alice, bob);
    await a.messenger.messages.loadOlder(alice, bob);
    expect(first()).to.equal('message 0');
    expect(texts(a.messenger, alice, bob)).to.have.length(250);
  });
});

describe('a tick', () => {
  /** A disk that keeps what is written to it waiting while `isHanging`, and then stores or refuses it. */
  function slowDisk(): { storage: Storage; isHanging: boolean; go(error?: Error): void } {
    const inner = memory();
    const waiting: ((error?: Error) => void)[] = [];
    const disk = {
      isHanging: false,
      go: (error?: Error) => waiting.splice(0).forEach((run) => run(error)),
      storage: storageWith(
        {
          write: async (batch) => {
            if (disk.isHanging)
              await new Promise<void>((resolve, reject) =>
                waiting.push((error) => (error ? reject(error) : resolve())),
              );
            return inner.write(batch);
          },
        },
        inner,
      ),
    };
    return disk;
  }

  async function sending(): Promise<Two & { disk: ReturnType<typeof slowDisk>; row(): string[] }> {
    const disk = slowDisk();
    const two = await talking({ a: { storage: disk.storage } });
    const { world, a, b, alice, bob } = two;
    // The attempt itself is written ahead; what the service answers waits.
    b.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'] });
    const wire = a.service.faults.add({
      kind: 'delay',
      direction: 'out',
      variants: ['MessageSendSuccess'],
      delay: 1_000,
    });
    void a.messenger.messages.send(alice, bob, 'hello');
    await world.clock.advance(500);
    wire();
    disk.isHanging = true;
    await world.clock.advance(1_000);
    return { ...two, disk, row: () => statuses(a.messenger, alice, bob) };
  }

  it('is shown once its proof is stored, and not before', async () => {
    const { world, disk, row } = await sending();
    expect(row()).to.deep.equal(['hello: sending']);
    disk.go();
    await world.clock.advance(10);
    expect(row()).to.deep.equal(['hello: sent']);
  });

  it('is shown by the next page, too, however soon the page crashes after it was shown', async () => {
    const { world, a, disk, row } = await sending();
    await a.reload();
    disk.isHanging = false;
    expect(row()).to.not.include('hello: sent');
    await world.clock.advance(60_000);
    await a.reload();
    expect(row()).to.deep.equal(['hello: sent']);
  });

  it('is shown if the disk refuses its proof, which is written again', async () => {
    const { world, a, disk, row } = await sending();
    disk.isHanging = false;
    disk.go(new Error('full'));
    await world.clock.advance(10);
    expect(row()).to.deep.equal(['hello: sent']);
    await world.clock.advance(2_000);
    await a.reload();
    expect(row()).to.deep.equal(['hello: sent']);
  });

  it('does not wait for ever if the disk does not answer', async () => {
    const { world, row } = await sending();
    await world.clock.advance(10_000);
    expect(row()).to.deep.equal(['hello: sent']);
  });
});
