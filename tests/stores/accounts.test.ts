import { expect } from '@open-wc/testing';
import type { AccountId } from '../../facts/index.ts';
import { defaultSecuritySettings } from '../../protocol/index.ts';
import { memory } from '../../storage/memory.ts';
import type { Browser, World } from './world.ts';
import { SERVER, sent, statuses, talking, texts } from './world.ts';

const SETTINGS = JSON.stringify(defaultSecuritySettings());
const PASSWORD = 'correct horse';

const state = ({ messenger }: Browser, account: AccountId): string | undefined =>
  messenger.sessions.get(account)?.state;
const signIn = (browser: Browser, username: string): Promise<unknown> =>
  browser.messenger.sessions.signIn({ server: SERVER, username, password: PASSWORD });
const isUp = ({ messenger }: Browser, account: AccountId, peer: AccountId): boolean =>
  messenger.path(account, peer).kind === 'unknown-but-up';

/** The claims of a service's pages, oldest first, and whether each was forced. */
function claims(world: World, service: string): { account: string; force: boolean }[] {
  return sent(world, service, 'ConnectionManagement').flatMap(({ management_command: command }) =>
    'ClaimSession' in command
      ? [{ account: command.ClaimSession.session_cid, force: !command.ClaimSession.only_if_orphaned }]
      : [],
  );
}

/** Two accounts of one browser, each with a contact and a channel to that contact. */
async function twoWithContacts(): Promise<{
  world: World;
  a: Browser;
  b: Browser;
  alice: AccountId;
  bob: AccountId;
  carol: AccountId;
}> {
  const { world, a, b, alice, bob } = await talking();
  const carol = await world.account(a, 'carol');
  await world.connect(a, carol, b, bob);
  expect(isUp(a, carol, bob), 'carol has a channel').to.equal(true);
  return { world, a, b, alice, bob, carol };
}

