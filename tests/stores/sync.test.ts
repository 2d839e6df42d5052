import { expect } from '@open-wc/testing';
import type { AccountId, MessageId } from '../../facts/index.ts';
import { createPeer } from '../../mocks/index.ts';
import type { Peer } from '../../mocks/index.ts';
import { encode } from '../../protocol/index.ts';
import { decodePayload, encodePayload } from '../../protocol/payload.ts';
import type { Payload, PayloadOf } from '../../protocol/payload.ts';
import type { StorageWrite } from '../../ports/storage.ts';
import { lieDetector } from './invariants.ts';
import type { Browser, Two, World } from './world.ts';
import { SERVER, createWorld, sent, statuses, talking, texts } from './world.ts';

const PASSWORD = 'correct horse';

/** Writes texts one after the other, and waits until they had their chance. */
async function write(
  world: World,
  { messenger }: Browser,
  from: AccountId,
  to: AccountId,
  ...all: string[]
): Promise<MessageId[]> {
  const ids: MessageId[] = [];
  for (const text of all) {
    const writing = messenger.messages.send(from, to, text);
    await world.clock.advance(100);
    ids.push(await writing);
  }
  return ids;
}

/** The page crashes and another one opens, which has read everything and synchronised. */
async function crash(world: World, browser: Browser): Promise<void> {
  browser.closePage();
  await world.clock.advance(20);
  await browser.openPage();
  await settle(world, browser);
}

/** A page that has read what is stored has its socket, its account, its channel, and an answer to its questions. */
async function settle(world: World, { messenger }: Browser): Promise<void> {
  void messenger.open();
  await messenger.loaded();
  await world.clock.advance(12_000);
}

/** The same account in another browser (with nothing stored) on the same service. */
async function device(world: World, on: Browser, name: string, username: string): Promise<Browser> {
  const browser = await world.browser(name, { on: on.service });
  await signIn(world, browser, username);
  return browser;
}

async function signIn(world: World, browser: Browser, username: string): Promise<void> {
  void browser.messenger.sessions.signIn({ server: SERVER, username, password: PASSWORD });
  await settle(world, browser);
}

const said = ({ messenger }: Browser, account: AccountId, peer: AccountId): string[] =>
  texts(messenger, account, peer).map(({ text }) => text);

/** Nothing that the browser's service brings for its pages gets through, until the returned function is called. */
const deaf = ({ service }: Browser): (() => void) =>
  service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageNotification'] });

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

/** What a service's pages have said of that type, oldest first. */
function spoken<Type extends Payload['type']>(world: World, service: string, type: Type): PayloadOf<Type>[] {
  return sent(world, service, 'Message').flatMap(({ message }) => {
    const decoded = decodePayload(message);
    return decoded.kind === 'payload' && decoded.payload.type === type
      ? [decoded.payload as PayloadOf<Type>]
      : [];
  });
}

