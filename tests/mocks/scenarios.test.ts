import { expect } from '@open-wc/testing';
import {
  acceptInAnotherTab,
  askIntoTheVoid,
  createFakeClock,
  createPeer,
  directTimesOutRelayTakesOver,
  hiddenAndHalfOpen,
  laterReadDoesNotLiftSending,
  leaderDiesMidSend,
  receiptBeforeAnswer,
  refusalAfterEcho,
  reloadWithAQueue,
  shuffledEvidence,
  takenAndDropped,
  theReport,
  type FakeClock,
  type OwnAccount,
  type PairScenario,
  type Peer,
} from '../../mocks/index.ts';
import { decodePayload, type PayloadOf } from '../../protocol/payload.ts';
import { during, messageTo, SEED } from './world.ts';

/** The part that the client under test plays: here by hand, too. */
async function signIn(clock: FakeClock, account: OwnAccount): Promise<Peer> {
  const { service, username, password, relay } = account;
  const page = createPeer(account.cid, {
    service,
    clock,
    username,
    password,
    relay,
    habits: { acknowledges: true },
  });
  await during(clock, page.open());
  return page;
}

async function connected(clock: FakeClock, scenario: PairScenario): Promise<Peer> {
  const alice = await signIn(clock, scenario.alice);
  alice.dial(scenario.bob.cid);
  await clock.advance(300);
  expect(alice.channels.has(scenario.bob.cid)).to.be.true;
  return alice;
}

/** The receipts that have reached a page: by id what was delivered, by index what was read. */
function receipts(page: Peer): string[] {
  return page.frames.flatMap((frame) => {
    if (frame.variant !== 'MessageNotification') return [];
    const heard = decodePayload(frame.body.message);
    if (heard.kind !== 'payload' || heard.payload.type !== 'receipt') return [];
    const { payload } = heard;
    if (payload.kind === 'delivered') return [`delivered ${payload.id}`];
    return payload.ranges.map(([from, to]) => `read ${from}-${to}`);
  });
}

const start = (): { clock: FakeClock; seed: number } => ({ clock: createFakeClock({ now: 0 }), seed: SEED });