describe('Exit and Sign out', () => {
  it('differ: Exit hangs up, hides the account and leaves it signed in and claimable once the socket closes (case 115)', async () => {
    const { world, a, b, alice, bob, carol } = await twoWithContacts();
    a.messenger.sessions.exit(alice);
    await world.clock.advance(100);
    expect(sent(world, 'a', 'PeerDisconnect')).to.have.length(1);
    expect(sent(world, 'a', 'PeerDisconnect')[0]).to.deep.include({ cid: alice, peer_cid: bob });
    expect(isUp(b, bob, alice), 'the other side was told').to.equal(false);
    expect(sent(world, 'a', 'Disconnect')).to.have.length(0);
    expect(JSON.stringify(sent(world, 'a', 'ConnectionManagement'))).not.to.match(/Release|Orphan"/);
    expect(a.service.sessions).to.include.members([alice, carol]);
    expect(a.messenger.sessions.accounts.peek()).to.deep.equal([carol]);
    expect(isUp(a, carol, bob), 'the other account is not touched').to.equal(true);

    // Another browser that knows her has to wait for this socket to close.
    const storage = memory();
    const [record] = (await a.storage.accounts()).filter(({ account }) => account === alice);
    await storage.write([{ put: 'account', value: { ...record!, isLeft: false } }]);
    const other = await world.browser('other', { on: a.service, storage });
    await world.clock.advance(5_000);
    expect(state(other, alice)).to.equal('open-elsewhere');
    a.closePage();
    await other.reload();
    expect(state(other, alice)).to.equal('signed-in');
    await a.openPage();
    expect(a.messenger.sessions.accounts.peek(), 'still hidden here').to.deep.equal([carol]);
    expect(state(other, alice)).to.equal('signed-in');
  });

  it('differ: Sign out disconnects the account and touches no other (case 115)', async () => {
    const { world, a, b, alice, bob, carol } = await twoWithContacts();
    void a.messenger.sessions.signOut(alice);
    await world.clock.advance(100);
    expect(sent(world, 'a', 'Disconnect').map(({ cid }) => cid)).to.deep.equal([alice]);
    expect(a.service.sessions).not.to.include(alice);
    expect(state(a, carol)).to.equal('signed-in');
    expect(isUp(a, carol, bob)).to.equal(true);
    const sending = a.messenger.messages.send(carol, bob, 'still here');
    await world.clock.advance(100);
    await sending;
    expect(statuses(a.messenger, carol, bob)).to.deep.equal(['still here: delivered']);
    expect(isUp(b, bob, alice)).to.equal(false);
  });

  it('end every attempt for the account: no claim, no sign-in, no answered offer, no queued request', async () => {
    const { world, a, alice, bob } = await talking();
    // A receipt stands in line behind a message that gets no answer.
    a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageSendSuccess'] });
    void a.messenger.messages.send(alice, bob, 'first');
    await world.clock.advance(100);
    a.messenger.typing(alice, bob);
    await world.clock.advance(100);
    const before = world.simulation.frames.entries.length;
    a.messenger.sessions.exit(alice);
    await world.clock.advance(120_000);
    const inHerName = world.simulation.frames.entries
      .slice(before)
      .filter(({ service, direction, text }) => service === 'a' && direction === 'in' && text.includes(alice))
      .map(({ frame }) => frame?.variant);
    expect(inHerName).to.deep.equal(['PeerDisconnect']);
  });

  it('end an offer that was delayed because it met an own dial', async () => {
    const { world, a, b, alice, bob } = await talking();
    a.service.faults.add({ kind: 'drop', direction: 'in', variants: ['PeerConnect'] });
    b.messenger.routes.hangUp(bob, alice);
    await world.clock.advance(2_000);
    expect(a.messenger.path(alice, bob).kind, 'a dial of hers is open').to.equal('connecting');
    const pickedUp = (): number => sent(world, 'a', 'PeerConnectAccept').length;
    const before = pickedUp();
    const offer = (): void =>
      a.inject(
        `{"Response":{"PeerConnectNotification":{"cid":${alice},"peer_cid":${bob},"request_id":null,` +
          `"session_security_settings":${SETTINGS},"udp_mode":"Disabled"}}}`,
      );
    offer();
    a.messenger.sessions.exit(alice);
    await world.clock.advance(3_000);
    expect(pickedUp()).to.equal(before);
  });

  it('end a claim that was to be repeated', async () => {
    const { world, a, alice } = await talking();
    const other = await world.browser('other', { on: a.service });
    void signIn(other, 'alice');
    await world.clock.advance(3_000);
    a.closePage();
    await world.clock.advance(20);
    const before = claims(world, 'a').length;
    await a.openPage();
    a.messenger.sessions.exit(alice);
    const during = claims(world, 'a').length;
    expect(during).to.be.greaterThan(before);
    await world.clock.advance(10_000);
    expect(claims(world, 'a')).to.have.length(during);
  });
});

describe('a session that has ended', () => {
  /** Ends alice's session as another client of the service would, and as the service says it. */
  async function endedElsewhere(world: World, a: Browser, alice: AccountId): Promise<void> {
    const peer = a.service.connect({ message: () => undefined, close: () => undefined });
    await world.clock.advance(50);
    peer.send(
      `{"Request":{"Disconnect":{"request_id":"00000000-0000-4000-8000-000000000001","cid":${alice}}}}`,
    );
    await world.clock.advance(50);
    a.inject(`{"Response":{"DisconnectNotification":{"cid":${alice},"peer_cid":null,"request_id":null}}}`);
    await world.clock.advance(50);
  }

  it('keeps its chip, window, messages and queue, says so, and continues after the password', async () => {
    const { world, a, b, alice, bob } = await talking();
    void a.messenger.messages.send(alice, bob, 'before');
    await world.clock.advance(100);
    await endedElsewhere(world, a, alice);
    expect(state(a, alice)).to.equal('signed-out-by-service');
    const [chip] = a.messenger.sessionRows.peek();
    expect(chip).to.include({ account: alice, state: 'signed-out-by-service' });
    expect(chip!.note).to.equal('ended');
    expect(a.messenger.sessions.current.peek()).to.equal(alice);
    expect(a.messenger.path(alice, bob).kind).to.equal('none');
    expect(a.messenger.peers.row(alice, bob)).to.include({ relation: 'contact', presence: 'unknown' });
    void a.messenger.messages.send(alice, bob, 'queued');
    await world.clock.advance(120_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['before: delivered', 'queued: waiting']);
    // No link helps it any more.
    const waiting = { route: 'none', reason: 'signed-out' };
    expect(a.messenger.route(alice, bob)).to.deep.equal(waiting);
    const rows = a.messenger.outbox.rows(alice);
    expect(rows.get(rows.ids.peek()[0]!)!.message.waiting!.reason).to.equal('signed-out');
    // A reload keeps it all too.
    await a.reload();
    await world.clock.advance(5_000);
    expect(state(a, alice)).to.equal('signed-out-by-service');
    void signIn(a, 'alice');
    await world.clock.advance(30_000);
    expect(state(a, alice)).to.equal('signed-in');
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['before: delivered', 'queued: delivered']);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['before', 'queued']);
  });

  it('because the service was restarted is said of each account, and each goes on after its own password', async () => {
    const { world, a, alice, bob, carol } = await twoWithContacts();
    a.service.restart({ signIns: 'work' });
    await world.clock.advance(40_000);
    for (const account of [alice, carol]) {
      expect(state(a, account)).to.equal('signed-out-by-service');
      expect(a.messenger.sessions.get(account)!.note).to.equal('ended');
      void a.messenger.messages.send(account, bob, `from ${account}`);
    }
    void signIn(a, 'alice');
    await world.clock.advance(30_000);
    expect([state(a, alice), state(a, carol)]).to.deep.equal(['signed-in', 'signed-out-by-service']);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal([`from ${alice}: delivered`]);
    expect(statuses(a.messenger, carol, bob)).to.deep.equal([`from ${carol}: waiting`]);
    void signIn(a, 'carol');
    await world.clock.advance(30_000);
    expect(statuses(a.messenger, carol, bob)).to.deep.equal([`from ${carol}: delivered`]);
  });

  it('is not inferred from a list of sessions that is older than the sign-in', async () => {
    const { world, a, alice, carol } = await twoWithContacts();
    a.service.restart({ signIns: 'work' });
    a.service.faults.add({
      kind: 'delay',
      direction: 'out',
      variants: ['GetSessionsResponse'],
      delay: 3_500,
    });
    do await world.clock.advance(50);
    while (a.messenger.link.peek().state !== 'up');
    void signIn(a, 'alice');
    await world.clock.advance(3_000);
    expect(state(a, alice)).to.equal('signed-in');
    await world.clock.advance(20_000);
    expect([state(a, alice), state(a, carol)]).to.deep.equal(['signed-in', 'signed-out-by-service']);
  });

  it('for one of two accounts is found at the next socket, and the other account continues', async () => {
    const { world, a, alice, bob, carol } = await twoWithContacts();
    a.service.loseSession(alice); // still in the service's list, and no longer claimable
    a.service.sockets[0]!.terminate();
    await world.clock.advance(20_000);
    expect([state(a, alice), state(a, carol)]).to.deep.equal(['signed-out-by-service', 'signed-in']);
    expect(isUp(a, carol, bob)).to.equal(true);
    // The same when the other one is asked for first.
    a.service.sockets[0]!.terminate();
    await world.clock.advance(20_000);
    expect([state(a, alice), state(a, carol)]).to.deep.equal(['signed-out-by-service', 'signed-in']);
  });
});

