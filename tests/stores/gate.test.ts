import { expect } from '@open-wc/testing';
import type { AccountId, MessageId } from '../../facts/index.ts';
import { memory as memoryBackend } from '../../client/memory.ts';
import { createFakeClock } from '../../mocks/index.ts';
import type { Backend, BackendEvent, PersonEntry } from '../../ports/backend.ts';
import type { Relay, RelayEnvelope } from '../../ports/relay.ts';
import { createDiagnostics } from '../../stores/diagnostics.ts';
import { Journal } from '../../stores/journal.ts';
import { gatedBackend, gatedRelay } from '../../stores/gate.ts';
import { arrive, counted, rewritten } from './outside.ts';
import type { Browser, World } from './world.ts';
import { SERVER, createWorld, sent, talking, texts } from './world.ts';
import { engineOf } from '../engine.ts';

const HIGHEST = Number.MAX_SAFE_INTEGER;
const ID = '019bc119-4494-7000-a623-000000000001' as MessageId;
const NOBODY = '0' as AccountId;

const message = (change: object = {}): object => ({
  v: 1,
  type: 'message',
  id: ID,
  stream: 's',
  index: 1,
  text: 'hello',
  sentAt: 1_768_471_200_000,
  ...change,
});

/** The peers that the account knows of, and the ones that it lists anywhere. */
function known({ messenger }: Browser, account: AccountId): AccountId[] {
  return [
    ...messenger.peers.source(account).ids.peek(),
    ...messenger.messages.list(account).ids.peek(),
    ...messenger.peers.asking(account).ids.peek(),
  ];
}

