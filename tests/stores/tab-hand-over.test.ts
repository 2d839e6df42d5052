import { expect } from '@open-wc/testing';
import { TAB_MESSAGES_VERSION } from '../../facts/version.ts';
import * as scenes from './tab-scene.ts';
import { texts, troubledDisk } from './tab-scene.ts';
import type { Scene } from './tab-scene.ts';
import { createTabWorld, PASSWORD, SERVER } from './tab-world.ts';
import type { Profile, ProfileOptions, Tab, TabWorld } from './tab-world.ts';
import { CHANNEL_MS, storageWith } from './world.ts';
import { engineOf } from '../engine.ts';

let world: TabWorld;
let home: Profile;
let away: Profile;

const asked = (): Promise<Scene> => scenes.asked({ world, home, away });
const talking = (): Promise<Scene> => scenes.talking({ world, home, away });

/** The leader is silent, and its successor dies a moment after it has taken over: who comes then has what is stored. */
async function successorOf({ one, other }: Scene): Promise<Tab> {
  await world.clock.advance(12_000);
  expect(home.leader()).to.equal(other);
  one.page.kill();
  other.page.kill();
  return home.open();
}

function setUp(options: ProfileOptions = {}): void {
  world = createTabWorld();
  home = world.profile('home', options);
  away = world.profile('away');
}

beforeEach(() => setUp());

describe('what a person did while the leader was silent', () => {
  it('is stored by the tab that takes over: a withdrawn message is not sent by the next page', async () => {
    const scene = await asked();
    const { one, other, bob, alice, bobby } = scene;
    const id = await other.messenger.messages.send(alice, bobby, 'taken back');
    await world.clock.advance(1_000);
    one.page.stop();
    other.messenger.messages.cancel(alice, bobby, id);
    const next = await successorOf(scene);
    next.messenger.requests.accept(alice, bobby);
    await world.clock.advance(30_000);
    expect(texts(next, alice, bobby)).to.deep.equal([]);
    expect(texts(bob, bobby, alice)).to.deep.equal([]);
  });

  it('is stored by the tab that takes over: what was read stays read', async () => {
    const scene = await talking();
    const { one, other, bob, alice, bobby } = scene;
    void bob.messenger.messages.send(bobby, alice, 'read');
    await world.clock.advance(1_000);
    bob.page.close();
    one.page.stop();
    const { rows } = engineOf(other.messenger).conversations.find(alice, bobby)!;
    other.messenger.messages.read(alice, bobby, rows[0]!.id);
    const next = await successorOf(scene);
    expect(texts(next, alice, bobby)).to.deep.equal(['read']);
    expect(next.messenger.messages.unread(alice).peek()).to.equal(0);
  });

  it('is stored by the tab that takes over: a deletion is repeated until it is confirmed', async () => {
    const scene = await talking();
    const { one, other, bob, alice, bobby } = scene;
    const id = await other.messenger.messages.send(alice, bobby, 'deleted');
    await world.clock.advance(1_000);
    expect(texts(bob, bobby, alice)).to.deep.equal(['deleted']);
    bob.page.cache();
    one.page.stop();
    other.messenger.messages.delete(alice, bobby, id);
    const next = await successorOf(scene);
    expect(texts(next, alice, bobby)).to.deep.equal([]);
    bob.page.back();
    await world.clock.advance(90_000);
    expect(texts(bob, bobby, alice)).to.deep.equal([]);
  });

  it('is stored by the tab that takes over: a withdrawn request is not repeated by the next page', async () => {
    const scene = await asked();
    const { one, other, alice, bobby } = scene;
    const carol = await world.account(scene.bob, 'carol');
    one.messenger.requests.ask(alice, carol);
    await world.clock.advance(1_000);
    one.page.stop();
    other.messenger.requests.withdraw(alice, carol);
    const next = await successorOf(scene);
    expect(next.messenger.peers.row(alice, carol).relation).to.equal('none');
    expect(next.messenger.peers.row(alice, bobby).relation).to.equal('pending');
  });
});

