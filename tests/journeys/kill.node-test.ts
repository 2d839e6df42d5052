import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { MessageId, Status } from '../../facts/index.ts';
import { cidOf } from '../../mocks/index.ts';
import type { LoggedFrame } from '../../mocks/index.ts';
import { Ledger } from '../chaos/ledger.ts';
import { openLab } from './app.ts';
import type { App, Lab, World } from './app.ts';
import { crossing, isAbout, payloadOf } from './wire.ts';

/** In each round both pages crash while sending. */
const ROUNDS = 10;

interface Person {
  readonly name: string;
  readonly fullName: string;
  /** The name by which the other one is written to. */
  readonly to: string;
  readonly toFull: string;
  /** What this page may claim, by what has crossed the wire. */
  readonly ledger: Ledger;
  readonly written: string[];
  app: App;
}

interface Scene {
  readonly world: World;
  readonly people: readonly [Person, Person];
}

/** Waits until the page that has written the text is due to be killed. */
type Moment = (world: World, author: App, reader: App, text: string) => Promise<unknown>;

/** When the page dies: each is waited for. */
const MOMENTS: readonly (readonly [name: string, moment: Moment])[] = [
  ['drawn', () => Promise.resolve()],
  ['stored', (world, author, reader, text) => storedOn(author, text)],
  ['at the service', (world, author, reader, text) => crossed(world, 'in', text)],
  ['on its way out', (world, author, reader, text) => crossed(world, 'out', text)],
  ['drawn at the other side', (world, author, reader, text) => drawnOn(reader, text)],
];

describe('Pages whose processes are killed while they send', () => {
  let lab: Lab;
  let world: World;

  before(async () => {
    lab = await openLab();
    world = lab.world();
  });

  after(async () => {
    await world.close();
    await lab.close();
  });

  it(`lose nothing, duplicate nothing and claim nothing without proof, ${ROUNDS * 2} times`, async (context) => {
    const say = `seed ${world.seed}`;
    const person = async (
      service: string,
      [name, fullName]: readonly [string, string],
      [to, toFull]: readonly [string, string],
    ): Promise<Person> => {
      const ledger = new Ledger(cidOf(name.toLowerCase()), service);
      world.simulation.frames.subscribe((entry) => ledger.hear(entry));
      const app = await world.person(await world.service(service));
      return { name, fullName, to, toFull, ledger, written: [], app };
    };
    const [noor, elif] = [['Noor', 'Noor Haddad'] as const, ['Elif', 'Elif Vural'] as const];
    const people = await Promise.all([person('one', noor, elif), person('two', elif, noor)]);
    const scene: Scene = { world, people };
    await meet(scene);
    for (let round = 0; round < ROUNDS; round += 1) {
      const [what, moment] = MOMENTS[round % MOMENTS.length]!;
      await Promise.all(
        people.map(async (author, n) => {
          const reader = people[1 - n]!;
          const texts = ['a', 'b'].map((letter) => `${author.name} ${round}${letter}, ${what}`);
          for (const text of texts) await author.app.write(author.to, text);
          await drawnOn(author.app, texts[0]!);
          author.written.push(...texts);
          // The first of the two: the other one is still queued then, or under way.
          await moment(world, author.app, reader.app, texts[0]!);
        }),
      );
      await Promise.all(
        people.map(async (one) => {
          const left = await world.crash(one.app);
          one.app = await left.back();
          await one.app.choose(one.toFull);
          await judge(world, one);
        }),
      );
    }
    for (const { app } of people) await drawAll(app);
    for (const [n, author] of people.entries()) {
      const reader = people[1 - n]!;
      const kept = await waitForTicks(author.app);
      const there = (await reader.app.thread()).filter(({ status }) => status === null);
      assert.deepEqual(
        there.map(({ text }) => text),
        kept,
        `once, and in one order at both sides, ${say}`,
      );
      const gone = author.written.filter((text) => !kept.includes(text));
      context.diagnostic(
        `${author.written.length} written, ${kept.length} delivered, ${gone.length} not saved`,
      );
      // What was not stored when the page crashed is nowhere: neither here nor there, and was never sent.
      for (const text of gone) {
        assert.ok(text.endsWith('drawn') || !text.includes('a,'), `${text} is lost, ${say}`);
        assert.equal(hasCrossed(world, text), false, `${text} left, and its writer does not know, ${say}`);
      }
      const inOrder = author.written.filter((text) => kept.includes(text));
      assert.deepEqual(kept, inOrder, `in the order written, ${say}`);
      await judge(world, author);
      assert.deepEqual(author.ledger.falseTicks, [], say);
      assert.ok(author.ledger.judged > ROUNDS, 'statuses were looked at');
      assert.deepEqual(author.app.complaints, [], say);
    }
  });
});

