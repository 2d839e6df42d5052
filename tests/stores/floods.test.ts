import { expect } from '@open-wc/testing';
import type { AccountId } from '../../facts/index.ts';
import { compareCids } from '../../protocol/cid.ts';
import { createPeer } from '../../mocks/index.ts';
import { decodePayload } from '../../protocol/payload.ts';
import { arrive, counted } from './outside.ts';
import { SERVER, createWorld, sent, talking, texts } from './world.ts';
import type { World } from './world.ts';
import { engineOf } from '../engine.ts';

/** The payloads that a service's pages have handed over since that frame, oldest first. */
function said(world: World, service: string, from: number): string[] {
  return world.simulation.frames.entries.slice(from).flatMap(({ service: at, direction, frame }) => {
    if (at !== service || direction !== 'in' || frame?.variant !== 'Message') return [];
    const { message } = frame.body as { message: Uint8Array };
    const decoded = decodePayload(message);
    if (decoded.kind !== 'payload') return [];
    const { payload } = decoded;
    return [payload.type === 'sync' ? payload.kind : payload.type];
  });
}

const asked = (cid: AccountId, peer: AccountId): string =>
  `{"Response":{"PeerRegisterNotification":{"cid":${cid},"peer_cid":${peer},"peer_username":"x${peer}","request_id":null}}}`;

/** The CID of the name `bobby`. */
const BOBBY = '17684837526470697951' as AccountId;