describe('what a leader showed and could not store before it crashed', () => {
  it('is stored by the next leader before it is acknowledged', async () => {
    const disk = troubledDisk(() => new Promise(() => undefined));
    setUp(disk);
    const scene = await talking();
    const { one, other, bob, alice, bobby } = scene;
    disk.isTroubled = true;
    const id = await bob.messenger.messages.send(bobby, alice, 'theirs');
    await world.clock.advance(200);
    expect(texts(other, alice, bobby)).to.deep.equal(['theirs']);
    one.page.kill();
    await world.clock.advance(90_000);
    expect(engineOf(bob.messenger).conversations.find(bobby, alice)!.view(id)?.status).to.equal('delivered');
    other.page.kill();
    const next = await home.open();
    expect(texts(next, alice, bobby)).to.deep.equal(['theirs']);
  });

  it('is stored by the next leader: the evidence of an own message', async () => {
    const disk = troubledDisk(() => new Promise(() => undefined));
    setUp(disk);
    const scene = await talking();
    const { one, other, bob, alice, bobby } = scene;
    const id = await one.messenger.messages.send(alice, bobby, 'ours');
    await world.clock.advance(1_000);
    disk.isTroubled = true;
    bob.messenger.messages.read(bobby, alice, id);
    await world.clock.advance(1_200);
    // No disk holds it yet.
    expect(engineOf(one.messenger).conversations.find(alice, bobby)!.view(id)?.status).to.equal('delivered');
    expect(engineOf(other.messenger).conversations.find(alice, bobby)!.view(id)?.status).to.equal(
      'delivered',
    );
    bob.page.kill();
    one.page.kill();
    await world.clock.advance(5_000);
    expect(engineOf(other.messenger).conversations.find(alice, bobby)!.view(id)?.status).to.equal('read');
    other.page.kill();
    const next = await home.open();
    expect(engineOf(next.messenger).conversations.find(alice, bobby)!.view(id)?.status).to.equal('read');
  });
});

describe('what a follower asked', () => {
  it('is not repeated after a sleep by the leader that has run it: a newer command of another tab stays', async () => {
    const { one, other, alice } = await talking();
    other.messenger.settings.change(alice, { typing: false });
    // It sleeps before it hears that its wish was begun.
    other.page.cache();
    await world.clock.advance(1_000);
    expect(one.messenger.settings.of(alice).typing).to.equal(false);
    one.messenger.settings.change(alice, { typing: true });
    other.page.back();
    await world.clock.advance(5_000);
    for (const { messenger } of [one, other]) expect(messenger.settings.of(alice).typing).to.equal(true);
  });

  it('waits until a new leader has read what is stored', async () => {
    let isSlow = false;
    setUp({
      storageOf: (inner, name) =>
        storageWith(
          {
            accounts: async () => {
              if (name === 'tab 3' && isSlow)
                await new Promise<void>((read) => world.clock.setTimeout(read, 3_000));
              return inner.accounts();
            },
          },
          inner,
        ),
    });
    const { one, other, alice, bobby } = await asked();
    const id = await other.messenger.messages.send(alice, bobby, 'taken back');
    await world.clock.advance(1_000);
    one.page.stop();
    other.messenger.messages.cancel(alice, bobby, id);
    other.page.hide();
    isSlow = true;
    const third = await home.open();
    await world.clock.advance(20_000);
    expect(home.leader()).to.equal(third);
    for (const tab of [third, other]) expect(texts(tab, alice, bobby)).to.deep.equal([]);
  });
});