describe('sync, when a sender has lost everything', () => {
  it('begins a new stream, of which nothing counts as delivered that was not', async () => {
    const { world, a, b, alice, bob } = await talking();
    await write(world, a, alice, bob, '1', '2', '3');
    a.closePage();
    const wiped = await device(world, a, 'a', 'alice');
    const detector = lieDetector(alice, bob);
    detector.watch(wiped.messenger);
    const hears = deaf(b);
    await write(world, wiped, alice, bob, 'first of the new ones');
    expect(statuses(wiped.messenger, alice, bob)).to.deep.equal(['first of the new ones: sent']);
    hears();
    // Bob has indices 1 to 3 of the old stream, and says so; the new message has the index 1 of another one.
    const streams = new Set(spoken(world, 'a', 'message').map(({ stream }) => stream));
    expect(streams.size).to.equal(2);
    await world.clock.advance(200);
    expect(said(b, bob, alice), 'before anybody has asked').to.deep.equal(['1', '2', '3']);
    expect(statuses(wiped.messenger, alice, bob)).to.deep.equal(['first of the new ones: sent']);
    wiped.messenger.wake();
    await world.clock.advance(5_000);
    expect(said(b, bob, alice)).to.deep.equal(['1', '2', '3', 'first of the new ones']);
    expect(statuses(wiped.messenger, alice, bob)).to.deep.equal(['first of the new ones: delivered']);
    expect(detector.lies).to.deep.equal([]);
  });

  it('does not apply a sync about an old stream to the new one', async () => {
    const { world, a, b, alice, bob } = await talking();
    await write(world, a, alice, bob, '1', '2', '3');
    const [{ stream } = { stream: '' }] = spoken(world, 'a', 'message');
    a.closePage();
    const wiped = await device(world, a, 'a', 'alice');
    deaf(b);
    await write(world, wiped, alice, bob, 'new');
    arrive(wiped, alice, bob, {
      v: 1,
      type: 'sync',
      kind: 'answer',
      mine: { stream: 'theirs', next: 1, voids: [], settled: 0 },
      yours: { stream, here: [[1, 3]], seen: [[1, 3]] },
      at: 1,
    });
    await world.clock.advance(100);
    expect(statuses(wiped.messenger, alice, bob)).to.deep.equal(['new: sent']);
  });

  it('leaves a gap for a message that nobody has any more', async () => {
    const { world, a, b, alice, bob } = await talking();
    await write(world, a, alice, bob, '1');
    const hears = deaf(b);
    await write(world, a, alice, bob, 'lost for ever');
    hears();
    // The gap is seen, and the page dies before anybody asks about it.
    await write(world, a, alice, bob, '3');
    a.closePage();
    const wiped = await device(world, a, 'a', 'alice');
    await write(world, wiped, alice, bob, '4');
    await world.clock.advance(120_000);
    const source = b.messenger.messages.source(bob, alice);
    const rows = source.ids.peek().map((id) => source.get(id)!);
    expect(rows.map(({ text, missingBefore }) => [text, missingBefore])).to.deep.equal([
      ['1', 0],
      ['3', 1],
      ['4', 0],
    ]);
    await crash(world, b);
    expect(said(b, bob, alice)).to.deep.equal(['1', '3', '4']);
  });
});

describe('sync, when a receiver has lost everything', () => {
  it('delivers once what had not arrived, and nothing that had', async () => {
    const { world, a, b, alice, bob } = await talking();
    await write(world, a, alice, bob, 'arrived 1', 'arrived 2');
    b.closePage();
    await world.clock.advance(1_000);
    await write(world, a, alice, bob, 'taken and dropped 1', 'taken and dropped 2');
    const wiped = await device(world, b, 'b', 'bobby');
    await world.clock.advance(120_000);
    expect(said(wiped, bob, alice)).to.deep.equal(['taken and dropped 1', 'taken and dropped 2']);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal([
      'arrived 1: delivered',
      'arrived 2: delivered',
      'taken and dropped 1: delivered',
      'taken and dropped 2: delivered',
    ]);
    const source = wiped.messenger.messages.source(bob, alice);
    expect(
      source.ids.peek().map((id) => source.get(id)!.missingBefore),
      'what is settled is no gap',
    ).to.deep.equal([0, 0]);
    await write(world, a, alice, bob, 'and on');
    expect(said(wiped, bob, alice).at(-1)).to.equal('and on');
  });
});

