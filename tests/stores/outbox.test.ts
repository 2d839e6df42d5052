import { expect } from '@open-wc/testing';
import type { AccountId, MessageId } from '../../facts/index.ts';
import { messageIdOf } from '../../facts/index.ts';
import type { Storage, StorageWrite, StoredMessage } from '../../ports/storage.ts';
import { bodyOf } from '../../stores/own-messages.ts';
import { classifyError } from '../../protocol/errors.ts';
import { encode } from '../../protocol/index.ts';
import { decodePayload, encodePayload } from '../../protocol/payload.ts';
import type { Payload } from '../../protocol/payload.ts';
import { memory } from '../../storage/memory.ts';
import type { Browser, World } from './world.ts';
import { CHANNEL_MS, sent, statuses, storageWith, talking, texts } from './world.ts';
import { engineOf } from '../engine.ts';

/** What the account's outbox shows, oldest first. */
function outbox({ messenger }: Browser, account: AccountId): string[] {
  const { ids, get } = messenger.outbox.rows(account);
  return ids.peek().map((id) => {
    const { name, message } = get(id)!;
    return `${message.text} for ${name}: ${message.status}`;
  });
}

/** The texts of the messages that a service's pages handed over, oldest first. */
function handedOver(world: World, service: string): string[] {
  return sent(world, service, 'Message').flatMap(({ message }) => {
    const decoded = decodePayload(Uint8Array.from(message));
    return decoded.kind === 'payload' && decoded.payload.type === 'message' ? [decoded.payload.text] : [];
  });
}

function isReceipt(message: readonly number[] | Uint8Array, id: MessageId): boolean {
  const decoded = decodePayload(Uint8Array.from(message));
  return decoded.kind === 'payload' && decoded.payload.type === 'receipt' && decoded.payload.id === id;
}

async function sending(world: World, id: Promise<MessageId>): Promise<MessageId> {
  await world.clock.advance(10);
  return id;
}

const PERMANENT = 'CID 5 is not registered locally';

