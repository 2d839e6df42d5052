import { expect } from '@open-wc/testing';
import type { RelayEnvelope } from '../../ports/relay.ts';
import { createWorld, during, SEED } from './world.ts';

describe(`The server’s relay (seed ${SEED})`, () => {
  async function setUp() {
    const world = createWorld();
    const alice = await world.person('alice');
    const bob = await world.person('bob');
    const [from, to] = [world.simulation.relay(alice.service), world.simulation.relay(bob.service)];
    const letter = (id: string, text = id): RelayEnvelope => ({
      id,
      from: alice.peer.cid,
      to: bob.peer.cid,
      body: new TextEncoder().encode(text),
    });
    return { ...world, alice, bob, from, to, letter };
  }
  type SetUp = Awaited<ReturnType<typeof setUp>>;

  /** Listens as Bob; returns what came. */
  function listen(
    { to, bob }: SetUp,
    store: (text: string) => Promise<void> = () => Promise.resolve(),
  ): { heard: string[]; stop: () => void } {
    const heard: string[] = [];
    const stop = to.subscribe(bob.peer.cid, async ({ body }) => {
      const text = new TextDecoder().decode(body);
      heard.push(text);
      await store(text);
    });
    return { heard, stop };
  }

  it('stores envelopes until somebody listens, then hands them over in order, once', async () => {
    const world = await setUp();
    world.bob.peer.close();
    for (const id of ['1', '2', '3']) {
      expect(await during(world.clock, world.from.send(world.letter(id)))).to.deep.equal({
        outcome: 'accepted',
      });
    }
    expect(world.to.stored.length).to.equal(3);
    const { heard } = listen(world);
    await world.clock.advance(20);
    expect(heard).to.deep.equal(['1', '2', '3']);
    expect(world.to.stored.length).to.equal(0);
  });

  it('accepts the same envelope once, however often it is sent, also after it was handed over', async () => {
    const world = await setUp();
    world.bob.peer.close();
    const { heard } = listen(world);
    for (let i = 0; i < 3; i++) await during(world.clock, world.from.send(world.letter('same')));
    await world.clock.advance(20);
    await during(world.clock, world.from.send(world.letter('same')));
    await world.clock.advance(20);
    expect(heard).to.deep.equal(['same']);
  });

  it('hands over an envelope again that the recipient could not store', async () => {
    const world = await setUp();
    world.bob.peer.close();
    let broken = true;
    const { heard } = listen(world, () =>
      broken ? Promise.reject(new Error('disk full')) : Promise.resolve(),
    );
    await during(world.clock, world.from.send(world.letter('1')));
    await world.clock.advance(20);
    expect(heard).to.deep.equal(['1']);
    broken = false;
    await world.clock.advance(1100);
    expect(heard).to.deep.equal(['1', '1']);
    expect(world.to.stored.length).to.equal(0);
  });

  it('refuses to send in another account’s name', async () => {
    const world = await setUp();
    const forged = { ...world.letter('1'), from: world.bob.peer.cid };
    expect(await during(world.clock, world.from.send(forged))).to.deep.include({ outcome: 'refused' });
    expect(world.to.stored.length).to.equal(0);
  });

  it('refuses an unknown recipient permanently', async () => {
    const world = await setUp();
    const lost = { ...world.letter('1'), to: '1' as never };
    expect(await during(world.clock, world.from.send(lost))).to.deep.include({
      outcome: 'refused',
      code: 'not-registered',
    });
  });

  it('can be down, refuse, or leave an accepted envelope unanswered', async () => {
    const world = await setUp();
    world.bob.peer.close();
    const { heard } = listen(world);
    let changes = 0;
    world.from.watch(() => changes++);
    world.from.setUp(false);
    world.from.setUp(false);
    expect([world.from.isUp, changes]).to.deep.equal([false, 1]);
    const down = await during(world.clock, world.from.send(world.letter('1')));
    expect(down).to.deep.equal({ outcome: 'unanswered', cause: 'connection-lost' });
    world.from.setUp(true);
    world.from.conduct = { refuse: 'full', code: 'relay-full' };
    const refused = await during(world.clock, world.from.send(world.letter('2')));
    expect(refused).to.deep.equal({ outcome: 'refused', code: 'relay-full', reason: 'full' });
    for (const conduct of ['drop', 'drop-answer'] as const) {
      world.from.conduct = conduct;
      const silent = await during(world.clock, world.from.send(world.letter(conduct)), 11_000);
      expect(silent).to.deep.equal({ outcome: 'unanswered', cause: 'timeout' });
    }
    await world.clock.advance(20);
    expect(heard).to.deep.equal(['drop-answer']);
  });

  it('stores envelopes while the recipient is unreachable, and hands them over afterwards', async () => {
    const world = await setUp();
    world.bob.peer.close();
    const { heard, stop } = listen(world);
    world.to.setUp(false);
    await during(world.clock, world.from.send(world.letter('1')));
    await world.clock.advance(100);
    expect(heard).to.deep.equal([]);
    world.to.setUp(true);
    await world.clock.advance(20);
    expect(heard).to.deep.equal(['1']);
    stop();
    await during(world.clock, world.from.send(world.letter('2')));
    await world.clock.advance(20);
    expect(heard).to.deep.equal(['1']);
  });
});