describe('sync, with one account on two devices one after the other', () => {
  it('delivers the messages of each device once, in both directions', async () => {
    const { world, a: one, b, alice, bob } = await talking();
    await write(world, one, alice, bob, 'one: a');
    const hears = deaf(b);
    await write(world, one, alice, bob, 'one: dropped');
    one.closePage();
    hears();
    const two = await device(world, one, 'a', 'alice');
    await write(world, two, alice, bob, 'two: a', 'two: b');
    expect(said(b, bob, alice)).to.deep.equal(['one: a', 'two: a', 'two: b']);
    two.closePage();
    await one.openPage();
    await settle(world, one);
    await write(world, one, alice, bob, 'one: c');
    await world.clock.advance(120_000);
    expect(statuses(one.messenger, alice, bob)).to.deep.equal([
      'one: a: delivered',
      'one: dropped: delivered',
      'one: c: delivered',
    ]);
    one.closePage();
    await two.openPage();
    await settle(world, two);
    await write(world, two, alice, bob, 'two: c');
    await world.clock.advance(120_000);
    const all = said(b, bob, alice);
    expect(all.filter((text) => text.startsWith('one'))).to.deep.equal(['one: a', 'one: dropped', 'one: c']);
    expect(all.filter((text) => text.startsWith('two'))).to.deep.equal(['two: a', 'two: b', 'two: c']);
    expect(all).to.have.length(6);
    expect(statuses(two.messenger, alice, bob)).to.deep.equal([
      'two: a: delivered',
      'two: b: delivered',
      'two: c: delivered',
    ]);
  });

  it('settles by a sync what the first device sent, even after the second was used', async () => {
    const { world, a: one, b, alice, bob } = await talking();
    // It arrives, and every receipt for it is lost.
    const silent = b.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'] });
    await write(world, one, alice, bob, 'one');
    one.closePage();
    silent();
    const two = await device(world, one, 'a', 'alice');
    await write(world, two, alice, bob, 'two');
    two.closePage();
    await one.openPage();
    await settle(world, one);
    await world.clock.advance(5_000);
    expect(statuses(one.messenger, alice, bob)).to.deep.equal(['one: delivered']);
    const times = spoken(world, 'a', 'message').filter(({ text }) => text === 'one').length;
    expect(times, 'it was there: their word settles it').to.equal(1);
    expect(said(b, bob, alice)).to.deep.equal(['one', 'two']);
  });

  it('does not send to the second device what the first has', async () => {
    const { world, a, b: one, alice, bob } = await talking();
    await write(world, a, alice, bob, 'for the first');
    one.closePage();
    await world.clock.advance(1_000);
    await write(world, a, alice, bob, 'for whoever comes');
    const two = await device(world, one, 'b', 'bobby');
    await write(world, a, alice, bob, 'for the second');
    two.closePage();
    await one.openPage();
    await settle(world, one);
    await write(world, a, alice, bob, 'for the first again');
    await world.clock.advance(120_000);
    expect(said(two, bob, alice)).to.deep.equal(['for whoever comes', 'for the second']);
    expect(said(one, bob, alice)).to.deep.equal(['for the first', 'for the first again']);
    expect(new Set(statuses(a.messenger, alice, bob).map((line) => line.split(': ').at(-1)))).to.deep.equal(
      new Set(['delivered']),
    );
    const source = one.messenger.messages.source(bob, alice);
    expect(source.ids.peek().map((id) => source.get(id)!.missingBefore)).to.deep.equal([0, 0]);
  });
});

