import { expect } from '@open-wc/testing';
import type { AccountId, MessageId } from '../../facts/index.ts';
import type { RelayTrust } from '../../ports/relay.ts';
import * as scene from './tab-scene.ts';
import { badge, rows, same, statusOf, texts, troubledDisk } from './tab-scene.ts';
import type { Scene } from './tab-scene.ts';
import { createTabWorld, PASSWORD, SERVER } from './tab-world.ts';
import type { Profile, Tab, TabWorld } from './tab-world.ts';
import { engineOf } from '../engine.ts';

let world: TabWorld;
let home: Profile;
let away: Profile;

const asked = (): Promise<Scene> => scene.asked({ world, home, away });
const talking = (): Promise<Scene> => scene.talking({ world, home, away });

/** Both tabs show the same at each moment of so many milliseconds. */
async function sameFor(ms: number, ...tabs: readonly Tab[]): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1) {
    await world.clock.advance(1);
    same(...tabs);
  }
}

/** What somebody sees of a cell from now on, in turn: of a list, how long it is. */
function listen(cell: {
  subscribe(listener: (value: number | readonly unknown[]) => void): unknown;
}): number[] {
  const seen: number[] = [];
  cell.subscribe((value) => {
    const now = typeof value === 'number' ? value : value.length;
    if (now !== seen.at(-1)) seen.push(now);
  });
  return seen;
}

const signIn = async ({ messenger }: Tab, username: string): Promise<void> => {
  const entering = messenger.sessions.signIn({ server: SERVER, username, password: PASSWORD });
  await world.clock.advance(3_000);
  expect((await entering).state).to.equal('done');
};

/** Everything that a tab has in memory of an account. */
const remembered = ({ messenger }: Tab, account: AccountId, peer: AccountId) => ({
  conversations: messenger.messages.list(account).ids.peek(),
  texts: texts({ messenger } as Tab, account, peer),
  outbox: messenger.outbox.rows(account).ids.peek(),
  people: messenger.peers.source(account).ids.peek(),
  asking: messenger.peers.asking(account).ids.peek(),
  load: messenger.peers.loadState(account).peek().state,
  relation: messenger.peers.row(account, peer).relation,
});
const NOTHING = {
  conversations: [],
  texts: [],
  outbox: [],
  people: [],
  asking: [],
  load: 'idle',
  relation: 'none',
};

beforeEach(() => {
  world = createTabWorld();
  home = world.profile('home');
  away = world.profile('away');
});