describe('a frame about ourselves or about nobody', () => {
  const frames: Record<string, (cid: AccountId, peer: AccountId) => string> = {
    MessageNotification: (cid, peer) =>
      `{"cid":${cid},"peer_cid":${peer},"message":[104,105],"request_id":null}`,
    PeerConnectSuccess: (cid, peer) => `{"cid":${cid},"peer_cid":${peer},"request_id":null}`,
    PeerConnectNotification: (cid, peer) => `{"cid":${cid},"peer_cid":${peer},"request_id":null}`,
    PeerRegisterNotification: (cid, peer) =>
      `{"cid":${cid},"peer_cid":${peer},"peer_username":"me","request_id":null}`,
    PeerPathChangedNotification: (cid, peer) =>
      `{"cid":${cid},"peer_cid":${peer},"path":"direct","upgrading":false,"request_id":null}`,
    DisconnectNotification: (cid, peer) => `{"cid":${cid},"peer_cid":${peer},"request_id":null}`,
  };
  for (const [variant, body] of Object.entries(frames))
    for (const who of ['ourselves', 'nobody'] as const)
      it(`is counted and dropped: ${variant} about ${who}`, async () => {
        const { world, a, alice, bob } = await talking();
        const from = world.simulation.frames.entries.length;
        const before = known(a, alice);
        a.inject(`{"Response":{"${variant}":${body(alice, who === 'nobody' ? NOBODY : alice)}}}`);
        await world.clock.advance(9_000);
        expect(known(a, alice)).to.deep.equal(before);
        expect(before).to.include(bob);
        expect(counted(a, 'no-peer') + counted(a, 'server-message')).to.equal(1);
        const own = world.simulation.frames.entries
          .slice(from)
          .filter(({ direction, text }) => direction === 'in' && text.includes(`"peer_cid":${alice}`));
        expect(own.filter(({ service }) => service === 'a')).to.deep.equal([]);
        await a.messenger.stored();
        const rows = [...(await a.storage.requests(alice)), ...(await a.storage.conversations(alice))];
        expect(rows.filter(({ peer }) => peer === alice || peer === NOBODY)).to.deep.equal([]);
        expect(rows.map(({ peer }) => peer)).to.include(bob);
      });

  it('is left out of every list, envelope and answer', async () => {
    const { counters, count } = createDiagnostics(new Journal());
    const me = '7' as AccountId;
    const rows = [me, '' as AccountId, 'a/b' as AccountId, '8' as AccountId].map((peer): PersonEntry => {
      return { peer, name: ' \u200b', username: 'Eve\u202e', online: true };
    });
    const told: BackendEvent[] = [];
    let tell: (event: BackendEvent) => void = () => undefined;
    const backend = gatedBackend(
      {
        ...memoryBackend(createFakeClock()),
        people: () => Promise.resolve({ ok: true, result: rows }),
        contacts: () => Promise.resolve({ ok: true, result: rows }),
        signIn: () => Promise.resolve({ ok: true, result: { account: '' as AccountId, wasActive: false } }),
        claim: () => Promise.resolve({ ok: true, result: 1e20 }),
        dial: () =>
          Promise.resolve({
            ok: false,
            failure: { kind: 'refused', code: 'unknown', reason: 'x'.repeat(1_000_000) },
          }),
        subscribe: (listener) => {
          tell = listener;
          return () => undefined;
        },
      } as Partial<Backend> as Backend,
      count,
    );
    const row = { peer: '8', name: null, username: 'Eve', online: true };
    for (const list of [await backend.people(me), await backend.contacts(me)])
      expect(list).to.deep.equal({ ok: true, result: [row] });
    expect((await backend.signIn({ server: SERVER, username: 'me', password: '' })).ok).to.equal(false);
    expect(await backend.claim(me, false)).to.deep.equal({ ok: true, result: 10_000 });
    const refused = await backend.dial(me, '8' as AccountId);
    expect(JSON.stringify(refused).length).to.be.lessThan(600);
    backend.subscribe((event) => told.push(event));
    const requestId = ID as never;
    const reason = 'x'.repeat(1_000);
    for (const peer of [me, '8' as AccountId]) {
      tell({ type: 'request-received', account: me, peer, username: '\u3164' });
      tell({ type: 'request-refused', account: me, peer, requestId, code: 'unknown', reason });
      tell({ type: 'send-answered', account: me, peer, requestId, refused: { code: 'unknown', reason } });
      tell({ type: 'send-answered', account: me, peer, requestId, refused: null });
    }
    tell({ type: 'ended', account: me, peer: null });
    expect(told.map(({ type }) => type)).to.deep.equal([
      ...['request-received', 'request-refused', 'send-answered', 'send-answered', 'ended'],
    ]);
    expect(told[0]).to.include({ username: null });
    expect(JSON.stringify(told).length).to.be.lessThan(1_600);

    const received: RelayEnvelope[] = [];
    let bring: (envelope: RelayEnvelope) => Promise<void> = () => Promise.resolve();
    const relay = gatedRelay(
      {
        name: 'the relay',
        isUp: true,
        send: () => Promise.resolve({ outcome: 'refused', code: 'invalid', reason }),
        subscribe: (_account, receive) => {
          bring = receive;
          return () => undefined;
        },
        watch: () => () => undefined,
      } satisfies Relay,
      count,
    );
    relay.subscribe(me, (envelope) => Promise.resolve(void received.push(envelope)));
    const body = new Uint8Array();
    for (const [from, to] of [
      [me, me],
      ['', me],
      ['8', '9'],
      ['8', me],
    ] as [AccountId, AccountId][])
      await bring({ id: ID, from, to, body });
    expect(received.map(({ from, to }) => [from, to])).to.deep.equal([['8', me]]);
    const answer = await relay.send({ id: ID, from: me, to: '8' as AccountId, body });
    expect(answer.outcome === 'refused' && answer.reason!.length).to.equal(500);
    expect([relay.name, relay.isUp]).to.deep.equal(['the relay', true]);
    expect(counters.peek().get('no-peer')).to.equal(3 + 3 + 1 + 4 + 3);
  });

  it('is ignored if an earlier version stored it', async () => {
    const { a, alice, bob } = await talking();
    const { storage } = a;
    const [request] = await storage.requests(alice);
    const [conversation] = await storage.conversations(alice);
    await storage.write([
      { put: 'request', value: { ...request!, peer: alice } },
      { put: 'conversation', value: { ...conversation!, peer: alice } },
    ]);
    await a.reload();
    expect(known(a, alice)).to.include(bob).and.to.not.include(alice);
  });
});

