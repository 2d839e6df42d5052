import { expect } from '@open-wc/testing';
import type { AccountId } from '../../facts/index.ts';
import type { Browser, World } from './world.ts';
import { SERVER, createWorld, sent, statuses, texts } from './world.ts';

const state = ({ messenger }: Browser, account: AccountId): string | undefined =>
  messenger.sessions.get(account)?.state;
const signIn = (browser: Browser, username: string, password = 'correct horse'): Promise<unknown> =>
  browser.messenger.sessions.signIn({ server: SERVER, username, password });

async function one(): Promise<{ world: World; a: Browser; alice: AccountId }> {
  const world = createWorld();
  const a = await world.browser('a');
  return { world, a, alice: await world.account(a, 'alice') };
}

describe('signing in', () => {
  it('distinguishes a wrong password, an unknown name and a missing server', async () => {
    const { world, a, alice } = await one();
    void a.messenger.sessions.signOut(alice);
    await world.clock.advance(1_000);
    const code = async (attempt: Promise<unknown>): Promise<string> => {
      await world.clock.advance(2_000);
      return ((await attempt) as { code: string }).code;
    };
    expect(await code(signIn(a, 'alice', 'wrong'))).to.equal('bad-password');
    expect(await code(signIn(a, 'nobody'))).to.equal('no-such-account');
    const create = (server: string, username: string): Promise<unknown> =>
      a.messenger.sessions.createAccount({ server, fullName: 'X', username, password: 'p' });
    expect(await code(create('127.0.0.1:1', 'carol'))).to.equal('server-unreachable');
    expect(await code(create('localhost:12349', 'carol'))).to.equal('invalid');
    expect(await code(create(SERVER, 'alice'))).to.equal('name-taken');
    expect(await code(create(SERVER, 'al'))).to.equal('name-length');
    expect(a.messenger.sessions.signInView.peek()).to.include({ state: 'failed', username: 'al' });
  });

  it('succeeds for three accounts that sign in at once, in one browser and in three (case 143)', async () => {
    const world = createWorld();
    const a = await world.browser('a');
    const others = [await world.browser('b', { on: a.service }), await world.browser('c', { on: a.service })];
    const names = ['alice', 'bobby', 'carol', 'david', 'erika'];
    const create = ({ messenger }: Browser, username: string): Promise<{ state: string }> =>
      messenger.sessions.createAccount({ server: SERVER, fullName: username, username, password: 'p' });
    const entering = [
      create(a, names[0]!),
      create(a, names[1]!),
      create(a, names[2]!),
      create(others[0]!, names[3]!),
      create(others[1]!, names[4]!),
    ];
    await world.clock.advance(30_000);
    expect((await Promise.all(entering)).map((view) => view.state)).to.deep.equal(names.map(() => 'done'));
    const refusals = world.simulation.frames.entries.filter(({ text }) =>
      text.includes('is already trying to connect'),
    );
    expect(refusals.length, 'the service did refuse some').to.be.greaterThan(0);
  });

  it('never puts a password into storage, and claims the account after a reload', async () => {
    const { a, alice } = await one();
    expect(JSON.stringify(await a.storage.accounts())).not.to.match(/horse/);
    await a.reload();
    expect(state(a, alice)).to.equal('signed-in');
    expect(a.messenger.sessions.current.peek()).to.equal(alice);
  });

  it('says that the server ends every sign-in of an account, keeps trying, and keeps its messages', async () => {
    const world = createWorld();
    const a = await world.browser('a');
    const alice = await world.account(a, 'alice');
    const bob = await world.account(a, 'bobby');
    await world.befriend(a, alice, a, bob);
    void a.messenger.messages.send(alice, bob, 'kept');
    await world.clock.advance(100);
    a.service.restart();
    await world.clock.advance(40_000);
    expect(state(a, alice)).to.equal('signed-out-by-service');
    expect(a.messenger.sessions.get(alice)!.note).to.equal('ended');
    void signIn(a, 'alice');
    await world.clock.advance(60_000);
    expect(a.messenger.sessions.get(alice)!.note).to.equal('keeps-ending');
    expect(sent(world, 'a', 'Connect').length).to.be.greaterThan(2);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['kept: delivered']);
  });
});

