import { expect } from '@open-wc/testing';
import type { AccountId } from '../../facts/index.ts';
import { acceptInAnotherTab, createFakeClock, leaderDiesMidSend } from '../../mocks/index.ts';
import type { FakeClock, OwnAccount, Peer } from '../../mocks/index.ts';
import { createTabWorld } from './tab-world.ts';
import type { Profile, Tab } from './tab-world.ts';

const seed = Math.floor(Math.random() * 1_000_000);

/** Opens so many tabs of the scenario's browser and signs the person in, in the first. */
async function tabsOf(
  clock: FakeClock,
  scenario: Pick<Awaited<ReturnType<typeof acceptInAnotherTab>>, 'alice' | 'browser' | 'simulation'>,
  count: number,
): Promise<{ profile: Profile; tabs: Tab[] }> {
  const { alice, browser, simulation } = scenario;
  const profile = createTabWorld({ seed, within: { clock, simulation } }).profile('alice', {
    on: alice.service,
    browser,
  });
  const tabs: Tab[] = [];
  for (let n = 0; n < count; n += 1) tabs.push(await profile.open());
  await signIn(clock, tabs[0]!, alice);
  return { profile, tabs };
}

async function signIn(clock: FakeClock, { messenger }: Tab, account: OwnAccount): Promise<void> {
  const { serverAddress: server, username, password } = account;
  void messenger.sessions.signIn({ server, username, password });
  await clock.advance(20_000);
}

/** Lets a scenario begin. */
async function begin<Started>(clock: FakeClock, starting: Promise<Started>): Promise<Started> {
  await clock.advance(1_000);
  return starting;
}

const start = (): FakeClock => createFakeClock({ macrotasks: false });
/** What Bob has, each message once. */
const got = (bob: Peer): string[] => [
  ...new Map(bob.received.map(({ payload }) => [payload.id, payload.text])).values(),
];
const statuses = ({ messenger }: Tab, account: AccountId, peer: AccountId): string[] => {
  const source = messenger.messages.source(account, peer);
  return source.ids.peek().map((id) => `${source.get(id)!.text}: ${source.get(id)!.status}`);
};

