import { expect } from '@open-wc/testing';
import type { AccountId } from '../../facts/index.ts';
import { encode } from '../../protocol/index.ts';
import { decodePayload, encodePayload } from '../../protocol/payload.ts';
import type { Payload } from '../../protocol/payload.ts';
import { memory } from '../../storage/memory.ts';
import type { Browser, World } from './world.ts';
import { createWorld, SERVER, sent, statuses, storageWith, talking, texts } from './world.ts';
import { engineOf } from '../engine.ts';

/** The types of the payloads that a service's pages handed over since `from`, oldest first. */
function said(world: World, service: string, from = 0): string[] {
  return sent(world, service, 'Message')
    .slice(from)
    .flatMap(({ message }) => {
      const decoded = decodePayload(Uint8Array.from(message));
      return decoded.kind === 'payload' ? [decoded.payload.type] : [];
    });
}

const path = ({ messenger }: Browser, account: AccountId, peer: AccountId): string =>
  messenger.peers.row(account, peer).path.kind;

describe('the settings of an account', () => {
  it('apply at once, are stored on this device, and belong to one account', async () => {
    const { world, a, alice } = await talking();
    const carol = await world.account(a, 'carol');
    const seen: boolean[] = [];
    a.messenger.settings.cell(alice).subscribe(({ typing }) => void seen.push(typing));
    a.messenger.settings.change(alice, { typing: false, policy: 'direct-only' });
    expect(seen).to.deep.equal([true, false]);
    expect(a.messenger.settings.of(carol)).to.include({ typing: true, policy: 'prefer-direct' });
    await a.messenger.stored();
    await a.reload();
    expect(a.messenger.settings.of(alice)).to.deep.include({
      readReceipts: true,
      typing: false,
      presence: true,
      policy: 'direct-only',
      paused: [],
    });
  });

  it('survive a sign-out and a new sign-in', async () => {
    const { world, a, alice } = await talking();
    a.messenger.settings.change(alice, { presence: false });
    void a.messenger.sessions.signOut(alice);
    await world.clock.advance(1_000);
    void a.messenger.sessions.signIn({
      server: '127.0.0.1:12349',
      username: 'alice',
      password: 'correct horse',
    });
    await world.clock.advance(3_000);
    expect(a.messenger.settings.of(alice).presence).to.equal(false);
  });

  it('suppress what the person does not want to share: typing, presence, what was read (case 100)', async () => {
    const { world, a, b, alice, bob } = await talking();
    b.messenger.settings.change(bob, { readReceipts: false, typing: false, presence: false });
    const before = sent(world, 'b', 'Message').length;
    const sending = a.messenger.messages.send(alice, bob, 'hello');
    await world.clock.advance(100);
    const id = await sending;
    b.messenger.messages.read(bob, alice, id);
    b.messenger.typing(bob, alice);
    await world.clock.advance(3 * 60_000);
    // The receipt that it is stored, and no word more.
    expect(said(world, 'b', before)).to.deep.equal(['receipt']);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello: delivered']);
    // Nor by way of a sync.
    await a.reload();
    await world.clock.advance(20_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello: delivered']);
    expect(b.messenger.messages.unread(bob).peek()).to.equal(0);
  });

  it('decide the route: direct only waits where a relay would carry, relay only never dials', async () => {
    const world = createWorld();
    const a = await world.browser('a', { relay: true });
    const b = await world.browser('b', { relay: true });
    const alice = await world.account(a, 'alice');
    const bob = await world.account(b, 'bobby');
    for (const [browser, account] of [
      [a, alice],
      [b, bob],
    ] as const)
      browser.messenger.settings.change(account, { policy: 'relay-only' });
    await world.befriend(a, alice, b, bob);
    await world.clock.advance(60_000);
    expect(sent(world, 'a', 'PeerConnect').length + sent(world, 'b', 'PeerConnect').length).to.equal(0);
    expect(a.messenger.route(alice, bob).route).to.equal('relay');
    a.messenger.settings.change(alice, { policy: 'direct-only' });
    b.closePage();
    await world.clock.advance(1_000);
    expect(a.messenger.route(alice, bob).route).to.equal('none');
    a.messenger.settings.change(alice, { policy: 'prefer-direct' });
    expect(a.messenger.route(alice, bob).route).to.equal('relay');
  });

  it('hold a message back from a relayed channel if only direct ones are allowed', async () => {
    const { a, alice, bob } = await talking();
    engineOf(a.messenger).routes.pathChanged(alice, bob, 'server_relay', true);
    expect(a.messenger.route(alice, bob).route).to.equal('channel');
    a.messenger.settings.change(alice, { policy: 'direct-only' });
    expect(a.messenger.route(alice, bob).route).to.equal('none');
    engineOf(a.messenger).routes.pathChanged(alice, bob, 'direct', false);
    expect(a.messenger.route(alice, bob).route).to.equal('channel');
  });
});

describe('a paused contact', () => {
  it('is not dialled, its offers stay unanswered, a channel that comes up is hung up, and messages queue (case 44)', async () => {
    const { world, a, b, alice, bob } = await talking();
    a.messenger.settings.pause(alice, bob);
    await world.clock.advance(1_000);
    expect(sent(world, 'a', 'PeerDisconnect')).to.have.length(1);
    expect(path(a, alice, bob)).to.equal('none');
    expect(a.messenger.peers.row(alice, bob).isPaused).to.equal(true);
    expect(a.messenger.messages.row(alice, bob).isPaused).to.equal(true);
    const dials = sent(world, 'a', 'PeerConnect').length;
    const accepted = sent(world, 'a', 'PeerConnectAccept').length;
    void a.messenger.messages.send(alice, bob, 'one');
    await world.clock.advance(1_000);
    void a.messenger.messages.send(alice, bob, 'two');
    await world.clock.advance(5 * 60_000);
    expect(sent(world, 'b', 'PeerConnect').length).to.be.greaterThan(0);
    expect(sent(world, 'a', 'PeerConnect')).to.have.length(dials);
    expect(sent(world, 'a', 'PeerConnectAccept')).to.have.length(accepted);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['one: waiting', 'two: waiting']);
    expect(a.messenger.route(alice, bob)).to.deep.equal({ route: 'none', reason: 'paused' });

    // A channel that comes up all the same: a message arrives over it, is kept, and the channel is hung up.
    const hungUp = sent(world, 'a', 'PeerDisconnect').length;
    engineOf(a.messenger).routes.up(alice, bob, null, false);
    await world.clock.advance(100);
    expect(sent(world, 'a', 'PeerDisconnect').length).to.be.greaterThan(hungUp);
    expect(path(a, alice, bob)).to.equal('none');

    a.messenger.settings.resume(alice, bob);
    await world.clock.advance(60_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['one: delivered', 'two: delivered']);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['one', 'two']);
  });

  it('stays paused after a reload, and for this account alone', async () => {
    const { world, a, alice, bob } = await talking();
    const carol = await world.account(a, 'carol');
    a.messenger.settings.pause(alice, bob);
    a.messenger.settings.pause(alice, bob);
    await a.messenger.stored();
    await a.reload();
    await world.clock.advance(20_000);
    expect(a.messenger.settings.of(alice).paused).to.deep.equal([bob]);
    expect(a.messenger.settings.isPaused(carol, bob)).to.equal(false);
    expect(path(a, alice, bob)).to.equal('none');
  });

  it('is sent nothing by any route: no relay, no receipt, no presence', async () => {
    const { world, a, b, alice, bob } = await talking({ a: { relay: true }, b: { relay: true } });
    a.messenger.settings.pause(alice, bob);
    await world.clock.advance(1_000);
    const before = sent(world, 'a', 'Message').length;
    void b.messenger.messages.send(bob, alice, 'are you there?');
    void a.messenger.messages.send(alice, bob, 'later');
    await world.clock.advance(3 * 60_000);
    expect(said(world, 'a', before)).to.deep.equal([]);
    expect(a.relay!.stored.filter(({ from }) => from === alice)).to.deep.equal([]);
    // What came is here and counts as unread; nobody has told Bob anything.
    expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.include('are you there?');
    expect(statuses(b.messenger, bob, alice)[0]).to.equal('are you there?: sent');
    a.messenger.settings.resume(alice, bob);
    await world.clock.advance(2 * 60_000);
    expect(statuses(b.messenger, bob, alice)[0]).to.equal('are you there?: delivered');
  });
});