describe('the outbox', () => {
  it('shows unaccepted messages of all conversations, and removes accepted ones', async () => {
    const { world, a, alice, bob } = await talking();
    const c = await world.browser('c');
    const carol = await world.account(c, 'carol');
    await world.connect(a, alice, c, carol);
    a.service.sockets[0]!.terminate();
    a.service.faults.add({ kind: 'hold', direction: 'in', variants: ['Message'] });
    await sending(world, a.messenger.messages.send(alice, carol, 'one'));
    await sending(world, a.messenger.messages.send(alice, bob, 'two'));
    expect(outbox(a, alice)).to.deep.equal(['one for Carol: waiting', 'two for Bobby: waiting']);
    while (outbox(a, alice).some((line) => line.endsWith('waiting'))) await world.clock.advance(1_000);
    expect(outbox(a, alice)).to.deep.equal(['one for Carol: sending', 'two for Bobby: sending']);
    a.service.faults.clear();
    await world.clock.advance(2_000);
    expect(outbox(a, alice)).to.deep.equal([]);
  });

  it('notifies of one row’s change without another row’s', async () => {
    const { world, a, alice, bob } = await talking();
    a.service.faults.add({ kind: 'refuse', direction: 'in', variants: ['Message'], reason: PERMANENT });
    const one = await sending(world, a.messenger.messages.send(alice, bob, 'one'));
    a.service.faults.clear();
    const two = await sending(world, a.messenger.messages.send(alice, bob, 'two'));
    expect(outbox(a, alice)).to.deep.equal(['one for Bobby: failed']);
    const heard: MessageId[] = [];
    for (const id of [one, two]) a.messenger.outbox.rows(alice).watch(id, () => heard.push(id));
    a.messenger.messages.retry(alice, bob, one);
    await world.clock.advance(1_000);
    expect(new Set(heard)).to.deep.equal(new Set([one]));
    expect(outbox(a, alice)).to.deep.equal([]);
  });

  it('retries everything that failed or got no answer, each with its own id, once (cases 60, 61)', async () => {
    const { world, a, b, alice, bob } = await talking();
    const ours = engineOf(a.messenger).conversations.get(alice, bob);
    ours.adopt({ ...ours.meta, isKnownClient: false });
    const refused = { direction: 'in', variants: ['Message'], reason: PERMANENT, times: 2 } as const;
    a.service.faults.add({ kind: 'refuse', ...refused });
    await sending(world, a.messenger.messages.send(alice, bob, 'one'));
    await sending(world, a.messenger.messages.send(alice, bob, 'two'));
    a.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'], times: 1 });
    await sending(world, a.messenger.messages.send(alice, bob, 'three'));
    await world.clock.advance(21_000);
    expect(outbox(a, alice).map((line) => line.split(': ')[1])).to.deep.equal([
      'failed',
      'failed',
      'unconfirmed',
    ]);
    const before = texts(a.messenger, alice, bob).map(({ id }) => id);
    a.messenger.outbox.retryAll(alice);
    a.messenger.outbox.retryAll(alice);
    await world.clock.advance(2_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal([
      'one: delivered',
      'two: delivered',
      'three: delivered',
    ]);
    expect(texts(a.messenger, alice, bob).map(({ id }) => id)).to.deep.equal(before);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['one', 'two', 'three']);
    // The third one's first attempt was lost on its way.
    expect(handedOver(world, 'a')).to.deep.equal(['one', 'two', 'one', 'two', 'three']);
  });

  it('deletes everything that failed, and nothing that may have arrived', async () => {
    const { world, a, alice, bob } = await talking();
    const ours = engineOf(a.messenger).conversations.get(alice, bob);
    ours.adopt({ ...ours.meta, isKnownClient: false });
    a.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['Message'],
      times: 1,
      reason: PERMANENT,
    });
    await sending(world, a.messenger.messages.send(alice, bob, 'one'));
    a.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'], times: 1 });
    await sending(world, a.messenger.messages.send(alice, bob, 'two'));
    await world.clock.advance(21_000);
    a.messenger.outbox.deleteAll(alice);
    expect(outbox(a, alice)).to.deep.equal(['two for Bobby: unconfirmed']);
    expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.deep.equal(['two']);
    await a.messenger.stored();
    await a.reload();
    expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.deep.equal(['two']);
  });

  it('shows a message that is too large as failed, with a sentence, also after a reload (case 146)', async () => {
    const { world, a, alice, bob } = await talking();
    await sending(world, a.messenger.messages.send(alice, bob, 'x'.repeat(4_000_001)));
    const rows = a.messenger.outbox.rows(alice);
    expect(rows.ids.peek()).to.have.length(1);
    expect(rows.get(rows.ids.peek()[0]!)!.message).to.include({
      status: 'failed',
      reason: null,
    });
    await a.messenger.stored();
    await a.reload();
    expect(a.messenger.outbox.rows(alice).ids.peek()).to.have.length(1);
    expect(handedOver(world, 'a')).to.deep.equal([]);
  });

  it('returns no row for a removed message, and the username if no name is known', async () => {
    const { world, a, alice, bob } = await talking();
    a.service.kill();
    await world.clock.advance(100);
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'hello'));
    const rows = a.messenger.outbox.rows(alice);
    expect(rows.get(id)!.name).to.equal('Bobby');
    a.messenger.messages.cancel(alice, bob, id);
    expect(rows.get(id)).to.equal(undefined);
    expect(() => rows.watch(id, () => undefined)()).not.to.throw();
    const nobody = '77' as AccountId;
    const stranger = await sending(world, a.messenger.messages.send(alice, nobody, 'who are you?'));
    expect(rows.get(stranger)!.name).to.equal(null);
    expect(rows.get(stranger)!.message.waiting?.reason).to.equal('link-down');
  });

  it('gives up a message, with its code, that is too large only with its index', async () => {
    const { world, a, alice, bob } = await talking();
    const ours = engineOf(a.messenger).conversations.get(alice, bob);
    engineOf(a.messenger).messages.changeConversation(ours, { nextIndex: 1_000_000 });
    const empty = bodyOf(await draft(), ours.meta.stream, 1).length;
    // Fits to the byte with index 1, and does not with index 1,000,000.
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'x'.repeat(4_000_000 - empty)));
    await world.clock.advance(1_000);
    expect(ours.view(id)).to.include({ status: 'failed', code: 'too-large', reason: null });
    expect(handedOver(world, 'a')).to.deep.equal([]);

    async function draft(): Promise<StoredMessage> {
      const probe = await sending(
        world,
        a.messenger.messages.send('78' as AccountId as never, '79' as AccountId, ''),
      );
      return engineOf(a.messenger)
        .conversations.get('78' as AccountId, '79' as AccountId)
        .get(probe)!;
    }
  });

  it('does not fail a message that may have been sent after a late refusal', async () => {
    const { world, a, alice, bob } = await talking();
    const ours = engineOf(a.messenger).conversations.get(alice, bob);
    engineOf(a.messenger).messages.changeConversation(ours, { isKnownClient: false });
    a.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['Message'],
      times: 1,
      reason: 'Not now',
      delay: 25_000,
    });
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'hello'));
    await world.clock.advance(21_000);
    expect(ours.view(id)!.status).to.equal('unconfirmed');
    await world.clock.advance(10_000);
    expect(ours.view(id)).to.include({ status: 'unconfirmed', reason: 'Not now' });
  });

  it('gives up after as many handed-over attempts as are set, and never for waiting alone', async () => {
    const { world, a, b, alice, bob } = await talking({ a: { settings: { attempts: 3 } } });
    b.closePage();
    a.service.faults.add({ kind: 'refuse', direction: 'in', variants: ['Message'], reason: 'Not now' });
    await sending(world, a.messenger.messages.send(alice, bob, 'hello'));
    await world.clock.advance(10 * 60_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello: failed']);
    expect(handedOver(world, 'a')).to.have.length(3);
    const { attempts, reason } = texts(a.messenger, alice, bob).map(({ id }) =>
      a.messenger.messages.source(alice, bob).get(id)!,
    )[0]!;
    expect({ attempts, reason }).to.deep.equal({ attempts: 3, reason: 'Not now' });

    const waiting = await talking();
    waiting.a.service.kill();
    await sending(waiting.world, waiting.a.messenger.messages.send(waiting.alice, waiting.bob, 'hello'));
    await waiting.world.clock.advance(24 * 60 * 60_000);
    expect(statuses(waiting.a.messenger, waiting.alice, waiting.bob)).to.deep.equal(['hello: waiting']);
  });

  const refusals = [
    ['CID 5 is not registered locally', 'failed'],
    ['Target CID cannot be equal to the implicated CID', 'failed'],
    ['Peer connection for 5 not found', 'waiting'],
    ['Connection for 5 not found', 'waiting'],
    ['Error sending message: gone', 'waiting'],
    ['Something that nobody has ever said', 'waiting'],
  ] as const;
  for (const [text, status] of refusals)
    it(`treats "${text}" as a refusal after which the message is ${status}`, async () => {
      const { world, a, alice, bob } = await talking();
      a.service.faults.add({ kind: 'refuse', direction: 'in', variants: ['Message'], reason: text });
      await sending(world, a.messenger.messages.send(alice, bob, 'hello'));
      await world.clock.advance(20);
      expect(statuses(a.messenger, alice, bob), classifyError(text)).to.deep.equal([`hello: ${status}`]);
    });

  it('spreads its retries with full jitter, between nothing and a bound that doubles', async () => {
    const pauses: number[][] = [];
    for (let seed = 1; seed <= 12; seed += 1) {
      const { world, a, alice, bob } = await talking({ seed });
      a.service.faults.add({ kind: 'refuse', direction: 'in', variants: ['Message'], reason: 'Not now' });
      const id = await sending(world, a.messenger.messages.send(alice, bob, 'hello'));
      await world.clock.advance(10 * 60_000);
      const { facts } = a.messenger.messages.source(alice, bob).get(id)!;
      pauses.push(
        facts.flatMap((fact) =>
          fact.type === 'scheduled' && typeof fact.due === 'number' ? [fact.due - fact.at] : [],
        ),
      );
    }
    for (const one of pauses)
      one.forEach((pause, n) => {
        expect(pause).to.be.within(0, Math.min(60_000, 1_000 * 2 ** (n + 1)));
      });
    const firsts = pauses.map((one) => one[0]!);
    expect(new Set(firsts).size).to.be.greaterThan(8);
    expect(Math.min(...firsts)).to.be.lessThan(500);
    expect(Math.max(...firsts)).to.be.greaterThan(1_000);
  });
});

