import { expect } from '@open-wc/testing';
import type { Cid } from '../../facts/index.ts';
import { createTabWorld } from './tab-world.ts';
import type { Profile, ProfileOptions, Tab, TabWorld } from './tab-world.ts';
import { storageWith } from './world.ts';

let world: TabWorld;
let home: Profile;
let away: Profile;

interface Scene {
  /** The tab that leads at first. */
  readonly one: Tab;
  readonly other: Tab;
  /** Somebody elsewhere. */
  readonly bob: Tab;
  readonly alice: Cid;
  readonly bobby: Cid;
}

/** Two tabs of one browser, and somebody elsewhere who asks for contact. */
async function asked(): Promise<Scene> {
  const one = await home.open();
  const other = await home.open();
  const bob = await away.open();
  const alice = await world.account(one, 'alice');
  const bobby = await world.account(bob, 'bobby');
  bob.messenger.requests.ask(bobby, alice);
  await world.clock.advance(100);
  return { one, other, bob, alice, bobby };
}

/** The same, in contact and with a channel. */
async function talking(): Promise<Scene> {
  const scene = await asked();
  scene.one.messenger.requests.accept(scene.alice, scene.bobby);
  await world.clock.advance(8_000);
  return scene;
}

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

const texts = ({ messenger }: Tab, account: Cid, peer: Cid): readonly string[] =>
  (messenger.messages.find(account, peer)?.rows ?? []).map(({ text }) => text);

beforeEach(() => setUp());

describe('what a person did while the leader was silent', () => {
  it('is stored by the tab that takes over: a message that was taken back is not sent by the next page', async () => {
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
    const { rows } = other.messenger.messages.find(alice, bobby)!;
    other.messenger.messages.read(alice, bobby, rows[0]!.id);
    const next = await successorOf(scene);
    expect(texts(next, alice, bobby)).to.deep.equal(['read']);
    expect(next.messenger.messages.unread(alice).peek()).to.equal(0);
  });

  it('is stored by the tab that takes over: a deletion is told as often as it takes', async () => {
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

  it('is stored by the tab that takes over: a wish that was withdrawn is not repeated by the next page', async () => {
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

describe('what a leader showed and could not store before it died', () => {
  it('is stored before it is acknowledged, by the one that comes then', async () => {
    let isSlow = false;
    setUp({
      storageOf: (inner, name) =>
        storageWith(
          {
            write: (batch) =>
              isSlow && name === 'tab 1' ? new Promise(() => undefined) : inner.write(batch),
          },
          inner,
        ),
    });
    const scene = await talking();
    const { one, other, bob, alice, bobby } = scene;
    isSlow = true;
    const id = await bob.messenger.messages.send(bobby, alice, 'theirs');
    await world.clock.advance(200);
    expect(texts(other, alice, bobby)).to.deep.equal(['theirs']);
    one.page.kill();
    await world.clock.advance(90_000);
    expect(bob.messenger.messages.find(bobby, alice)!.view(id)?.status).to.equal('delivered');
    other.page.kill();
    const next = await home.open();
    expect(texts(next, alice, bobby)).to.deep.equal(['theirs']);
  });

  it('is stored by the one that comes then: what it knew of an own message', async () => {
    let isSlow = false;
    setUp({
      storageOf: (inner, name) =>
        storageWith(
          {
            write: (batch) =>
              isSlow && name === 'tab 1' ? new Promise(() => undefined) : inner.write(batch),
          },
          inner,
        ),
    });
    const scene = await talking();
    const { one, other, bob, alice, bobby } = scene;
    const id = await one.messenger.messages.send(alice, bobby, 'ours');
    await world.clock.advance(1_000);
    isSlow = true;
    bob.messenger.messages.read(bobby, alice, id);
    await world.clock.advance(200);
    expect(other.messenger.messages.find(alice, bobby)!.view(id)?.status).to.equal('read');
    bob.page.kill();
    one.page.kill();
    await world.clock.advance(5_000);
    other.page.kill();
    const next = await home.open();
    expect(next.messenger.messages.find(alice, bobby)!.view(id)?.status).to.equal('read');
  });
});
