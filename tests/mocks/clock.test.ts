import { expect } from '@open-wc/testing';
import { createFakeClock, createSeededRandom, uuidFrom } from '../../mocks/index.ts';
import { isUuid } from '../../facts/ids.ts';

describe('The fake clock', () => {
  it('runs timers in the order of their time, and timers of the same time in the order of their creation', async () => {
    const clock = createFakeClock({ now: 100 });
    const ran: string[] = [];
    clock.setTimeout(() => ran.push(`late ${clock.now()}`), 20);
    clock.setTimeout(() => ran.push(`first ${clock.now()}`), 10);
    clock.setTimeout(() => ran.push(`second ${clock.now()}`), 10);
    await clock.advance(15);
    expect(ran).to.deep.equal(['first 110', 'second 110']);
    expect(clock.now()).to.equal(115);
    expect(clock.pending).to.equal(1);
    await clock.advance(5);
    expect(ran[2]).to.equal('late 120');
  });

  it('runs promise jobs between timers, so that timers they start are on time', async () => {
    const clock = createFakeClock({ now: 0 });
    const ran: string[] = [];
    clock.setTimeout(() => {
      void Promise.resolve()
        .then(() => undefined)
        .then(() => clock.setTimeout(() => ran.push(`inner ${clock.now()}`), 5));
    }, 10);
    clock.setTimeout(() => ran.push(`outer ${clock.now()}`), 20);
    await clock.advance(30);
    expect(ran).to.deep.equal(['inner 15', 'outer 20']);
  });

  it('lets message ports deliver while it settles', async () => {
    const clock = createFakeClock();
    const { port1, port2 } = new MessageChannel();
    let heard = false;
    port1.onmessage = () => (heard = true);
    port2.postMessage('x');
    await clock.settle();
    expect(heard).to.be.true;
    port1.close();
  });

  it('sets the time of day without advancing timers', async () => {
    const clock = createFakeClock({ now: 1_000 });
    const ran: number[] = [];
    clock.setTimeout(() => ran.push(clock.now()), 10);
    const before = clock.elapsed();
    clock.shift(-900);
    expect([clock.now(), clock.elapsed() - before]).to.deep.equal([100, 0]);
    await clock.advance(9);
    clock.shift(3_600_000);
    await clock.settle();
    expect(ran).to.deep.equal([]);
    await clock.advance(1);
    expect([ran, clock.elapsed() - before]).to.deep.equal([[3_600_110], 10]);
  });

  it('does not run a timer that was cleared, and ignores a handle that has fired', async () => {
    const clock = createFakeClock();
    let ran = 0;
    const gone = clock.setTimeout(() => ran++, 5);
    const fired = clock.setTimeout(() => ran++, 5);
    clock.clearTimeout(gone);
    await clock.advance(10);
    clock.clearTimeout(fired);
    expect(ran).to.equal(1);
    expect(clock.pending).to.equal(0);
  });
});

describe('Seeded randomness', () => {
  it('repeats itself from its seed, and differs from seed to seed', () => {
    const take = (seed: number): number[] => {
      const random = createSeededRandom(seed);
      return Array.from({ length: 20 }, () => random.next());
    };
    expect(take(7)).to.deep.equal(take(7));
    expect(take(7)).not.to.deep.equal(take(8));
    expect(take(7).every((number) => number >= 0 && number < 1)).to.be.true;
    expect(createSeededRandom(7).seed).to.equal(7);
  });

  it('makes ids that are UUIDs, all different', () => {
    const random = createSeededRandom(1);
    const ids = Array.from({ length: 500 }, () => uuidFrom(random));
    expect(ids.every(isUuid)).to.be.true;
    expect(new Set(ids).size).to.equal(500);
  });
});

describe('The fake clock, in an engine whose fresh ports come first', () => {
  it('lets message ports deliver while it settles all the same', async () => {
    const clock = createFakeClock();
    const { port1, port2 } = new MessageChannel();
    let heard = false;
    port1.onmessage = () => (heard = true);
    port2.postMessage('x');
    const Real = globalThis.MessageChannel;
    let made = 0;
    // No standard says in which order two ports are heard.
    globalThis.MessageChannel = class extends Real {
      constructor() {
        super();
        made += 1;
        if (made === 1)
          this.port2.postMessage = () => queueMicrotask(() => void this.port1.onmessage?.(null as never));
      }
    };
    try {
      await clock.settle();
    } finally {
      globalThis.MessageChannel = Real;
    }
    expect(heard).to.equal(true);
    port1.close();
  });
});