describe('an account that is wiped in one tab', () => {
  it('is removed from the memory of the other one too', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    await other.messenger.messages.send(alice, bobby, 'ours');
    void bob.messenger.messages.send(bobby, alice, 'theirs');
    await world.clock.advance(1_000);
    other.messenger.settings.pause(alice, bobby);
    await other.messenger.messages.send(alice, bobby, 'waits');
    await world.clock.advance(1_000);
    expect(texts(other, alice, bobby)).to.deep.equal(['ours', 'theirs', 'waits']);
    const carol = await world.account(bob, 'carol');
    bob.messenger.requests.ask(carol, alice);
    await world.clock.advance(1_000);
    for (const ids of ['outbox', 'asking', 'people'] as const)
      expect(remembered(other, alice, bobby)[ids], ids).to.not.deep.equal([]);
    await Promise.all([one.messenger.sessions.signOut(alice, true), world.clock.advance(1_000)]);
    for (const tab of [one, other]) expect(remembered(tab, alice, bobby)).to.deep.equal(NOTHING);
  });

  it('is removed from the memory of the other one when that wakes', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    void bob.messenger.messages.send(bobby, alice, 'theirs');
    await world.clock.advance(1_000);
    expect(texts(other, alice, bobby)).to.deep.equal(['theirs']);
    other.page.cache();
    await Promise.all([one.messenger.sessions.signOut(alice, true), world.clock.advance(1_000)]);
    other.page.back();
    await world.clock.advance(2_000);
    expect(remembered(other, alice, bobby)).to.deep.equal(NOTHING);
  });

  it('and signed in again while the other one slept is shown as it is now', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    const carol = await world.account(bob, 'carol');
    bob.messenger.requests.ask(carol, alice);
    void bob.messenger.messages.send(bobby, alice, 'before');
    await world.clock.advance(1_000);
    expect(badge(other, alice)).to.equal(1);
    other.page.cache();
    await Promise.all([one.messenger.sessions.signOut(alice, true), world.clock.advance(1_000)]);
    // Nobody is on a list any more.
    home.service.faults.add({
      kind: 'drop',
      direction: 'out',
      variants: ['ListAllPeersResponse', 'ListRegisteredPeersResponse'],
    });
    await signIn(one, 'alice');
    other.page.back();
    await world.clock.advance(2_000);
    expect(other.messenger.tabs.peek().role).to.equal('follower');
    expect(other.messenger.sessions.accounts.peek()).to.deep.equal([alice]);
    const { asking, people, load } = remembered(other, alice, bobby);
    expect({ asking, people, load }).to.deep.equal({ asking: [], people: [], load: 'loading' });
    expect(texts(other, alice, bobby)).to.deep.equal([]);
    for (const peer of [bobby, carol])
      expect(other.messenger.peers.row(alice, peer).relation).to.equal('none');
    expect(other.messenger.path(alice, bobby).kind).to.equal('none');
    expect(badge(other, alice)).to.equal(0);
    same(one, other);
  });

  it('is not restored by a concurrent write of another tab', async () => {
    for (let after = 0; after < 12; after += 1) {
      world = createTabWorld({ seed: after + 1 });
      home = world.profile('home');
      away = world.profile('away');
      const { one, other, alice, bobby } = await talking();
      const wiping = one.messenger.sessions.signOut(alice, true);
      await world.clock.advance(after);
      void other.messenger.messages.send(alice, bobby, 'too late');
      await Promise.all([wiping, world.clock.advance(5_000)]);
      expect(one.messenger.sessions.accounts.peek(), `after ${after} ms`).to.deep.equal([]);
      expect(texts(one, alice, bobby), `after ${after} ms`).to.deep.equal([]);
    }
  });
});

