import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { createTabGroup } from '../../tabs/group.ts';
import { memory as memoryBackend } from '../../client/memory.ts';
import type { MemoryWorld } from '../../client/memory.ts';
import { pairKey } from '../../facts/ids.ts';
import type { AccountId } from '../../facts/index.ts';
import { createBrowser, createFakeClock, createSeededRandom } from '../../mocks/index.ts';
import type { SimulatedTab } from '../../mocks/index.ts';
import type { Backend } from '../../ports/backend.ts';
import { memory } from '../../storage/memory.ts';
import { createMessenger, engineOf } from '../engine.ts';
import type { Messenger } from '../../stores/index.ts';
import { pathOf, say, seedsOf } from '../settings.ts';
import { differences, stateOf } from './tab-state.ts';

const HISTORIES = 10_000;
const MOST_TABS = 3;
const SERVER = 'memory';

/** What a person does in a tab, what the other side does, and what happens to a tab. */
const HAPPENINGS = [
  ...(['open', 'close', 'kill', 'freeze', 'back', 'stop', 'wake', 'hide', 'show', 'reconnect'] as const),
  ...(['send', 'send', 'send', 'retry', 'cancel', 'delete', 'read', 'pause', 'resume', 'receipts'] as const),
  ...(['ask', 'accept', 'decline', 'withdraw', 'exit', 'sign in', 'sign out', 'switch'] as const),
  ...(['they send', 'they send', 'they read', 'they ask', 'they leave', 'they come'] as const),
] as const;

interface Step {
  readonly happening: (typeof HAPPENINGS)[number];
  readonly tab: number;
  readonly account: number;
  readonly peer: number;
  /** How many deliveries come before it in its moment; the rest comes after it. */
  readonly before: number;
  readonly wait: number;
}

const steps = fc.array(
  fc.record({
    happening: fc.constantFrom(...HAPPENINGS),
    tab: fc.nat(MOST_TABS - 1),
    account: fc.nat(1),
    peer: fc.nat(1),
    before: fc.nat(6),
    wait: fc.constantFrom(0, 0, 0, 20, 500, 6_000),
  }),
  { minLength: 3, maxLength: 16, size: 'max' },
);

interface Seat {
  readonly page: SimulatedTab;
  readonly messenger: Messenger;
  readonly backend: Backend;
}

/** What reaches a page waits while it stands still. */
function paged(backend: Backend, page: SimulatedTab): Backend {
  return new Proxy(backend, {
    get(target, name: keyof Backend) {
      const value = target[name] as unknown;
      if (typeof value !== 'function') return value;
      const call = value.bind(target) as (...parts: unknown[]) => unknown;
      if (name === 'subscribe')
        return (listener: (event: unknown) => void) =>
          call((event: unknown) => (page.isAwake ? listener(event) : page.task(() => listener(event))));
      return (...parts: unknown[]) => {
        const result = call(...parts);
        if (!(result instanceof Promise)) return result;
        return new Promise((resolve) => void result.then((answer) => page.task(() => resolve(answer))));
      };
    },
  });
}