describe('a message that is deleted', () => {
  it('is withdrawn without a payload if nothing was sent', async () => {
    const { world, a, b, alice, bob } = await talking();
    a.service.sockets[0]!.terminate();
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'hello'));
    a.messenger.messages.delete(alice, bob, id);
    await world.clock.advance(30_000);
    expect(texts(a.messenger, alice, bob)).to.deep.equal([]);
    expect(texts(b.messenger, bob, alice)).to.deep.equal([]);
    expect(handedOver(world, 'a')).to.deep.equal([]);
  });

  it('is deleted there too, however often the deletion is lost, and stays deleted after reloads on both sides (case 77)', async () => {
    const { world, a, b, alice, bob } = await talking();
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'hello'));
    await world.clock.advance(1_000);
    expect(texts(b.messenger, bob, alice)).to.have.length(1);
    // The word about it is lost together with the channel.
    a.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'], times: 1 });
    a.messenger.messages.delete(alice, bob, id);
    await world.clock.advance(1_000);
    expect(texts(a.messenger, alice, bob)).to.deep.equal([]);
    expect(texts(b.messenger, bob, alice)).to.have.length(1);
    await a.messenger.stored();
    await a.reload();
    await world.clock.advance(60_000);
    expect(texts(b.messenger, bob, alice)).to.deep.equal([]);
    expect(engineOf(a.messenger).conversations.get(alice, bob).meta.deletions).to.deep.equal([]);
    await a.reload();
    await b.reload();
    await world.clock.advance(60_000);
    expect(texts(a.messenger, alice, bob)).to.deep.equal([]);
    expect(texts(b.messenger, bob, alice)).to.deep.equal([]);
  });

  it('is deleted there too at the next sync if their page was closed when the service accepted the deletion', async () => {
    const { world, a, b, alice, bob } = await talking();
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'hello'));
    await world.clock.advance(1_000);
    b.closePage();
    a.messenger.messages.delete(alice, bob, id);
    await world.clock.advance(1_000);
    await b.openPage();
    await world.clock.advance(20_000);
    expect(texts(b.messenger, bob, alice)).to.deep.equal([]);
    expect(engineOf(a.messenger).conversations.get(alice, bob).meta.deletions).to.deep.equal([]);
  });

  it('stays deleted if the deletion comes before the message', async () => {
    const { world, a, b, alice, bob } = await talking();
    const id = messageIdOf(world.clock.now(), 0, new Uint8Array(16));
    const arrives = (payload: Payload): void =>
      b.inject(
        encode({
          envelope: 'Response',
          variant: 'MessageNotification',
          body: { cid: bob, peer_cid: alice, message: encodePayload(payload), request_id: null },
        }),
      );
    const sentAt = world.clock.now();
    arrives({ v: 1, type: 'delete', id });
    await world.clock.advance(100);
    arrives({ v: 1, type: 'message', id, stream: 's', index: 1, text: 'hello', sentAt });
    await world.clock.advance(1_000);
    expect(texts(b.messenger, bob, alice)).to.deep.equal([]);
    await b.messenger.stored();
    await b.reload();
    expect(texts(b.messenger, bob, alice)).to.deep.equal([]);
    // It is confirmed both times, so that nobody goes on telling it.
    expect(sent(world, 'b', 'Message').filter(({ message }) => isReceipt(message, id))).to.have.length(2);
    expect(a.messenger.diagnostics.counters.peek().get('foreign-receipt')).to.equal(2);
  });

  it('is sent once to a foreign client, which cannot confirm it', async () => {
    const { world, a, alice, bob } = await talking();
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'hello'));
    const ours = engineOf(a.messenger).conversations.get(alice, bob);
    ours.adopt({ ...ours.meta, isKnownClient: false });
    a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageNotification'] });
    a.messenger.messages.delete(alice, bob, id);
    await world.clock.advance(1_000);
    expect(ours.meta.deletions).to.deep.equal([]);
  });

  it('cannot be a message of theirs, nor be deleted twice', async () => {
    const { world, a, b, alice, bob } = await talking();
    const theirs = await sending(world, b.messenger.messages.send(bob, alice, 'hello'));
    await world.clock.advance(100);
    a.messenger.messages.delete(alice, bob, theirs);
    expect(texts(a.messenger, alice, bob)).to.have.length(1);
    const own = await sending(world, a.messenger.messages.send(alice, bob, 'mine'));
    await world.clock.advance(100);
    a.messenger.messages.delete(alice, bob, own);
    const before = engineOf(a.messenger).conversations.get(alice, bob).meta;
    a.messenger.messages.delete(alice, bob, own);
    expect(engineOf(a.messenger).conversations.get(alice, bob).meta).to.equal(before);
  });
});

