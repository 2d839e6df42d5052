import { expect } from '@open-wc/testing';
import type { ServiceOptions, SimulationOptions } from '../../mocks/index.ts';
import type { ResponseFrame } from '../../mocks/wire.ts';
import { createWorld, messageTo, openPage, SEED, variants } from './world.ts';

interface Outcome {
  /** The answer to the dial, and when it came after the dial. */
  answer: ResponseFrame | undefined;
  after: number;
  up: boolean;
  alice: readonly ResponseFrame[];
  bob: readonly ResponseFrame[];
}

/** Alice dials Bob, who picks up; 70 s pass. */
async function dial(options: SimulationOptions, a: ServiceOptions, b: ServiceOptions): Promise<Outcome> {
  const world = createWorld(options);
  const alice = await world.person('alice', a);
  const bob = await world.person('bob', b);
  const start = world.clock.now();
  const id = alice.peer.dial(bob.peer.cid);
  const entries = world.simulation.frames.entries;
  const seen = entries.length;
  await world.clock.advance(70_000);
  const answers = entries
    .slice(seen)
    .filter(
      (entry) =>
        entry.direction === 'out' && (entry.frame?.body as { request_id?: string })?.request_id === id,
    );
  const [first] = answers;
  return {
    answer: first?.frame as ResponseFrame | undefined,
    after: (first?.at ?? NaN) - start,
    up: alice.peer.channels.has(bob.peer.cid) && bob.peer.channels.has(alice.peer.cid),
    alice: alice.peer.frames,
    bob: bob.peer.frames,
  };
}

describe(`Hole punching (seed ${SEED})`, () => {
  const cases: { a: ServiceOptions; b: ServiceOptions; options?: SimulationOptions; up: boolean }[] = [
    { a: { nat: 'open' }, b: { nat: 'open' }, up: true },
    { a: { nat: 'open' }, b: { nat: 'symmetric' }, up: true },
    { a: { nat: 'symmetric' }, b: { nat: 'symmetric' }, up: false },
    { a: { nat: 'symmetric' }, b: { nat: 'symmetric' }, options: { turn: true }, up: true },
    { a: { nat: 'symmetric' }, b: { nat: 'same-nat' }, up: false },
    { a: { nat: 'same-nat' }, b: { nat: 'same-nat' }, up: true },
    { a: { nat: 'same-nat' }, b: { nat: 'same-nat' }, options: { stun: false }, up: false },
    { a: { nat: 'same-nat' }, b: { nat: 'same-nat' }, options: { stun: false, turn: true }, up: true },
  ];
  for (const { a, b, options = {}, up } of cases) {
    const helpers = `${options.stun === false ? 'no STUN' : 'STUN'}, ${options.turn === true ? 'TURN' : 'no TURN'}`;
    it(`${up ? 'works' : 'fails after 30 s'} between ${a.nat} and ${b.nat} with ${helpers}`, async () => {
      const outcome = await dial(options, a, b);
      expect(outcome.up).to.equal(up);
      expect(outcome.answer?.variant).to.equal(up ? 'PeerConnectSuccess' : 'PeerConnectFailure');
      if (up) expect(outcome.after).to.be.below(1000);
      else {
        expect(outcome.after).to.be.within(30_000, 30_010);
        expect(outcome.answer?.body).to.include({ message: 'P2P connection timed out after 30 seconds' });
      }
    });
  }

  it('may succeed a little after its failure was reported, with no request id on either side (case 145)', async () => {
    const outcome = await dial({ stun: false, lateSuccess: 1500 }, { nat: 'same-nat' }, { nat: 'same-nat' });
    expect(outcome.answer?.variant).to.equal('PeerConnectFailure');
    expect(outcome.up).to.be.true;
    for (const frames of [outcome.alice, outcome.bob]) {
      const late = frames.filter((frame) => frame.variant === 'PeerConnectSuccess');
      expect(late.map((frame) => frame.body.request_id)).to.deep.equal([null]);
    }
  });
});

describe('Newer services', () => {
  it('wait 60 s and report it with their own text', async () => {
    const newer = { nat: 'symmetric', newer: { waitsLonger: true } } as const;
    const outcome = await dial({}, newer, newer);
    expect(outcome.after).to.be.within(60_000, 60_010);
    expect(outcome.answer?.body).to.include({
      message: 'P2P connection timed out after 60s waiting for PeerChannelCreated',
    });
  });

  it('connect through the server at once, and report the direct path once it is up', async () => {
    const outcome = await dial({}, { newer: true }, { newer: true });
    expect(outcome.answer?.body).to.include({ path: 'server_relay', upgrading: true });
    const changes = outcome.bob.filter((frame) => frame.variant === 'PeerPathChangedNotification');
    expect(changes.map((frame) => frame.body)).to.have.length(1);
    expect(changes[0]?.body).to.include({ path: 'direct', upgrading: false });
  });

  it('stay on the server path when there is no direct one', async () => {
    const newer = { nat: 'symmetric', newer: true } as const;
    const outcome = await dial({}, newer, newer);
    expect(outcome.up).to.be.true;
    expect(variants(outcome.alice)).not.to.contain('PeerPathChangedNotification');
  });

  it('answer offers themselves, and report it', async () => {
    const outcome = await dial({}, {}, { newer: { answersOffers: true } });
    expect(outcome.up).to.be.true;
    const offer = outcome.bob.find((frame) => frame.variant === 'PeerConnectNotification');
    expect(offer?.body).to.include({ answered_by_agent: true });
    expect(variants(outcome.bob)).not.to.contain('PeerConnectAcceptSuccess');
  });

  it('echo the answer to an offer', async () => {
    const outcome = await dial({}, {}, { newer: { echoesAccept: true } });
    const accepted = outcome.bob.find((frame) => frame.variant === 'PeerConnectAcceptSuccess');
    expect(accepted?.body).to.include({ accept: true });
  });

  it('refuse a connection that does not own the session, which older ones obey', async () => {
    for (const newer of [false, true]) {
      const world = createWorld();
      const { peer, service } = await world.person('alice', { newer });
      const stranger = openPage(service);
      await world.clock.advance(5);
      const id = stranger.send('ListRegisteredPeers', { cid: peer.cid });
      await world.clock.advance(5);
      const [answer] = stranger.answersTo(id);
      if (newer) expect(answer?.body).to.include({ message: 'Session unavailable to this connection' });
      else expect(answer?.variant).to.equal('ListRegisteredPeersResponse');
    }
  });

  it('broadcast nothing, while older ones send everybody what is not theirs (case 140)', async () => {
    for (const neverBroadcasts of [false, true]) {
      const world = createWorld();
      const alice = await world.person('alice', { newer: { neverBroadcasts } });
      const bob = await world.person('bob');
      alice.peer.dial(bob.peer.cid);
      await world.clock.advance(300);
      const bystander = openPage(alice.service);
      await world.clock.advance(5);
      alice.peer.close();
      await world.clock.advance(5);
      const answer = bob.peer.request('Message', messageTo(bob.peer.cid, alice.peer.cid, 'for Alice only'));
      await world.clock.advance(50);
      expect((await answer).variant).to.equal('MessageSendSuccess');
      const heard = bystander.frames.filter((frame) => frame.variant === 'MessageNotification');
      expect(heard.length).to.equal(neverBroadcasts ? 0 : 1);
    }
  });
});
