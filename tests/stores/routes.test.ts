import { expect } from '@open-wc/testing';
import type { AccountId, RequestId } from '../../facts/index.ts';
import { compareCids } from '../../protocol/cid.ts';
import { encode } from '../../protocol/index.ts';
import type { ResponseBodies } from '../../protocol/index.ts';
import type { Browser, BrowserOptions, World } from './world.ts';
import { CHANNEL_MS, createWorld, sent, statuses, texts } from './world.ts';

interface Two {
  world: World;
  /** The browser of the lower CID, which dials at once. */
  a: Browser;
  b: Browser;
  alice: AccountId;
  bob: AccountId;
}

/** Two contacts, each in a browser with a service of its own; `a` has the lower CID. */
async function contacts(
  options: Parameters<typeof createWorld>[0] = {},
  browser: BrowserOptions = {},
): Promise<Two> {
  const world = createWorld(options);
  const a = await world.browser('a', browser);
  const b = await world.browser('b', browser);
  const alice = await world.account(a, 'alice');
  const bob = await world.account(b, 'bobby');
  expect(compareCids(alice, bob) < 0).to.equal(true);
  await world.befriend(a, alice, b, bob);
  return { world, a, b, alice, bob };
}

const path = ({ messenger }: Browser, account: AccountId, peer: AccountId): string =>
  messenger.path(account, peer).kind;

