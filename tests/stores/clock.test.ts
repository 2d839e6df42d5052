import { expect } from '@open-wc/testing';
import type { AccountId, MessageId, SessionRow } from '../../facts/index.ts';
import { messageIdOf } from '../../facts/index.ts';
import type { FakeClock } from '../../mocks/index.ts';
import type { StorageWrite, StoredMessage } from '../../ports/storage.ts';
import { encode } from '../../protocol/index.ts';
import { encodePayload } from '../../protocol/payload.ts';
import type { Payload } from '../../protocol/payload.ts';
import { memory } from '../../storage/memory.ts';
import type { Browser, World } from './world.ts';
import { createWorld, sent, statuses, talking, texts } from './world.ts';
import { createTabWorld } from './tab-world.ts';
import { engineOf } from '../engine.ts';

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

/** By how much somebody sets the clock, and how a title says so. */
const SHIFTS: readonly (readonly [string, number])[] = [
  ['back by an hour', -HOUR],
  ['back by a year', -YEAR],
  ['forward by an hour', HOUR],
  ['forward by a year', YEAR],
];

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

/** How many timers are set from now on. */
function countTimers(clock: FakeClock): () => number {
  const set = clock.setTimeout.bind(clock);
  let count = 0;
  clock.setTimeout = (run, delay) => {
    count += 1;
    return set(run, delay);
  };
  return () => count;
}

const handedOver = (world: World, service: string): number => sent(world, service, 'Message').length;