/** Two people ask and accept, and open the conversation. */
async function meet({ people }: Scene): Promise<void> {
  const [noor, elif] = [people[0].app, people[1].app];
  await Promise.all([noor.createAccount('noor', 'Noor Haddad'), elif.createAccount('elif', 'Elif Vural')]);
  await noor.press('Find people');
  await noor.press('Ask to connect');
  await elif.sees('1 pending request');
  await elif.press('Find people');
  await elif.press('Accept');
  await noor.press('Message');
  await elif.press('Message');
}

/** Waits until the text stands in the thread. */
async function drawnOn({ page }: App, text: string): Promise<void> {
  await page.waitForFunction(
    (wanted: string) => globalThis.drawnThread().some((row) => row.text === wanted),
    {},
    text,
  );
}

/** Makes the page so high that every row is drawn, and waits until it is. */
async function drawAll({ page }: App): Promise<void> {
  await page.setViewport({ width: 900, height: 9_000 });
  await page.waitForFunction(() => {
    const rows = (root: ParentNode): Element[] => [
      ...root.querySelectorAll('[role="article"]'),
      ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? rows(shadowRoot) : [])),
    ];
    const drawn = rows(document);
    return drawn.length > 0 && drawn.length === Number(drawn[0]!.getAttribute('aria-setsize'));
  });
}

/** Waits until every own message of the thread has arrived, and returns their texts. */
async function waitForTicks({ page }: App): Promise<string[]> {
  await page.waitForFunction(() =>
    globalThis.drawnThread().every(({ status }) => status === null || ['Delivered', 'Read'].includes(status)),
  );
  const rows = await page.evaluate(() => globalThis.drawnThread());
  return rows.filter(({ status }) => status !== null).map(({ text }) => text);
}

/** Waits until the text is in the page's database. */
async function storedOn({ page }: App, text: string): Promise<void> {
  const isStored = async (wanted: string): Promise<boolean> => {
    const [{ name } = { name: undefined }] = await indexedDB.databases();
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open(name!);
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(new Error(`${name} does not open.`));
    });
    const all = await new Promise<{ text: string }[]>((resolve, reject) => {
      const reading = database.transaction('messages').objectStore('messages').getAll();
      reading.onsuccess = () => resolve(reading.result as { text: string }[]);
      reading.onerror = () => reject(new Error('The messages cannot be read.'));
    });
    database.close();
    return all.some((message) => message.text === wanted);
  };
  await page.waitForFunction(isStored, {}, text);
}

const hasCrossed = ({ simulation }: World, text: string): boolean =>
  simulation.frames.entries.some((entry) => isAbout(entry, text));

/** Waits until the text is in a frame towards a service (`in`) or away from one. */
const crossed = ({ simulation }: World, direction: 'in' | 'out', text: string): Promise<LoggedFrame> =>
  crossing(simulation, (entry) => entry.direction === direction && isAbout(entry, text));

const STATUSES: Readonly<Record<string, Status>> = {
  Waiting: 'waiting',
  Sending: 'sending',
  Unconfirmed: 'unconfirmed',
  Sent: 'sent',
  Delivered: 'delivered',
  Read: 'read',
  'Not sent': 'failed',
};

/** Holds every status that the page shows at this moment against what its service has told it. */
async function judge(world: World, { app, ledger }: Person): Promise<void> {
  const ids = new Map<string, MessageId>();
  for (const entry of world.simulation.frames.entries) {
    const payload = payloadOf(entry);
    if (payload?.type === 'message' && entry.direction === 'in') ids.set(payload.text, payload.id);
  }
  for (const { text, status } of await app.thread()) {
    if (status === null) continue;
    assert.ok(status in STATUSES, `${text} says ${status}`);
    const id = ids.get(text) ?? (text as MessageId);
    ledger.judge('screen', { id, text, status: STATUSES[status]! });
  }
}