describe('a tab that follows', () => {
  it('shows no account that was left while it slept, and nothing that was deleted', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    const anna = await world.account(one, 'anna');
    void bob.messenger.messages.send(bobby, alice, 'stays');
    const gone = await one.messenger.messages.send(alice, bobby, 'goes');
    await world.clock.advance(1_000);
    other.page.cache();
    one.messenger.sessions.exit(anna);
    one.messenger.messages.delete(alice, bobby, gone);
    await world.clock.advance(1_000);
    other.page.back();
    await world.clock.advance(1_000);
    expect(other.messenger.sessions.accounts.peek()).to.deep.equal([alice]);
    expect(texts(other, alice, bobby)).to.deep.equal(['stays']);
    same(one, other);
  });

  it('shows in one update what it has missed', async () => {
    const { other, bob, alice, bobby } = await talking();
    const thread = listen(other.messenger.messages.source(alice, bobby).ids);
    const unread = listen(other.messenger.messages.unread(alice));
    other.page.freeze();
    for (let n = 0; n < 5; n += 1) void bob.messenger.messages.send(bobby, alice, `message ${n}`);
    await world.clock.advance(1_000);
    other.page.back();
    await world.clock.advance(1_000);
    expect(thread).to.deep.equal([0, 5]);
    expect(unread).to.deep.equal([0, 5]);
  });

  it('receives the state of an account that is signed in after it was left', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    void bob.messenger.messages.send(bobby, alice, 'before');
    await world.clock.advance(1_000);
    await Promise.all([one.messenger.sessions.signOut(alice), world.clock.advance(1_000)]);
    for (const tab of [one, other]) tab.page.close();
    const [first, second] = [await home.open(), await home.open()];
    await signIn(first, 'alice');
    await world.clock.advance(10_000);
    expect(texts(second, alice, bobby)).to.deep.equal(['before']);
    same(first, second);
  });

  it('receives the state of an account that was left when the tab joined, and is signed in later', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    void bob.messenger.messages.send(bobby, alice, 'before');
    await world.clock.advance(1_000);
    expect(texts(other, alice, bobby)).to.deep.equal(['before']);
    await Promise.all([one.messenger.sessions.signOut(alice), world.clock.advance(1_000)]);
    const late = await home.open();
    expect(late.messenger.sessions.accounts.peek()).to.deep.equal([]);
    await signIn(one, 'alice');
    await world.clock.advance(10_000);
    expect(texts(late, alice, bobby)).to.deep.equal(['before']);
    same(one, other, late);
  });

  it('receives changes of rows beyond one page, and of unsettled ones above them', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    const refused = home.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['Message'],
      reason: 'CID 1 is not registered locally',
    });
    const failed = await one.messenger.messages.send(alice, bobby, 'failed');
    await world.clock.advance(1_000);
    expect(statusOf(one, alice, bobby, failed)).to.equal('failed');
    refused();
    for (let n = 0; n < 150; n += 1) void bob.messenger.messages.send(bobby, alice, `message ${n}`);
    await world.clock.advance(10_000);
    one.messenger.messages.pass(alice, bobby);
    await world.clock.advance(500);
    for (const tab of [one, other]) tab.page.close();
    const [first, second] = [await home.open(), await home.open()];
    await world.clock.advance(2_000);
    const shown = first.messenger.messages.source(alice, bobby).ids.peek();
    expect(shown).to.not.include(failed);
    expect(first.messenger.outbox.rows(alice).ids.peek()).to.deep.equal([failed]);
    const own = await first.messenger.messages.send(alice, bobby, 'ours');
    await world.clock.advance(2_000);
    expect(statusOf(second, alice, bobby, own)).to.equal('delivered');
    same(first, second);
    second.page.cache();
    bob.messenger.messages.read(bobby, alice, own);
    const gone = rows(bob, bobby, alice).findLast((row) => row.own)!.id;
    bob.messenger.messages.delete(bobby, alice, gone);
    first.messenger.messages.retry(alice, bobby, failed);
    await world.clock.advance(10_000);
    expect(rows(first, alice, bobby).map(({ id }) => id)).to.not.include(gone);
    expect(statusOf(first, alice, bobby, own)).to.equal('read');
    second.page.back();
    await world.clock.advance(2_000);
    same(first, second);
  });

  it('shows at each moment the gaps that the leader shows', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    const late = home.service.faults.add({
      kind: 'drop',
      direction: 'out',
      variants: ['MessageNotification'],
      times: 1,
    });
    void bob.messenger.messages.send(bobby, alice, 'first, and lost');
    await sameFor(100, one, other);
    late();
    void bob.messenger.messages.send(bobby, alice, 'second');
    await sameFor(1_000, one, other);
    await world.clock.advance(60_000);
    expect(texts(other, alice, bobby)).to.deep.equal(['first, and lost', 'second']);
    same(one, other);
  });

  it('shows at each moment the disk failures that the leader shows', async () => {
    const disk = troubledDisk(() => Promise.reject(new Error('no')));
    home = world.profile('home', disk);
    const { one, other, bob, alice, bobby } = await talking();
    disk.isTroubled = true;
    void bob.messenger.messages.send(bobby, alice, 'theirs');
    void one.messenger.messages.send(alice, bobby, 'ours');
    await sameFor(100, one, other);
    expect(rows(other, alice, bobby).map(({ isStored }) => isStored)).to.include(false);
    expect(other.messenger.route(alice, bobby)).to.deep.equal({ route: 'none', reason: 'not-stored' });
    expect(other.messenger.storage.peek().state).to.not.equal('saved');
    disk.isTroubled = false;
    await world.clock.advance(60_000);
    expect(rows(other, alice, bobby).map(({ isStored }) => isStored)).to.deep.equal([true, true]);
    expect(other.messenger.storage.peek().state).to.equal('saved');
    same(one, other);
  });
});