describe('dialling', () => {
  it('is done by the lower CID at once; the other side picks up and does not dial back (cases 34, 37)', async () => {
    const { world, a, b, alice, bob } = await contacts();
    await world.clock.advance(12_000);
    expect(sent(world, 'a', 'PeerConnect')).to.have.length(1);
    expect(sent(world, 'b', 'PeerConnect')).to.have.length(0);
    expect(sent(world, 'b', 'PeerConnectAccept').map(({ accept }) => accept)).to.deep.equal([true]);
    expect(path(a, alice, bob)).to.equal('unknown-but-up');
    expect(path(b, bob, alice)).to.equal('unknown-but-up');
  });

  it('is done by the higher CID after 5 s when no channel is up by then (case 34)', async () => {
    const world = createWorld();
    const a = await world.browser('a');
    const b = await world.browser('b');
    const alice = await world.account(a, 'alice');
    const bob = await world.account(b, 'bobby');
    a.service.faults.add({ kind: 'drop', direction: 'in', variants: ['PeerConnect'] });
    await world.befriend(a, alice, b, bob);
    await world.clock.advance(4_000);
    expect(sent(world, 'b', 'PeerConnect')).to.have.length(0);
    await world.clock.advance(3_000);
    expect(sent(world, 'b', 'PeerConnect')).to.have.length(1);
    expect(path(b, bob, alice)).to.equal('unknown-but-up');
  });

  it('takes "Already connected" for connected (case 36)', async () => {
    const { world, a, alice, bob } = await contacts();
    await world.clock.advance(2_000);
    a.service.sockets[0]!.terminate();
    await world.clock.advance(100);
    expect(path(a, alice, bob)).to.equal('none');
    await world.clock.advance(CHANNEL_MS);
    expect(path(a, alice, bob)).to.equal('unknown-but-up');
    expect(
      world.simulation.frames.entries.some(({ text }) => text.includes('Already connected')),
      'the service said so',
    ).to.equal(true);
  });

  it('answers an offer once, and not at all where the service has (case 37), nor one for another account (case 38)', async () => {
    const { world, b, alice, bob } = await contacts();
    await world.clock.advance(12_000);
    const offer = (cid: AccountId, answered: boolean): string =>
      notification('PeerConnectNotification', {
        cid,
        peer_cid: alice,
        request_id: null,
        session_security_settings: settings,
        udp_mode: 'Disabled',
        answered_by_agent: answered,
      });
    const before = sent(world, 'b', 'PeerConnectAccept').length;
    b.inject(offer(bob, true));
    b.inject(offer(alice, false));
    await world.clock.advance(100);
    expect(sent(world, 'b', 'PeerConnectAccept')).to.have.length(before);
    b.inject(offer(bob, false));
    await world.clock.advance(100);
    expect(sent(world, 'b', 'PeerConnectAccept')).to.have.length(before + 1);
  });

  it('does not show Connected for the answer to PeerConnectAccept, only for the channel (case 39)', async () => {
    const world = createWorld();
    const a = await world.browser('a');
    const b = await world.browser('b');
    const alice = await world.account(a, 'alice');
    const bob = await world.account(b, 'bobby');
    b.service.faults.add({ kind: 'drop', direction: 'out', variants: ['PeerConnectSuccess'] });
    b.service.faults.add({ kind: 'drop', direction: 'in', variants: ['PeerConnect'] });
    a.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'] });
    const seen = new Set<string>();
    b.messenger.peers.person(bob, alice).subscribe((row) => seen.add(row.path.kind));
    await world.befriend(a, alice, b, bob);
    await world.clock.advance(4_000);
    expect(
      world.simulation.frames.entries.some(({ frame }) => frame?.variant === 'PeerConnectAcceptSuccess'),
    ).to.equal(true);
    expect([...seen]).to.deep.equal(['none']);
  });

  it('becomes ready again without a reload when the link dropped and the peer came back (case 41)', async () => {
    const { world, a, b, alice, bob } = await contacts();
    await world.clock.advance(2_000);
    void b.messenger.sessions.signOut(bob);
    await world.clock.advance(1_000);
    expect(path(a, alice, bob)).to.equal('none');
    void a.messenger.messages.send(alice, bob, 'while you were away');
    await world.clock.advance(20_000);
    expect(a.messenger.route(alice, bob)).to.deep.equal({ route: 'none', reason: 'peer-offline' });
    void b.messenger.sessions.signIn({
      server: '127.0.0.1:12349',
      username: 'bobby',
      password: 'correct horse',
    });
    await world.clock.advance(12_000);
    expect(path(a, alice, bob)).to.equal('unknown-but-up');
    expect(path(b, bob, alice)).to.equal('unknown-but-up');
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['while you were away: delivered']);
  });

  it('ends connected, with queued messages flowing, when success follows the failure at 30 s (cases 45, 145)', async () => {
    const { world, a, b, alice, bob } = await contacts(
      { lateSuccess: 2_000, stun: false },
      { service: { nat: 'symmetric' } },
    );
    const reasons = new Set<string | null>();
    a.messenger.peers.person(alice, bob).subscribe((row) => {
      if (row.path.kind === 'failed') reasons.add(row.path.reason);
    });
    void a.messenger.messages.send(alice, bob, 'are you there?');
    await world.clock.advance(29_000);
    expect(path(a, alice, bob)).to.equal('connecting');
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['are you there?: waiting']);
    await world.clock.advance(2_000);
    expect([...reasons]).to.deep.equal(['P2P connection timed out after 30 seconds']);
    expect(path(a, alice, bob)).not.to.equal('unknown-but-up');
    await world.clock.advance(3_000);
    expect(path(a, alice, bob)).to.equal('unknown-but-up');
    expect(path(b, bob, alice)).to.equal('unknown-but-up');
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['are you there?: delivered']);
    expect(a.messenger.routes.attempts(alice, bob)[0]).to.include({ outcome: 'failed' });
  });

  it('names the path only if the service reports it, for that pair alone, and ignores a malformed report (cases 47, 48)', async () => {
    const { world, a, alice, bob } = await contacts({}, { service: { newer: { reportsPath: true } } });
    await world.clock.advance(CHANNEL_MS);
    const carol = '5' as AccountId;
    expect(path(a, alice, bob)).to.be.oneOf(['direct', 'relayed']);
    a.inject(notification('PeerPathChangedNotification', path2(alice, bob, 'server_relay')));
    await world.clock.settle();
    expect(a.messenger.path(alice, bob)).to.deep.equal({ kind: 'relayed', by: 'server', name: null });
    a.inject(notification('PeerPathChangedNotification', path2(alice, carol, 'direct')));
    await world.clock.settle();
    expect(path(a, alice, carol)).to.equal('none');
    expect(path(a, alice, bob)).to.equal('relayed');
    const malformed = notification('PeerPathChangedNotification', path2(alice, bob, 'direct')).replace(
      '"direct"',
      '"x"',
    );
    a.inject(malformed);
    await world.clock.settle();
    expect(path(a, alice, bob)).to.equal('relayed');
    expect(a.messenger.diagnostics.counters.peek().get('malformed-frame')).to.equal(1);
  });

  it('says that the other side has to connect first, does not dial in a loop, and picks up theirs (case 144)', async () => {
    const world = createWorld();
    const a = await world.browser('a');
    const b = await world.browser('b');
    const alice = await world.account(a, 'alice');
    const bob = await world.account(b, 'bobby');
    a.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['PeerConnect'],
      reason: 'Target pair not found',
    });
    b.service.faults.add({ kind: 'drop', direction: 'in', variants: ['PeerConnect'], times: 1 });
    await world.befriend(a, alice, b, bob);
    await world.clock.advance(3_000);
    expect(a.messenger.path(alice, bob)).to.include({ kind: 'failed', reason: 'Target pair not found' });
    expect(a.messenger.route(alice, bob)).to.deep.equal({ route: 'none', reason: 'their-turn' });
    const dials = world.simulation.frames.entries.filter(({ text }) =>
      text.includes('Target pair not found'),
    ).length;
    await world.clock.advance(120_000);
    expect(
      world.simulation.frames.entries.filter(({ text }) => text.includes('Target pair not found')),
    ).to.have.length(dials);
    expect(path(a, alice, bob)).to.equal('unknown-but-up');
  });

  it('does not begin when a page that goes for good hangs up', async () => {
    const { world, a, alice, bob } = await contacts();
    await world.clock.advance(CHANNEL_MS);
    expect(path(a, alice, bob)).to.equal('unknown-but-up');
    const dials = sent(world, 'a', 'PeerConnect').length;
    a.messenger.leave();
    await world.clock.advance(1_000);
    expect(sent(world, 'a', 'PeerDisconnect')).to.have.length(1);
    expect(sent(world, 'a', 'PeerConnect')).to.have.length(dials);
  });

  it('is never declined: no PeerConnectAccept with accept:false crosses the wire', async () => {
    const { world } = await contacts();
    await world.clock.advance(60_000);
    const answers = [...sent(world, 'a', 'PeerConnectAccept'), ...sent(world, 'b', 'PeerConnectAccept')];
    expect(answers.every(({ accept }) => accept)).to.equal(true);
  });
});

