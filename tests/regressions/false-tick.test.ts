import { expect } from '@open-wc/testing';
import { deepAll } from '../../.storybook/report/screen.ts';
import { refusalAfterEcho } from '../../mocks/index.ts';
import type { Peer } from '../../mocks/index.ts';
import { createFakeClock } from '../../mocks/index.ts';
import type { Messenger } from '../../stores/index.ts';
import { during } from '../mocks/world.ts';
import { earlyTick } from './liars.ts';
import { SEED, behindMsw, createPageWorld, openConversation, openPage } from './page.ts';
import type { OwnWorld, Page } from './page.ts';

/** The lie: the row showed a tick although the service had refused the message. */
describe(`The tick of a message, in every frame (seed ${SEED})`, () => {
  behindMsw();

  /** Alice's conversation with Bob is open, over a channel. */
  async function talking(
    world: OwnWorld,
    lie?: (messenger: Messenger) => Messenger,
  ): Promise<{ page: Page; bob: Peer }> {
    const bob = await world.peer('Bob', { isContact: true });
    const page = await openPage(world, lie);
    await openConversation(page, 'Bob');
    await page.passUntil(() => page.screen.route() === 'Connected', 20_000);
    return { page, bob };
  }

  it('51, refusal-after-echo (S3): no tick in any frame of a message that the service refuses after its row is drawn', async () => {
    const clock = createFakeClock();
    const scenario = await during(clock, refusalAfterEcho({ clock, seed: SEED }));
    const { alice } = scenario;
    const page = await openPage({
      clock,
      simulation: scenario.simulation,
      service: alice.service,
      alice: alice.cid,
    });
    await openConversation(page, 'Bob Example');
    await page.passUntil(() => page.screen.route() === 'Connected', 20_000);
    await page.screen.write('refused');
    await page.pass(5_000);
    const story = page.witness.storyOf('refused');
    expect(story).to.include('Sending');
    expect(new Set(story)).to.deep.equal(new Set(['Waiting', 'Sending']));
    scenario.relent();
    await page.passUntil(() => page.screen.statusOf('refused') === 'Delivered', 120_000);
    expect(scenario.bob.received.map(({ payload }) => payload.text)).to.deep.equal(['refused']);
    expect(page.witness.lies).to.deep.equal([]);
    expect(page.witness.looks).to.be.above(100);
  });

  it('52: one tick when the service has answered and not before, two with the receipt and not before', async () => {
    const world = createPageWorld();
    const { page, bob } = await talking(world);
    bob.habits = { acknowledges: false, syncs: false };
    // The typing signal has gone before, or its answer would be the one that is kept back.
    page.messenger.typing(world.alice, bob.cid);
    await page.pass(500);
    const letAnswer = world.service.faults.add({
      kind: 'hold',
      direction: 'out',
      variants: ['MessageSendSuccess'],
    });
    await page.screen.write('slowly');
    await page.pass(2_000);
    expect(page.witness.storyOf('slowly').at(-1)).to.equal('Sending');
    letAnswer();
    await page.pass(2_000);
    expect(page.witness.storyOf('slowly').at(-1)).to.equal('Sent');
    for (const kind of ['delivered', 'read'] as const) {
      bob.receipt(world.alice, bob.received.at(-1)!.payload.id, kind);
      await page.pass(1_000);
    }
    expect(page.witness.storyOf('slowly').slice(-4)).to.deep.equal(['Sending', 'Sent', 'Delivered', 'Read']);
    expect(page.witness.lies).to.deep.equal([]);
  });

  it('draws no tick for a message whose answer never comes', async () => {
    const world = createPageWorld();
    const { page, bob } = await talking(world);
    bob.habits = { acknowledges: false, syncs: false };
    world.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageSendSuccess'] });
    await page.screen.write('into silence');
    await page.pass(180_000);
    const story = page.witness.storyOf('into silence');
    expect(
      story.some((status) => /^(Sent|Delivered|Read)/u.test(status)),
      story.join(' → '),
    ).to.equal(false);
    expect(page.witness.lies).to.deep.equal([]);
  });

  it('67: no tick for a receipt from somebody else', async () => {
    const world = createPageWorld();
    const mallory = await world.peer('Mallory', { isContact: true });
    const { page, bob } = await talking(world);
    bob.habits = { acknowledges: false, syncs: false };
    await page.passUntil(() => mallory.channels.has(world.alice), 60_000);
    await page.screen.write('for Bob');
    await page.pass(1_000);
    const { id, stream, index } = bob.received.at(-1)!.payload;
    mallory.receipt(world.alice, id, 'delivered');
    const ranges = [[index, index]] as const;
    mallory.say(world.alice, { v: 1, type: 'receipt', kind: 'read', stream, ranges, at: 0 });
    await page.pass(2_000);
    expect(page.witness.storyOf('for Bob').at(-1)).to.equal('Sent');
  });

  it('fails for a client that draws a tick at once', async () => {
    const world = createPageWorld();
    const { page } = await talking(world, earlyTick);
    world.service.faults.add({ kind: 'refuse', direction: 'in', variants: ['Message'], delay: 500 });
    await page.screen.write('refused');
    await page.pass(2_000);
    expect(page.witness.lies).to.include('A message says Sent without proof.');
  });

  it('fails for an icon that claims more than its name', async () => {
    const world = createPageWorld();
    const { page } = await talking(world);
    world.service.faults.add({ kind: 'hold', direction: 'in', variants: ['Message'] });
    await page.screen.write('held back');
    const [row] = deepAll(page.element.shadowRoot!, '[part~="message"][data-id]');
    const [picture] = deepAll(row!, 'svg[data-icon]');
    picture!.dataset['icon'] = 'tick';
    page.witness.look();
    expect(page.witness.lies.join()).to.match(/picture and word differ/u);
  });
});
