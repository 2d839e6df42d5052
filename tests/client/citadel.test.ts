import { expect } from '@open-wc/testing';
import type { CitadelOptions } from '../../client/index.ts';
import { citadel } from '../../client/index.ts';
import type { AccountId, LinkView, RequestId } from '../../facts/index.ts';
import type { FakeClock, SimulatedService, Simulation } from '../../mocks/index.ts';
import { createFakeClock, createSeededRandom, createSimulation } from '../../mocks/index.ts';
import type { Answer, Backend, BackendEvent } from '../../ports/backend.ts';
import type { WebSocketLike } from '../../ports/socket.ts';

interface World {
  clock: FakeClock;
  simulation: Simulation;
  service: SimulatedService;
  backend: Backend;
  events: BackendEvent[];
  links: LinkView[];
}

const server = '127.0.0.1:12349';
const alice = { server, username: 'alice', password: 'password' };
const requestId = (n: number): RequestId => `00000000-0000-4000-8000-00000000000${n}` as RequestId;

async function open(options: Partial<CitadelOptions> = {}): Promise<World> {
  const clock = createFakeClock();
  const random = createSeededRandom(7);
  const simulation = createSimulation({ clock, random });
  const service = simulation.service('a');
  const Socket = service.webSocket();
  const backend = citadel({
    url: service.url,
    clock,
    random,
    openSocket: (url) => new Socket(url),
    network: { isOnline: () => true, watch: () => () => undefined },
    ...options,
  });
  const events: BackendEvent[] = [];
  const links: LinkView[] = [];
  backend.subscribe((event) => (event.type === 'link' ? links.push(event.link) : events.push(event)));
  backend.open();
  await clock.advance(10);
  return { clock, simulation, service, backend, events, links };
}

/** Signs alice in and returns her account. */
async function signedIn(world: World): Promise<AccountId> {
  const account = world.simulation.createAccount({ username: 'alice', service: world.service });
  const answer = world.backend.signIn(alice);
  await world.clock.advance(1_000);
  expect((await answer).ok).to.equal(true);
  return account;
}

async function after<Result>(clock: FakeClock, answer: Promise<Result>, ms: number): Promise<Result> {
  await clock.advance(ms);
  return answer;
}

describe('the link', () => {
  it('waits for the greeting before it is up', async () => {
    const { clock, links, service } = await open();
    expect(links.map(({ state }) => state)).to.deep.equal(['connecting', 'up']);
    service.faults.add({ kind: 'drop', direction: 'out', variants: ['ServiceConnectionAccepted'] });
    service.sockets[0]!.terminate();
    await clock.advance(9_000);
    expect(links.at(-1)!.state).to.equal('connecting');
    service.faults.clear();
    await clock.advance(60_000);
    expect(links.at(-1)!.state).to.equal('up');
  });

  it('fails every pending request at once with "connection lost" when the socket drops (case 121)', async () => {
    const world = await open();
    const account = await signedIn(world);
    world.service.faults.add({ kind: 'hold', direction: 'in' });
    const answers = [
      world.backend.people(account),
      world.backend.contacts(account),
      world.backend.sessions(),
    ];
    let settled = 0;
    for (const answer of answers) void answer.then(() => (settled += 1));
    await world.clock.advance(100);
    expect(settled).to.equal(0);
    world.service.sockets[0]!.terminate();
    await world.clock.advance(0);
    for (const answer of await Promise.all(answers as Promise<Answer>[]))
      expect(answer).to.deep.equal({ ok: false, failure: { kind: 'unanswered', cause: 'connection-lost' } });
  });

  it('backs off when every socket closes at once, and reports the time of the next attempt (case 124)', async () => {
    const world = await open();
    world.service.kill();
    await world.clock.advance(300_000);
    const waits = world.links.flatMap((link) =>
      link.state === 'reconnecting' ? [link.retryAt - link.since] : [],
    );
    expect(waits.length).to.be.within(10, 60);
    expect(Math.min(...waits)).to.be.greaterThan(199);
    expect(Math.max(...waits)).to.be.within(5_000, 30_000);
  });

  it('tries again at once when the person asks for it', async () => {
    const world = await open();
    world.service.kill();
    await world.clock.advance(200_000);
    world.service.start();
    world.backend.reconnect();
    await world.clock.advance(10);
    expect(world.backend.link.state).to.equal('up');
  });

  it('finds a half-open socket by a probe and replaces it', async () => {
    const world = await open();
    world.service.faults.add({ kind: 'half-open', direction: 'in', times: 1 });
    world.backend.probe();
    await world.clock.advance(3_900);
    expect(world.events.filter(({ type }) => type === 'linked')).to.have.length(1);
    await world.clock.advance(1_100);
    expect(
      world.links.filter(({ state }) => state === 'reconnecting'),
      'within 5 s',
    ).to.have.length(1);
    await world.clock.advance(2_000);
    expect(world.events.filter(({ type }) => type === 'linked')).to.have.length(2);
  });

  it('opens again after it was closed, on a new socket', async () => {
    const world = await open();
    world.backend.close();
    expect(world.backend.link.state).to.equal('closed');
    world.backend.open();
    await world.clock.advance(10);
    expect(world.backend.link.state).to.equal('up');
    expect(world.events.filter(({ type }) => type === 'linked')).to.have.length(2);
    expect(world.service.sockets).to.have.length(1);
  });
});