describe('routes', () => {
  it('goes to the other account of this browser over loopback, with no frame on the wire', async () => {
    const world = createWorld();
    const a = await world.browser('a');
    const alice = await world.account(a, 'alice');
    const bob = await world.account(a, 'bobby');
    await world.befriend(a, alice, a, bob);
    void a.messenger.messages.send(alice, bob, 'next door');
    await world.clock.advance(100);
    expect(path(a, alice, bob)).to.equal('loopback');
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['next door: delivered']);
    expect(texts(a.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['next door']);
    expect(sent(world, 'a', 'Message')).to.have.length(0);
    expect(sent(world, 'a', 'PeerConnect')).to.have.length(0);
  });

  it('keeps order and duplicates nothing when a relay takes over from a dial that times out (script S8 direct-times-out-relay-takes-over)', async () => {
    const { world, a, b, alice, bob } = await contacts(
      { lateSuccess: 5_000, stun: false },
      { service: { nat: 'symmetric' }, relay: true },
    );
    a.relay!.setUp(false);
    for (let n = 0; n < 5; n += 1) void a.messenger.messages.send(alice, bob, `m${n}`);
    await world.clock.advance(20_000);
    expect(a.messenger.route(alice, bob)).to.deep.equal({ route: 'none', reason: 'connecting' });
    a.relay!.setUp(true);
    await world.clock.advance(1_000);
    expect(a.messenger.route(alice, bob).route).to.equal('relay');
    for (let n = 5; n < 8; n += 1) void a.messenger.messages.send(alice, bob, `m${n}`);
    await world.clock.advance(30_000);
    expect(a.messenger.route(alice, bob).route).to.equal('channel');
    for (let n = 8; n < 10; n += 1) void a.messenger.messages.send(alice, bob, `m${n}`);
    await world.clock.advance(2_000);
    const all = Array.from({ length: 10 }, (_, n) => `m${n}`);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(all);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(all.map((text) => `${text}: delivered`));
    const [outcome] = a.messenger.routes.attempts(alice, bob);
    expect(outcome).to.include({ outcome: 'failed', reason: 'P2P connection timed out after 30 seconds' });
    expect(outcome!.end - outcome!.start).to.be.within(29_900, 30_500);
  });
});

const settings: ResponseBodies['PeerConnectNotification']['session_security_settings'] = {
  security_level: 'Standard',
  secrecy_mode: 'BestEffort',
  crypto_params: { encryption_algorithm: 'AES_GCM_256', kem_algorithm: 'MlKem', sig_algorithm: 'None' },
  header_obfuscator_settings: 'Disabled',
};

function path2(
  cid: AccountId,
  peer_cid: AccountId,
  path: 'direct' | 'server_relay',
): ResponseBodies['PeerPathChangedNotification'] {
  return { cid, peer_cid, request_id: null as RequestId | null, path, upgrading: false };
}

function notification<K extends keyof ResponseBodies>(variant: K, body: ResponseBodies[K]): string {
  return encode({ envelope: 'Response', variant, body } as never);
}