describe('Any history of tabs and people', () => {
  const [seed = 0] = seedsOf('shared', 1);
  const path = pathOf('shared');
  let acted = 0;

  async function live(scheduler: fc.Scheduler, history: readonly Step[], ids: number): Promise<void> {
    const clock = createFakeClock({ macrotasks: false });
    const random = createSeededRandom(ids);
    const network: MemoryWorld = new Map();
    const browser = createBrowser({
      clock,
      random,
      schedule: (tab, run) => void scheduler.schedule(Promise.resolve(), tab).then(run),
    });
    const storage = memory();
    const seats: Seat[] = [];
    const settle = async (): Promise<void> => {
      await clock.settle();
      await scheduler.waitIdle();
      await clock.settle();
    };
    const pass = async (ms: number): Promise<void> => {
      await settle();
      for (let passed = 0; passed < ms; passed += 500) {
        await clock.advance(Math.min(500, ms - passed));
        await settle();
      }
    };
    const open = (): void => {
      const page = browser.tab();
      const backend = memoryBackend(page.clock, network);
      const messenger = createMessenger({
        backend: paged(backend, page),
        storage,
        clock: page.clock,
        random,
        tabs: createTabGroup({ name: 'shared', ...page, random }),
      });
      seats.push({ page, messenger, backend });
      void messenger.open();
    };
    const there = (): Seat[] => seats.filter(({ page }) => !page.isGone);

    const away = createMessenger({
      backend: memoryBackend(clock, network),
      storage: memory(),
      clock,
      random,
    });
    void away.open();
    open();
    await pass(100);
    const names = ['alice', 'anna'] as const;
    const people = ['bobby', 'carol'] as const;
    const enter = async (messenger: Messenger, username: string): Promise<AccountId> => {
      void messenger.sessions.createAccount({ server: SERVER, username, fullName: username, password: 'p' });
      await pass(50);
      return [...network.values()].find((account) => account.username === username)!.cid;
    };
    const accounts = [await enter(seats[0]!.messenger, names[0]), await enter(seats[0]!.messenger, names[1])];
    const peers = [await enter(away, people[0]), await enter(away, people[1])];
    // One of them is in contact already.
    seats[0]!.messenger.requests.ask(accounts[0]!, peers[0]!);
    await pass(50);
    away.requests.accept(peers[0]!, accounts[0]!);
    await pass(1_000);

    const sent: { text: string; key: string }[] = [];
    const takenBack = new Set<string>();
    const rowsOf = (messenger: Messenger, account: AccountId, peer: AccountId) =>
      engineOf(messenger).conversations.find(account, peer)?.rows ?? [];

    function happen({ happening, tab, account: a, peer: p }: Step, n: number): void {
      const living = there();
      const seat = living[tab % Math.max(1, living.length)];
      const [account, peer] = [accounts[a]!, peers[p]!];
      switch (happening) {
        case 'open':
          return living.length < MOST_TABS ? open() : undefined;
        case 'they send':
          return void away.messages.send(peer, account, `theirs ${n}`);
        case 'they read': {
          const last = rowsOf(away, peer, account).findLast(({ own }) => !own);
          return last && away.messages.read(peer, account, last.id);
        }
        case 'they ask':
          return away.requests.ask(peer, account);
        case 'they leave':
          return away.sessions.exit(peer);
        case 'they come':
          return void away.sessions.signIn({ server: SERVER, username: people[p]!, password: 'p' });
        default:
      }
      if (!seat) return;
      const { page, messenger, backend } = seat;
      switch (happening) {
        case 'kill':
          page.kill();
          return backend.close();
        case 'close':
          page.close();
          return backend.close();
        case 'freeze':
        case 'back':
        case 'stop':
        case 'wake':
        case 'hide':
        case 'show':
          return page[happening]();
        default:
      }
      page.task(() => person(messenger, happening, account, peer, n, names[a]!));
    }

    function person(
      messenger: Messenger,
      happening: Step['happening'],
      account: AccountId,
      peer: AccountId,
      n: number,
      username: string,
    ): void {
      const { messages, requests, sessions, settings } = messenger;
      const own = rowsOf(messenger, account, peer).findLast((row) => row.own)?.id;
      const theirs = rowsOf(messenger, account, peer).findLast((row) => !row.own)?.id;
      acted += 1;
      if (happening === 'send') sent.push({ text: `ours ${n}`, key: pairKey(account, peer) });
      if (happening === 'cancel' || happening === 'delete') takenBack.add(pairKey(account, peer));
      switch (happening) {
        case 'send':
          return void messages.send(account, peer, `ours ${n}`);
        case 'retry':
        case 'cancel':
        case 'delete':
          return own && messages[happening](account, peer, own);
        case 'read':
          return theirs && messages.read(account, peer, theirs);
        case 'pause':
        case 'resume':
          return settings[happening](account, peer);
        case 'receipts':
          return settings.change(account, { readReceipts: n % 2 === 0 });
        case 'ask':
        case 'accept':
        case 'decline':
        case 'withdraw':
          return requests[happening](account, peer);
        case 'exit':
          return sessions.exit(account);
        case 'sign in':
          return void sessions.signIn({ server: SERVER, username, password: 'p' });
        case 'sign out':
          return void sessions.signOut(account);
        case 'switch':
          return sessions.switchTo(account);
        case 'reconnect':
          return messenger.reconnect();
        default:
      }
    }

    for (const [n, step] of history.entries()) {
      for (let run = 0; run < step.before && scheduler.count() > 0; run += 1) await scheduler.waitNext(1);
      happen(step, n);
      await pass(step.wait);
    }

    if (there().length === 0) open();
    for (const { page } of there()) {
      page.wake();
      await settle();
      page.back();
      page.show();
      await settle();
    }
    await pass(8_000);

    const living = there();
    const leaders = living.filter(({ messenger }) => messenger.tabs.peek().role === 'leader');
    expect(leaders).to.have.length(1);
    const [leader] = leaders;
    // Also of an account that was left.
    for (const account of accounts)
      for (const peer of peers) void leader!.messenger.messages.loadNewest(account, peer);
    await pass(0);
    const expected = stateOf(leader!.messenger, leader!.page.clock);
    for (const { page, messenger } of living)
      expect(differences(expected, stateOf(messenger, page.clock)).join('\n'), page.id).to.equal('');
    // Nothing is there twice, and nothing that was written in a tab that lives is lost.
    const written = accounts.flatMap((account) =>
      peers.flatMap((peer) => rowsOf(leader!.messenger, account, peer).map(({ text }) => text)),
    );
    const arrived = accounts.flatMap((account) =>
      peers.flatMap((peer) => rowsOf(away, peer, account).map(({ text }) => text)),
    );
    for (const texts of [written, arrived]) expect(texts.length).to.equal(new Set(texts).size);
    if (history.some(({ happening }) => happening === 'kill' || happening === 'close')) return;
    for (const { text, key } of sent) if (!takenBack.has(key)) expect(written).to.include(text);
    for (const { messenger } of living) messenger.close();
    away.close();
  }

  it(`ends with every follower in the leader's state (seed ${seed})`, async function () {
    this.timeout(600_000);
    const property = fc.asyncProperty(fc.scheduler(), steps, fc.nat(), live);
    const details = await fc.check(property, {
      seed,
      ...path,
      numRuns: HISTORIES,
      includeErrorInReport: true,
    });
    await say(`shared: ${details.numRuns} histories, seed ${seed}, ${acted} acts of persons`);
    if (details.failed) {
      const [, history, ids] = details.counterexample!;
      // The order of deliveries is long, and follows from the path.
      const told = history.map((step) => Object.values(step).join(' ')).join('; ');
      const found = details.counterexamplePath ?? '';
      throw new Error(`seed ${seed}, path ${found}: [${told}], ids ${ids}\n${String(details.errorInstance)}`);
    }
    if (!('path' in path)) expect(acted).to.be.greaterThan(HISTORIES);
  });
});