for (const [how, shift] of SHIFTS) {
  describe(`a clock that is set ${how}`, () => {
    it('keeps no message waiting longer than its pause, and says so', async () => {
      const { world, a, alice, bob } = await talking();
      a.service.faults.add({ kind: 'refuse', direction: 'in', variants: ['Message'], reason: 'Busy' });
      void a.messenger.messages.send(alice, bob, 'one');
      // Some attempts, so that the pause has grown.
      while (sent(world, 'a', 'Message').length < 4) await world.clock.advance(500);
      const next = (): number | null => {
        const source = a.messenger.messages.source(alice, bob);
        return source.get(source.ids.peek()[0]!)!.waiting?.nextTry ?? null;
      };
      while (next() === null) await world.clock.advance(50);
      const left = next()! - world.clock.now();
      expect(left).to.be.within(0, 60_000);
      world.clock.shift(shift);
      a.service.faults.clear();
      await world.clock.advance(left + 100);
      expect(statuses(a.messenger, alice, bob)).to.deep.equal(['one: delivered']);
    });

    it('keeps no message of before a reload waiting longer than the longest pause', async () => {
      const { world, a, alice, bob } = await talking();
      a.service.faults.add({ kind: 'refuse', direction: 'in', variants: ['Message'], reason: 'Busy' });
      void a.messenger.messages.send(alice, bob, 'one');
      await world.clock.advance(20_000);
      a.closePage();
      world.clock.shift(shift);
      await world.clock.advance(1_000);
      a.service.faults.clear();
      await a.openPage();
      await world.clock.advance(75_000);
      expect(statuses(a.messenger, alice, bob)).to.deep.equal(['one: delivered']);
    });

    it('shows typing and Online for the usual time', async () => {
      const { world, a, b, alice, bob } = await talking();
      b.messenger.setVisible(false);
      await world.clock.advance(200_000);
      const presence = (): string => a.messenger.peers.row(alice, bob).presence;
      const isTyping = (): boolean => a.messenger.messages.row(alice, bob).isTyping;
      const shown: unknown[] = [];
      a.messenger.messages.rowCell(alice, bob).subscribe((row) => void shown.push(row.isTyping));
      expect([presence(), isTyping()]).to.deep.equal(['reachable', false]);
      arrive(a, alice, bob, { v: 1, type: 'typing' });
      await world.clock.advance(500);
      expect([presence(), isTyping()]).to.deep.equal(['online', true]);
      world.clock.shift(shift);
      await world.clock.advance(1_000);
      expect([presence(), isTyping()]).to.deep.equal(['online', true]);
      await world.clock.advance(600);
      expect([presence(), isTyping()]).to.deep.equal(['online', false]);
      expect(shown.at(-1), 'and tells whoever watches').to.equal(false);
      await world.clock.advance(87_000);
      expect(presence()).to.equal('online');
      await world.clock.advance(1_500);
      expect(presence()).to.equal('reachable');
    });

    it('repeats requests, list reads and presence at the usual rate, with no more timers', async () => {
      const { world, a, alice, bob } = await talking();
      const service = 'a';
      const lists = (): number => sent(world, service, 'ListRegisteredPeers').length;
      // An own message that nobody acknowledges: a question goes out every minute.
      const lift = world.simulation.faults.add({
        kind: 'drop',
        direction: 'out',
        variants: ['MessageNotification'],
      });
      void a.messenger.messages.send(alice, bob, 'one');
      await world.clock.advance(61_000);
      const timers = countTimers(world.clock);
      const work = async (): Promise<number[]> => {
        const before = [lists(), handedOver(world, service), timers()];
        await world.clock.advance(300_000);
        return [lists(), handedOver(world, service), timers()].map((now, n) => now - before[n]!);
      };
      const [listsBefore, saidBefore, timersBefore] = await work();
      world.clock.shift(shift);
      const [listsAfter, saidAfter, timersAfter] = await work();
      expect(listsBefore).to.be.greaterThan(3);
      expect(listsAfter).to.be.within(listsBefore! - 1, listsBefore! + 1);
      expect(saidBefore).to.be.greaterThan(8);
      expect(saidAfter).to.be.within(saidBefore! - 2, saidBefore! + 2);
      expect(timersAfter).to.be.lessThan(timersBefore! * 1.5);
      lift();
      await world.clock.advance(61_000);
      expect(statuses(a.messenger, alice, bob)).to.deep.equal(['one: delivered']);
    });

    it('dials again after its pause, counts down to it, and gives up at the usual time', async () => {
      const { world, a, b, alice, bob } = await talking();
      a.service.faults.add({ kind: 'refuse', direction: 'in', variants: ['PeerConnect'], reason: 'Busy' });
      b.service.faults.add({ kind: 'refuse', direction: 'in', variants: ['PeerConnect'], reason: 'Busy' });
      a.messenger.routes.hangUp(alice, bob);
      const path = () => a.messenger.path(alice, bob);
      while (path().kind !== 'failed') await world.clock.advance(500);
      const failed = path();
      const left = (failed.kind === 'failed' ? failed.nextTry! : 0) - world.clock.now();
      expect(left).to.be.within(0, 300_000);
      world.clock.shift(shift);
      const later = path();
      expect((later.kind === 'failed' ? later.nextTry! : 0) - world.clock.now()).to.equal(left);
      a.service.faults.clear();
      b.service.faults.clear();
      await world.clock.advance(left + 5_000);
      expect(path().kind).to.equal('unknown-but-up');
    });

    it('repeats a request at the usual time, and draws Accept as under way for five seconds', async () => {
      const world = createWorld();
      const a = await world.browser('a');
      const b = await world.browser('b');
      const alice = await world.account(a, 'alice');
      const bob = await world.account(b, 'bobby');
      a.messenger.requests.ask(alice, bob);
      await world.clock.advance(20_000);
      const asks = (service: string): number => sent(world, service, 'PeerRegister').length;
      const before = asks('a');
      world.clock.shift(shift);
      // The second one went out when the other was found to be there; the third follows two minutes later.
      await world.clock.advance(90_000);
      expect(asks('a')).to.equal(before);
      await world.clock.advance(20_000);
      expect(asks('a')).to.equal(before + 1);
      const relation = (): string => b.messenger.peers.row(bob, alice).relation;
      b.service.faults.add({
        kind: 'hold',
        direction: 'in',
        variants: ['PeerRegister', 'PeerRegisterRespond'],
      });
      b.messenger.requests.accept(bob, alice);
      await world.clock.advance(1_000);
      expect(relation()).to.equal('accepting');
      world.clock.shift(shift);
      await world.clock.advance(3_000);
      expect(relation()).to.equal('accepting');
      await world.clock.advance(1_500);
      expect(relation()).to.equal('accepted');
      b.service.faults.clear();
      await world.clock.advance(6_000);
      expect([relation(), a.messenger.peers.row(alice, bob).relation]).to.deep.equal(['contact', 'contact']);
    });

    it('sends and shows a message written after a reload after those that waited', async () => {
      const { world, a, b, alice, bob } = await talking();
      b.closePage();
      a.service.faults.add({ kind: 'hold', direction: 'in', variants: ['Message'] });
      a.service.sockets[0]!.terminate();
      void a.messenger.messages.send(alice, bob, 'one');
      void a.messenger.messages.send(alice, bob, 'two');
      await world.clock.advance(100);
      a.closePage();
      world.clock.shift(shift);
      await world.clock.advance(100);
      await a.openPage();
      void a.messenger.messages.send(alice, bob, 'three');
      await world.clock.advance(100);
      a.service.faults.clear();
      await b.openPage();
      await world.clock.advance(120_000);
      const order = ['one', 'two', 'three'];
      expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.deep.equal(order);
      expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(order);
      const ids = texts(a.messenger, alice, bob).map(({ id }) => id);
      expect([...ids].sort()).to.deep.equal(ids);
    });

    it('orders accounts by the order of their sign-ins', async () => {
      const world = createWorld();
      const a = await world.browser('a');
      const names = (): string[] =>
        a.messenger.sessionRows.peek().map(({ username }: SessionRow) => username);
      await world.account(a, 'alice');
      world.clock.shift(shift);
      await world.account(a, 'carol');
      expect(names()).to.deep.equal(['alice', 'carol']);
      await a.reload();
      expect(names()).to.deep.equal(['alice', 'carol']);
    });

    it('is the same in a tab that was opened before and in one that is opened after', async () => {
      const world = createTabWorld();
      const profile = world.profile('a');
      const others = world.profile('b');
      const first = await profile.open();
      const alice = await world.account(first, 'alice');
      const b = await others.open();
      const bob = await world.account(b, 'bobby');
      first.messenger.requests.ask(alice, bob);
      await world.clock.advance(100);
      b.messenger.requests.accept(bob, alice);
      await world.clock.advance(10_000);
      const id = await sending(world.clock, first.messenger.messages.send(alice, bob, 'one'));
      world.clock.shift(shift);
      const second = await profile.open();
      const presences = (): string[] =>
        [first, second].map(({ messenger }) => messenger.peers.row(alice, bob).presence);
      expect(presences()).to.deep.equal(['online', 'online']);
      const later = await sending(world.clock, second.messenger.messages.send(alice, bob, 'two'));
      expect(later > id, `${later} after ${id}`).to.equal(true);
      b.messenger.setVisible(false);
      b.page.hide();
      await world.clock.advance(60_000);
      expect(presences()).to.deep.equal(['online', 'online']);
      await world.clock.advance(31_000);
      expect(presences()).to.deep.equal(['reachable', 'reachable']);
      // The one that was opened after leads from here on, by what it was told.
      first.page.close();
      await world.clock.advance(10_000);
      const last = await sending(world.clock, second.messenger.messages.send(alice, bob, 'three'));
      expect(last > later).to.equal(true);
      await world.clock.advance(10_000);
      expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['one', 'two', 'three']);
    });
  });
}

