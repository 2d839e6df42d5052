import { expect } from '@open-wc/testing';
import type { Messenger } from '../../stores/index.ts';
import { inventedConnection } from './liars.ts';
import { SEED, behindMsw, createPageWorld, openConversation, openPage } from './page.ts';
import type { OwnWorld, Page } from './page.ts';

/** The lie: discovery said "Connected" for people with whom there was no connection. */
describe(`"Connected", in every frame (seed ${SEED})`, () => {
  behindMsw();

  async function discovering(world: OwnWorld, lie?: (messenger: Messenger) => Messenger): Promise<Page> {
    const page = await openPage(world, lie);
    await page.screen.press('Find people');
    return page;
  }

  it('26, 27: discovery says Contact and Reachable, and Offline for who is away, but not Connected, while no dial succeeds', async () => {
    const world = createPageWorld({ stun: false, service: { nat: 'same-nat' } });
    await world.peer('Bob', { isContact: true, service: { nat: 'same-nat' }, habits: { picksUp: false } });
    const cora = await world.peer('Cora', { isContact: true, service: { nat: 'same-nat' } });
    await world.peer('Dan');
    const leaving = cora.signOut();
    const page = await discovering(world);
    await leaving;
    await page.passUntil(() => page.screen.text().includes('Cora'));
    await page.pass(60_000);
    expect(page.screen.facts('Bob')).to.match(/^Contact · Reachable · (connecting|no connection)/u);
    expect(page.screen.facts('Cora')).to.match(/^Contact · Offline · no connection/u);
    expect(page.screen.facts('Dan')).to.equal('Reachable');
    expect(page.witness.recorder.everConnected).to.equal(false);
    expect(page.witness.lies).to.deep.equal([]);
    expect(page.witness.looks).to.be.above(100);
  });

  it('39: picking an offer up claims nothing until the channel has come up', async () => {
    const world = createPageWorld();
    const bob = await world.peer('Bob', { isContact: true });
    const letChannel = world.service.faults.add({
      kind: 'hold',
      direction: 'out',
      variants: ['PeerConnectSuccess'],
    });
    const page = await openPage(world);
    bob.dial(world.alice);
    await openConversation(page, 'Bob');
    const accepted = (): boolean =>
      world.simulation.frames.entries.some(({ frame }) => frame?.variant === 'PeerConnectAcceptSuccess');
    await page.passUntil(() => accepted() || bob.channels.has(world.alice));
    await page.pass(3_000);
    expect(page.screen.route()).not.to.match(/Connected|Direct/u);
    letChannel();
    await page.passUntil(() => page.screen.route() === 'Connected');
    await page.screen.press('Find people');
    await page.pass(500);
    expect(page.screen.facts('Bob')).to.match(/^Contact · (Online|Reachable) · connected$/u);
    expect(page.witness.lies).to.deep.equal([]);
  });

  it('47: says Direct only when the service has reported it, and Connected where it reports nothing', async () => {
    for (const newer of [false, true]) {
      const world = createPageWorld({ service: { newer } });
      await world.peer('Bob', { isContact: true, service: { newer } });
      const page = await openPage(world);
      await openConversation(page, 'Bob');
      const word = newer ? 'Direct' : 'Connected';
      await page.passUntil(() => page.screen.route() === word, 20_000);
      expect(page.witness.lies).to.deep.equal([]);
      page.messenger.close();
      page.element.remove();
    }
  });

  it('41: says nothing of a channel after it ended, until it is up again', async () => {
    const world = createPageWorld();
    const bob = await world.peer('Bob', { isContact: true });
    const page = await openPage(world);
    await openConversation(page, 'Bob');
    await page.passUntil(() => page.screen.route() === 'Connected', 20_000);
    bob.habits = { picksUp: false };
    void bob.hangUp(world.alice);
    await page.passUntil(() => page.screen.route() !== 'Connected');
    await page.pass(10_000);
    expect(page.screen.route()).not.to.match(/^(Connected|Direct|Through)/u);
    expect(page.witness.lies).to.deep.equal([]);
  });

  it('fails for a client that calls every contact connected', async () => {
    const world = createPageWorld({ stun: false, service: { nat: 'same-nat' } });
    await world.peer('Bob', { isContact: true, service: { nat: 'same-nat' }, habits: { picksUp: false } });
    const page = await discovering(world, inventedConnection);
    await page.pass(2_000);
    expect(page.witness.lies).to.include('The list of people says connected without a channel.');
    await page.screen.pressFor('Bob', 'Message');
    expect(page.witness.recorder.everConnected).to.equal(true);
    expect(page.witness.lies).to.include('The indicator says Connected without a channel.');
  });
});