describe('a tab that takes over', () => {
  it('applies settings that were changed meanwhile before it acts for the account', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    home.service.faults.add({
      kind: 'delay',
      direction: 'out',
      variants: ['ServiceConnectionAccepted'],
      delay: 4_000,
    });
    one.page.stop();
    other.messenger.settings.pause(alice, bobby);
    for (let n = 0; n < 150; n += 1) {
      await world.clock.advance(100);
      expect(other.messenger.settings.isPaused(alice, bobby), `after ${n}`).to.equal(true);
    }
    expect(home.leader()).to.equal(other);
    expect(bob.messenger.tabs.peek().role).to.equal('leader');
  });

  it('keeps a name that it knows if the leader crashed before storing one', async () => {
    const { one, other, alice, bobby } = await talking();
    const { name } = other.messenger.peers.row(alice, bobby);
    const [stored] = await home.storage.requests(alice);
    await home.storage.write([{ put: 'request', value: { ...stored!, name: null, username: null } }]);
    one.page.kill();
    await world.clock.advance(10_000);
    expect(home.leader()).to.equal(other);
    const [kept] = await home.storage.requests(alice);
    expect(name).not.to.equal(null);
    expect(kept?.name ?? kept?.username).to.equal(name);
  });

  it('does not claim to retry a sign-in without a password', async () => {
    const { one, other, alice } = await talking();
    home.service.restart();
    await world.clock.advance(20_000);
    void one.messenger.sessions.signIn({ server: SERVER, username: 'alice', password: PASSWORD });
    await world.clock.advance(20_000);
    for (const { messenger } of [one, other])
      expect(messenger.sessions.get(alice)!.note).to.equal('keeps-ending');
    one.page.kill();
    await world.clock.advance(20_000);
    expect(other.messenger.sessions.get(alice)).to.deep.include({ state: 'signed-out-by-service' });
    expect(other.messenger.sessions.get(alice)!.note).to.equal('ended');
  });
});

describe('a sign-in in a tab that no longer leads', () => {
  it('while the service was busy ends: the form says that it failed', async () => {
    const one = await home.open();
    home.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['Connect'],
      reason: 'Localhost is already trying to connect to 127.0.0.1:12349',
    });
    const entering = one.messenger.sessions.signIn({ server: SERVER, username: 'alice', password: PASSWORD });
    await world.clock.advance(5_000);
    expect(one.messenger.sessions.signInView.peek().state).to.equal('busy');
    one.page.freeze();
    const other = await home.open();
    await world.clock.advance(1_000);
    one.page.back();
    await world.clock.advance(60_000);
    expect(home.leader()).to.equal(other);
    expect(one.messenger.sessions.signInView.peek().state).to.equal('failed');
    expect((await entering).state).to.equal('failed');
  });
});

describe('an action of a person while their tab takes over', () => {
  /** The next leader reads what is stored one thing after the other, slowly. */
  async function restoring(scene: () => Promise<Scene>): Promise<Scene> {
    let isSlow = false;
    const slowly = async <Result>(read: Promise<Result>, pause: number): Promise<Result> => {
      if (isSlow) await new Promise<void>((done) => world.clock.setTimeout(done, pause));
      return read;
    };
    setUp({
      storageOf: (inner) =>
        storageWith(
          {
            unsettled: (account) => slowly(inner.unsettled(account), 500),
            history: (...query) => slowly(inner.history(...query), 500),
          },
          inner,
        ),
    });
    const found = await scene();
    isSlow = found.other.messenger.tabs.peek().role === 'follower';
    return found;
  }

  it('is kept: what was read stays read, and is reported', async () => {
    const { one, other, bob, alice, bobby } = await restoring(talking);
    const id = await bob.messenger.messages.send(bobby, alice, 'read');
    await world.clock.advance(1_000);
    one.page.kill();
    await world.clock.advance(700);
    expect(other.messenger.tabs.peek().role).to.equal('leader');
    other.messenger.messages.read(alice, bobby, id);
    await world.clock.advance(30_000);
    expect(other.messenger.messages.unread(alice).peek()).to.equal(0);
    expect(engineOf(bob.messenger).conversations.find(bobby, alice)!.view(id)?.status).to.equal('read');
    const [stored] = await home.storage.conversations(alice);
    expect(stored!.theirs[0]!.seen).to.deep.equal([[1, 1]]);
  });

  it('is kept: a declined request', async () => {
    const { one, other, alice, bobby } = await restoring(asked);
    const before = world.simulation.frames.entries.length;
    one.page.kill();
    await world.clock.advance(200);
    expect(other.messenger.tabs.peek().role).to.equal('leader');
    other.messenger.requests.decline(alice, bobby);
    await world.clock.advance(700);
    expect(other.messenger.requests.pendingCount(alice).peek()).to.equal(0);
    await world.clock.advance(30_000);
    const told = world.simulation.frames.entries
      .slice(before)
      .filter(({ frame, direction }) => direction === 'in' && frame?.variant === 'PeerRegisterRespond');
    expect(told).to.have.length(1);
    expect(other.messenger.peers.row(alice, bobby).relation).to.equal('none');
  });

  it('is kept: a withdrawn message and a deleted one', async () => {
    const { one, other, bob, alice, bobby } = await restoring(talking);
    const deleted = await other.messenger.messages.send(alice, bobby, 'deleted');
    await world.clock.advance(1_000);
    bob.page.cache();
    other.messenger.settings.pause(alice, bobby);
    await world.clock.advance(100);
    const cancelled = await other.messenger.messages.send(alice, bobby, 'taken back');
    await world.clock.advance(1_000);
    one.page.kill();
    await world.clock.advance(700);
    expect(other.messenger.tabs.peek().role).to.equal('leader');
    other.messenger.messages.cancel(alice, bobby, cancelled);
    other.messenger.messages.delete(alice, bobby, deleted);
    await world.clock.advance(10_000);
    expect(texts(other, alice, bobby)).to.deep.equal([]);
    expect(other.messenger.outbox.rows(alice).ids.peek()).to.deep.equal([]);
    other.messenger.settings.resume(alice, bobby);
    bob.page.back();
    await world.clock.advance(30_000);
    expect(texts(bob, bobby, alice)).to.deep.equal([]);
  });
});

