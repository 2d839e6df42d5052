import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import type { Clock } from '../../ports/clock.ts';
import { createFakeClock, createSeededRandom } from '../../mocks/index.ts';
import { say, seedsOf } from '../settings.ts';
import { createTabsWorld, type Seat } from './tabs-world.ts';

const HISTORIES = 2_000;
const MOST_TABS = 4;

/** Events of a tab; `open` needs none. */
const HAPPENINGS = [
  ...([
    'open',
    'open',
    'open hidden',
    'close',
    'kill',
    'freeze',
    'cache',
    'back',
    'back',
    'stop',
    'stop',
    'wake',
    'wake',
  ] as const),
  ...(['hide', 'show', 'throttle', 'leave', 'join'] as const),
];

interface Step {
  readonly happening: (typeof HAPPENINGS)[number];
  /** Which of the tabs that are there. */
  readonly tab: number;
  /** How many deliveries come before it in its moment; the rest comes after it. */
  readonly before: number;
  /** How much time passes after it. */
  readonly wait: number;
}

const steps = fc.array(
  fc.record({
    happening: fc.constantFrom(...HAPPENINGS),
    tab: fc.nat(MOST_TABS - 1),
    before: fc.nat(12),
    // Often a whole number of heartbeats, so that much falls on one moment.
    wait: fc.oneof(fc.constantFrom(0, 0, 100, 2_000, 5_000, 7_000, 61_000), fc.nat(8_000)),
  }),
  { minLength: 4, maxLength: 24, size: 'max' },
);

/** A clock that also knows when the next timer is due, so that time stops at every one. */
function createSteppingClock() {
  const fake = createFakeClock({ macrotasks: false });
  const dues = new Set<number>();
  const clock: Clock = {
    now: () => fake.now(),
    elapsed: () => fake.elapsed(),
    clearTimeout: (handle) => fake.clearTimeout(handle),
    setTimeout(run, delay) {
      dues.add(fake.now() + delay);
      return fake.setTimeout(run, delay);
    },
  };
  return {
    clock: { ...fake, ...clock },
    /** Lets `ms` pass; after every moment at which a timer was due, `settle` has its turn. */
    async pass(ms: number, settle: () => Promise<void>) {
      const until = fake.now() + ms;
      await settle();
      for (;;) {
        let next = until;
        for (const due of dues) {
          if (due < next) next = due;
          if (due <= fake.now()) dues.delete(due);
        }
        await fake.advance(Math.max(0, next - fake.now()));
        dues.delete(next);
        await settle();
        if (fake.now() >= until && ![...dues].some((due) => due <= until)) return;
      }
    },
  };
}

describe('Any history of tabs', () => {
  const [seed = 0] = seedsOf('tabs', 1);

  it(`never lets two tabs act at once, and ends with one leader that all others follow (seed ${seed})`, async function () {
    this.timeout(600_000);
    let leads = 0;
    let acts = 0;
    let robberies = 0;

    async function live(scheduler: fc.Scheduler, history: Step[], ids: number): Promise<void> {
      const { clock, pass } = createSteppingClock();
      /** The latest leader: only that tab may act. */
      let leader: Seat | null = null;
      const wrongs: string[] = [];
      const world = createTabsWorld(
        {
          clock,
          random: createSeededRandom(ids),
          schedule: (tab, run) => void scheduler.schedule(Promise.resolve(), tab).then(run),
        },
        clock,
        (seat) => {
          if (leader?.tab.isGone === false && !leader.tab.isAwake && leader.part === 'lead') robberies += 1;
          leader = seat;
          leads += 1;
        },
      );
      const { browser } = world;
      const living = (): Seat[] => world.seats.filter(({ tab }) => !tab.isGone);

      function act(seat: Seat): void {
        seat.tab.task(() =>
          seat.group.guard(() => {
            const { id } = seat.tab;
            if (!seat.tab.isAwake) wrongs.push(`${id} acts while it sleeps`);
            if (seat !== leader) wrongs.push(`${id} acts, and ${leader?.tab.id} leads`);
            if (seat.part !== 'lead') wrongs.push(`${id} acts, and was told: ${seat.part}`);
            acts += 1;
          }),
        );
      }
      const settle = async (): Promise<void> => {
        for (const seat of living()) act(seat);
        await scheduler.waitIdle();
      };

      async function happen({ happening, tab, before, wait }: Step): Promise<void> {
        for (const seat of living()) act(seat);
        // A process that stands still has received what was on its way: a theft that crosses the waking of its
        // victim, which stops again before it learns of it, is beyond what pages can know.
        if (happening === 'stop') await scheduler.waitIdle();
        for (let run = 0; run < before && scheduler.count() > 0; run++) await scheduler.waitNext(1);
        const there = living();
        const seat = there[tab % Math.max(1, there.length)];
        if (happening === 'open' || happening === 'open hidden') {
          if (there.length < MOST_TABS) world.open({ isVisible: happening === 'open' });
        } else if (happening === 'throttle') {
          browser.throttle(tab > 1);
        } else if (seat && happening === 'leave') {
          seat.tab.task(() => seat.group.leave());
        } else if (seat && happening === 'join') {
          world.rejoin(seat);
        } else if (seat) {
          seat.tab[happening as 'hide']();
        }
        await pass(wait, settle);
      }

      world.open();
      for (const step of history) {
        await happen(step);
        expect(wrongs).to.deep.equal([]);
      }

      // Everything works again.
      browser.throttle(false);
      if (living().length === 0) world.open();
      for (const seat of living()) {
        seat.tab.wake();
        seat.tab.back();
        await scheduler.waitIdle();
        seat.tab.back();
        seat.tab.show();
        world.rejoin(seat);
      }
      await pass(12_000, settle);
      expect(wrongs).to.deep.equal([]);

      const there = living();
      const leading = there.filter(({ role }) => role === 'leader');
      expect(leading.map(({ tab }) => tab.id).length, 'leaders').to.equal(1);
      const [head] = leading as [Seat];
      expect(head.part).to.equal('lead');
      for (const seat of there) {
        const expected = { ...head.group.view.value, role: seat === head ? 'leader' : 'follower' };
        expect(seat.group.view.value).to.deep.equal(expected);
        if (seat !== head) expect(seat.part).to.equal('follow');
      }
      expect(head.group.view.value.tabs).to.equal(there.length);

      // All messages arrive once and in order.
      world.forget();
      for (const seat of there) seat.tab.task(() => [1, 2].forEach((word) => seat.group.say(word)));
      await pass(10, () => scheduler.waitIdle());
      for (const seat of there) {
        const told = seat.take();
        const others = seat === head ? there.filter((other) => other !== head) : [head];
        for (const { tab } of others)
          expect(told.filter((line) => line.startsWith(`${tab.id} `))).to.deep.equal([
            `${tab.id} says 1`,
            `${tab.id} says 2`,
          ]);
        expect(told.length).to.equal(others.length * 2);
      }
    }

    const property = fc.asyncProperty(fc.scheduler(), steps, fc.nat(), live);
    const details = await fc.check(property, { seed, numRuns: HISTORIES, includeErrorInReport: true });
    await say(`tabs: seed ${seed}, ${leads} leads, ${robberies} from a sleeping leader, ${acts} acts`);
    if (details.failed) throw new Error(await fc.asyncDefaultReportMessage(details));
    expect(robberies).to.be.greaterThan(HISTORIES / 50);
    expect(acts).to.be.greaterThan(HISTORIES);
  });
});
