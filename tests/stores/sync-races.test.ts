import { expect } from '@open-wc/testing';
import type { AccountId, MessageId } from '../../facts/index.ts';
import type { Storage } from '../../ports/storage.ts';
import { encode } from '../../protocol/index.ts';
import { decodePayload, encodePayload } from '../../protocol/payload.ts';
import type { Payload } from '../../protocol/payload.ts';
import { memory } from '../../storage/memory.ts';
import { wholeHistory } from './invariants.ts';
import type { Browser, World } from './world.ts';
import { createWorld, sent, statuses, texts } from './world.ts';
import { engineOf } from '../engine.ts';

/** Hooks that run before operations of a storage. */
interface Ways {
  history: () => Promise<void>;
  stream: () => Promise<void>;
  message: () => Promise<void>;
  write: () => Promise<void>;
}

const atOnce = (): Promise<void> => Promise.resolve();
const failing = (): Promise<void> => Promise.reject(new Error('no luck'));

/** A storage that can be made slow, or fail. */
function slowStorage(): { storage: Storage; ways: Ways } {
  const truth = memory();
  const ways: Ways = { history: atOnce, stream: atOnce, message: atOnce, write: atOnce };
  const storage: Storage = {
    accounts: () => truth.accounts(),
    requests: (account) => truth.requests(account),
    conversations: (account) => truth.conversations(account),
    // What is read is what is there when it is asked for, however long it takes to bring.
    history: (account, peer, query) =>
      truth.history(account, peer, query).then((page) => ways.history().then(() => page)),
    message: (account, peer, id) => ways.message().then(() => truth.message(account, peer, id)),
    stream: (account, peer, query) => ways.stream().then(() => truth.stream(account, peer, query)),
    unsettled: (account) => truth.unsettled(account),
    write: (batch) => ways.write().then(() => truth.write(batch)),
    wipe: (account) => truth.wipe(account),
    close: () => truth.close(),
  };
  return { storage, ways };
}

function pause({ clock }: World, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimeout(resolve, ms));
}

interface Two {
  world: World;
  a: Browser;
  b: Browser;
  alice: AccountId;
  bob: AccountId;
  /** How the storage of each browser fares. */
  ways: Record<'a' | 'b', Ways>;
}