describe('a message before it is sent', () => {
  it('is in storage with its index and the attempt', async () => {
    const inner = memory();
    const seen: string[] = [];
    const log = (batch: readonly StorageWrite[]): void => {
      for (const write of batch) {
        if (write.put !== 'message' || !write.value.own) continue;
        const { index, facts } = write.value;
        seen.push(`index ${index}, ${facts.filter(({ type }) => type === 'attempted').length} attempted`);
      }
    };
    const storage = storageWith(
      {
        write: async (batch) => {
          await inner.write(batch);
          log(batch);
        },
      },
      inner,
    );
    const { world, a, alice, bob } = await talking({ a: { storage } });
    a.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['Message'],
      times: 1,
      when: () => {
        seen.push('on the wire');
        return false;
      },
    });
    await sending(world, a.messenger.messages.send(alice, bob, 'hello'));
    const onTheWire = seen.indexOf('on the wire');
    expect(seen.slice(0, onTheWire)).to.include('index 1, 1 attempted');
  });

  it('waits with the reason while this device cannot save, and is then sent once, in order (case 123)', async () => {
    let isFull = false;
    const inner = memory();
    const full = (): Promise<never> =>
      Promise.reject(
        Object.assign(new Error('This device has no room left for messages.'), { code: 'quota' }),
      );
    const storage = storageWith({ write: (batch) => (isFull ? full() : inner.write(batch)) }, inner);
    const { world, a, b, alice, bob } = await talking({ a: { storage } });
    isFull = true;
    const one = await sending(world, a.messenger.messages.send(alice, bob, 'one'));
    await sending(world, a.messenger.messages.send(alice, bob, 'two'));
    await world.clock.advance(5 * 60_000);
    const row = a.messenger.messages.source(alice, bob).get(one)!;
    expect(row).to.include({ status: 'waiting', isStored: false });
    expect(row.waiting?.reason).to.equal('not-stored');
    expect(a.messenger.storage.peek()).to.deep.include({
      state: 'quota',
      reason: 'This device has no room left for messages.',
    });
    expect(a.messenger.route(alice, bob)).to.deep.equal({ route: 'none', reason: 'not-stored' });
    expect(handedOver(world, 'a')).to.deep.equal([]);
    isFull = false;
    await world.clock.advance(60_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['one: delivered', 'two: delivered']);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['one', 'two']);
    expect(handedOver(world, 'a')).to.deep.equal(['one', 'two']);
    expect(a.messenger.messages.source(alice, bob).get(one)!.isStored).to.equal(true);
    expect(a.messenger.storage.peek()).to.include({ state: 'saved', reason: null });
    await a.reload();
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['one: delivered', 'two: delivered']);
  });

  it('waits with the failure of a write that never settles, and is sent when the device answers (case 123)', async () => {
    let isHanging = false;
    const inner = memory();
    const storage = storageWith(
      { write: (batch) => (isHanging ? new Promise<void>(() => undefined) : inner.write(batch)) },
      inner,
    );
    const { world, a, alice, bob } = await talking({ a: { storage } });
    isHanging = true;
    void a.messenger.messages.send(alice, bob, 'hello');
    await world.clock.advance(11_000);
    expect(a.messenger.storage.peek()).to.deep.include({
      state: 'timeout',
      reason: null,
    });
    isHanging = false;
    await world.clock.advance(60_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello: delivered']);
  });

  it('is still sent in a browser without storage, which is reported', async () => {
    const none = (): Promise<never> =>
      Promise.reject(
        Object.assign(new Error('This browser does not store messages.'), { code: 'unavailable' }),
      );
    const storage = storageWith({ write: none, accounts: none, message: none, stream: none, history: none });
    const { world, a, alice, bob } = await talking({ a: { storage } });
    await sending(world, a.messenger.messages.send(alice, bob, 'hello'));
    await world.clock.advance(1_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello: delivered']);
    expect(a.messenger.storage.peek()).to.include({ state: 'unavailable' });
  });

  it('is not sent twice to a foreign client when the page crashes while it is handed over', async () => {
    const { world, a, b, alice, bob } = await talking();
    const ours = engineOf(a.messenger).conversations.get(alice, bob);
    engineOf(a.messenger).messages.changeConversation(ours, { isKnownClient: false });
    b.closePage();
    a.service.faults.add({ kind: 'hold', direction: 'out', variants: ['MessageSendSuccess'] });
    void a.messenger.messages.send(alice, bob, 'hello');
    // Dies as soon as the frame is out: nothing more is stored of this page.
    while (handedOver(world, 'a').length === 0) await world.clock.advance(1);
    await a.reload();
    await world.clock.advance(5 * 60_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello: unconfirmed']);
    expect(handedOver(world, 'a')).to.deep.equal(['hello']);
  });

  it('never shares an index with another, however early the page crashed', async () => {
    const inner = memory();
    let isDead = false;
    const storage = storageWith(
      { write: (batch) => (isDead ? new Promise<void>(() => undefined) : inner.write(batch)) },
      inner,
    );
    const { world, a, b, alice, bob } = await talking({ a: { storage } });
    for (let n = 0; n < 5; n += 1) {
      const before = handedOver(world, 'a').length;
      void a.messenger.messages.send(alice, bob, `m${n}`);
      while (handedOver(world, 'a').length === before) await world.clock.advance(1);
      isDead = true;
      a.closePage();
      await world.clock.advance(20);
      isDead = false;
      await a.openPage();
      await world.clock.advance(CHANNEL_MS);
    }
    await world.clock.advance(2 * 60_000);
    const indices = sent(world, 'a', 'Message').flatMap(({ message }) => {
      const decoded = decodePayload(Uint8Array.from(message));
      if (decoded.kind !== 'payload' || decoded.payload.type !== 'message') return [];
      return [`${decoded.payload.index} ${decoded.payload.id}`];
    });
    const numbers = [...new Set(indices)].map((line) => line.split(' ')[0]);
    expect(new Set(numbers).size).to.equal(5);
    expect(numbers).to.have.length(5);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal([
      'm0',
      'm1',
      'm2',
      'm3',
      'm4',
    ]);
  });

  it('never shares an index with another, even if the disk failed to store it at first', async () => {
    const inner = memory();
    let isDead = false;
    let failures = 0;
    const storage = storageWith(
      {
        write: (batch) => {
          if (isDead) return new Promise<void>(() => undefined);
          const notes = batch.some(({ put, value }) => put === 'conversation' && value.nextIndex > 1);
          if (!notes || failures > 0) return inner.write(batch);
          failures += 1;
          return Promise.reject(new Error('no luck'));
        },
      },
      inner,
    );
    const { world, a, b, alice, bob } = await talking({ a: { storage } });
    void a.messenger.messages.send(alice, bob, 'first');
    while (handedOver(world, 'a').length === 0) await world.clock.advance(1);
    // What had failed is written again some time later: this page does not see it.
    isDead = true;
    a.closePage();
    await world.clock.advance(20);
    isDead = false;
    await a.openPage();
    void a.messenger.messages.send(alice, bob, 'second');
    await world.clock.advance(60_000);
    expect(failures).to.equal(1);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['first', 'second']);
    const indices = (await wholeStream(inner, alice, bob)).map(({ index }) => index);
    expect(indices).to.deep.equal([1, 2]);
  });
});

const wholeStream = async (
  storage: Storage,
  account: AccountId,
  peer: AccountId,
): Promise<readonly StoredMessage[]> => {
  const [meta] = await storage.conversations(account);
  return storage.stream(account, peer, { stream: meta!.stream, above: 0, limit: 100 });
};