describe('a number from a peer', () => {
  it('that is no valid time, or lies in the next year, is replaced by the time of arrival; a plausible one stays', async () => {
    const { world, a, alice, bob } = await talking();
    const stamps = [HIGHEST, 8.64e15, 8.64e15 + 1, world.clock.now() + 90_000_000, -1, -HIGHEST, 5];
    stamps.forEach((sentAt, n) =>
      arrive(a, alice, bob, message({ id: idOf(n), index: n + 1, text: String(n), sentAt })),
    );
    await world.clock.advance(100);
    const source = a.messenger.messages.source(alice, bob);
    const times = source.ids.peek().map((id) => source.get(id)!.sentAt);
    expect(times).to.have.length(7);
    for (const time of times) expect(time).to.be.within(0, world.clock.now());
    expect(times.slice(-1)).to.deep.equal([5]);
    expect(counted(a, 'implausible-time')).to.equal(6);
    await a.messenger.stored();
    await a.reload();
    const again = a.messenger.messages.source(alice, bob);
    expect(again.ids.peek().map((id) => again.get(id)!.sentAt)).to.deep.equal(times);
  });

  it('that is too large as an index is refused, and makes no gap', async () => {
    const { world, a, alice, bob } = await talking();
    for (const index of [HIGHEST, 1_000_000_001, 0, -1, 1.5]) arrive(a, alice, bob, message({ index }));
    await world.clock.advance(100);
    const source = a.messenger.messages.source(alice, bob);
    const shown = (): unknown[] =>
      source.ids.peek().map((id) => [source.get(id)!.quiet, source.get(id)!.missingBefore]);
    expect(shown()).to.deep.equal([['unreadable', 0]]);
    expect(counted(a, 'malformed-payload')).to.equal(5);
    arrive(a, alice, bob, message());
    await world.clock.advance(100);
    expect(shown()).to.deep.equal([
      ['unreadable', 0],
      [null, 0],
    ]);
  });

  it('is replaced in a receipt, too, so that the evidence has a time that can be shown', async () => {
    const { world, a, alice, bob } = await talking();
    const id = await sending(world, a.messenger.messages.send(alice, bob, 'hello'));
    const { facts } = a.messenger.messages.source(alice, bob).get(id)!;
    expect(facts.map(({ type }) => type)).to.include('delivered');
    arrive(a, alice, bob, { v: 1, type: 'receipt', kind: 'delivered', id, at: HIGHEST });
    await world.clock.advance(100);
    expect(counted(a, 'implausible-time')).to.equal(1);
  });
});

describe('the id of a message', () => {
  it('is the same in upper case', async () => {
    const { world, a, alice, bob } = await talking();
    arrive(a, alice, bob, message());
    await world.clock.advance(100);
    arrive(a, alice, bob, message({ id: ID.toUpperCase() }));
    arrive(a, alice, bob, message({ id: idOf(2), index: 2, text: 'yes', answers: ID.toUpperCase() }));
    await world.clock.advance(100);
    const source = a.messenger.messages.source(alice, bob);
    expect(source.ids.peek()).to.deep.equal([ID, idOf(2)]);
    expect(source.get(idOf(2))!.replyTo).to.deep.equal({ id: ID, text: 'hello', own: false });
    expect(counted(a, 'duplicate-message')).to.equal(1);
    arrive(a, alice, bob, { v: 1, type: 'delete', id: ID.toUpperCase() });
    await world.clock.advance(100);
    expect(source.ids.peek()).to.deep.equal([idOf(2)]);
  });
});

describe('edits', () => {
  const edit = (text: string, at: number): object => ({ v: 1, type: 'edit', id: ID, text, at });

  it('leave the newest text, in any order of arrival, also after a reload', async () => {
    const { world, a, alice, bob } = await talking();
    const shown = (): string[] => texts(a.messenger, alice, bob).map(({ text }) => text);
    arrive(a, alice, bob, message());
    arrive(a, alice, bob, edit('second', 200));
    await world.clock.advance(100);
    arrive(a, alice, bob, edit('first', 100));
    await world.clock.advance(100);
    expect(shown()).to.deep.equal(['second']);
    await a.messenger.stored();
    await a.reload();
    arrive(a, alice, bob, edit('first', 100));
    await world.clock.advance(100);
    expect(shown()).to.deep.equal(['second']);
    expect(counted(a, 'older-edit')).to.equal(1);
    arrive(a, alice, bob, edit('third', 300));
    await world.clock.advance(100);
    expect(shown()).to.deep.equal(['third']);
  });

  it('of one moment leave the same text on every device, whichever comes first', async () => {
    for (const order of [
      ['one', 'two'],
      ['two', 'one'],
    ]) {
      const { world, a, alice, bob } = await talking();
      arrive(a, alice, bob, message());
      for (const text of order) arrive(a, alice, bob, edit(text, 100));
      await world.clock.advance(100);
      expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.deep.equal(['two']);
    }
  });

  it('with a future time count as edits of now, so that later ones still apply', async () => {
    const { world, a, alice, bob } = await talking();
    arrive(a, alice, bob, message());
    arrive(a, alice, bob, edit('from the future', HIGHEST));
    await world.clock.advance(1_000);
    arrive(a, alice, bob, edit('later', world.clock.now()));
    await world.clock.advance(100);
    expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.deep.equal(['later']);
  });
});