describe('the accounts of a browser', () => {
  it('move to a new socket with one claim; "is not orphaned" for the second is success (case 148)', async () => {
    const { world, a, alice } = await one();
    const bob = await world.account(a, 'bobby');
    a.service.sockets[0]!.terminate();
    await world.clock.advance(3_000);
    expect([state(a, alice), state(a, bob)]).to.deep.equal(['signed-in', 'signed-in']);
    const claims = sent(world, 'a', 'ConnectionManagement');
    expect(claims).to.have.length(2);
    expect(
      world.simulation.frames.entries.some(({ text }) => text.includes('is not orphaned')),
      'the service did say so',
    ).to.equal(true);
  });

  it('are reclaimed from an own socket that is dead but open', async () => {
    const { world, a, alice } = await one();
    const reason = `Session ${alice} is not orphaned`;
    a.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['ConnectionManagement'],
      times: 1,
      reason,
    });
    a.service.sockets[0]!.terminate();
    await world.clock.advance(10_000);
    expect(state(a, alice)).to.equal('signed-in');
    const claims = sent(world, 'a', 'ConnectionManagement').map(({ management_command: command }) =>
      'ClaimSession' in command ? command.ClaimSession.only_if_orphaned : null,
    );
    expect(claims).to.deep.equal([true, false]);
  });

  it('are shown as open elsewhere when another browser claimed them, and come back on Use here', async () => {
    const { world, a, alice } = await one();
    const other = await world.browser('other', { on: a.service });
    void signIn(other, 'alice');
    await world.clock.advance(3_000);
    await a.reload();
    await world.clock.advance(10_000);
    expect(state(a, alice)).to.equal('open-elsewhere');
    await Promise.all([a.messenger.sessions.useHere(alice), world.clock.advance(1_000)]);
    expect(state(a, alice)).to.equal('signed-in');
  });

  it('never include a session of somebody else in the list (case 35)', async () => {
    const { world, a } = await one();
    const b = await world.browser('b', { on: a.service });
    const bob = await world.account(b, 'bobby');
    a.service.sockets[0]!.terminate();
    await world.clock.advance(5_000);
    const texts = world.simulation.frames.entries
      .filter(({ direction }) => direction === 'in')
      .map(({ text }) => text);
    const claims = texts.filter((text) => text.includes('ClaimSession'));
    expect(claims.length).to.be.greaterThan(0);
    expect(claims.some((text) => text.includes(bob))).to.equal(false);
    expect(a.messenger.sessions.accounts.peek()).not.to.include(bob);
  });

  it('sign out one by one: the others stay, and exactly one notification has an effect (cases 49, 115, 126)', async () => {
    const { world, a, alice } = await one();
    const bob = await world.account(a, 'bobby');
    // The answer may be nothing but the notification, without a request id.
    a.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Disconnect'] });
    const out = a.messenger.sessions.signOut(bob);
    await world.clock.advance(10);
    a.inject(`{"Response":{"DisconnectNotification":{"cid":${bob},"peer_cid":null,"request_id":null}}}`);
    await world.clock.advance(10);
    expect((await out).ok).to.equal(true);
    expect([state(a, alice), state(a, bob)]).to.deep.equal(['signed-in', 'signed-out']);
    expect(a.messenger.sessions.current.peek()).to.equal(alice);
    a.messenger.sessions.exit(alice);
    await world.clock.advance(100);
    expect(sent(world, 'a', 'Disconnect')).to.have.length(0);
    expect(a.service.sessions, 'Exit leaves the session at the service').to.include(alice);
  });

  it('fail to hang up or sign out with the reason that the service gives (case 126)', async () => {
    const { world, a, alice } = await one();
    a.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['Disconnect'],
      reason: 'disconnect: Server connection not found',
    });
    const out = a.messenger.sessions.signOut(alice);
    await world.clock.advance(100);
    expect(await out).to.deep.include({ ok: false });
  });

  it('do not treat another account’s notification as their own success (case 31)', async () => {
    const { world, a, alice } = await one();
    const bob = await world.account(a, 'bobby');
    a.inject(`{"Response":{"PeerConnectSuccess":{"cid":${bob},"peer_cid":${alice},"request_id":null}}}`);
    await world.clock.settle();
    expect(a.messenger.peers.row(bob, alice).relation).to.equal('contact');
    expect(a.messenger.peers.row(alice, bob).relation).to.equal('none');
    await world.clock.advance(10);
  });
});