describe('requests and answers', () => {
  it('are matched in any order, and late or doubled answers are harmless', async () => {
    const world = await open();
    const account = await signedIn(world);
    world.service.faults.add({
      kind: 'delay',
      direction: 'out',
      variants: ['ListAllPeersResponse'],
      delay: 500,
    });
    world.service.faults.add({
      kind: 'duplicate',
      direction: 'out',
      variants: ['ListRegisteredPeersResponse'],
    });
    const order: string[] = [];
    void world.backend.people(account).then(() => order.push('people'));
    void world.backend.contacts(account).then(() => order.push('contacts'));
    await world.clock.advance(1_000);
    expect(order).to.deep.equal(['contacts', 'people']);
    const unmatched = world.events.filter(
      (event) => event.type === 'counted' && event.what === 'unmatched-answer',
    );
    expect(unmatched).to.have.length(1);
  });

  it('time out, each after its own time, since the service never answers what it cannot read', async () => {
    const world = await open();
    const account = await signedIn(world);
    world.service.faults.add({ kind: 'drop', direction: 'in' });
    const list = world.backend.people(account);
    await world.clock.advance(34_000);
    let isSettled = false;
    void list.then(() => (isSettled = true));
    await world.clock.advance(0);
    expect(isSettled).to.equal(false);
    expect(await after(world.clock, list, 2_000)).to.deep.equal({
      ok: false,
      failure: { kind: 'unanswered', cause: 'timeout' },
    });
  });

  it('match by variant as well: a notification with our request id is no answer (A.3)', async () => {
    const world = await open();
    const account = await signedIn(world);
    world.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'] });
    let isSettled = false;
    void world.backend
      .send(account, '5' as AccountId, new Uint8Array([1]), { requestId: requestId(1) })
      .then(() => (isSettled = true));
    const Socket = world.service.webSocket();
    expect(Socket).to.not.equal(undefined);
    await world.clock.advance(5_000);
    expect(isSettled).to.equal(false);
  });

  it('report when the frame was handed to the socket, and never do so without a link', async () => {
    const world = await open();
    const account = await signedIn(world);
    let handed = 0;
    const options = { requestId: requestId(2), handedOver: () => (handed += 1) } as const;
    const answer = world.backend.send(account, '5' as AccountId, new Uint8Array([1]), options as never);
    expect(handed).to.equal(1);
    expect(await after(world.clock, answer, 100)).to.deep.include({ ok: false });
    world.service.kill();
    await world.clock.advance(10);
    const second = await world.backend.send(account, '5' as AccountId, new Uint8Array([1]), options as never);
    expect(handed).to.equal(1);
    expect(second).to.deep.include({ ok: false });
    expect(second.ok === false && second.failure.kind).to.equal('not-sent');
  });

  it('write every CID as digits, whole (cases 117, 120)', async () => {
    const world = await open();
    const cid = '18017897041159203224' as AccountId;
    void world.backend.people(cid);
    void world.backend.send(cid, '18446744073709551615' as AccountId, new Uint8Array([1]), {
      requestId: requestId(3),
    });
    await world.clock.advance(10);
    const texts = world.simulation.frames.entries
      .filter(({ direction }) => direction === 'in')
      .map(({ text }) => text);
    expect(texts.some((text) => text.includes('"cid":18017897041159203224'))).to.equal(true);
    expect(texts.some((text) => text.includes('"peer_cid":18446744073709551615'))).to.equal(true);
    expect(texts.join('')).not.to.include('"18017897041159203224"');
    expect(texts.join('')).not.to.include('18017897041159203000');
  });

  it('refuse the own account, a host name and a payload over the limit before anything is sent (cases 42, 146)', async () => {
    const world = await open();
    const account = await signedIn(world);
    const before = world.simulation.frames.entries.length;
    const own = await world.backend.send(account, account, new Uint8Array([1]), { requestId: requestId(4) });
    const large = await world.backend.send(account, '5' as AccountId, new Uint8Array(4_000_001), {
      requestId: requestId(5),
    });
    const named = await world.backend.createAccount({ ...alice, server: 'localhost:1', fullName: 'A' });
    for (const answer of [own, large, named])
      expect(answer.ok === false && answer.failure.kind).to.equal('not-sent');
    expect(large.ok === false && 'code' in large.failure && large.failure.code).to.equal('too-large');
    expect(world.simulation.frames.entries).to.have.length(before);
    expect(world.backend.link.state).to.equal('up');
  });

  it('send one message at a time per pair, and pairs side by side', async () => {
    const world = await open();
    const account = await signedIn(world);
    world.service.faults.add({
      kind: 'delay',
      direction: 'out',
      variants: ['MessageSendFailure'],
      delay: 1_000,
    });
    for (let n = 1; n <= 3; n += 1) {
      void world.backend.send(account, '5' as AccountId, new Uint8Array([n]), { requestId: requestId(n) });
      void world.backend.send(account, '6' as AccountId, new Uint8Array([n]), {
        requestId: requestId(n + 3),
      });
    }
    const handedOver = (): number =>
      world.simulation.frames.entries.filter(({ frame }) => frame?.variant === 'Message').length;
    await world.clock.advance(10);
    expect(handedOver()).to.equal(2);
    await world.clock.advance(1_000);
    expect(handedOver()).to.equal(4);
  });

  it('count malformed and unknown frames and continue', async () => {
    const world = await open();
    world.service.faults.add({
      kind: 'truncate',
      direction: 'out',
      variants: ['GetSessionsResponse'],
      times: 1,
    });
    void world.backend.sessions();
    await world.clock.advance(6_000);
    const counted = world.events.flatMap((event) => (event.type === 'counted' ? [event.what] : []));
    expect(counted).to.deep.equal(['malformed-frame', 'timeout']);
    expect((await after(world.clock, world.backend.sessions(), 10)).ok).to.equal(true);
  });

  it('read a flood in slices, in order, and what came before the socket was lost before they tell that', async () => {
    const clock = createFakeClock();
    let busy = 0;
    const socket: WebSocketLike = {
      ...{ onopen: null, onmessage: null, onclose: null, onerror: null },
      ...{ send: () => undefined, close: () => undefined },
    };
    const hear = (text: string): void => void socket.onmessage?.({ data: text } as never);
    const backend = citadel({
      url: 'ws://a',
      clock: { ...clock, elapsed: () => clock.elapsed() + busy },
      random: createSeededRandom(7),
      openSocket: () => socket,
      network: { isOnline: () => true, watch: () => () => undefined },
    });
    const told: string[] = [];
    backend.subscribe((event) => {
      // What is done with each takes two milliseconds.
      busy += 2;
      if (event.type === 'body') told.push(String(event.body[0]));
      else if (event.type === 'counted') told.push(event.what);
    });
    backend.open();
    hear('{"Response":{"ServiceConnectionAccepted":{"cid":0,"request_id":null}}}');
    const count = 40;
    for (let n = 0; n < count; n += 1)
      hear(`{"Response":{"MessageNotification":{"cid":5,"peer_cid":6,"message":[${n}],"request_id":null}}}`);
    const inOneTurn = told.length;
    expect(inOneTurn).to.be.lessThan(count);
    await clock.advance(17);
    expect(told.length).to.be.within(inOneTurn + 1, count - 1);
    socket.onclose?.({} as never);
    expect(told).to.deep.equal([...Array.from({ length: count }, (_, n) => String(n)), 'socket-lost']);
  });
});