describe('a name that was deleted and registered by somebody else', () => {
  /** Bob's account is deleted while a message to him waits; somebody else makes one of that name, with that CID. */
  async function taken(): Promise<Two & { stranger: Peer }> {
    const two = await talking();
    const { world, a, b, alice, bob } = two;
    await write(world, a, alice, bob, 'for the old Bob');
    a.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'], times: 1 });
    void a.messenger.messages.send(alice, bob, 'waits for the old Bob');
    await world.clock.advance(10);
    const old = createPeer(bob, {
      service: b.service,
      clock: world.clock,
      username: 'bobby',
      password: PASSWORD,
      serverAddress: SERVER,
    });
    b.closePage();
    const opening = old.open();
    await world.clock.advance(2_000);
    await opening;
    const leaving = old.request('Deregister', { cid: bob });
    await world.clock.advance(1_000);
    expect((await leaving).variant).to.equal('DeregisterSuccess');
    await world.clock.advance(60_000);
    const stranger = createPeer(bob, {
      service: world.simulation.service('elsewhere'),
      clock: world.clock,
      username: 'bobby',
      password: 'another one',
      serverAddress: SERVER,
      habits: { answersAsks: 'asks-back' },
      seed: 77,
    });
    const registering = stranger.register();
    await world.clock.advance(10_000);
    await registering;
    await world.clock.advance(120_000);
    return { ...two, stranger };
  }

  /** How many messages of ours were handed over. */
  const handedOver = (world: World): string[] => spoken(world, 'a', 'message').map(({ text }) => text);

  it('gets nothing until a person confirms, not even when they ask for contact and are accepted', async () => {
    const { world, a, alice, bob, stranger } = await taken();
    const before = handedOver(world).length;
    const source = a.messenger.messages.source(alice, bob);
    const row = source.get(source.ids.peek().at(-1)!)!;
    expect(row).to.include({ status: 'waiting' });
    expect(row.waiting!.reason, 'and says what for').to.equal('held');
    stranger.ask(alice);
    await world.clock.advance(1_000);
    a.messenger.requests.accept(alice, bob);
    await world.clock.advance(60_000);
    expect(a.messenger.peers.row(alice, bob).relation).to.equal('contact');
    void a.messenger.messages.send(alice, bob, 'written afterwards');
    await world.clock.advance(60_000);
    await crash(world, a);
    await world.clock.advance(120_000);
    expect(handedOver(world)).to.have.length(before);
    expect(stranger.received).to.deep.equal([]);
    expect(statuses(a.messenger, alice, bob).slice(1)).to.deep.equal([
      'waits for the old Bob: waiting',
      'written afterwards: waiting',
    ]);
    a.messenger.requests.confirm(alice, bob);
    await world.clock.advance(120_000);
    expect(stranger.received.map(({ payload }) => payload.text)).to.deep.equal([
      'waits for the old Bob',
      'written afterwards',
    ]);
  });

  it('does not settle by the new holder what was meant for the old one', async () => {
    const { world, a, alice, bob, stranger } = await taken();
    const detector = lieDetector(alice, bob);
    detector.watch(a.messenger);
    const [first] = texts(a.messenger, alice, bob);
    expect(first).to.include({ text: 'for the old Bob', status: 'delivered' });
    stranger.ask(alice);
    await world.clock.advance(1_000);
    a.messenger.requests.accept(alice, bob);
    await world.clock.advance(60_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal([
      'for the old Bob: delivered',
      'waits for the old Bob: waiting',
    ]);
    expect(detector.lies).to.deep.equal([]);
  });
});

describe('a foreign client', () => {
  /** Somebody whose client sends neither receipts nor syncs. */
  async function foreign(): Promise<{
    world: World;
    a: Browser;
    alice: AccountId;
    peer: Peer;
    copies(text: string): number;
  }> {
    const world = createWorld();
    const a = await world.browser('a');
    const alice = await world.account(a, 'alice');
    const service = world.simulation.service('foreign');
    const cid = world.simulation.createAccount({ username: 'felix', service, password: PASSWORD });
    const peer = createPeer(cid, {
      service,
      clock: world.clock,
      username: 'felix',
      password: PASSWORD,
      serverAddress: SERVER,
      habits: { acknowledges: false, syncs: false, answersAsks: 'asks-back' },
    });
    const opening = peer.open();
    await world.clock.advance(1_000);
    await opening;
    a.messenger.requests.ask(alice, cid);
    await world.clock.advance(20_000);
    expect(peer.channels.has(alice)).to.equal(true);
    const copies = (text: string): number =>
      peer.received.filter(({ payload }) => payload.text === text).length;
    return { world, a, alice, peer, copies };
  }

  it('is sent nothing twice: neither unanswered messages, nor after reloads on both sides, nor on a new channel', async () => {
    const { world, a, alice, peer, copies } = await foreign();
    await write(world, a, alice, peer.cid, 'taken');
    a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageSendSuccess'], times: 1 });
    await write(world, a, alice, peer.cid, 'arrived, and the answer was lost');
    await world.clock.advance(60_000);
    const unconfirmed = ['taken: sent', 'arrived, and the answer was lost: unconfirmed'];
    expect(statuses(a.messenger, alice, peer.cid)).to.deep.equal(unconfirmed);
    await crash(world, a);
    peer.close();
    await world.clock.advance(2_000);
    const opening = peer.open();
    await world.clock.advance(20_000);
    await opening;
    void peer.hangUp(alice);
    await world.clock.advance(600_000);
    await crash(world, a);
    await world.clock.advance(600_000);
    expect(statuses(a.messenger, alice, peer.cid)).to.deep.equal(unconfirmed);
    expect([copies('taken'), copies('arrived, and the answer was lost')]).to.deep.equal([1, 1]);
  });

  it('is sent refused messages again, and a person decides about one whose page crashed while sending', async () => {
    const { world, a, alice, peer, copies } = await foreign();
    const lift = a.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['Message'],
      reason: 'Error sending message: no',
    });
    await write(world, a, alice, peer.cid, 'refused at first');
    lift();
    await world.clock.advance(60_000);
    expect(copies('refused at first')).to.equal(1);
    a.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'], times: 1 });
    await write(world, a, alice, peer.cid, 'under way');
    await crash(world, a);
    await world.clock.advance(600_000);
    expect(statuses(a.messenger, alice, peer.cid).at(-1)).to.equal('under way: unconfirmed');
    expect(copies('under way')).to.equal(0);
    a.messenger.messages.retry(alice, peer.cid, texts(a.messenger, alice, peer.cid).at(-1)!.id);
    await world.clock.advance(2_000);
    expect(copies('under way')).to.equal(1);
  });

  it('gets one sync for each channel, and no more while something is undelivered', async () => {
    const { world, a, alice, peer } = await foreign();
    await write(world, a, alice, peer.cid, 'taken');
    await world.clock.advance(600_000);
    expect(spoken(world, 'a', 'sync')).to.have.length(1);
    void peer.hangUp(alice);
    await world.clock.advance(60_000);
    expect(peer.channels.has(alice), 'again').to.equal(true);
    expect(spoken(world, 'a', 'sync')).to.have.length(2);
  });
});