describe('a server that ends every sign-in ("Session dropped")', () => {
  const connects = (world: World): number => sent(world, 'a', 'Connect').length;

  async function dropped(): Promise<{
    world: World;
    a: Browser;
    alice: AccountId;
    bob: AccountId;
    carol: AccountId;
  }> {
    const two = await twoWithContacts();
    two.a.service.restart();
    await two.world.clock.advance(40_000);
    void signIn(two.a, 'alice');
    await two.world.clock.advance(5_000);
    expect(two.a.messenger.sessions.get(two.alice)!.note).to.equal('keeps-ending');
    return two;
  }

  it('is tried with growing pauses, at most five minutes long, also across a reconnect', async () => {
    const { world, a, alice } = await dropped();
    const times = (): number[] =>
      world.simulation.frames.entries
        .filter(({ service, frame }) => service === 'a' && frame?.variant === 'Connect')
        .map(({ at }) => at);
    await world.clock.advance(600_000);
    const before = times();
    const pauses = before.slice(1).map((at, position) => at - before[position]!);
    expect(pauses.every((pause, position) => position === 0 || pause >= pauses[position - 1]!)).to.equal(
      true,
    );
    expect(pauses[0]).to.be.within(9_000, 13_000);
    a.service.sockets[0]!.terminate();
    await world.clock.advance(3_000);
    expect(a.messenger.sessions.get(alice)!.note, 'the note stays').to.equal('keeps-ending');
    await world.clock.advance(1_200_000);
    const after = times();
    expect(after.length - before.length).to.be.within(3, 5);
    for (const [position, at] of after.slice(1).entries()) expect(at - after[position]!).to.be.below(305_000);
    // The server has tidied up: it goes by itself then.
    a.service.kill();
    a.service.start({ signIns: 'work' });
    await world.clock.advance(400_000);
    expect(state(a, alice)).to.equal('signed-in');
  });

  it('is retried for each account separately: a sign-in of one does not stop the other', async () => {
    const { world, a, alice, carol } = await dropped();
    void signIn(a, 'carol');
    await world.clock.advance(5_000);
    for (const account of [alice, carol])
      expect(a.messenger.sessions.get(account)!.note).to.equal('keeps-ending');
    a.service.kill();
    a.service.start({ signIns: 'work' });
    await world.clock.advance(400_000);
    expect([state(a, alice), state(a, carol)]).to.deep.equal(['signed-in', 'signed-in']);
  });

  it('is no longer retried when the person leaves the account', async () => {
    const { world, a, alice } = await dropped();
    a.messenger.sessions.exit(alice);
    const before = connects(world);
    await world.clock.advance(700_000);
    expect(connects(world)).to.equal(before);
    expect(a.messenger.sessions.has(alice)).to.equal(false);
  });
});

