import { expect } from '@open-wc/testing';
import type { Peer } from '../../mocks/index.ts';
import type { SimulationOptions } from '../../mocks/index.ts';
import type { Messenger } from '../../stores/index.ts';
import { inventedConnection } from './liars.ts';
import { SEED, behindMsw, createPageWorld, openConversation, openPage } from './page.ts';
import type { OwnWorld, Page } from './page.ts';

const NAT = { nat: 'same-nat' } as const;
const TIMED_OUT = 'P2P connection timed out after 30 seconds';

/** The lie: hole punching timed out after 30 s, a state check timed out, and the old interface went on all the same. */
describe(`A dial that times out after 30 s, in every frame (seed ${SEED})`, () => {
  behindMsw();

  /** Both behind one router without STUN: every dial fails. Alice looks at her conversation with Bob. */
  async function stuck(
    options: SimulationOptions = {},
    lie?: (messenger: Messenger) => Messenger,
  ): Promise<{ world: OwnWorld; page: Page; bob: Peer }> {
    const world = createPageWorld({ stun: false, ...options, service: NAT });
    const bob = await world.peer('Bob', { isContact: true, service: NAT });
    const page = await openPage(world, lie);
    await openConversation(page, 'Bob');
    await page.passUntil(() => page.screen.route().startsWith('Connecting'), 20_000);
    return { world, page, bob };
  }

  const failures = ({ simulation }: OwnWorld): number =>
    simulation.frames.entries.filter(
      ({ service, frame, text }) =>
        service === 'alice' && frame?.variant === 'PeerConnectFailure' && text.includes(TIMED_OUT),
    ).length;

  it('claims no path and no tick before, at and after 30 s; what was written waits and is not lost', async () => {
    const { world, page, bob } = await stuck();
    await page.screen.write('are you there?');
    await page.pass(29_000);
    expect(failures(world)).to.equal(0);
    expect(page.screen.route()).to.match(/^Connecting \d+ s$/u);
    await page.passUntil(() => failures(world) === 1, 5_000);
    await page.passUntil(() => page.screen.notice() === 'No connection. Messages wait here.', 1_000);
    await page.pass(60_000);
    expect(new Set(page.witness.storyOf('are you there?'))).to.deep.equal(new Set(['Waiting']));
    expect(page.witness.recorder.everConnected).to.equal(false);
    expect(page.witness.lies).to.deep.equal([]);
    // The router gives way: the next try succeeds, and what waited arrives once.
    for (const { state } of world.simulation.services) state.service.nat = 'open';
    await page.passUntil(() => page.screen.statusOf('are you there?') === 'Delivered', 600_000);
    expect(bob.received.map(({ payload }) => payload.text)).to.deep.equal(['are you there?']);
    expect(page.witness.lies).to.deep.equal([]);
    expect(page.witness.looks).to.be.above(100);
  }).timeout(60_000);

  it('145: a late success at 32 s counts: Connected from then on, and queued messages flow', async () => {
    const { world, page, bob } = await stuck({ lateSuccess: 2_000 });
    await page.screen.write('first');
    await page.screen.write('second');
    await page.passUntil(() => failures(world) === 1, 35_000);
    expect(page.witness.recorder.everConnected).to.equal(false);
    await page.passUntil(() => page.screen.route() === 'Connected', 10_000);
    await page.passUntil(() => page.screen.statusOf('second') === 'Delivered');
    expect(bob.received.map(({ payload }) => payload.text)).to.deep.equal(['first', 'second']);
    expect(page.witness.lies).to.deep.equal([]);
  }).timeout(60_000);

  it('says how long it has been tried, and that it may take up to a minute where a dial runs on past 30 s', async () => {
    const { world, page } = await stuck();
    world.service.faults.add({ kind: 'drop', direction: 'out', variants: ['PeerConnectFailure'] });
    expect(page.screen.notice()).to.equal('No connection yet. Still trying; messages wait here.');
    await page.pass(34_000);
    page.element.requestUpdate();
    await page.pass(100);
    expect(page.screen.notice()).to.equal(
      'No connection yet; this may take up to a minute. Messages wait here.',
    );
    expect(page.witness.lies).to.deep.equal([]);
  }).timeout(60_000);

  it('fails for a client that goes on as if it were connected', async () => {
    const world = createPageWorld({ stun: false, service: NAT });
    await world.peer('Bob', { isContact: true, service: NAT });
    const page = await openPage(world, inventedConnection);
    await openConversation(page, 'Bob');
    await page.passUntil(() => failures(world) === 1, 45_000);
    expect(page.witness.recorder.everConnected).to.equal(true);
    expect(page.witness.lies).to.include('The indicator says Connected without a channel.');
  }).timeout(60_000);
});