describe('a flood', () => {
  it('of channels that end as soon as they are up: dials and list reads are backed off, and the last one holds', async () => {
    const { world, a, b, alice, bob } = await talking();
    const from = world.simulation.frames.entries.length;
    const end = world.clock.now() + 60_000;
    while (world.clock.now() < end) {
      if (b.messenger.path(bob, alice).kind === 'unknown-but-up') b.messenger.routes.hangUp(bob, alice);
      await world.clock.advance(50);
    }
    const frames = world.simulation.frames.entries.slice(from);
    const count = (service: string, ...variants: string[]): number =>
      frames.filter(
        (entry) =>
          entry.service === service &&
          entry.direction === 'in' &&
          variants.includes(entry.frame?.variant ?? ''),
      ).length;
    for (const service of ['a', 'b']) {
      expect(count(service, 'PeerConnect', 'PeerConnectAccept'), `tries of ${service}`).to.be.within(3, 30);
      // Two lists each: seven in a row, and one every ten seconds as always without a channel.
      expect(count(service, 'ListAllPeers', 'ListRegisteredPeers'), `lists of ${service}`).to.be.lessThan(32);
    }
    await world.clock.advance(30_000);
    expect(a.messenger.path(alice, bob).kind).to.equal('unknown-but-up');
    // What lasts is a new beginning.
    b.messenger.routes.hangUp(bob, alice);
    await world.clock.advance(2_000);
    expect(a.messenger.path(alice, bob).kind).to.equal('unknown-but-up');
  });

  it('of questions is answered at once, and once more for all the others', async () => {
    const { world, a, alice, bob } = await talking();
    await world.clock.advance(2_000);
    const from = world.simulation.frames.entries.length;
    for (let n = 0; n < 500; n += 1)
      arrive(a, alice, bob, {
        v: 1,
        type: 'sync',
        kind: 'question',
        at: 1,
        yours: null,
        mine: { stream: 's', next: 1, voids: [], settled: 0 },
      });
    await world.clock.advance(10);
    expect(said(world, 'a', from)).to.deep.equal(['answer']);
    await world.clock.advance(10_000);
    expect(said(world, 'a', from).filter((kind) => kind === 'answer')).to.deep.equal(['answer', 'answer']);
    expect(counted(a, 'coalesced')).to.equal(499);
  });

  it('of syncs that lack a message has it sent a few times, and then once a minute', async () => {
    const { world, a, b, alice, bob } = await talking();
    b.service.faults.add({ kind: 'hold', direction: 'out', variants: ['MessageNotification'] });
    void a.messenger.messages.send(alice, bob, 'again');
    await world.clock.advance(500);
    const { meta } = engineOf(a.messenger).conversations.get(alice, bob);
    const source = a.messenger.messages.source(alice, bob);
    const [id] = source.ids.peek();
    for (let n = 0; n < 600; n += 1) {
      arrive(a, alice, bob, {
        ...{ v: 1, type: 'sync', kind: 'answer', at: 1, yours: { stream: meta.stream, here: [] } },
        mine: { stream: 's', next: 1, voids: [], settled: 0 },
      });
      await world.clock.advance(2_000);
    }
    expect(source.get(id!)!.attempts).to.be.within(20, 40);
    // Whoever tells the truth in the end has it.
    b.service.faults.clear();
    await world.clock.advance(120_000);
    expect(texts(a.messenger, alice, bob).map(({ status }) => status)).to.deep.equal(['delivered']);
  });

  it('of void indices fills no disk, and what comes later arrives', async () => {
    const { world, a, alice, bob } = await talking();
    const started = performance.now();
    for (let sync = 0; sync < 300; sync += 1) {
      const first = sync * 3_000 + 2;
      const voids = Array.from({ length: 1_000 }, (_, n) => [first + 3 * n, first + 3 * n + 1]);
      arrive(a, alice, bob, {
        v: 1,
        type: 'sync',
        kind: 'answer',
        at: 1,
        yours: null,
        mine: { stream: 's', next: 1_000_000, voids, settled: 0 },
      });
      if (sync % 50 === 0) await world.clock.advance(10);
    }
    await world.clock.advance(100);
    expect(performance.now() - started).to.be.lessThan(15_000);
    expect(counted(a, 'ranges-dropped')).to.be.greaterThan(0);
    for (const index of [1, 1_000_000])
      arrive(a, alice, bob, {
        v: 1,
        type: 'message',
        stream: 's',
        index,
        text: `number ${index}`,
        sentAt: 1_768_471_200_000,
        id: `019bc119-4494-7000-a623-00000${index + 1_000_000}`,
      });
    await world.clock.advance(1_000);
    await a.messenger.stored();
    const [conversation] = await a.storage.conversations(alice);
    expect(JSON.stringify(conversation).length).to.be.lessThan(500_000);
    await a.reload();
    expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.have.members([
      'number 1',
      'number 1000000',
    ]);
  });

  it('of typing and presence is drawn a few times, and ends with the last signal', async () => {
    const { world, a, alice, bob } = await talking();
    const rows: boolean[] = [];
    const list = a.messenger.messages.list(alice);
    arrive(a, alice, bob, { v: 1, type: 'presence' });
    await world.clock.advance(10);
    list.watch(bob, () => rows.push(a.messenger.messages.row(alice, bob).isTyping));
    for (let n = 0; n < 2_000; n += 1) {
      arrive(a, alice, bob, { v: 1, type: 'typing' });
      arrive(a, alice, bob, { v: 1, type: 'presence', note: `note ${n}` });
      if (n % 20 === 0) await world.clock.advance(50);
    }
    await world.clock.settle();
    expect(a.messenger.messages.row(alice, bob).isTyping).to.equal(true);
    expect(a.messenger.peers.row(alice, bob).note).to.equal('note 1999');
    await world.clock.advance(2_100);
    expect(rows.length).to.be.within(2, 20);
    expect(rows.at(-1)).to.equal(false);
    expect(a.messenger.peers.row(alice, bob)).to.include({ presence: 'online', note: 'note 1999' });
    // Each word keeps them there for its ninety seconds.
    await world.clock.advance(86_000);
    expect(a.messenger.peers.row(alice, bob).presence).to.equal('online');
  });

  it('of requests of one person is one request; of strangers, five hundred wait', async () => {
    const world = createWorld();
    const a = await world.browser('a');
    const alice = await world.account(a, 'alice');
    for (let n = 0; n < 1_000; n += 1) a.inject(asked(alice, '77' as AccountId));
    await world.clock.advance(10);
    expect(a.messenger.requests.pendingCount(alice).peek()).to.equal(1);
    expect(counted(a, 'coalesced')).to.equal(999);
    for (let n = 100; n < 1_000; n += 1) a.inject(asked(alice, String(n) as AccountId));
    await world.clock.advance(10);
    expect(a.messenger.requests.pendingCount(alice).peek()).to.equal(500);
    expect(a.messenger.peers.source(alice).ids.peek().length).to.be.lessThan(520);
    expect(counted(a, 'too-many-requests')).to.equal(401);
    await a.messenger.stored();
    expect(await a.storage.requests(alice)).to.have.length(500);
    // Room is made by an answer.
    a.messenger.requests.decline(alice, '77' as AccountId);
    a.inject(asked(alice, '5000' as AccountId));
    await world.clock.settle();
    expect(a.messenger.peers.row(alice, '5000' as AccountId).relation).to.equal('pending');
  });

  it('of requests of a contact, and of path reports, has each effect once', async () => {
    const { world, a, alice, bob } = await talking();
    await a.messenger.stored();
    const from = world.simulation.frames.entries.length;
    let told = 0;
    a.messenger.messages.list(alice).watch(bob, () => (told += 1));
    const path = `{"Response":{"PeerPathChangedNotification":{"cid":${alice},"peer_cid":${bob},"path":"turn","upgrading":false,"request_id":null}}}`;
    for (let n = 0; n < 500; n += 1) {
      a.inject(asked(alice, bob));
      a.inject(path);
    }
    await world.clock.advance(5_000);
    expect(told).to.be.lessThan(12);
    const lists = world.simulation.frames.entries
      .slice(from)
      .filter(({ service, frame }) => service === 'a' && frame?.variant === 'ListRegisteredPeers');
    expect(lists.length).to.be.lessThan(8);
    expect(a.messenger.peers.row(alice, bob).relation).to.equal('contact');
  });

  it('of relay changes fetches once, and once more for all the others', async () => {
    const { world, a, b, alice, bob } = await talking({ a: { relay: true }, b: { relay: true } });
    b.messenger.close();
    for (const socket of b.service.sockets) socket.terminate();
    await world.clock.advance(1_000);
    a.messenger.routes.hangUp(alice, bob);
    await world.clock.advance(1_000);
    void a.messenger.messages.send(alice, bob, 'for the relay');
    await world.clock.advance(3_000);
    const questions = (): number =>
      a.relay!.stored.filter(({ body }) => new TextDecoder().decode(body).includes('question')).length;
    const before = questions();
    for (let n = 0; n < 50; n += 1) {
      a.relay!.setUp(false);
      a.relay!.setUp(true);
    }
    await world.clock.advance(5_000);
    expect(questions() - before).to.be.within(1, 2);
  });

  it('of offers is picked up one at a time', async () => {
    const { world, a, alice, bob } = await talking();
    const before = sent(world, 'a', 'PeerConnectAccept').length;
    const offer = `{"Response":{"PeerConnectNotification":{"cid":${alice},"peer_cid":${bob},"request_id":null}}}`;
    for (let n = 0; n < 500; n += 1) a.inject(offer);
    await world.clock.advance(5_000);
    expect(sent(world, 'a', 'PeerConnectAccept').length - before).to.be.within(1, 2);
  });
});