describe('a socket that is replaced', () => {
  it('is claimed anew for every account, and asks and dials are repeated for each of them (case 107)', async () => {
    const { world, a, b, alice, bob, carol } = await twoWithContacts();
    const dora = await world.account(b, 'doraa');
    // Each of the two has an ask that nobody answers.
    for (const account of [alice, carol]) a.messenger.requests.ask(account, dora);
    await world.clock.advance(10_000);
    const asks = (): string[] =>
      sent(world, 'a', 'PeerRegister').map(({ cid, peer_cid }) => `${cid} ${peer_cid}`);
    const before = asks().length;
    a.service.sockets[0]!.terminate();
    await world.clock.advance(20_000);
    expect([state(a, alice), state(a, carol)]).to.deep.equal(['signed-in', 'signed-in']);
    expect(asks().slice(before)).to.have.members([`${alice} ${dora}`, `${carol} ${dora}`]);
    expect([isUp(a, alice, bob), isUp(a, carol, bob)]).to.deep.equal([true, true]);
    expect(b.messenger.requests.pendingCount(dora).peek()).to.equal(2);
  });

  it('is claimed again until it answers, also where a claim is refused for passing reasons (case 107)', async () => {
    const { world, a, alice } = await talking();
    a.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['ConnectionManagement'],
      times: 3,
      reason: 'Something else went wrong',
    });
    a.service.sockets[0]!.terminate();
    await world.clock.advance(4_000);
    expect(state(a, alice)).to.equal('claiming');
    await world.clock.advance(20_000);
    expect(state(a, alice)).to.equal('signed-in');
  });

  it('claims every account even if the answer to the first claim was lost', async () => {
    const { world, a, alice, carol } = await twoWithContacts();
    a.closePage();
    await world.clock.advance(1_000);
    a.service.faults.add({
      kind: 'drop',
      direction: 'out',
      variants: ['ConnectionManagementSuccess'],
      times: 1,
    });
    await a.openPage();
    await world.clock.advance(20_000);
    expect([state(a, alice), state(a, carol)]).to.deep.equal(['signed-in', 'signed-in']);
  });

  it('in the middle of a forced claim is followed by a claim on the next one', async () => {
    const { world, a, alice } = await talking();
    const other = await world.browser('other', { on: a.service });
    void signIn(other, 'alice');
    await world.clock.advance(3_000);
    await a.reload();
    await world.clock.advance(5_000);
    expect(state(a, alice)).to.equal('open-elsewhere');
    // The claim is done, its answer never comes, and the socket is lost.
    a.service.faults.add({
      kind: 'close',
      direction: 'out',
      variants: ['ConnectionManagementSuccess'],
      times: 1,
    });
    void a.messenger.sessions.useHere(alice);
    await world.clock.advance(20_000);
    expect(state(a, alice)).to.equal('signed-in');
  });
});

