import { expect } from '@open-wc/testing';
import { stuckBadge } from './liars.ts';
import { SEED, behindMsw, createPageWorld, openPage } from './page.ts';
import type { OwnWorld, Page } from './page.ts';

/** The lie: the badge stayed at 1 after Accept. */
describe(`The badge of pending requests, in every frame (seed ${SEED})`, () => {
  behindMsw();

  /** Bob has asked; the badge shows it. */
  async function asked(world: OwnWorld, page: Page): Promise<Awaited<ReturnType<OwnWorld['peer']>>> {
    const bob = await world.peer('Bob');
    bob.ask(world.alice);
    await page.passUntil(() => page.screen.badge() === 1);
    await page.screen.press(/^Requests/u);
    return bob;
  }

  it('1: drops to 0 in the frame in which Accept is pressed, and never comes back', async () => {
    const world = createPageWorld();
    const page = await openPage(world);
    await asked(world, page);
    await page.screen.pressFor('Bob', 'Accept');
    // No time has passed on the clock: nothing was answered yet.
    expect(page.witness.recorder.badges).to.deep.equal([0, 1, 0]);
    await page.pass(20_000);
    expect(page.screen.text()).to.contain('No requests.');
    expect(page.witness.recorder.badges).to.deep.equal([0, 1, 0]);
    expect(page.witness.lies).to.deep.equal([]);
    expect(page.witness.looks).to.be.above(100);
  });

  it('2: does not stick when the answer to Accept is lost: the list proves the contact', async () => {
    const world = createPageWorld();
    const page = await openPage(world);
    await asked(world, page);
    world.service.faults.add({ kind: 'drop', direction: 'out', variants: ['PeerRegisterSuccess'] });
    await page.screen.pressFor('Bob', 'Accept');
    expect(page.screen.text()).not.to.contain('Accepted, waiting');
    await page.passUntil(() => page.screen.text().includes('No requests.'), 20_000);
    expect(page.witness.recorder.badges).to.deep.equal([0, 1, 0]);
    expect(page.witness.lies).to.deep.equal([]);
  });

  it('4: drops in the frame in which Decline is pressed', async () => {
    const world = createPageWorld();
    const page = await openPage(world);
    await asked(world, page);
    await page.screen.pressFor('Bob', 'Decline');
    expect(page.witness.recorder.badges).to.deep.equal([0, 1, 0]);
    await page.pass(20_000);
    expect(page.witness.recorder.badges).to.deep.equal([0, 1, 0]);
    expect(page.witness.lies).to.deep.equal([]);
  });

  it('13: counts two people as 2 and a repeated ask as none', async () => {
    const world = createPageWorld();
    const page = await openPage(world);
    const bob = await world.peer('Bob');
    const cora = await world.peer('Cora');
    world.service.faults.add({ kind: 'duplicate', direction: 'out', variants: ['PeerRegisterNotification'] });
    bob.ask(world.alice);
    await page.pass(3_000);
    bob.ask(world.alice);
    await page.pass(3_000);
    expect(page.screen.badge()).to.equal(1);
    cora.ask(world.alice);
    await page.passUntil(() => page.screen.badge() === 2);
    await page.screen.press(/^Requests/u);
    await page.screen.pressFor('Bob', 'Accept');
    await page.screen.pressFor('Cora', 'Decline');
    await page.pass(10_000);
    expect(page.witness.recorder.badges).to.deep.equal([0, 1, 2, 1, 0]);
    expect(page.witness.lies).to.deep.equal([]);
  });

  it('22: comes back with the reason when the accept is refused, and drops again', async () => {
    const world = createPageWorld();
    const page = await openPage(world);
    await asked(world, page);
    world.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['PeerRegister'],
      times: 1,
      reason: 'The server is busy',
    });
    await page.screen.pressFor('Bob', 'Accept');
    await page.passUntil(() => page.screen.text().includes('Couldn’t accept'));
    await page.screen.pressFor('Bob', 'Accept');
    await page.pass(10_000);
    expect(page.witness.recorder.badges).to.deep.equal([0, 1, 0, 1, 0]);
    expect(page.witness.lies).to.deep.equal([]);
  });

  it('fails for a client whose badge does not drop', async () => {
    const world = createPageWorld();
    const page = await openPage(world, stuckBadge);
    await asked(world, page);
    await page.screen.pressFor('Bob', 'Accept');
    await page.pass(2_000);
    expect(page.witness.recorder.badges).not.to.deep.equal([0, 1, 0]);
    expect(page.witness.lies).to.include('A badge says 1 for 0 that wait.');
  });
});