describe('an account that another browser has taken and signed out', () => {
  for (const hint of ['the next read of the lists', 'a refused word'])
    it(`is found to be signed out by ${hint}, at most a minute later`, async () => {
      const { world, a, alice, bob } = await talking();
      const other = await world.browser('a', { on: a.service });
      const signedIn = other.messenger.sessions.signIn({
        server: SERVER,
        username: 'alice',
        password: 'correct horse',
      });
      await world.clock.advance(2_000);
      expect((await signedIn).state).to.equal('done');
      void other.messenger.sessions.signOut(alice);
      await world.clock.advance(500);
      expect(a.messenger.sessions.get(alice)!.state).to.equal('signed-in');
      if (hint === 'a refused word') {
        void a.messenger.messages.send(alice, bob, 'hello?');
        a.messenger.requests.ask(alice, '77' as AccountId);
        await world.clock.advance(2_000);
      } else await world.clock.advance(60_000);
      expect(a.messenger.sessions.get(alice)!.state).to.equal('signed-out-by-service');
    });
});

describe('a dial that was declined', () => {
  it('is tried again every ten minutes, and whenever the peer turns reachable anew', async () => {
    const world = createWorld();
    const { clock } = world;
    const a = await world.browser('a');
    const alice = await world.account(a, 'alice');
    // A page of another version, which declines; ours holds the lower CID.
    const bobby = createPeer(BOBBY, {
      password: 'correct horse',
      service: world.simulation.service('b'),
      clock,
      username: 'bobby',
      habits: { answersAsks: 'asks-back', picksUp: false },
    });
    void bobby.register();
    await clock.advance(3_000);
    expect(compareCids(alice, bobby.cid) < 0).to.equal(true);
    const dials = (): number => sent(world, 'a', 'PeerConnect').length;
    a.messenger.requests.ask(alice, bobby.cid);
    await clock.advance(1_000);
    expect(dials()).to.equal(1);
    void bobby.pickUp(alice, false);
    await clock.advance(1_000);
    const path = a.messenger.path(alice, bobby.cid);
    expect(path).to.include({ kind: 'failed', reason: 'Peer did not accept connection' });
    expect(path.kind === 'failed' && path.nextTry! - clock.now()).to.be.within(590_000, 600_000);
    await clock.advance(590_000);
    expect(dials()).to.equal(1);
    await clock.advance(15_000);
    expect(dials()).to.equal(2);
  });

  it('is tried once when they sign in again', async () => {
    const world = createWorld();
    const { clock } = world;
    const a = await world.browser('a');
    const alice = await world.account(a, 'alice');
    const bobby = createPeer(BOBBY, {
      password: 'correct horse',
      service: world.simulation.service('b'),
      clock,
      username: 'bobby',
      habits: { answersAsks: 'asks-back', picksUp: false },
    });
    void bobby.register();
    await clock.advance(3_000);
    a.messenger.requests.ask(alice, bobby.cid);
    await clock.advance(1_000);
    void bobby.pickUp(alice, false);
    await clock.advance(60_000);
    expect(sent(world, 'a', 'PeerConnect')).to.have.length(1);
    void bobby.signOut();
    await clock.advance(30_000);
    expect(a.messenger.peers.row(alice, bobby.cid).presence).to.equal('offline');
    bobby.habits = { ...bobby.habits, picksUp: true };
    void bobby.open();
    await clock.advance(30_000);
    expect(sent(world, 'a', 'PeerConnect')).to.have.length(2);
  });
});