describe('an account that is opened in another browser', () => {
  it('gets no notification; the other browser finds out when it claims, says so, and takes it back on Use here (case 107)', async () => {
    const { world, a, alice, bob } = await talking();
    const other = await world.browser('other', { on: a.service });
    void signIn(other, 'alice');
    await world.clock.advance(3_000);
    expect(state(other, alice)).to.equal('signed-in');
    expect(state(a, alice), 'nothing says otherwise').to.equal('signed-in');
    await a.reload();
    await world.clock.advance(5_000);
    expect(state(a, alice)).to.equal('open-elsewhere');
    // What it writes there waits, and nothing is dialled or asked in her name.
    const before = world.simulation.frames.entries.length;
    void a.messenger.messages.send(alice, bob, 'waits');
    await world.clock.advance(60_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['waits: waiting']);
    const socket = a.service.sockets.at(-1)!.id;
    const said = world.simulation.frames.entries
      .slice(before)
      .filter((entry) => entry.socket === socket && entry.direction === 'in' && entry.text.includes(alice));
    expect(said.map(({ frame }) => frame?.variant)).to.deep.equal([]);
    await Promise.all([a.messenger.sessions.useHere(alice), world.clock.advance(30_000)]);
    expect(state(a, alice)).to.equal('signed-in');
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['waits: delivered']);
  });

  for (const how of ['a reload', 'a new socket'] as const)
    it(`is not mistaken for one that another account's claim brought along, after ${how} (case 107)`, async () => {
      const { world, a, b, alice, bob, carol } = await twoWithContacts();
      const other = await world.browser('other', { on: a.service });
      void signIn(other, 'carol');
      await world.clock.advance(3_000);
      if (how === 'a reload') await a.reload();
      else a.service.sockets[0]!.terminate();
      await world.clock.advance(20_000);
      expect(state(a, alice)).to.equal('signed-in');
      // After a reload the page cannot have been its holder; before one it is taken back like from a socket of ours.
      expect(state(a, carol)).to.equal(how === 'a reload' ? 'open-elsewhere' : 'signed-in');
      const owner = how === 'a reload' ? other : a;
      void b.messenger.messages.send(bob, carol, 'for carol');
      await world.clock.advance(30_000);
      expect(texts(owner.messenger, carol, bob).map(({ text }) => text)).to.deep.equal(['for carol']);
    });

  it('is not mistaken for one that was brought along, if that was an account that was left here', async () => {
    const { world, a, alice, carol } = await twoWithContacts();
    const other = await world.browser('other', { on: a.service });
    const xena = await world.account(a, 'xena');
    a.messenger.sessions.exit(xena);
    void signIn(other, 'carol');
    await world.clock.advance(3_000);
    const before = world.simulation.frames.entries.length;
    a.service.sockets[0]!.terminate();
    await world.clock.advance(20_000);
    expect([state(a, alice), state(a, carol)]).to.deep.equal(['signed-in', 'signed-in']);
    // It has been claimed, not only called ours.
    const claimed = world.simulation.frames.entries
      .slice(before)
      .flatMap(({ frame }) =>
        frame?.variant === 'ConnectionManagementSuccess' ? [JSON.stringify(frame.body)] : [],
      );
    expect(claimed.some((answer) => answer.includes(carol))).to.equal(true);
  });

  it('picks up no offer and claims no channel while it is open elsewhere, whatever is broadcast', async () => {
    const { world, a, alice, bob } = await talking();
    const other = await world.browser('other', { on: a.service });
    void signIn(other, 'alice');
    await world.clock.advance(3_000);
    await a.reload();
    await world.clock.advance(5_000);
    const count = (): number => sent(world, 'a', 'PeerConnectAccept').length;
    const before = count();
    a.inject(
      `{"Response":{"PeerConnectNotification":{"cid":${alice},"peer_cid":${bob},"request_id":null,` +
        `"session_security_settings":${SETTINGS},"udp_mode":"Disabled"}}}`,
    );
    a.inject(
      `{"Response":{"MessageNotification":{"cid":${alice},"peer_cid":${bob},"message":[104],"request_id":null}}}`,
    );
    await world.clock.advance(2_000);
    expect(state(a, alice)).to.equal('open-elsewhere');
    expect(count()).to.equal(before);
    expect(a.messenger.path(alice, bob).kind).to.equal('none');
  });

  it('signs in by "already active" even without a record of it here', async () => {
    const { world, a, alice } = await talking();
    const other = await world.browser('other', { on: a.service });
    const signingIn = signIn(other, 'alice');
    await world.clock.advance(3_000);
    expect(await signingIn).to.deep.equal({ state: 'done', account: alice });
    expect(
      world.simulation.frames.entries.some(({ frame }) => frame?.variant === 'SessionAlreadyActive'),
    ).to.equal(true);
    expect(state(other, alice)).to.equal('signed-in');
  });
});

