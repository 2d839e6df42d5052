import { expect } from '@open-wc/testing';
import type { AccountId, RequestId } from '../../facts/index.ts';
import { encode } from '../../protocol/index.ts';
import { REQUEST_EVENTS, connectRequests } from '../../stores/connect-requests.ts';
import type { Browser, World } from './world.ts';
import { createWorld, sent, storageWith } from './world.ts';

interface Two {
  world: World;
  a: Browser;
  b: Browser;
  alice: AccountId;
  bob: AccountId;
}

/** Alice and Bob, strangers, each in a browser with a service of its own. */
async function two(): Promise<Two> {
  const world = createWorld();
  const a = await world.browser('a');
  const b = await world.browser('b');
  const alice = await world.account(a, 'alice');
  const bob = await world.account(b, 'bobby');
  // As in the app: Alice has seen Bob in the list before she asks.
  void a.messenger.peers.refresh(alice);
  await world.clock.advance(100);
  return { world, a, b, alice, bob };
}

const relation = ({ messenger }: Browser, account: AccountId, peer: AccountId): string =>
  messenger.peers.row(account, peer).relation;
const badge = ({ messenger }: Browser, account: AccountId): number =>
  messenger.requests.pendingCount(account).peek();

describe('requests and the badge', () => {
  it('drops the badge in the frame in which Accept is pressed; the row stays until it is proven (cases 1, 23)', async () => {
    const { world, a, b, alice, bob } = await two();
    a.messenger.requests.ask(alice, bob);
    await world.clock.advance(100);
    expect(badge(b, bob)).to.equal(1);
    const seen: number[] = [];
    b.messenger.requests.pendingCount(bob).subscribe((count) => seen.push(count));
    b.service.faults.add({ kind: 'hold', direction: 'in', variants: ['PeerRegister'] });
    b.messenger.requests.accept(bob, alice);
    expect(seen).to.deep.equal([1, 0]);
    expect(relation(b, bob, alice)).to.equal('accepting');
    await world.clock.advance(4_900);
    expect(relation(b, bob, alice)).to.equal('accepting');
    await world.clock.advance(200);
    expect(relation(b, bob, alice)).to.equal('accepted');
    expect(badge(b, bob)).to.equal(0);
    b.service.faults.clear();
    await world.clock.advance(100);
    expect(relation(b, bob, alice)).to.equal('contact');
    expect(relation(a, alice, bob)).to.equal('contact');
  });

  it('finds the contact in the list when the answer to Accept never came (case 2)', async () => {
    const { world, a, b, alice, bob } = await two();
    a.messenger.requests.ask(alice, bob);
    await world.clock.advance(100);
    b.service.faults.add({ kind: 'drop', direction: 'out', variants: ['PeerRegisterSuccess'] });
    b.messenger.requests.accept(bob, alice);
    await world.clock.advance(6_000);
    expect(relation(b, bob, alice)).to.equal('contact');
    expect(badge(b, bob)).to.equal(0);
  });

  it('draws a decline at once even if storage never writes it (cases 3, 18)', async () => {
    const world = createWorld();
    const a = await world.browser('a');
    const stuck = storageWith({ write: () => new Promise<void>(() => undefined) });
    const b = await world.browser('b', { storage: stuck });
    const alice = await world.account(a, 'alice');
    const bob = await world.account(b, 'bobby');
    a.messenger.requests.ask(alice, bob);
    await world.clock.advance(100);
    expect(badge(b, bob)).to.equal(1);
    b.messenger.requests.decline(bob, alice);
    expect(badge(b, bob)).to.equal(0);
    expect(relation(b, bob, alice)).to.equal('none');
  });

  it('shows a request although storage fails (case 18)', async () => {
    const world = createWorld();
    const a = await world.browser('a');
    const broken = storageWith({ write: () => Promise.reject(new Error('no room')) });
    const b = await world.browser('b', { storage: broken });
    const alice = await world.account(a, 'alice');
    const bob = await world.account(b, 'bobby');
    a.messenger.requests.ask(alice, bob);
    await world.clock.advance(100);
    expect(badge(b, bob)).to.equal(1);
    expect(b.messenger.diagnostics.counters.peek().get('storage-failed')).to.be.greaterThan(0);
  });

  it('sends a decline with the right cid and peer, and again after a reconnect until it is answered (cases 4, 7)', async () => {
    const { world, a, b, alice, bob } = await two();
    a.messenger.requests.ask(alice, bob);
    await world.clock.advance(100);
    b.service.faults.add({ kind: 'drop', direction: 'in', variants: ['PeerRegisterRespond'], times: 1 });
    b.messenger.requests.decline(bob, alice);
    await world.clock.advance(16_000);
    expect(relation(a, alice, bob)).to.equal('asked');
    b.service.sockets[0]!.terminate();
    await world.clock.advance(5_000);
    // The first one never reached the service, so that its log holds the repeat alone.
    const declines = sent(world, 'b', 'PeerRegisterRespond');
    expect(declines.map(({ cid, peer_cid, accept }) => ({ cid, peer_cid, accept }))).to.deep.equal([
      { cid: bob, peer_cid: alice, accept: false },
    ]);
    expect(relation(a, alice, bob)).to.equal('none');
    b.service.sockets[0]!.terminate();
    await world.clock.advance(5_000);
    expect(sent(world, 'b', 'PeerRegisterRespond')).to.have.length(1);
  });

  it('does nothing for an unknown request (case 7)', async () => {
    const { world, b, alice, bob } = await two();
    b.messenger.requests.decline(bob, alice);
    b.messenger.requests.accept(bob, alice);
    await world.clock.advance(100);
    expect(sent(world, 'b', 'PeerRegisterRespond')).to.have.length(0);
    expect(sent(world, 'b', 'PeerRegister')).to.have.length(0);
  });

  it('notifies a declined asker, whose row can ask again and does not wait for ever (cases 8, 24)', async () => {
    const { world, a, b, alice, bob } = await two();
    a.messenger.requests.ask(alice, bob);
    await world.clock.advance(100);
    b.messenger.requests.decline(bob, alice);
    await world.clock.advance(100);
    const row = a.messenger.peers.row(alice, bob);
    expect(row.relation).to.equal('none');
    expect(row.reason).to.match(/^Target information not found/);
    expect(row.name).to.equal('Bobby');
    a.messenger.requests.ask(alice, bob);
    await world.clock.advance(100);
    expect(relation(a, alice, bob)).to.equal('asked');
    expect(badge(b, bob)).to.equal(1);
  });

  it('makes no contact from the answer to a decline, and dials nobody (case 10)', async () => {
    const { world, a, b, alice, bob } = await two();
    a.messenger.requests.ask(alice, bob);
    await world.clock.advance(100);
    b.messenger.requests.decline(bob, alice);
    await world.clock.advance(30_000);
    expect(relation(b, bob, alice)).to.equal('none');
    expect(sent(world, 'b', 'PeerConnect')).to.have.length(0);
    expect(sent(world, 'b', 'PeerRegisterRespond')).to.have.length(1);
  });

  it('reads the list after "already registered", and treats any other text as a refusal (case 11)', async () => {
    const { world, a, b, alice, bob } = await two();
    const fault = a.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['PeerRegister'],
      reason: `Peer ${bob} is already registered`,
    });
    a.messenger.requests.ask(alice, bob);
    await world.clock.advance(100);
    expect(relation(a, alice, bob), 'not in the list').to.equal('asked');
    fault();
    b.messenger.requests.ask(bob, alice);
    await world.clock.advance(11_000);
    expect(relation(a, alice, bob)).to.equal('contact');
    expect(sent(world, 'a', 'PeerConnect').length + sent(world, 'b', 'PeerConnect').length).to.be.greaterThan(
      0,
    );
  });

  it('counts the same notification once, however often it comes (cases 13, 139)', async () => {
    const { world, a, b, alice, bob } = await two();
    b.service.faults.add({ kind: 'duplicate', direction: 'out', variants: ['PeerRegisterNotification'] });
    a.messenger.requests.ask(alice, bob);
    await world.clock.advance(11 * 60_000);
    expect(sent(world, 'a', 'PeerRegister').length).to.be.greaterThan(3);
    expect(badge(b, bob)).to.equal(1);
    expect(relation(a, alice, bob)).to.equal('asked');
    expect(a.messenger.peers.row(alice, bob).reason).to.equal(null);
  });

  it('keeps the badge of one account apart from that of another, and drops what is for neither (cases 16, 140)', async () => {
    const { world, a, b, alice, bob } = await two();
    const carol = await world.account(b, 'carol');
    a.messenger.requests.ask(alice, carol);
    await world.clock.advance(100);
    expect(badge(b, carol)).to.equal(1);
    expect(badge(b, bob)).to.equal(0);
    b.messenger.sessions.exit(bob);
    const before = b.messenger.diagnostics.counters.peek().get('not-ours') ?? 0;
    a.messenger.requests.ask(alice, bob);
    await world.clock.advance(100);
    expect(b.messenger.diagnostics.counters.peek().get('not-ours')).to.equal(before + 1);
    expect(badge(b, bob)).to.equal(0);
  });

  it('accepts a request from somebody whom we have asked automatically, and leaves no card (cases 17, 137)', async () => {
    const { world, a, b, alice, bob } = await two();
    a.messenger.requests.ask(alice, bob);
    await world.clock.advance(100);
    // Alice is gone when Bob says yes: the service has nobody to bring it to.
    void a.messenger.sessions.signOut(alice);
    await world.clock.advance(100);
    b.messenger.requests.accept(bob, alice);
    await world.clock.advance(10_000);
    expect(relation(b, bob, alice)).to.equal('accepted');
    expect(relation(a, alice, bob)).not.to.equal('contact');
    void a.messenger.sessions.signIn({
      server: '127.0.0.1:12349',
      username: 'alice',
      password: 'correct horse',
    });
    await world.clock.advance(12_000);
    expect(relation(b, bob, alice)).to.equal('contact');
    expect(relation(a, alice, bob)).to.equal('contact');
    expect(badge(b, bob)).to.equal(0);
    expect(badge(a, alice)).to.equal(0);
  });

  it('keeps pending requests and their real age over a reload (case 20)', async () => {
    const { world, a, b, alice, bob } = await two();
    a.messenger.requests.ask(alice, bob);
    await world.clock.advance(60_000);
    const { since } = b.messenger.peers.row(bob, alice);
    await b.reload();
    expect(badge(b, bob)).to.equal(1);
    expect(b.messenger.peers.row(bob, alice).since).to.equal(since);
    expect(world.clock.now() - since!).to.be.within(0, 70_000);
  });

  it('clears an own request once the peer is found in the list (case 21)', async () => {
    const { world, a, b, alice, bob } = await two();
    a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['PeerRegisterSuccess'] });
    a.messenger.requests.ask(alice, bob);
    await world.clock.advance(100);
    b.messenger.requests.accept(bob, alice);
    await world.clock.advance(11_000);
    expect(relation(a, alice, bob)).to.equal('contact');
    expect(a.messenger.peers.row(alice, bob).since).to.equal(null);
  });

  it('says why an Accept failed, brings the row back, and lets it be tried again (cases 22, 23)', async () => {
    const { world, a, b, alice, bob } = await two();
    a.messenger.requests.ask(alice, bob);
    await world.clock.advance(100);
    const lift = b.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['PeerRegister'],
      reason: 'No luck',
    });
    b.messenger.requests.accept(bob, alice);
    await world.clock.advance(100);
    expect(b.messenger.peers.row(bob, alice)).to.include({ relation: 'pending', reason: 'No luck' });
    expect(badge(b, bob)).to.equal(1);
    lift();
    b.messenger.requests.accept(bob, alice);
    await world.clock.advance(100);
    expect(relation(b, bob, alice)).to.equal('contact');
  });

  it('restores the row with a reason when there is no link to send the request over', async () => {
    const { world, a, b, alice, bob } = await two();
    a.messenger.requests.ask(alice, bob);
    await world.clock.advance(100);
    b.service.kill();
    await world.clock.advance(100);
    b.messenger.requests.accept(bob, alice);
    await world.clock.advance(10);
    expect(b.messenger.peers.row(bob, alice)).to.include({
      relation: 'pending',
      reason: null,
    });
  });

  it('sends nothing at a second click while our request is pending (case 33)', async () => {
    const { world, a, alice, bob } = await two();
    a.messenger.requests.ask(alice, bob);
    a.messenger.requests.ask(alice, bob);
    await world.clock.advance(2_000);
    expect(sent(world, 'a', 'PeerRegister')).to.have.length(1);
  });

  it('withdraws a request on Withdraw; a late acceptance still makes a contact, which is shown', async () => {
    const { world, a, b, alice, bob } = await two();
    a.messenger.requests.ask(alice, bob);
    await world.clock.advance(100);
    a.messenger.requests.withdraw(alice, bob);
    expect(relation(a, alice, bob)).to.equal('none');
    await world.clock.advance(10 * 60_000);
    expect(sent(world, 'a', 'PeerRegister')).to.have.length(1);
    b.messenger.requests.accept(bob, alice);
    await world.clock.advance(100);
    expect(relation(a, alice, bob)).to.equal('contact');
  });

  it('asks again within 10 s when the target turns reachable; one row, its age from the first ask (case 138, script S17 ask-into-the-void)', async () => {
    const { world, a, b, alice, bob } = await two();
    void b.messenger.sessions.signOut(bob);
    await world.clock.advance(100);
    a.messenger.requests.ask(alice, bob);
    const { since } = a.messenger.peers.row(alice, bob);
    await world.clock.advance(90_000);
    void b.messenger.sessions.signIn({
      server: '127.0.0.1:12349',
      username: 'bobby',
      password: 'correct horse',
    });
    await world.clock.advance(11_000);
    expect(badge(b, bob)).to.equal(1);
    expect(a.messenger.peers.row(alice, bob)).to.include({ relation: 'asked', since });
  });

  it('connects both sides when both ask at once, whatever each of them saw', async () => {
    const { world, a, b, alice, bob } = await two();
    a.messenger.requests.ask(alice, bob);
    b.messenger.requests.ask(bob, alice);
    await world.clock.advance(12_000);
    expect(relation(a, alice, bob)).to.equal('contact');
    expect(relation(b, bob, alice)).to.equal('contact');
    expect(badge(a, alice) + badge(b, bob)).to.equal(0);
  });

  it('holds messages to a contact that is gone, and transfers its name to nobody (delivery.md 3)', async () => {
    const { world, a, b, alice, bob } = await two();
    await world.befriend(a, alice, b, bob);
    await world.clock.advance(10_000);
    // Bob deletes his account; somebody else may take the name, and with it the CID.
    const request_id = '00000000-0000-4000-8000-000000000001' as RequestId;
    const socket = b.service.connect({ message: () => undefined, close: () => undefined });
    await world.clock.advance(10);
    socket.send(encode({ envelope: 'Request', variant: 'Deregister', body: { cid: bob, request_id } }));
    await world.clock.advance(1_000);
    a.messenger.wake();
    await world.clock.advance(12_000);
    expect(relation(a, alice, bob)).to.equal('none');
    void a.messenger.messages.send(alice, bob, 'is it you?');
    await world.clock.advance(5_000);
    expect(a.messenger.route(alice, bob)).to.deep.equal({ route: 'none', reason: 'held' });
  });
});

describe('the table from request event to command', () => {
  it('carries every request event out once, unless the page prevented it (case 130)', async () => {
    const { world, a, alice, bob } = await two();
    const target = new EventTarget();
    const stop = connectRequests(target, a.messenger);
    connectRequests(target, a.messenger);
    const ask = (): Event =>
      new CustomEvent('p2p-ask-request', { cancelable: true, detail: { account: alice, peer: bob } });
    const prevented = ask();
    prevented.preventDefault();
    target.dispatchEvent(prevented);
    await world.clock.settle();
    expect(relation(a, alice, bob)).to.equal('none');
    target.dispatchEvent(ask());
    await world.clock.settle();
    expect(relation(a, alice, bob)).to.equal('asked');
    await world.clock.advance(100);
    expect(sent(world, 'a', 'PeerRegister')).to.have.length(1);
    stop();
    expect(REQUEST_EVENTS).to.include.members([
      'p2p-accept-request',
      'p2p-decline-request',
      'p2p-retry-request',
    ]);
  });
});