describe('a sync', () => {
  it('that is a question is answered once, and an answer is not answered', async () => {
    const { world, a, b, alice, bob } = await talking();
    await write(world, a, alice, bob, 'hello');
    await write(world, b, bob, alice, 'hello yourself');
    const kinds = (): string[] =>
      ['a', 'b'].flatMap((service) => spoken(world, service, 'sync').map(({ kind }) => `${service} ${kind}`));
    const before = kinds().length;
    a.messenger.wake();
    await world.clock.advance(600_000);
    expect(kinds().length - before).to.equal(2);
    expect(spoken(world, 'a', 'sync').at(-1)!.kind).to.equal('question');
    expect(spoken(world, 'b', 'sync').at(-1)!.kind).to.equal('answer');
  });

  it('is sent every minute while something of ours is undelivered, and no longer', async () => {
    const { world, a, b, alice, bob } = await talking();
    await write(world, a, alice, bob, 'hello');
    const hears = deaf(b);
    await write(world, a, alice, bob, 'dropped');
    const questions = (): number =>
      spoken(world, 'a', 'sync').filter(({ kind }) => kind === 'question').length;
    const before = questions();
    await world.clock.advance(5 * 60_000);
    expect(questions() - before).to.equal(5);
    hears();
    await world.clock.advance(61_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello: delivered', 'dropped: delivered']);
    const settled = questions();
    await world.clock.advance(10 * 60_000);
    expect(questions()).to.equal(settled);
  });
});

describe('the content of a sync', () => {
  it('names what will never come, so that it leaves no gap on the other side', async () => {
    const { world, a, b, alice, bob } = await talking();
    await write(world, a, alice, bob, '1');
    a.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['Message'],
      times: 1,
      reason: 'CID 5 is not registered locally',
    });
    const [refused] = await write(world, a, alice, bob, 'refused for good');
    await write(world, a, alice, bob, '3');
    const source = b.messenger.messages.source(bob, alice);
    const gaps = (): number[] => source.ids.peek().map((id) => source.get(id)!.missingBefore);
    expect(said(b, bob, alice)).to.deep.equal(['1', '3']);
    expect(gaps(), 'it may still come').to.deep.equal([0, 1]);
    a.messenger.messages.cancel(alice, bob, refused!);
    await crash(world, a);
    expect(spoken(world, 'a', 'sync').at(-1)!.mine.voids).to.deep.equal([[2, 2]]);
    expect(gaps()).to.deep.equal([0, 0]);
  });

  it('repeats what was on the screen, which marks that as read and nothing else', async () => {
    const { world, a, b, alice, bob } = await talking();
    await write(world, a, alice, bob, 'one');
    const hears = deaf(b);
    await write(world, a, alice, bob, 'two');
    hears();
    const [three] = await write(world, a, alice, bob, 'three');
    // Bob reads; the receipt is lost.
    b.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'], times: 1 });
    b.messenger.messages.read(bob, alice, three!);
    await world.clock.advance(1_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal([
      'one: delivered',
      'two: sent',
      'three: delivered',
    ]);
    const detector = lieDetector(alice, bob);
    detector.watch(a.messenger);
    // Their answer to a question says it, and that the second is missing, which then arrives and is not read.
    const stop = deaf(b);
    arrive(a, alice, bob, {
      v: 1,
      type: 'sync',
      kind: 'answer',
      mine: { stream: 'theirs', next: 1, voids: [], settled: 0 },
      yours: {
        stream: spoken(world, 'a', 'message')[0]!.stream,
        here: [
          [1, 1],
          [3, 3],
        ],
        seen: [[3, 3]],
      },
      at: 1,
    });
    await world.clock.advance(100);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['one: delivered', 'two: sent', 'three: read']);
    stop();
    await world.clock.advance(120_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal([
      'one: delivered',
      'two: delivered',
      'three: read',
    ]);
    expect(said(b, bob, alice)).to.deep.equal(['one', 'two', 'three']);
    expect(detector.lies).to.deep.equal([]);
  });

  it('leaves out what was read if the person hides it', async () => {
    const two = await talking({ b: { settings: { readReceipts: false } } });
    const { world, a, b, alice, bob } = two;
    const [id] = await write(world, a, alice, bob, 'hello');
    b.messenger.messages.read(bob, alice, id!);
    a.messenger.wake();
    await world.clock.advance(5_000);
    expect(spoken(world, 'b', 'sync').at(-1)!.yours).not.to.have.property('seen');
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello: delivered']);
  });
});