describe('stored data that could not be read', () => {
  it('does not count as missing and is not overwritten: the link waits until it is read (case 73)', async () => {
    const inner = memory();
    let isBroken = false;
    const broken = (): Promise<never> => Promise.reject(Object.assign(new Error('no'), { code: 'failed' }));
    const storage = storageWith(
      { conversations: (account) => (isBroken ? broken() : inner.conversations(account)) },
      inner,
    );
    const { world, a, b, alice, bob } = await talking({ a: { storage } });
    void b.messenger.messages.send(bob, alice, 'hello');
    await world.clock.advance(100);
    const before = await inner.conversations(alice);
    isBroken = true;
    await a.reload();
    await world.clock.advance(60_000);
    expect(a.messenger.storage.peek()).to.include({ state: 'failed' });
    expect(a.messenger.link.peek().state).to.equal('idle');
    expect(await inner.conversations(alice)).to.deep.equal(before);
    isBroken = false;
    await world.clock.advance(60_000);
    expect(a.messenger.link.peek().state).to.equal('up');
    expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.deep.equal(['hello']);
    expect(engineOf(a.messenger).conversations.get(alice, bob).meta.stream).to.equal(before[0]!.stream);
  });

  it('is not overwritten by a copy that comes meanwhile: the set of stored messages stays as it is (case 73)', async () => {
    const inner = memory();
    let isBroken = false;
    const storage = storageWith(
      {
        message: (account, peer, id) =>
          isBroken ? Promise.reject(new Error('no')) : inner.message(account, peer, id),
      },
      inner,
    );
    const { world, a, b, alice, bob } = await talking({ a: { storage } });
    const arrives = (payload: Payload): void =>
      a.inject(
        encode({
          envelope: 'Response',
          variant: 'MessageNotification',
          body: { cid: alice, peer_cid: bob, message: encodePayload(payload), request_id: null },
        }),
      );
    const many = Array.from({ length: 150 }, (_, n) => `m${n}`);
    for (const text of many) void b.messenger.messages.send(bob, alice, text);
    await world.clock.advance(10_000);
    const { id, text, sentAt, stream, index } = engineOf(b.messenger).conversations.get(bob, alice).rows[0]!;
    arrives({ v: 1, type: 'edit', id, text: 'corrected', at: sentAt });
    a.messenger.messages.pass(alice, bob);
    await world.clock.advance(100);
    await a.reload();
    await world.clock.advance(10_000);
    expect(texts(a.messenger, alice, bob).length).to.be.lessThan(150);
    isBroken = true;
    // The oldest is in storage only, and comes again as it was first written.
    arrives({ v: 1, type: 'message', id, stream: stream!, index: index!, text, sentAt });
    await world.clock.advance(1_000);
    isBroken = false;
    while (engineOf(a.messenger).conversations.get(alice, bob).hasOlder)
      await a.messenger.messages.loadOlder(alice, bob);
    expect(texts(a.messenger, alice, bob).map((row) => row.text)).to.deep.equal([
      'corrected',
      ...many.slice(1),
    ]);
  });
});

