import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import type { AccountId } from '../../facts/index.ts';
import type { Storage, StorageWrite } from '../../ports/storage.ts';
import { memory } from '../../storage/memory.ts';
import { openThreads, statuses, talking, texts } from './world.ts';

const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

/** The state of a disk: it works, or operations fail in one of several ways. */
type Health = 'well' | 'full' | 'refused' | 'hanging' | 'closed';

/**
 * A disk in every kind of trouble. `closed`: the browser has closed the database, which is opened again at the next
 * use. What was written before a piece of trouble is there after it; deleted, it begins anew, and says so.
 */
function createDisk() {
  let inner = memory();
  let health: Health = 'well';
  const watchers = new Set<(accounts: readonly AccountId[]) => void>();
  const reopen = async (): Promise<void> => {
    const accounts = (await inner.accounts()).map(({ account }) => account);
    for (const watcher of [...watchers]) watcher(accounts);
  };
  const fail = (code: string): Promise<never> => Promise.reject(Object.assign(new Error(code), { code }));
  const storage = new Proxy({} as Storage, {
    get: (_, name: keyof Storage) => {
      if (name === 'watch')
        return (watcher: (accounts: readonly AccountId[]) => void) => {
          watchers.add(watcher);
          return () => watchers.delete(watcher);
        };
      const method = inner[name] as ((...parts: unknown[]) => unknown) | undefined;
      if (!method || name === 'close') return method;
      return (...parts: unknown[]) => {
        if (health === 'hanging') return new Promise(() => undefined);
        if (health === 'refused') return fail('failed');
        if (health === 'full' && name === 'write') return fail('quota');
        if (health === 'closed') {
          health = 'well';
          void reopen();
        }
        // As IndexedDB: what is written is a copy.
        const copies = name === 'write' ? [structuredClone(parts[0] as readonly StorageWrite[])] : parts;
        return method.apply(inner, copies);
      };
    },
  });
  return {
    storage,
    set: (next: Health) => (health = next),
    remove(): Promise<void> {
      inner = memory();
      return reopen();
    },
  };
}

const happening = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('write' as const), by: fc.nat(1) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('shift' as const),
      by: fc.constantFrom(-HOUR, HOUR, -YEAR, YEAR, -5_000, 90_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('disk' as const),
      whose: fc.nat(1),
      health: fc.constantFrom<Health>('well', 'full', 'refused', 'hanging', 'closed'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), whose: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reload' as const), whose: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('terminate' as const), whose: fc.nat(1) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('busy' as const), whose: fc.nat(1), isBusy: fc.boolean() }),
  },
);
const history = fc.array(fc.tuple(happening, fc.constantFrom(0, 0, 20, 500, 3_000, 15_000, 70_000)), {
  minLength: 4,
  maxLength: 18,
  size: 'max',
});
type History = typeof history extends fc.Arbitrary<infer Steps> ? Steps : never;

/** Longer than a page waits for a disk that hangs, and then until it writes again. */
const DISK_PAUSE_MS = 45_000;
/** Longer than any pause: of a disk, a message, a socket, a dial, and of what follows from each other. */
const ALL_PAUSES_MS = 700_000;