describe('with reloads on both sides', () => {
  it('no message shows an eternal clock (case 59)', async () => {
    const { world, a, b, alice, bob } = await talking();
    // Nothing is answered, and nothing arrives.
    const lift = a.service.faults.add({ kind: 'drop', direction: 'out' });
    void a.messenger.messages.send(alice, bob, 'under way');
    void a.messenger.messages.send(alice, bob, 'behind it');
    await world.clock.advance(50);
    expect(statuses(a.messenger, alice, bob)[0]).to.equal('under way: sending');
    a.closePage();
    b.closePage();
    await a.openPage();
    void a.messenger.open();
    await a.messenger.loaded();
    await world.clock.advance(1_000);
    expect(statuses(a.messenger, alice, bob).filter((line) => line.includes('sending'))).to.deep.equal([]);
    lift();
    await b.openPage();
    await settle(world, b);
    await crash(world, a);
    await world.clock.advance(60_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['under way: delivered', 'behind it: delivered']);
    expect(said(b, bob, alice)).to.deep.equal(['under way', 'behind it']);
  });

  it('a failed message is retried by one press, which sends it once with its own id (cases 60, 62)', async () => {
    const { world, a, b, alice, bob } = await talking();
    a.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['Message'],
      times: 1,
      reason: 'CID 5 is not registered locally',
    });
    const [id] = await write(world, a, alice, bob, 'hello');
    await crash(world, a);
    await crash(world, b);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello: failed']);
    const handedOver = (): number => spoken(world, 'a', 'message').filter((one) => one.id === id).length;
    const before = handedOver();
    a.messenger.messages.retry(alice, bob, id!);
    a.messenger.messages.retry(alice, bob, id!);
    await world.clock.advance(2_000);
    expect(handedOver() - before).to.equal(1);
    expect(texts(b.messenger, bob, alice).map((row) => row.id)).to.deep.equal([id]);
    await crash(world, b);
    await crash(world, a);
    expect(texts(b.messenger, bob, alice).map((row) => row.id)).to.deep.equal([id]);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello: delivered']);
  });

  it('Try again on a message that is neither failed nor unconfirmed sends nothing (case 61)', async () => {
    const { world, a, b, alice, bob } = await talking();
    const [delivered] = await write(world, a, alice, bob, 'delivered');
    b.closePage();
    await world.clock.advance(1_000);
    const [taken] = await write(world, a, alice, bob, 'taken');
    await crash(world, a);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['delivered: delivered', 'taken: sent']);
    const before = spoken(world, 'a', 'message').length;
    for (const id of [delivered!, taken!]) a.messenger.messages.retry(alice, bob, id);
    await world.clock.advance(10_000);
    expect(spoken(world, 'a', 'message')).to.have.length(before);
    await b.openPage();
    await settle(world, b);
    expect(said(b, bob, alice)).to.deep.equal(['delivered', 'taken']);
  });

  it('a message that was accepted while the recipient had no page has one tick, and arrives once when there is one (case 141, script S16 taken-and-dropped)', async () => {
    const { world, a, b, alice, bob } = await talking();
    b.closePage();
    await world.clock.advance(1_000);
    const all = Array.from({ length: 10 }, (_, n) => `message ${n}`);
    const detector = lieDetector(alice, bob);
    detector.watch(a.messenger);
    await write(world, a, alice, bob, ...all);
    await world.clock.advance(30_000);
    await crash(world, a);
    detector.watch(a.messenger);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(all.map((text) => `${text}: sent`));
    // The page opens, dies in the middle of what it gets, and opens again.
    await b.openPage();
    void b.messenger.open();
    await b.messenger.loaded();
    while (said(b, bob, alice).length < 3) await world.clock.advance(10);
    b.closePage();
    a.closePage();
    await a.openPage();
    detector.watch(a.messenger);
    await b.openPage();
    await settle(world, b);
    await settle(world, a);
    await world.clock.advance(60_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(all.map((text) => `${text}: delivered`));
    expect(said(b, bob, alice)).to.deep.equal(all);
    expect(detector.lies).to.deep.equal([]);
  });

  it('sixty messages that were written in one second arrive in the order written (case 149)', async () => {
    const { world, a, b, alice, bob } = await talking();
    const all = Array.from({ length: 60 }, (_, n) => `message ${n}`);
    for (const [n, text] of all.entries()) {
      void a.messenger.messages.send(alice, bob, text);
      await world.clock.advance(16);
      if (n === 20) {
        b.closePage();
        await b.openPage();
      }
      if (n === 40) {
        a.closePage();
        await a.openPage();
        void a.messenger.open();
        await a.messenger.loaded();
      }
    }
    await settle(world, a);
    await world.clock.advance(120_000);
    expect(said(b, bob, alice)).to.deep.equal(all);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(all.map((text) => `${text}: delivered`));
    await crash(world, b);
    expect(said(b, bob, alice)).to.deep.equal(all);
  });

  it('a device that was restored to an older state gets no Read for a new message with the index of a read one', async () => {
    const { world, a, b, alice, bob } = await talking();
    const older: StorageWrite[] = [
      ...(await a.storage.accounts()).map((value) => ({ put: 'account', value }) as const),
      ...(await a.storage.requests(alice)).map((value) => ({ put: 'request', value }) as const),
      ...(await a.storage.conversations(alice)).map((value) => ({ put: 'conversation', value }) as const),
    ];
    const [one] = await write(world, a, alice, bob, 'one');
    b.messenger.messages.read(bob, alice, one!);
    await world.clock.advance(3_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['one: read']);
    a.closePage();
    await world.clock.advance(20);
    await a.storage.wipe(alice);
    await a.storage.write(older);
    await a.openPage();
    await settle(world, a);
    const [two] = await write(world, a, alice, bob, 'two');
    await world.clock.advance(3_000);
    a.messenger.wake();
    await world.clock.advance(3_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['two: delivered']);
    expect(said(b, bob, alice)).to.deep.equal(['one', 'two']);
    expect(b.messenger.messages.unread(bob).peek()).to.be.greaterThan(0);
    b.messenger.messages.read(bob, alice, two!);
    await world.clock.advance(3_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['two: read']);
    expect(b.messenger.messages.unread(bob).peek()).to.equal(0);
  });

  it('three queued messages and a fourth leave in the order 1-2-3-4 (script S14 reload-with-a-queue)', async () => {
    const { world, a, b, alice, bob } = await talking();
    a.service.sockets[0]!.terminate();
    await world.clock.advance(1);
    for (const text of ['1', '2', '3']) void a.messenger.messages.send(alice, bob, text);
    await world.clock.advance(1);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['1: waiting', '2: waiting', '3: waiting']);
    a.closePage();
    b.closePage();
    await world.clock.advance(20);
    await a.openPage();
    void a.messenger.open();
    await a.messenger.loaded();
    void a.messenger.messages.send(alice, bob, '4');
    await world.clock.advance(5);
    a.closePage();
    await a.openPage();
    await b.openPage();
    await settle(world, b);
    await settle(world, a);
    await world.clock.advance(60_000);
    expect(said(b, bob, alice)).to.deep.equal(['1', '2', '3', '4']);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(
      ['1', '2', '3', '4'].map((text) => `${text}: delivered`),
    );
  });
});