async function sending(clock: FakeClock, id: Promise<MessageId>): Promise<MessageId> {
  await clock.advance(50);
  return id;
}

describe('ids of one device', () => {
  it('sort in the order in which they were made, thousands of them at one time of day', async () => {
    const { world, a, alice, bob } = await talking();
    await sending(world.clock, a.messenger.messages.send(alice, bob, 'before'));
    world.clock.shift(-YEAR);
    const ids: MessageId[] = [];
    // A millisecond has room for 4096.
    for (let n = 0; n < 9_000; n += 1) ids.push(nextId(a));
    expect([...ids].sort()).to.deep.equal(ids);
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('ignore an id that claims a far time', async () => {
    const storage = memory();
    const { world, a, alice, bob } = await talking({ a: { storage } });
    await sending(world.clock, a.messenger.messages.send(alice, bob, 'one'));
    const [row] = await storage.history(alice, bob, { limit: 1 });
    const odd = messageIdOf(2 ** 48 - 1, 4_095, new Uint8Array(16));
    const value = { ...row!, id: odd, place: row!.place + 1, index: null } satisfies StoredMessage;
    await storage.write([{ put: 'message', value } satisfies StorageWrite]);
    await a.reload();
    const id = await sending(world.clock, a.messenger.messages.send(alice, bob, 'two'));
    expect(id < odd && id > row!.id).to.equal(true);
  });
});

/** The next id of a stream: conversations are begun with one, as messages are. */
let strangers = 0;
function nextId({ messenger }: Browser): MessageId {
  return engineOf(messenger).conversations.get(
    '1' as AccountId,
    String(10_000 + (strangers += 1)) as AccountId,
  ).meta.stream as MessageId;
}