/** Two contacts with a channel, each with a storage that can be made slow. */
async function talking(): Promise<Two> {
  const world = createWorld();
  const disks = { a: slowStorage(), b: slowStorage() };
  const a = await world.browser('a', { storage: disks.a.storage });
  const b = await world.browser('b', { storage: disks.b.storage });
  const alice = await world.account(a, 'alice');
  const bob = await world.account(b, 'bobby');
  await world.connect(a, alice, b, bob);
  return { world, a, b, alice, bob, ways: { a: disks.a.ways, b: disks.b.ways } };
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

describe('concurrent events', () => {
  it('do not mark as read what arrives in the millisecond in which earlier messages were read', async () => {
    const { world, a, alice, bob } = await talking();
    const said = (n: number): Payload => ({
      v: 1,
      type: 'message',
      stream: 'theirs',
      index: n,
      text: `message ${n}`,
      sentAt: 1,
      id: `0192f3a0-0000-7000-8000-00000000000${n}` as MessageId,
    });
    const rows = (): string[] => texts(a.messenger, alice, bob).map(({ text }) => text);
    const unread = a.messenger.messages.unread(alice);
    arrive(a, alice, bob, said(1));
    arrive(a, alice, bob, said(2));
    await world.clock.advance(0);
    a.messenger.messages.read(alice, bob, texts(a.messenger, alice, bob)[0]!.id);
    expect(unread.peek(), 'the second one is below the edge of the window').to.equal(1);
    a.messenger.messages.read(alice, bob, texts(a.messenger, alice, bob)[1]!.id);
    void a.messenger.messages.send(alice, bob, 'mine');
    arrive(a, alice, bob, said(3));
    await world.clock.advance(0);
    expect(unread.peek()).to.equal(1);
    expect(rows(), 'what is on screen does not move').to.deep.equal([
      'message 1',
      'message 2',
      'mine',
      'message 3',
    ]);
    // What was read is gone, so that no row tells where it stood.
    for (const { id, own } of texts(a.messenger, alice, bob)) {
      if (own) a.messenger.messages.delete(alice, bob, id);
      else arrive(a, alice, bob, { v: 1, type: 'delete', id });
      a.messenger.messages.read(alice, bob, id);
    }
    await world.clock.advance(0);
    expect(rows()).to.deep.equal([]);
    arrive(a, alice, bob, said(4));
    await world.clock.advance(0);
    expect(unread.peek()).to.equal(1);
  });

  it('do not mark as read what arrived after the read receipt was sent', async () => {
    const { world, a, b, alice, bob, ways } = await talking();
    for (let n = 0; n < 120; n += 1) {
      void a.messenger.messages.send(alice, bob, `message ${n}`);
      await world.clock.advance(5);
    }
    await world.clock.advance(2_000);
    await a.messenger.stored();
    // Only the newest page is in memory, so that what they have read has to be looked up.
    await a.reload();
    await world.clock.advance(10_000);
    const { stream } = engineOf(a.messenger).conversations.get(alice, bob).meta;
    b.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageNotification'] });
    b.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'] });
    const writing = a.messenger.messages.send(alice, bob, 'the last one');
    await world.clock.advance(50);
    const id: MessageId = await writing;
    expect(statuses(a.messenger, alice, bob).at(-1)).to.equal('the last one: sent');
    ways.a.stream = () => pause(world, 100);
    arrive(a, alice, bob, {
      v: 1,
      type: 'sync',
      kind: 'answer',
      mine: { stream: 'theirs', next: 1, voids: [], settled: 0 },
      yours: { stream, here: [[1, 120]], seen: [[1, 120]] },
      at: 1,
    });
    await world.clock.advance(10);
    arrive(a, alice, bob, { v: 1, type: 'receipt', id, kind: 'delivered', at: 1 });
    await world.clock.advance(2_000);
    expect(statuses(a.messenger, alice, bob).slice(-2)).to.deep.equal([
      'message 119: read',
      'the last one: delivered',
    ]);
    // Their next word about it does.
    arrive(a, alice, bob, {
      v: 1,
      type: 'sync',
      kind: 'answer',
      mine: { stream: 'theirs', next: 1, voids: [], settled: 0 },
      yours: { stream, here: [[1, 121]], seen: [[1, 121]] },
      at: 1,
    });
    await world.clock.advance(2_000);
    expect(statuses(a.messenger, alice, bob).at(-1)).to.equal('the last one: read');
  });

  it('send nothing that was withdrawn while another payload of the pair was under way', async () => {
    const { world, a, b, alice, bob } = await talking();
    // The answer to a receipt is lost, so that whatever goes to the same peer waits for it.
    a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageSendSuccess'], times: 1 });
    void b.messenger.messages.send(bob, alice, 'hello');
    await world.clock.advance(50);
    void a.messenger.messages.send(alice, bob, 'never mind');
    await world.clock.advance(50);
    const [, own] = texts(a.messenger, alice, bob);
    expect(own).to.include({ text: 'never mind', status: 'waiting' });
    a.messenger.messages.cancel(alice, bob, own!.id);
    await world.clock.advance(60_000);
    expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.deep.equal(['hello']);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['hello']);
    const said = sent(world, 'a', 'Message').map(({ message }) => decodePayload(message));
    expect(said.some((one) => one.kind === 'payload' && one.payload.type === 'message')).to.equal(false);
    // What comes behind it leaves, and there is no gap on the other side.
    void a.messenger.messages.send(alice, bob, 'something else');
    await world.clock.advance(2_000);
    const source = b.messenger.messages.source(bob, alice);
    const newest = source.get(source.ids.peek().at(-1)!)!;
    expect(newest).to.include({ text: 'something else' });
  });

  it('acknowledge a message that was stored while the one before it was being rewritten', async () => {
    const { world, a, b, alice, bob, ways } = await talking();
    ways.a.write = failing;
    void a.messenger.messages.send(alice, bob, 'first');
    await world.clock.advance(10);
    ways.a.write = () => pause(world, 200);
    // Somewhere in the first seconds the failed write is made again; the second message comes while it takes its time.
    for (let waited = 0; waited < 2_000; waited += 100) {
      void a.messenger.messages.send(alice, bob, `after ${waited} ms`);
      await world.clock.advance(100);
    }
    ways.a.write = atOnce;
    await world.clock.advance(20_000);
    const source = a.messenger.messages.source(alice, bob);
    const rows = source.ids.peek().map((id) => source.get(id)!);
    expect(rows.filter(({ isStored }) => !isStored)).to.deep.equal([]);
    expect(new Set(rows.map(({ status }) => status))).to.deep.equal(new Set(['delivered']));
    expect(texts(b.messenger, bob, alice)).to.have.length(21);
  });

  it('send no receipt for a message that was seen before it was stored, and send it once it is (case 72)', async () => {
    const { world, a, b, alice, bob, ways } = await talking();
    ways.b.write = () => pause(world, 5_000);
    const writing = a.messenger.messages.send(alice, bob, 'hello');
    await world.clock.advance(100);
    const id = await writing;
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['hello']);
    b.messenger.messages.read(bob, alice, id);
    await world.clock.advance(1_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello: sent']);
    await world.clock.advance(10_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello: read']);
  });

  it('deliver a message again whose page crashed after it was seen and before it was stored', async () => {
    const { world, a, b, alice, bob, ways } = await talking();
    ways.b.write = () => new Promise(() => undefined);
    const writing = a.messenger.messages.send(alice, bob, 'hello');
    await world.clock.advance(100);
    b.messenger.messages.read(bob, alice, await writing);
    await world.clock.advance(500);
    b.closePage();
    ways.b.write = atOnce;
    await b.openPage();
    await world.clock.advance(10_000);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['hello']);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello: delivered']);
  });

  it('do not mark as read what arrived while a receipt about an older message was being looked up', async () => {
    const { world, a, b, alice, bob, ways } = await talking();
    const ids: MessageId[] = [];
    for (let n = 0; n < 220; n += 1) {
      // The fifth is taken, and dropped; nothing is asked about it.
      const lift = b.service.faults.add({
        kind: 'drop',
        direction: 'out',
        variants: ['MessageNotification'],
      });
      if (n !== 5) lift();
      const writing = a.messenger.messages.send(alice, bob, `message ${n}`);
      await world.clock.advance(20);
      ids.push(await writing);
      lift();
    }
    await a.messenger.stored();
    b.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'] });
    await a.reload();
    const statusOf = (n: number): string | undefined =>
      engineOf(a.messenger).conversations.get(alice, bob).view(ids[n]!)?.status ?? undefined;
    expect(statusOf(5)).to.equal('sent');
    ways.a.message = () => pause(world, 100);
    arrive(a, alice, bob, {
      v: 1,
      type: 'receipt',
      kind: 'read',
      at: 1,
      stream: engineOf(a.messenger).conversations.get(alice, bob).meta.stream,
      ranges: [[51, 51]],
    });
    await world.clock.advance(10);
    arrive(a, alice, bob, { v: 1, type: 'receipt', id: ids[5]!, kind: 'delivered', at: 1 });
    await world.clock.advance(1_000);
    expect(statusOf(5)).to.equal('delivered');
    expect(statusOf(50)).to.equal('read');
  });

  it('place a late message as soon as storage has found its position (case 70)', async () => {
    const { world, b, alice, bob, ways } = await talking();
    for (let index = 1; index <= 250; index += 1) {
      if (index !== 6) come(b, bob, alice, index);
      await world.clock.advance(1);
    }
    await b.messenger.stored();
    await b.reload();
    await restored(b, world);
    ways.b.stream = failing;
    come(b, bob, alice, 6);
    await world.clock.advance(100);
    const source = b.messenger.messages.source(bob, alice);
    const late = (): { isStored: boolean }[] =>
      source.ids
        .peek()
        .map((id) => source.get(id)!)
        .filter(({ text }) => text === 'message 6');
    expect(late(), 'shown, and said not to be stored').to.have.length(1);
    expect(late()[0]!.isStored).to.equal(false);
    ways.b.stream = atOnce;
    await world.clock.advance(5_000);
    await wholeHistory({ browser: b, account: bob }, bob, alice);
    const inOrder = Array.from({ length: 250 }, (_, n) => `message ${n + 1}`);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(inOrder);
    expect(late()[0]!.isStored).to.equal(true);
    await b.messenger.stored();
    await b.reload();
    await restored(b, world);
    await wholeHistory({ browser: b, account: bob }, bob, alice);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(inOrder);
  });

  it('show a late message that comes while the page of history around it is being read', async () => {
    const { world, b, alice, bob, ways } = await talking();
    for (let index = 1; index <= 250; index += 1) {
      if (index !== 60) come(b, bob, alice, index);
      await world.clock.advance(1);
    }
    await b.messenger.stored();
    // Looked at, so that a new page brings only the newest hundred in.
    b.messenger.messages.pass(bob, alice);
    await world.clock.advance(100);
    await b.messenger.stored();
    await b.reload();
    await restored(b, world);
    expect(texts(b.messenger, bob, alice)).to.have.length(100);
    ways.b.history = () => pause(world, 100);
    const loading = b.messenger.messages.loadOlder(bob, alice);
    await world.clock.advance(10);
    come(b, bob, alice, 60);
    await world.clock.advance(200);
    await loading;
    const older = b.messenger.messages.loadOlder(bob, alice);
    await world.clock.advance(200);
    await older;
    const inOrder = Array.from({ length: 250 }, (_, n) => `message ${n + 1}`);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(inOrder);
  });

  it('do not let a closed page overwrite the state of the next one', async () => {
    const world = createWorld();
    const a = await world.browser('a', { relay: true });
    const b = await world.browser('b', { relay: true });
    const alice = await world.account(a, 'alice');
    const bob = await world.account(b, 'bobby');
    await world.befriend(a, alice, b, bob);
    // There is only the relay, which takes it; that its answer is lost is found out after ten seconds.
    for (const { service } of [a, b])
      service.faults.add({ kind: 'drop', direction: 'in', variants: ['PeerConnect'] });
    expect(a.messenger.path(alice, bob).kind).not.to.equal('unknown-but-up');
    b.relay!.setUp(false);
    a.relay!.conduct = 'drop-answer';
    void a.messenger.messages.send(alice, bob, 'hello');
    await world.clock.advance(5);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello: sending']);
    await a.reload();
    await restored(a, world);
    a.relay!.conduct = 'accept';
    b.relay!.setUp(true);
    await world.clock.advance(30_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello: delivered']);
    const [row] = texts(a.messenger, alice, bob);
    const onDisk = await a.storage.message(alice, bob, row!.id);
    expect(onDisk!.facts.map(({ type }) => type)).to.include('delivered');
  });
});

/** A page that has read everything and is on the socket. */
async function restored({ messenger }: Browser, { clock }: World): Promise<void> {
  void messenger.open();
  await messenger.loaded();
  await clock.advance(1_000);
}

/** Alice's message of that index arrives at Bob's page. */
function come(browser: Browser, account: AccountId, from: AccountId, index: number): void {
  arrive(browser, account, from, {
    v: 1,
    type: 'message',
    id: `019bc119-4494-7000-a623-${String(index).padStart(12, '0')}` as MessageId,
    stream: 'stream',
    index,
    text: `message ${index}`,
    sentAt: index,
  });
}