describe('a tab that can no longer follow', () => {
  it('because another version leads now does not claim its last known state', async () => {
    const one = await home.open();
    const newer = await home.open({ version: TAB_MESSAGES_VERSION + 1 });
    const third = await home.open();
    const bob = await away.open();
    const alice = await world.account(one, 'alice');
    const bobby = await world.account(bob, 'bobby');
    bob.messenger.requests.ask(bobby, alice);
    await world.clock.advance(100);
    one.messenger.requests.accept(alice, bobby);
    await world.clock.advance(CHANNEL_MS);
    expect(third.messenger.peers.row(alice, bobby).presence).to.equal('online');
    one.page.kill();
    await world.clock.advance(10_000);
    expect([newer, third].map(({ messenger }) => messenger.tabs.peek().role)).to.deep.equal([
      'leader',
      'other-tab',
    ]);
    const row = third.messenger.peers.row(alice, bobby);
    expect(row).to.deep.include({ relation: 'contact', presence: 'unknown' });
    expect(row.path.kind).to.equal('none');
    expect(third.messenger.sessions.get(alice)!.state).to.equal('link-down');
    expect(third.messenger.route(alice, bobby).route).to.equal('none');
  });
});

describe('an account that is open in another browser', () => {
  it('stays there when a silent leader is replaced, since nobody pressed Use here', async () => {
    const first = await home.open();
    const alice = await world.account(first, 'alice');
    const elsewhere = await world.profile('elsewhere', { on: home.service }).open();
    void elsewhere.messenger.sessions.signIn({ server: SERVER, username: 'alice', password: PASSWORD });
    await world.clock.advance(3_000);
    first.page.close();
    const one = await home.open();
    const other = await home.open();
    await world.clock.advance(10_000);
    for (const { messenger } of [one, other])
      expect(messenger.sessions.get(alice)!.state).to.equal('open-elsewhere');
    one.page.stop();
    await world.clock.advance(30_000);
    expect(home.leader()).to.equal(other);
    expect(other.messenger.sessions.get(alice)!.state).to.equal('open-elsewhere');
    const forced = world.simulation.frames.entries.filter(
      ({ frame, direction }) =>
        direction === 'in' && JSON.stringify(frame ?? '').includes('"only_if_orphaned":false'),
    );
    expect(forced).to.have.length(0);
  });
});