describe('frames for accounts that are not here', () => {
  it('change nothing but a counter: neither stored nor shown (case 140)', async () => {
    const { world, a, alice } = await one();
    const stranger = '13102510480313128741' as AccountId;
    const said: string[] = [
      `{"Response":{"PeerRegisterNotification":{"cid":${stranger},"peer_cid":${alice},"peer_username":"x","request_id":null}}}`,
      `{"Response":{"MessageNotification":{"cid":${stranger},"peer_cid":${alice},"message":[104,105],"request_id":null}}}`,
      `{"Response":{"PeerConnectSuccess":{"cid":${stranger},"peer_cid":${alice},"request_id":null}}}`,
    ];
    for (const text of said) a.inject(text);
    await world.clock.advance(100);
    await a.messenger.stored();
    expect(a.messenger.diagnostics.counters.peek().get('not-ours')).to.equal(3);
    expect(a.messenger.requests.pendingCount(stranger).peek()).to.equal(0);
    expect(texts(a.messenger, stranger, alice)).to.deep.equal([]);
    expect(await a.storage.requests(stranger)).to.deep.equal([]);
  });
});

describe('discovery', () => {
  it('says that the list could not be loaded, keeps the old rows, and says when there is truly nobody (cases 25, 29)', async () => {
    const { world, a, alice } = await one();
    await world.clock.advance(100);
    expect(a.messenger.peers.loadState(alice).peek()).to.deep.equal({ state: 'loaded', reason: null });
    expect(a.messenger.peers.source(alice).ids.peek()).to.deep.equal([]);
    const bob = await world.account(a, 'bobby');
    void a.messenger.peers.refresh(alice);
    await world.clock.advance(100);
    expect(a.messenger.peers.source(alice).ids.peek()).to.deep.equal([bob]);
    a.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['ListAllPeers'],
      reason: 'peer-list query exceeded 30s',
    });
    void a.messenger.peers.refresh(alice);
    await world.clock.advance(100);
    expect(a.messenger.peers.loadState(alice).peek()).to.deep.equal({
      state: 'failed',
      code: 'list-timeout',
      reason: 'peer-list query exceeded 30s',
    });
    expect(a.messenger.peers.source(alice).ids.peek()).to.deep.equal([bob]);
  });

  it('still accepts an answer that comes after 20 s, and after 34 s (case 30)', async () => {
    for (const delay of [20_000, 34_000]) {
      const { world, a, alice } = await one();
      await world.account(a, 'bobby');
      a.service.faults.add({ kind: 'delay', direction: 'out', variants: ['ListAllPeersResponse'], delay });
      void a.messenger.peers.refresh(alice);
      await world.clock.advance(delay + 1_000);
      expect(a.messenger.peers.loadState(alice).peek().state).to.equal('loaded');
    }
  });

  it('draws a registered peer that is offline as Contact and Offline, and one that is listed online as Reachable, not Online (cases 26, 27)', async () => {
    const world = createWorld();
    const a = await world.browser('a');
    const b = await world.browser('b');
    const alice = await world.account(a, 'alice');
    const bob = await world.account(b, 'bobby');
    a.service.faults.add({ kind: 'drop', direction: 'in', variants: ['PeerConnect'] });
    b.service.faults.add({ kind: 'drop', direction: 'in', variants: ['PeerConnect'] });
    await world.befriend(a, alice, b, bob);
    await world.clock.advance(2_000);
    expect(a.messenger.peers.row(alice, bob)).to.include({ relation: 'contact', presence: 'reachable' });
    void b.messenger.sessions.signOut(bob);
    await world.clock.advance(12_000);
    expect(a.messenger.peers.row(alice, bob)).to.include({ relation: 'contact', presence: 'offline' });
    expect(a.messenger.path(alice, bob).kind).not.to.equal('unknown-but-up');
    a.service.sockets[0]!.terminate();
    await world.clock.advance(1);
    expect(a.messenger.peers.row(alice, bob)).to.include({ relation: 'contact', presence: 'unknown' });
  });

  it('keeps people in the order of their names, also when names become known later', async () => {
    const { world, a, alice } = await one();
    for (const name of ['zelda', 'boris', 'mira7', 'anton']) await world.account(a, name);
    void a.messenger.peers.refresh(alice);
    await world.clock.advance(100);
    const { ids, get } = a.messenger.peers.source(alice);
    expect(ids.peek().map((id) => get(id)!.name)).to.deep.equal(['Anton', 'Boris', 'Mira7', 'Zelda']);
  });
});
