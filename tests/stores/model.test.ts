import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { isCancellable } from '../../facts/evidence.ts';
import type { AccountId, ThreadMessage } from '../../facts/index.ts';
import type { Fault } from '../../mocks/index.ts';
import { seedsOf } from '../settings.ts';
import { lieDetector } from './invariants.ts';
import type { Browser, World } from './world.ts';
import { createWorld } from './world.ts';

const RUNS = 60;

/*
 * The reference model: what one person wrote, without what they withdrew, arrives once and in that order, and exactly
 * what the other one has seen is shown as Read.
 */
class Model {
  readonly written: string[] = [];
  readonly read = new Set<string>();
  isOpen = true;

  takeBack(text: string): void {
    this.written.splice(this.written.indexOf(text), 1);
  }

  looked(text: string): void {
    this.read.add(text);
  }

  expected(): { text: string; status: string }[] {
    return this.written.map((text) => ({ text, status: this.read.has(text) ? 'read' : 'delivered' }));
  }
}

type Name = 'a' | 'b';
type Models = Record<Name, Model>;

interface Person {
  readonly browser: Browser;
  readonly account: AccountId;
  readonly peer: AccountId;
  readonly detector: ReturnType<typeof lieDetector>;
}

interface Reality extends Record<Name, Person> {
  readonly world: World;
  count: number;
}

const other = (name: Name): Name => (name === 'a' ? 'b' : 'a');

const rows = ({ browser, account, peer }: Person): ThreadMessage[] => {
  const source = browser.messenger.messages.source(account, peer);
  return source.ids.peek().map((id) => source.get(id)!);
};

async function reality(): Promise<Reality> {
  const world = createWorld();
  const [one, two] = [await world.browser('a', { relay: true }), await world.browser('b', { relay: true })];
  const alice = await world.account(one, 'alice');
  const bob = await world.account(two, 'bobby');
  await world.connect(one, alice, two, bob);
  const person = (browser: Browser, account: AccountId, peer: AccountId): Person => {
    const detector = lieDetector(account, peer);
    detector.watch(browser.messenger);
    return { browser, account, peer, detector };
  };
  return { world, a: person(one, alice, bob), b: person(two, bob, alice), count: 0 };
}

/** One step: what is done, and under what name it stands in a report. */
abstract class Step implements fc.AsyncCommand<Models, Reality> {
  readonly who: Name;
  readonly detail: string | number;

  constructor(who: Name, detail: string | number = '') {
    this.who = who;
    this.detail = detail;
  }

  /** Whether the step needs the person's page to be open. */
  get needsPage(): boolean {
    return true;
  }

  check(models: Readonly<Models>): boolean {
    return !this.needsPage || models[this.who].isOpen;
  }

  abstract run(models: Models, real: Reality): Promise<void>;

  toString(): string {
    return `${this.constructor.name}(${[this.who, this.detail].filter((part) => part !== '').join(' ')})`;
  }
}

class Write extends Step {
  async run(models: Models, real: Reality): Promise<void> {
    const { browser, account, peer } = real[this.who];
    const text = `${this.who}${(real.count += 1)}`;
    void browser.messenger.messages.send(account, peer, text);
    models[this.who].written.push(text);
    await real.world.clock.advance(Number(this.detail));
    // Whoever closes the page now finds it on the disk.
    await browser.messenger.stored();
  }
}

class TakeBack extends Step {
  async run(models: Models, real: Reality): Promise<void> {
    const person = real[this.who];
    const row = rows(person).findLast(({ own, facts }) => own && isCancellable(facts));
    if (!row) return;
    person.browser.messenger.messages.cancel(person.account, person.peer, row.id);
    models[this.who].takeBack(row.text);
    expect(
      rows(person).some(({ id }) => id === row.id),
      'the row goes at once',
    ).to.equal(false);
  }
}

class Retry extends Step {
  async run(_models: Models, real: Reality): Promise<void> {
    retryAll(real[this.who]);
  }
}

class Look extends Step {
  async run(models: Models, real: Reality): Promise<void> {
    const person = real[this.who];
    const newest = rows(person).findLast(({ own }) => !own);
    if (!newest) return;
    person.browser.messenger.messages.read(person.account, person.peer, newest.id);
    models[other(this.who)].looked(newest.text);
    // A read that the disk has not got when the page dies did not happen.
    await person.browser.messenger.stored();
  }
}

class Reload extends Step {
  async run(_models: Models, real: Reality): Promise<void> {
    const { browser, detector } = real[this.who];
    await browser.reload();
    void browser.messenger.open();
    await browser.messenger.loaded();
    detector.watch(browser.messenger);
  }
}

class ClosePage extends Step {
  async run(models: Models, real: Reality): Promise<void> {
    real[this.who].browser.closePage();
    models[this.who].isOpen = false;
  }
}

class OpenPage extends Step {
  override get needsPage(): boolean {
    return false;
  }

  override check(models: Readonly<Models>): boolean {
    return !models[this.who].isOpen;
  }

  async run(models: Models, real: Reality): Promise<void> {
    models[this.who].isOpen = true;
    await openPage(real[this.who]);
  }
}

class HangUp extends Step {
  async run(_models: Models, real: Reality): Promise<void> {
    const { browser, account, peer } = real[this.who];
    browser.messenger.routes.hangUp(account, peer);
  }
}

class CutSocket extends Step {
  async run(_models: Models, real: Reality): Promise<void> {
    const [socket] = real[this.who].browser.service.sockets;
    if (this.detail === 'frozen') socket?.freeze();
    else socket?.terminate();
  }
}