describe('the browser’s promise to keep what is stored', () => {
  it('is requested once, with the first message, and its result is shown', async () => {
    let asked = 0;
    const storage = storageWith({ persist: () => Promise.resolve((asked += 1) === 1) });
    const { world, a, alice, bob } = await talking({ a: { storage } });
    expect(asked).to.equal(0);
    expect(a.messenger.storage.peek().persisted).to.equal(null);
    void a.messenger.messages.send(alice, bob, 'one');
    void a.messenger.messages.send(alice, bob, 'two');
    await world.clock.advance(100);
    expect(asked).to.equal(1);
    expect(a.messenger.storage.peek()).to.deep.equal({ state: 'saved', reason: null, persisted: true });
  });
});

describe('signing out with everything removed', () => {
  it('leaves nothing of the account on this device, and everything of the other', async () => {
    const { world, a, alice, bob } = await talking();
    const carol = await world.account(a, 'carol');
    void a.messenger.messages.send(alice, bob, 'hello');
    await world.clock.advance(100);
    const done = a.messenger.sessions.signOut(alice, true);
    await world.clock.advance(1_000);
    await done;
    expect((await a.storage.accounts()).map(({ account }) => account)).to.deep.equal([carol]);
    expect(await a.storage.history(alice, bob, { limit: 9 })).to.deep.equal([]);
    expect(a.messenger.sessions.accounts.peek()).to.deep.equal([carol]);
    await a.reload();
    expect(a.messenger.sessions.accounts.peek()).to.deep.equal([carol]);
  });

  it('leaves no pending request when somebody signs the account in again', async () => {
    const { world, a, b, alice } = await talking();
    const carol = await world.account(b, 'carol');
    b.messenger.requests.ask(carol, alice);
    await world.clock.advance(1_000);
    const badge: number[] = [];
    a.messenger.requests.pendingCount(alice).subscribe((count) => badge.push(count));
    const done = a.messenger.sessions.signOut(alice, true);
    await world.clock.advance(1_000);
    await done;
    expect(a.messenger.peers.asking(alice).ids.peek()).to.deep.equal([]);
    expect(badge).to.deep.equal([1, 0]);
  });

  it('leaves nothing of later answers either: a list, an unaccepted message', async () => {
    const { world, a, alice, bob } = await talking();
    a.service.faults.add({
      kind: 'delay',
      direction: 'out',
      variants: ['ListRegisteredPeersResponse'],
      delay: 5_000,
    });
    a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageSendSuccess'] });
    void a.messenger.messages.send(alice, bob, 'hello');
    void a.messenger.peers.refresh(alice);
    await world.clock.advance(100);
    const done = a.messenger.sessions.signOut(alice, true);
    await world.clock.advance(1_000);
    await done;
    await world.clock.advance(60_000);
    const { storage } = a;
    const left = [storage.requests(alice), storage.conversations(alice), storage.unsettled(alice)];
    expect(await Promise.all(left)).to.deep.equal([[], [], []]);
    expect(await storage.history(alice, bob, { limit: 9 })).to.deep.equal([]);
    // Whoever signs in again begins anew, and is kept.
    a.service.faults.clear();
    const again = a.messenger.sessions.signIn({
      server: SERVER,
      username: 'alice',
      password: 'correct horse',
    });
    await world.clock.advance(5_000);
    await again;
    void a.messenger.messages.send(alice, bob, 'hello again');
    await world.clock.advance(5_000);
    expect((await storage.accounts()).map(({ account }) => account)).to.deep.equal([alice]);
    expect((await storage.history(alice, bob, { limit: 9 })).map(({ text }) => text)).to.deep.equal([
      'hello again',
    ]);
  });

  it('keeps everything if the account could not be signed out', async () => {
    const { world, a, alice, bob } = await talking();
    void a.messenger.messages.send(alice, bob, 'hello');
    await world.clock.advance(100);
    const row = () => a.messenger.sessionRows.peek()[0];
    for (const wipe of [false, true]) {
      a.service.sockets[0]!.terminate();
      await world.clock.advance(1);
      await a.messenger.sessions.signOut(alice, wipe);
      expect(row()).to.include({ account: alice, state: 'link-down' });
      expect(row()!.note, 'it says so').to.equal('not-signed-out');
      expect(await a.storage.history(alice, bob, { limit: 9 })).to.have.length(1);
      expect(a.service.sessions).to.include(alice);
      await world.clock.advance(60_000);
      expect(row()).to.include({ account: alice, state: 'signed-in', note: null });
    }
    const again = a.messenger.sessions.signOut(alice, true);
    await world.clock.advance(1_000);
    await again;
    expect(row()).to.equal(undefined);
    expect(await a.storage.history(alice, bob, { limit: 9 })).to.deep.equal([]);
  });

  it('needs no link for an account that the service has already signed out', async () => {
    const { world, a, alice, bob } = await talking();
    void a.messenger.messages.send(alice, bob, 'hello');
    await world.clock.advance(100);
    a.service.restart();
    await world.clock.advance(60_000);
    expect(a.messenger.sessions.get(alice)!.state).to.equal('signed-out-by-service');
    a.service.kill();
    await world.clock.advance(100);
    await a.messenger.sessions.signOut(alice, true);
    expect(a.messenger.sessions.accounts.peek()).to.deep.equal([]);
    expect(await a.storage.history(alice, bob, { limit: 9 })).to.deep.equal([]);
  });
});