/** Plays a history; afterwards the faults end, and every guarantee has to hold. */
async function live(steps: History, seed: number): Promise<void> {
  const disks = [createDisk(), createDisk()] as const;
  const { world, a, b, alice, bob } = await talking({
    seed,
    a: { storage: disks[0].storage },
    b: { storage: disks[1].storage },
  });
  const { clock } = world;
  const sides = [
    { browser: a, account: alice, peer: bob },
    { browser: b, account: bob, peer: alice },
  ] as const;
  const written: [string[], string[]] = [[], []];
  /** What a page that is loaded anew cannot know of: it was on no disk. */
  const mayBeGone = new Set<string>();
  const unsaved = (whose: 0 | 1): void => {
    const { browser, account, peer } = sides[whose];
    const source = browser.messenger.messages.source(account, peer);
    for (const id of source.ids.peek()) {
      const row = source.get(id)!;
      // A first write that a hanging disk has not answered yet is shown as such.
      const isBeingWritten = row.waiting?.reason === 'not-stored';
      if (row.own && (!row.isStored || isBeingWritten)) mayBeGone.add(row.text);
    }
  };
  for (const [step, wait] of steps) {
    switch (step.kind) {
      case 'write': {
        const whose = step.by as 0 | 1;
        const { browser, account, peer } = sides[whose];
        // Nobody can write before the account is there.
        if (!browser.messenger.sessions.has(account)) break;
        const text = `${whose}:${written[whose].length}`;
        written[whose].push(text);
        void browser.messenger.messages.send(account, peer, text);
        break;
      }
      case 'shift':
        clock.shift(step.by);
        break;
      case 'disk':
        disks[step.whose as 0 | 1].set(step.health);
        break;
      case 'delete':
        // What a page has not read yet is nowhere else: it cannot come back.
        if (sides[step.whose as 0 | 1].browser.messenger.link.peek().state === 'idle') break;
        // A disk that takes nothing back before the page goes has lost what was on it.
        disks[step.whose as 0 | 1].set('well');
        openThreads(sides[step.whose as 0 | 1].browser.messenger);
        await clock.advance(0);
        await disks[step.whose as 0 | 1].remove();
        await clock.advance(DISK_PAUSE_MS);
        break;
      case 'reload': {
        const whose = step.whose as 0 | 1;
        await clock.advance(1);
        unsaved(whose);
        sides[whose].browser.closePage();
        // A page that nobody can load keeps nobody waiting here.
        void sides[whose].browser.openPage();
        break;
      }
      case 'terminate':
        for (const socket of sides[step.whose as 0 | 1].browser.service.sockets) socket.terminate();
        break;
      case 'busy':
        if (step.isBusy)
          sides[step.whose as 0 | 1].browser.service.faults.add({
            kind: 'refuse',
            direction: 'in',
            variants: ['Message'],
            reason: 'Busy',
            probability: 0.5,
          });
        else sides[step.whose as 0 | 1].browser.service.faults.clear();
    }
    await clock.advance(wait);
  }

  for (const disk of disks) disk.set('well');
  for (const { browser } of sides) browser.service.faults.clear();
  await clock.advance(ALL_PAUSES_MS);
  for (const { browser, account, peer } of sides) {
    // Given up after ten refusals, or without an answer: a person says that it is tried again.
    browser.messenger.outbox.retryAll(account);
    expect(browser.messenger.link.peek().state).to.equal('up');
    expect(browser.messenger.storage.peek().state).to.equal('saved');
    expect(browser.messenger.sessions.has(account)).to.equal(true);
    expect(browser.messenger.path(account, peer).kind).to.equal('unknown-but-up');
  }
  await clock.advance(ALL_PAUSES_MS);
  for (const { browser } of sides) openThreads(browser.messenger);
  await clock.advance(0);
  const ticks = new Map<string, string>();
  for (const whose of [0, 1] as const) {
    const { browser, account, peer } = sides[whose];
    const other = sides[1 - whose]!;
    const here = texts(browser.messenger, account, peer)
      .filter(({ own }) => own)
      .map(({ text }) => text);
    const there = texts(other.browser.messenger, other.account, other.peer)
      .filter(({ own }) => !own)
      .map(({ text }) => text);
    const kept = written[whose].filter((text) => !mayBeGone.has(text) || here.includes(text));
    // Nothing lost or duplicated, in the order written.
    expect(here, 'here').to.deep.equal(kept);
    expect(new Set(there).size, 'doubled there').to.equal(there.length);
    for (const text of kept) expect(there, `${text} there`).to.include(text);
    for (const line of statuses(browser.messenger, account, peer)) {
      const [text, status] = line.split(': ') as [string, string];
      if (status !== 'null') ticks.set(text, status);
    }
  }
  for (const [text, status] of ticks) expect(status, text).to.match(/delivered|read/u);
}

/** Tries it on that many histories; resolves with how many were lived through. */
export async function loseNothing(numRuns: number, seed: number): Promise<number> {
  const property = fc.asyncProperty(history, (steps: History) =>
    live(steps, 1).catch((error: unknown) => {
      throw new Error(String(error));
    }),
  );
  let runs = 0;
  await fc.assert(
    property.beforeEach(() => void (runs += 1)),
    { seed, numRuns, endOnFailure: true, includeErrorInReport: true },
  );
  return runs;
}