describe('the keys of a relay that seals', () => {
  it("are the leader's in every tab", async () => {
    const watchers = new Set<() => void>();
    let state: RelayTrust['state'] = 'first-use';
    home = world.profile('home', {
      hasRelay: true,
      relayOf: (inner, name) => ({
        name: inner.name,
        get isUp() {
          return inner.isUp;
        },
        keys: {
          own: () => `key of ${name}`,
          ownFingerprint: () => `own of ${name}`,
          learn: () => undefined,
          trust: () => ({ state, fingerprint: `theirs in ${name}`, offered: null }),
          accept: async () => undefined,
        },
        send: (envelope) => inner.send(envelope),
        subscribe: (account, receive) => inner.subscribe(account, receive),
        watch: (changed) => {
          watchers.add(changed);
          return inner.watch(changed);
        },
      }),
    });
    const { one, other, alice, bobby } = await talking();
    const changed = async (): Promise<void> => {
      for (const watcher of watchers) watcher();
      // Of what a relay tells, no more than one thing a second.
      await world.clock.advance(1_100);
    };
    // The own key was made.
    await changed();
    for (const { messenger } of [one, other]) {
      expect(messenger.ownFingerprint(alice)).to.equal('own of tab 1');
      expect(messenger.trust(alice, bobby)).to.deep.include({ state, fingerprint: 'theirs in tab 1' });
    }
    state = 'changed';
    await changed();
    expect(other.messenger.trust(alice, bobby)?.state).to.equal('changed');
    same(one, other);
  });
});

describe('a tab that leads after one whose disk failed', () => {
  it('sends what the previous leader could not send', async () => {
    const disk = troubledDisk(() => Promise.reject(new Error('no')));
    home = world.profile('home', disk);
    const { one, other, bob, alice, bobby } = await talking();
    disk.isTroubled = true;
    await other.messenger.messages.send(alice, bobby, 'stalled');
    await world.clock.advance(2_000);
    expect(rows(other, alice, bobby)[0]!.waiting?.reason).to.equal('not-stored');
    one.page.kill();
    await world.clock.advance(20_000);
    expect(home.leader()).to.equal(other);
    expect(rows(other, alice, bobby)[0]!.status).to.equal('delivered');
    expect(texts(bob, bobby, alice)).to.deep.equal(['stalled']);
  });
});

describe('what a person has just done in a tab that follows', () => {
  /** The leader says something about it before it knows. */
  const interrupt = ({ one, alice, bobby }: Scene): void =>
    engineOf(one.messenger).peers.typing(alice, bobby, world.clock.now());

  it('stays, where they left an account', async () => {
    const { one, other, alice } = await asked();
    const accounts = listen(other.messenger.sessions.accounts);
    one.messenger.settings.change(alice, { typing: false });
    other.messenger.sessions.exit(alice);
    expect(other.messenger.sessions.accounts.peek()).to.deep.equal([]);
    await world.clock.advance(1_000);
    expect(accounts).to.deep.equal([1, 0]);
    same(one, other);
  });

  it('stays, where they changed a setting', async () => {
    const { one, other, alice } = await asked();
    one.messenger.settings.change(alice, { typing: false });
    other.messenger.settings.change(alice, { readReceipts: false });
    for (let passed = 0; passed < 100; passed += 1) {
      expect(other.messenger.settings.of(alice).readReceipts).to.equal(false);
      await world.clock.advance(1);
    }
    for (const { messenger } of [one, other])
      expect(messenger.settings.of(alice)).to.deep.include({ typing: false, readReceipts: false });
  });

  it('stays, where they read', async () => {
    const begun = await talking();
    const { one, other, bob, alice, bobby } = begun;
    void bob.messenger.messages.send(bobby, alice, 'unread');
    await world.clock.advance(500);
    const unread = listen(other.messenger.messages.unread(alice));
    interrupt(begun);
    other.messenger.messages.read(alice, bobby, rows(other, alice, bobby)[0]!.id);
    await world.clock.advance(1_000);
    expect(unread).to.deep.equal([1, 0]);
    same(one, other);
  });

  for (const verb of ['delete', 'cancel'] as const)
    it(`stays, where they pressed ${verb} on a message about which the leader has news`, async () => {
      const { one, other, alice, bobby } = await talking();
      home.service.faults.add({
        kind: 'refuse',
        direction: 'in',
        variants: ['Message'],
        reason: 'CID 1 is not registered locally',
      });
      const id: MessageId = await one.messenger.messages.send(alice, bobby, 'not for long');
      await world.clock.advance(1_000);
      expect(statusOf(other, alice, bobby, id)).to.equal('failed');
      const seen = listen(other.messenger.messages.source(alice, bobby).ids);
      one.messenger.messages.retry(alice, bobby, id);
      other.messenger.messages[verb](alice, bobby, id);
      expect(texts(other, alice, bobby)).to.deep.equal([]);
      await world.clock.advance(5_000);
      expect(seen).to.deep.equal([1, 0]);
      same(one, other);
    });
});