describe('a contact that was gone', () => {
  it('is sent nothing until a person has confirmed who it is, even when a contact is proven again', async () => {
    const { world, a, b, alice, bob } = await talking();
    // The service's list lacks the pair once, and has it again at the next look.
    a.service.faults.add({
      kind: 'drop',
      direction: 'out',
      variants: ['ListRegisteredPeersResponse'],
      times: 1,
    });
    a.messenger.wake();
    await world.clock.advance(50);
    const list = sent(world, 'a', 'ListRegisteredPeers').at(-1)!;
    a.inject(
      `{"Response":{"ListRegisteredPeersResponse":{"cid":${alice},"peers":{},"request_id":"${list.request_id}"}}}`,
    );
    await world.clock.advance(50);
    expect(a.messenger.route(alice, bob)).to.deep.equal({ route: 'none', reason: 'held' });
    void a.messenger.messages.send(alice, bob, 'is it you?');
    a.messenger.wake();
    await world.clock.advance(5 * 60_000);
    expect(a.messenger.peers.row(alice, bob).relation).to.equal('contact');
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['is it you?: waiting']);
    await a.messenger.stored();
    await a.reload();
    await world.clock.advance(60_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['is it you?: waiting']);
    a.messenger.requests.confirm(alice, bob);
    await world.clock.advance(60_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['is it you?: delivered']);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['is it you?']);
    a.messenger.requests.confirm(alice, bob); // nothing to confirm: nothing happens
    expect(a.messenger.route(alice, bob).route).to.equal('channel');
  });
});