describe(`Scripts in several tabs (seed ${seed})`, () => {
  describe('accepting (script S9 accept-in-another-tab)', () => {
    for (const where of ['leads', 'follows'] as const)
      it(`accepts in the tab that ${where}, and the badge of both drops in that frame; one request is sent`, async () => {
        const clock = start();
        const scenario = await begin(clock, acceptInAnotherTab({ clock, seed }));
        const { alice, bob, simulation } = scenario;
        const { profile, tabs } = await tabsOf(clock, scenario, 2);
        const badges = (): number[] =>
          tabs.map(({ messenger }) => messenger.requests.pendingCount(alice.cid).peek());
        scenario.ask();
        await clock.advance(1_000);
        expect(badges()).to.deep.equal([1, 1]);
        const { messenger } = tabs.find((tab) => (tab === profile.leader()) === (where === 'leads'))!;
        messenger.requests.accept(alice.cid, bob.cid);
        expect(messenger.requests.pendingCount(alice.cid).peek(), 'in the same turn').to.equal(0);
        await clock.settle();
        expect(badges(), 'before anything is drawn').to.deep.equal([0, 0]);
        // No tab ever sees it come back.
        const seen = tabs.map((tab) => {
          const counts: number[] = [];
          tab.messenger.requests.pendingCount(alice.cid).subscribe((count) => void counts.push(count));
          return counts;
        });
        await clock.advance(60_000);
        expect(seen.flat().filter((count) => count !== 0)).to.deep.equal([]);
        for (const tab of tabs)
          expect(tab.messenger.peers.row(alice.cid, bob.cid).relation).to.equal('contact');
        const asks = simulation.frames.entries.filter(
          ({ service, direction, frame }) =>
            service === 'alice' && direction === 'in' && frame?.variant === 'PeerRegister',
        );
        expect(asks).to.have.length(1);
      });
  });

  it('loses and duplicates nothing when the leader crashes after the service accepted a message (script S11 leader-dies-mid-send)', async () => {
    const clock = start();
    const scenario = await begin(clock, leaderDiesMidSend({ clock, seed }));
    const { alice, bob } = scenario;
    const { profile, tabs } = await tabsOf(clock, scenario, 3);
    const letThrough = scenario.holdAnswers();
    const dying = profile.leader();
    const follower = tabs.find((tab) => tab !== dying)!;
    void dying.messenger.messages.send(alice.cid, bob.cid, 'in the leader');
    await clock.advance(5);
    void follower.messenger.messages.send(alice.cid, bob.cid, 'in a follower');
    await clock.advance(50);
    expect(got(bob), 'the first is on its way').to.deep.equal(['in the leader']);
    dying.page.kill();
    letThrough();
    await clock.advance(40_000);
    expect(profile.leader()).to.not.equal(dying);
    expect(got(bob)).to.have.members(['in the leader', 'in a follower']);
    for (const tab of tabs)
      if (tab !== dying)
        expect(statuses(tab, alice.cid, bob.cid)).to.deep.equal([
          ...['in the leader: delivered', 'in a follower: delivered'],
        ]);
  });

  it('loses nothing when the leader crashes before the service accepted it, and the next one too (script S11 leader-dies-mid-send)', async () => {
    const clock = start();
    const scenario = await begin(clock, leaderDiesMidSend({ clock, seed }));
    const { alice, bob } = scenario;
    const { profile, tabs } = await tabsOf(clock, scenario, 3);
    const find = scenario.loseMessages();
    for (let n = 1; n < 3; n += 1) {
      const dying = profile.leader();
      void dying.messenger.messages.send(alice.cid, bob.cid, `message ${n}`);
      await clock.advance(50);
      dying.page.kill();
      await clock.advance(30_000);
    }
    expect(got(bob)).to.deep.equal([]);
    find();
    await clock.advance(90_000);
    expect(got(bob)).to.deep.equal(['message 1', 'message 2']);
    const last = tabs.find(({ page }) => !page.isGone)!;
    expect(statuses(last, alice.cid, bob.cid)).to.deep.equal([
      'message 1: delivered',
      'message 2: delivered',
    ]);
  });

  it('has one leader again when the one that slept wakes up, and sends what was written meanwhile once (script S11 leader-dies-mid-send)', async () => {
    const clock = start();
    const scenario = await begin(clock, leaderDiesMidSend({ clock, seed }));
    const { alice, bob, simulation } = scenario;
    const { profile, tabs } = await tabsOf(clock, scenario, 2);
    const sleeper = profile.leader();
    const other = tabs.find((tab) => tab !== sleeper)!;
    const letThrough = scenario.holdAnswers();
    void sleeper.messenger.messages.send(alice.cid, bob.cid, 'right before');
    await clock.advance(20);
    sleeper.page.stop();
    letThrough();
    await clock.advance(30_000);
    void other.messenger.messages.send(alice.cid, bob.cid, 'meanwhile');
    await clock.advance(30_000);
    const before = simulation.frames.entries.length;
    sleeper.page.wake();
    await clock.advance(60_000);
    expect(profile.leader()).to.equal(other);
    expect(got(bob)).to.deep.equal(['right before', 'meanwhile']);
    for (const tab of tabs)
      expect(statuses(tab, alice.cid, bob.cid)).to.deep.equal([
        ...['right before: delivered', 'meanwhile: delivered'],
      ]);
    const messages = simulation.frames.entries
      .slice(before)
      .filter(
        ({ service, direction, text }) =>
          service === 'alice' && direction === 'in' && text.includes('"Message"'),
      );
    const sockets = new Set(messages.map(({ socket }) => socket));
    expect(sockets.size, 'the one that woke up says nothing on its old socket').to.be.at.most(1);
  });
});