class Wait extends Step {
  override get needsPage(): boolean {
    return false;
  }

  async run(_models: Models, real: Reality): Promise<void> {
    await real.world.clock.advance(Number(this.detail));
  }
}

const REFUSALS = { passing: 'Error sending message: no', permanent: 'CID 5 is not registered locally' };

/** The next frame that matters fares badly. */
class Spoil extends Step {
  override get needsPage(): boolean {
    return false;
  }

  async run(_models: Models, real: Reality): Promise<void> {
    const { faults } = real[this.who].browser.service;
    const fates: Record<string, Fault> = {
      'lost on the way': { kind: 'drop', direction: 'in', variants: ['Message'] },
      'answer lost': { kind: 'drop', direction: 'out', variants: ['MessageSendSuccess'] },
      'taken and dropped': { kind: 'drop', direction: 'out', variants: ['MessageNotification'] },
      doubled: { kind: 'duplicate', direction: 'out', variants: ['MessageNotification'] },
      refused: { kind: 'refuse', direction: 'in', variants: ['Message'], reason: REFUSALS.passing },
      'refused for good': {
        kind: 'refuse',
        direction: 'in',
        variants: ['Message'],
        reason: REFUSALS.permanent,
      },
    };
    faults.add({ ...fates[this.detail]!, times: 1 });
  }
}

class TurnRelay extends Step {
  override get needsPage(): boolean {
    return false;
  }

  async run(_models: Models, real: Reality): Promise<void> {
    const relay = real[this.who].browser.relay!;
    if (this.detail === 'down' || this.detail === 'up') relay.setUp(this.detail === 'up');
    else if (this.detail === 'declines') relay.conduct = { refuse: 'The relay is full' };
    else if (this.detail === 'loses answers') relay.conduct = 'drop-answer';
    else relay.conduct = 'accept';
  }
}

const who = fc.constantFrom<Name>('a', 'b');
const fates = [
  'lost on the way',
  'answer lost',
  'taken and dropped',
  'doubled',
  'refused',
  'refused for good',
];

const steps = [
  fc.tuple(who, fc.integer({ min: 1, max: 500 })).map(([name, ms]) => new Write(name, ms)),
  who.map((name) => new TakeBack(name)),
  who.map((name) => new Retry(name)),
  who.map((name) => new Look(name)),
  who.map((name) => new Reload(name)),
  who.map((name) => new ClosePage(name)),
  who.map((name) => new OpenPage(name)),
  who.map((name) => new HangUp(name)),
  fc.tuple(who, fc.constantFrom('cut', 'frozen')).map(([name, how]) => new CutSocket(name, how)),
  fc.tuple(who, fc.integer({ min: 1, max: 40_000 })).map(([name, ms]) => new Wait(name, ms)),
  fc.tuple(who, fc.constantFrom(...fates)).map(([name, fate]) => new Spoil(name, fate)),
  fc
    .tuple(who, fc.constantFrom('down', 'up', 'declines', 'loses answers', 'accepts'))
    .map(([name, conduct]) => new TurnRelay(name, conduct)),
];

function retryAll({ browser, account, peer }: Person): void {
  const { messages } = browser.messenger;
  const source = messages.source(account, peer);
  for (const id of source.ids.peek()) messages.retry(account, peer, id);
}

async function openPage({ browser, detector }: Person): Promise<void> {
  await browser.openPage();
  void browser.messenger.open();
  await browser.messenger.loaded();
  detector.watch(browser.messenger);
}

/** The faults end, both pages are open, and Try again is pressed wherever it is offered. */
async function heal(models: Models, real: Reality): Promise<void> {
  real.world.simulation.faults.clear();
  for (const name of ['a', 'b'] as const) {
    const { browser } = real[name];
    browser.service.faults.clear();
    browser.relay!.conduct = 'accept';
    browser.relay!.setUp(true);
    if (!models[name].isOpen) await openPage(real[name]);
  }
  await real.world.clock.advance(5 * 60_000);
  for (const name of ['a', 'b'] as const) retryAll(real[name]);
  await real.world.clock.advance(60_000);
  for (const name of ['a', 'b'] as const) real[name].browser.messenger.wake();
  await real.world.clock.advance(10_000);
}

function agree(models: Models, real: Reality): void {
  for (const name of ['a', 'b'] as const) {
    const expected = models[name].expected();
    const own = rows(real[name]).filter((row) => row.own);
    expect(own.map(({ text, status }) => ({ text, status }))).to.deep.equal(expected);
    const there = rows(real[other(name)]).filter((row) => !row.own);
    expect(there.map(({ text }) => text)).to.deep.equal(expected.map(({ text }) => text));
    expect(there.map(({ missingBefore }) => missingBefore).filter(Boolean), 'gaps').to.deep.equal([]);
    expect(real[name].detector.lies.join('; ')).to.equal('');
  }
}

describe('two people under any actions and faults', () => {
  const [seed = 0] = seedsOf('model', 1);

  it(`end in the state of a small model (seed ${seed})`, async function () {
    this.timeout(120_000);
    const property = fc.asyncProperty(
      fc.commands(steps, { maxCommands: 60, size: '+2' }),
      async (commands) => {
        const real = await reality();
        const models: Models = { a: new Model(), b: new Model() };
        await fc.asyncModelRun(() => ({ model: models, real }), commands);
        await heal(models, real);
        agree(models, real);
        for (const name of ['a', 'b'] as const) real[name].browser.closePage();
      },
    );
    const details = await fc.check(property, { seed, numRuns: RUNS, includeErrorInReport: true });
    if (details.failed) throw new Error(await fc.asyncDefaultReportMessage(details));
  });
});