describe(`The scenarios (seed ${SEED})`, () => {
  it('later-read-does-not-lift-sending (S1): one refused, one read, the first still without an answer', async () => {
    const { clock, seed } = start();
    const scenario = await during(clock, laterReadDoesNotLiftSending({ clock, seed }));
    const alice = await connected(clock, scenario);
    scenario.refuseNext();
    const first = alice.write(scenario.bob.cid, 'first');
    await clock.advance(10);
    expect(alice.frames.at(-1)?.variant).to.equal('MessageSendFailure');
    alice.write(scenario.bob.cid, 'second');
    await clock.advance(10);
    const letThrough = scenario.holdAnswers();
    const answers = alice.frames.length;
    alice.say(scenario.bob.cid, {
      v: 1,
      type: 'message',
      id: first,
      stream: 's',
      index: 1,
      text: 'first',
      sentAt: 0,
    });
    scenario.readNewest();
    await clock.advance(10);
    expect(receipts(alice)).to.deep.equal(['read 2-2']);
    expect(alice.frames.length).to.equal(answers + 1);
    letThrough();
    await clock.advance(10);
    expect(alice.frames.at(-1)?.variant).to.equal('MessageSendSuccess');
  });

  it('refusal-after-echo (S3): refused half a second later, until the service accepts', async () => {
    const { clock, seed } = start();
    const scenario = await during(clock, refusalAfterEcho({ clock, seed }));
    const alice = await connected(clock, scenario);
    alice.write(scenario.bob.cid, 'no');
    await clock.advance(450);
    const before = alice.frames.length;
    await clock.advance(100);
    expect(alice.frames.length).to.equal(before + 1);
    expect(alice.frames.at(-1)?.body).to.include({ message: `Connection for ${alice.cid} not found` });
    expect(scenario.bob.received.length).to.equal(0);
    scenario.relent();
    alice.write(scenario.bob.cid, 'yes');
    await clock.advance(50);
    expect(scenario.bob.received.map(({ payload }) => payload.text)).to.deep.equal(['yes']);
  });

  it('receipt-before-answer (S4): the receipt a second before the answer', async () => {
    const { clock, seed } = start();
    const scenario = await during(clock, receiptBeforeAnswer({ clock, seed }));
    const alice = await connected(clock, scenario);
    const id = alice.write(scenario.bob.cid, 'hello');
    await clock.advance(500);
    expect(receipts(alice)).to.deep.equal([`delivered ${id}`]);
    expect(alice.frames.some((frame) => frame.variant === 'MessageSendSuccess')).to.be.false;
    await clock.advance(1000);
    expect(alice.frames.at(-1)?.variant).to.equal('MessageSendSuccess');
  });

  it('shuffled-evidence (S7): receipts repeated and out of order', async () => {
    const { clock, seed } = start();
    const scenario = await during(clock, shuffledEvidence({ clock, seed }));
    const alice = await connected(clock, scenario);
    const ids = ['a', 'b', 'c', 'd', 'e'].map((text) => alice.write(scenario.bob.cid, text));
    await clock.advance(1000);
    scenario.repeatReceipts();
    await clock.advance(2000);
    const heard = receipts(alice);
    for (const [n, id] of ids.entries()) {
      expect(heard.filter((receipt) => receipt === `delivered ${id}`).length).to.be.above(1);
      expect(heard).to.include(`read ${n + 1}-${n + 1}`);
    }
    const firstRead = heard.findIndex((receipt) => receipt.startsWith('read'));
    expect(heard.slice(firstRead).some((receipt) => receipt.startsWith('delivered'))).to.be.true;
  });

  it('direct-times-out-relay-takes-over (S8): a channel, then 30 s of nothing, and a relay that carries', async () => {
    const { clock, seed } = start();
    const scenario = await during(clock, directTimesOutRelayTakesOver({ clock, seed }));
    const { bob } = scenario;
    const alice = await connected(clock, scenario);
    alice.write(bob.cid, 'direct');
    await clock.advance(10);
    await during(clock, scenario.loseDirect());
    expect(alice.channels.size).to.equal(0);
    alice.dial(bob.cid);
    await clock.advance(29_900);
    expect(alice.frames.at(-1)?.variant).not.to.equal('PeerConnectFailure');
    await clock.advance(200);
    expect(alice.frames.at(-1)?.variant).to.equal('PeerConnectFailure');
    alice.write(bob.cid, 'relayed', 'relay');
    await clock.advance(20);
    expect(bob.received.map(({ payload, route }) => `${route}: ${payload.text}`)).to.deep.equal([
      'channel: direct',
      'relay: relayed',
    ]);
    scenario.regainDirect();
    alice.dial(bob.cid);
    await clock.advance(300);
    expect(alice.channels.has(bob.cid)).to.be.true;
  });

  it('reload-with-a-queue (S14): a channel, then none and no dial that gets through, then one again', async () => {
    const { clock, seed } = start();
    const scenario = await during(clock, reloadWithAQueue({ clock, seed }));
    const { bob } = scenario;
    const alice = await connected(clock, scenario);
    await during(clock, scenario.loseChannel());
    expect(alice.channels.has(bob.cid)).to.be.false;
    alice.dial(bob.cid);
    await clock.advance(40_000);
    expect(alice.channels.has(bob.cid)).to.be.false;
    scenario.regainChannel();
    alice.dial(bob.cid);
    await clock.advance(300);
    expect(alice.channels.has(bob.cid)).to.be.true;
  });

  it('taken-and-dropped (S16): ten successes without a recipient, and a sync that lists what is missing (case 141)', async () => {
    const { clock, seed } = start();
    const scenario = await during(clock, takenAndDropped({ clock, seed }));
    const { bob } = scenario;
    const alice = await connected(clock, scenario);
    alice.write(bob.cid, 'seen');
    await clock.advance(20);
    scenario.closePage();
    await clock.advance(20);
    for (let i = 0; i < 10; i++) alice.write(bob.cid, `lost ${i}`);
    await clock.advance(50);
    const successes = alice.frames.filter((frame) => frame.variant === 'MessageSendSuccess');
    expect(successes.length).to.equal(11);
    await during(clock, scenario.openPage());
    expect(bob.received.length).to.equal(1);
    const { stream } = bob.received[0]?.payload ?? { stream: '' };
    const question: PayloadOf<'sync'> = {
      v: 1,
      type: 'sync',
      kind: 'question',
      mine: { stream, next: 12, voids: [], settled: 1 },
      yours: null,
      at: clock.now(),
    };
    alice.say(bob.cid, question);
    await clock.advance(20);
    const answers = alice.frames.flatMap((frame) => {
      const heard = frame.variant === 'MessageNotification' ? decodePayload(frame.body.message) : undefined;
      return heard?.kind === 'payload' && heard.payload.type === 'sync' ? [heard.payload.yours] : [];
    });
    expect(answers).to.deep.equal([{ stream, here: [[1, 1]] }]);
  });

  it('ask-into-the-void (S17): the first ask reaches nobody, also later (case 138)', async () => {
    const { clock, seed } = start();
    const scenario = askIntoTheVoid({ clock, seed });
    const alice = await signIn(clock, scenario.alice);
    alice.ask(scenario.bob.cid);
    await clock.advance(1000);
    await during(clock, scenario.signIn());
    await clock.advance(10_000);
    expect(scenario.asksSeen).to.equal(0);
    alice.ask(scenario.bob.cid);
    await clock.advance(10);
    expect(scenario.asksSeen).to.equal(1);
  });

  it('accept-in-another-tab (S9): every ask of somebody who is no contact is announced; two tabs can be opened', async () => {
    const { clock, seed } = start();
    const scenario = await during(clock, acceptInAnotherTab({ clock, seed }));
    const alice = await signIn(clock, scenario.alice);
    const asks = (): number =>
      alice.frames.filter(({ variant }) => variant === 'PeerRegisterNotification').length;
    scenario.ask();
    await clock.advance(10);
    scenario.ask();
    await clock.advance(10);
    expect(asks()).to.equal(2);
    alice.ask(scenario.bob.cid);
    await clock.advance(10);
    expect(scenario.bob.frames.at(-1)?.variant).to.equal('PeerRegisterSuccess');
    const tabs = [scenario.browser.tab(), scenario.browser.tab()];
    expect(scenario.browser.tabs).to.deep.equal(tabs);
  });

  it('leader-dies-mid-send (S11): accepted and not answered, or never accepted', async () => {
    const { clock, seed } = start();
    const scenario = await during(clock, leaderDiesMidSend({ clock, seed }));
    const alice = await connected(clock, scenario);
    const answered = (): number =>
      alice.frames.filter(({ variant }) => variant === 'MessageSendSuccess').length;
    const letThrough = scenario.holdAnswers();
    alice.write(scenario.bob.cid, 'taken');
    await clock.advance(1000);
    expect(answered()).to.equal(0);
    expect(scenario.bob.received.map(({ payload }) => payload.text)).to.deep.equal(['taken']);
    letThrough();
    await clock.advance(10);
    expect(answered()).to.equal(1);
    const find = scenario.loseMessages();
    alice.write(scenario.bob.cid, 'lost');
    await clock.advance(1000);
    find();
    alice.write(scenario.bob.cid, 'found');
    await clock.advance(1000);
    expect(scenario.bob.received.map(({ payload }) => payload.text)).to.deep.equal(['taken', 'found']);
    expect(answered()).to.equal(2);
  });

  it('hidden-and-half-open (S12): reported as sent, never arrived, and sent again after a sync on another socket', async () => {
    const { clock, seed } = start();
    const scenario = await during(clock, hiddenAndHalfOpen({ clock, seed }));
    const alice = await connected(clock, scenario);
    scenario.bob.write(alice.cid, 'here');
    await clock.advance(100);
    scenario.goHalfOpen();
    for (const text of ['lost', 'lost too']) scenario.bob.write(alice.cid, text);
    await clock.advance(1000);
    expect(
      scenario.alice.service.sockets.map(({ open }) => open),
      'it looks alive',
    ).to.deep.equal([true]);
    expect(scenario.bob.frames.at(-1)?.variant).to.equal('MessageSendSuccess');
    expect(alice.received.map(({ payload }) => payload.text)).to.deep.equal(['here']);
    await during(clock, alice.open());
    const mine = { stream: 'a', next: 1, voids: [], settled: 0 };
    const yours = { stream: alice.received[0]!.payload.stream, here: [[1, 1]] } as const;
    alice.say(scenario.bob.cid, { v: 1, type: 'sync', kind: 'question', mine, yours, at: 0 });
    await clock.advance(100);
    expect(alice.received.map(({ payload }) => payload.text)).to.have.members(['here', 'lost', 'lost too']);
  });

  for (const browsers of [1, 3] as const) {
    it(`the-report (S15), ${browsers} browser(s): its numbers, its words, 30 s${browsers === 3 ? ' and a late success' : ''}`, async () => {
      const { clock, seed } = start();
      const scenario = theReport({ clock, seed, browsers });
      const pages: Peer[] = [];
      for (const account of scenario.accounts) pages.push(await signIn(clock, account));
      const [one, two, three] = pages;
      if (!one || !two || !three) throw new Error('A page is missing.');
      expect([one.cid, two.cid]).to.deep.equal(['1037731213400421288', '6730932744337814965']);
      two.habits = { answersAsks: 'asks-back' };
      one.ask(two.cid);
      await clock.advance(10);
      expect(one.frames.at(-1)?.variant).to.equal('PeerRegisterSuccess');
      const early = one.request('Message', messageTo(one.cid, two.cid, 'hello'));
      await clock.advance(10);
      expect((await early).body).to.include({ message: 'Connection for 1037731213400421288 not found' });
      const sessions = one.request('GetSessions', {});
      await clock.advance(10);
      const listed = await sessions;
      if (listed.variant !== 'GetSessionsResponse') throw new Error(listed.variant);
      expect(
        listed.body.sessions.map((session) => Object.keys(session.peer_connections).length),
      ).to.deep.equal(browsers === 1 ? [0, 0, 0] : [0]);
      one.dial(two.cid);
      await clock.advance(30_010);
      expect(one.frames.at(-1)?.body).to.include({ message: 'P2P connection timed out after 30 seconds' });
      await clock.advance(5000);
      expect(one.channels.has(two.cid)).to.equal(browsers === 3);
    });
  }

  it('lets the accounts of the report be made, with its numbers', async () => {
    const { clock, seed } = start();
    const { accounts, services } = theReport({ clock, seed, made: false });
    const [service] = services;
    if (!service) throw new Error('A service is missing.');
    for (const account of accounts) {
      const page = createPeer(account.cid, { service, clock, username: account.username });
      await during(clock, page.register());
      expect(page.frames.at(-1)?.body).to.include({ cid: account.cid });
    }
  });
});