describe('a list with a bad row', () => {
  /** A page whose service spoils what it says by `spoil`. */
  async function spoiled(
    spoil: (text: string) => string,
  ): Promise<{ world: World; a: Browser; alice: AccountId }> {
    const world = createWorld();
    const service = world.simulation.service('a');
    const b = await world.browser('b');
    await world.account(b, 'bobby');
    const a = await world.browser('a', { on: rewritten(service, spoil) });
    const alice = await world.account(a, 'alice');
    void a.messenger.peers.refresh(alice);
    await world.clock.advance(1_000);
    return { world, a, alice };
  }

  it('of people loses only the unreadable part of the row, and is counted', async () => {
    const { world, a, alice } = await spoiled((text) =>
      text.includes('"ListAllPeersResponse"')
        ? text
            .replace('"online_status":true', '"online_status":null')
            .replace('"peer_information":{', '"peer_information":{"5":null,"what":7,')
        : text,
    );
    expect(a.messenger.peers.loadState(alice).peek().state).to.equal('loaded');
    const people = a.messenger.peers.source(alice);
    expect(people.ids.peek())
      .to.have.length(2)
      .and.to.include('5' as AccountId);
    const bobby = people.ids.peek().find((peer) => peer !== '5')!;
    expect(people.get(bobby)).to.include({ name: 'Bobby', presence: 'unknown' });
    expect(counted(a, 'partial-frame')).to.be.greaterThan(0);
    expect(counted(a, 'malformed-frame')).to.equal(0);
    void world;
  });

  it('that is no list fails the read at once, instead of after a minute', async () => {
    const { a, alice } = await spoiled((text) => {
      if (!text.includes('"ListAllPeersResponse"')) return text;
      const [id] = /"request_id":"[^"]+"/.exec(text)!;
      return `{"Response":{"ListAllPeersResponse":{"cid":1,${id},"peer_information":null}}}`;
    });
    expect(a.messenger.peers.loadState(alice).peek().state).to.equal('failed');
  });

  it('of sessions signs nobody out', async () => {
    let isSpoiled = false;
    const { world, a, alice } = await spoiled((text) =>
      isSpoiled && text.includes('"GetSessionsResponse"') ? text.replace(/"cid":\d{3,}/g, '"cid":"x"') : text,
    );
    isSpoiled = true;
    void engineOf(a.messenger).claims.verify(alice);
    await world.clock.advance(1_000);
    expect(a.messenger.sessions.get(alice)!.state).to.equal('signed-in');
    expect(counted(a, 'partial-frame')).to.be.greaterThan(0);
    for (const socket of a.service.sockets) socket.terminate();
    await world.clock.advance(30_000);
    expect(a.messenger.sessions.get(alice)!.state).to.equal('signed-in');
  });
});

describe('a name', () => {
  it('without a visible character counts as missing, and does not replace a known one', async () => {
    const { world, a, alice, bob } = await talking();
    expect(a.messenger.peers.row(alice, bob).name).to.equal('Bobby');
    const stranger = '77' as AccountId;
    for (const username of ['', ' ', '\u200b', '\u3164', '\u2800', '\u00ad'])
      for (const peer of [bob, stranger])
        a.inject(
          `{"Response":{"PeerRegisterNotification":{"cid":${alice},"peer_cid":${peer},"peer_username":"${username}","request_id":null}}}`,
        );
    await world.clock.advance(100);
    expect(a.messenger.peers.row(alice, bob)).to.include({ name: 'Bobby', username: 'bobby' });
    expect(a.messenger.peers.row(alice, stranger)).to.include({
      name: null,
      username: null,
      relation: 'pending',
    });
    expect(sent(world, 'a', 'PeerRegisterRespond')).to.deep.equal([]);
  });

  it('that was stored before is read the same way', async () => {
    const { a, alice, bob } = await talking();
    await a.messenger.stored();
    const request = (await a.storage.requests(alice)).find(({ peer }) => peer === bob)!;
    await a.storage.write([{ put: 'request', value: { ...request, name: '\u3164', username: 'bob\u202e' } }]);
    a.closePage();
    for (const socket of a.service.sockets) socket.terminate();
    const lists = a.service.faults.add({
      kind: 'drop',
      direction: 'in',
      variants: ['ListAllPeers', 'ListRegisteredPeers'],
    });
    await a.openPage();
    expect(a.messenger.peers.row(alice, bob)).to.include({ name: 'bob', username: 'bob' });
    lists();
  });
});

describe('diagnostics', () => {
  it('have at most a hundred counters, whatever names a backend uses', () => {
    const { counters, count } = createDiagnostics(new Journal());
    for (let n = 0; n < 1_000; n += 1) count(`kind ${n % 500}` as never);
    expect(counters.peek().size).to.equal(101);
    expect(counters.peek().get('other')).to.equal(800);
  });
});

function idOf(n: number): MessageId {
  return `019bc119-4494-7000-a623-00000000010${n}` as MessageId;
}

/** Waits for a promise while the simulated time runs. */
async function sending<Result>(world: World, promise: Promise<Result>): Promise<Result> {
  await world.clock.advance(2_000);
  return promise;
}