describe('a request', () => {
  it('that failed by timeout is not made again by a later socket, nor by the page after it (case 109)', async () => {
    const { world, a, alice } = await talking();
    // A sign-in, a sign-out and a dial that nobody answers.
    const lift = [
      a.service.faults.add({
        kind: 'drop',
        direction: 'in',
        variants: ['Connect', 'Disconnect', 'PeerConnect'],
      }),
    ];
    const entering = signIn(a, 'zelda');
    await world.clock.advance(90_000);
    expect(await entering).to.include({ state: 'failed' });
    const out = a.messenger.sessions.signOut(alice);
    await world.clock.advance(20_000);
    expect(await out).to.deep.include({ ok: false });
    for (const undo of lift) undo();
    const seen = (): number => sent(world, 'a', 'Connect').length + sent(world, 'a', 'Disconnect').length;
    expect(seen(), 'they were dropped on their way').to.equal(0);
    a.service.sockets[0]!.terminate();
    await world.clock.advance(60_000);
    await a.reload();
    await world.clock.advance(60_000);
    expect(seen()).to.equal(0);
  });

  it('runs once, however often the socket flaps meanwhile (case 110)', async () => {
    const { world, a, b, alice, bob } = await talking();
    for (let flap = 0; flap < 5; flap += 1) {
      void a.messenger.messages.send(alice, bob, `message ${flap}`);
      await world.clock.advance(3);
      a.service.sockets[0]?.terminate();
      await world.clock.advance(flap * 700);
    }
    const carol = await world.account(b, 'carol');
    a.messenger.requests.ask(alice, carol);
    await world.clock.advance(2);
    a.service.sockets[0]?.terminate();
    await world.clock.advance(120_000);
    const arrived = texts(b.messenger, bob, alice).map(({ text }) => text);
    expect(arrived).to.deep.equal([0, 1, 2, 3, 4].map((flap) => `message ${flap}`));
    expect(b.messenger.requests.pendingCount(carol).peek()).to.equal(1);
    expect(statuses(a.messenger, alice, bob).every((line) => line.endsWith('delivered'))).to.equal(true);
  });
});
