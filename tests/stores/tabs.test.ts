import { expect } from '@open-wc/testing';
import { createTabWorld } from './tab-world.ts';
import type { Profile, Tab, TabWorld } from './tab-world.ts';
import type { Cid } from '../../facts/index.ts';

describe('one messenger in several tabs', () => {
  let world: TabWorld;
  let home: Profile;
  let away: Profile;

  beforeEach(() => {
    world = createTabWorld();
    home = world.profile('home');
    away = world.profile('away');
  });

  /** Two tabs of one browser on one account, and somebody elsewhere, in contact. */
  async function two(): Promise<{ one: Tab; other: Tab; bob: Tab; alice: Cid; bobby: Cid }> {
    const one = await home.open();
    const other = await home.open();
    const bob = await away.open();
    const alice = await world.account(one, 'alice');
    const bobby = await world.account(bob, 'bobby');
    one.messenger.requests.ask(alice, bobby);
    await world.clock.advance(100);
    bob.messenger.requests.accept(bobby, alice);
    await world.clock.advance(8_000);
    expect(one.messenger.path(alice, bobby).kind).to.equal('unknown-but-up');
    return { one, other, bob, alice, bobby };
  }

  it('holds one socket, and both know the same', async () => {
    const { one, other, alice, bobby } = await two();
    expect(home.service.sockets).to.have.length(1);
    expect(one.messenger.tabs.peek().role).to.equal('leader');
    expect(other.messenger.tabs.peek().role).to.equal('follower');
    expect(other.messenger.link.peek()).to.deep.equal(one.messenger.link.peek());
    expect(other.messenger.sessionRows.peek()).to.deep.equal(one.messenger.sessionRows.peek());
    expect(other.messenger.peers.row(alice, bobby)).to.deep.equal(one.messenger.peers.row(alice, bobby));
  });

  it('sends what is written in a follower once, and both show its status', async () => {
    const { one, other, bob, alice, bobby } = await two();
    const id = await other.messenger.messages.send(alice, bobby, 'from the second tab');
    await world.clock.advance(200);
    for (const { messenger } of [one, other])
      expect(messenger.messages.get(alice, bobby).source.get(id)?.status).to.equal('delivered');
    expect(bob.messenger.messages.get(bobby, alice).rows.map(({ text }) => text)).to.deep.equal([
      'from the second tab',
    ]);
  });
});
