import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Browser, CDPSession, Page } from 'puppeteer-core';
import { openBrowser } from '../journeys/browsers.ts';
import { servePages } from '../journeys/pages.ts';
import type { ServedPages } from '../journeys/pages.ts';

/** `npm run test:leaks` does what takes minutes; `npm test` less of the same. */
const isLong = process.env['LEAKS'] === 'long';

/** What a page holds, after garbage was collected. */
interface Held {
  /** In kB. */
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
  readonly timers: number;
  /** Timers of the simulated clock. */
  readonly pending: number;
  readonly databases: number;
}

/** How much more of each may be held afterwards. What is not named: nothing. */
type Bounds = Partial<Held>;

/**
 * The browser compiles code again while it is used more, and counts that: measured up to 1,000 kB, after which the
 * heap stays. What an element leaks is found by its nodes, of which none more may be held.
 */
const NOISE = 1_500;
/** A message in the memory of the person who has it, of the one who wrote it, and in that one's storage: 3.4 measured. */
const MESSAGE = 5;

declare global {
  /** In the page: see `watchPlatform`. */
  var heldByPlatform: () => { readonly timers: number; readonly databases: number };
}

/** Runs in the page before anything else does: counts timers and connections that were opened and not closed. */
function watchPlatform(): void {
  const timers = new Set<unknown>();
  const databases = new Set<IDBDatabase>();
  const { setTimeout: set, setInterval: every } = globalThis;
  const { clearTimeout: clear, clearInterval: end } = globalThis;
  Object.assign(globalThis, {
    setTimeout(run: (...parts: unknown[]) => void, delay?: number, ...parts: unknown[]) {
      const id = set(() => {
        timers.delete(id);
        run(...parts);
      }, delay);
      timers.add(id);
      return id;
    },
    setInterval(run: () => void, delay?: number) {
      const id = every(run, delay);
      timers.add(id);
      return id;
    },
    clearTimeout(id: number) {
      timers.delete(id);
      clear(id);
    },
    clearInterval(id: number) {
      timers.delete(id);
      end(id);
    },
  });
  const { open } = IDBFactory.prototype;
  const { close } = IDBDatabase.prototype;
  IDBFactory.prototype.open = function (this: IDBFactory, ...parts: [string, number?]) {
    const request = open.apply(this, parts);
    request.addEventListener('success', () => databases.add(request.result));
    return request;
  };
  IDBDatabase.prototype.close = function (this: IDBDatabase) {
    databases.delete(this);
    close.call(this);
  };
  globalThis.heldByPlatform = () => ({ timers: timers.size, databases: databases.size });
}

describe(`A page${isLong ? '' : ', for a short time,'}`, () => {
  let pages: ServedPages;
  let browser: Browser;
  let page: Page;
  let session: CDPSession;

  before(async () => {
    [pages, browser] = await Promise.all([
      servePages({ leaks: new URL('./page/', import.meta.url) }),
      openBrowser('chrome', 'shown'),
    ]);
  });

  after(async () => {
    await browser.close();
    await pages.close();
  });

  beforeEach(async () => {
    await page?.close();
    page = await browser.newPage();
    session = await page.createCDPSession();
    page.on('pageerror', (error) => console.error(String(error)));
    await page.evaluateOnNewDocument(watchPlatform);
    await page.goto(`${pages.url}leaks/`);
    await page.waitForFunction(() => 'leaks' in globalThis, { timeout: 10_000 });
  });

  /** What the page holds. */
  async function held(): Promise<Held> {
    // What is due at the end of a frame, or when the page is idle.
    for (let n = 0; n < 3; n += 1) {
      await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
      await session.send('HeapProfiler.collectGarbage');
    }
    const platform = await page.evaluate(() => ({
      ...globalThis.heldByPlatform(),
      pending: globalThis.leaks.pending(),
    }));
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
    return { heap: Math.round(usedSize / 1_000), nodes, listeners: jsEventListeners, ...platform };
  }

  /** Does it once, so that everything is there that is made once, and then again: no more may be held than before. */
  async function leavesNothing(
    what: string,
    once: () => Promise<unknown>,
    again: () => Promise<unknown>,
    bounds: Bounds = { heap: NOISE },
  ): Promise<void> {
    await once();
    const first = await held();
    await again();
    const last = await held();
    const more = Object.entries(last).flatMap(([name, now]) => {
      const then = first[name as keyof Held];
      return now - then > (bounds[name as keyof Held] ?? 0) ? [`${name}: ${then}, then ${now}`] : [];
    });
    if (process.env['LEAKS_SHOWN']) console.log(what, JSON.stringify(first), JSON.stringify(last));
    assert.deepEqual(more, [], `${what}: ${JSON.stringify(first)}, then ${JSON.stringify(last)}`);
  }

  const mount = (tag: string, count: number, isConnected: boolean): Promise<void> =>
    page.evaluate((...asked) => globalThis.leaks.mount(...asked), tag, count, isConnected);
  const open = (friends: number, messages: number): Promise<void> =>
    page.evaluate((...asked) => globalThis.leaks.open(...asked), friends, messages);
  const close = (): Promise<void> => page.evaluate(() => globalThis.leaks.close());
  const show = (): Promise<void> => page.evaluate(() => globalThis.leaks.show());

  const MOUNTS = isLong ? 200 : 20;

  it(`holds nothing of any element with plain data that was there ${MOUNTS} times`, async () => {
    for (const tag of await page.evaluate(() => globalThis.leaks.tags()))
      await leavesNothing(
        tag,
        () => mount(tag, 10, false),
        () => mount(tag, MOUNTS, false),
      );
  });

  it(`holds nothing of any element with a messenger that was there ${MOUNTS} times`, async () => {
    await open(2, 10);
    for (const tag of await page.evaluate(() => globalThis.leaks.connectedTags()))
      await leavesNothing(
        tag,
        () => mount(tag, 10, true),
        () => mount(tag, MOUNTS, true),
      );
  });

  const SWITCHES = isLong ? 1_000 : 100;

  it(`holds no more after ${SWITCHES} changes of the conversation`, async () => {
    await open(4, 40);
    await show();
    const change = (count: number) => () =>
      page.evaluate((n) => globalThis.leaks.switchConversations(n), count);
    await leavesNothing('changes', change(20), change(SWITCHES));
  });

  const LENGTH = isLong ? 100_000 : 2_000;

  it(`holds no more after a scroll through ${LENGTH.toLocaleString('en')} messages and back`, async () => {
    await page.evaluate((count) => globalThis.leaks.showThread(count), LENGTH);
    const scroll = (steps: number) => () => page.evaluate((n) => globalThis.leaks.scroll(n), steps);
    await leavesNothing('scroll', scroll(30), scroll(isLong ? 1_000 : 60));
    const hide = (): Promise<void> => page.evaluate(() => globalThis.leaks.hide());
    await hide();
    // And nothing of the whole list once it is gone.
    const thread = async (): Promise<void> => {
      await page.evaluate((count) => globalThis.leaks.showThread(count), LENGTH);
      await scroll(30)();
      await hide();
    };
    await leavesNothing('a thread', thread, thread);
  });

  const MINUTES = isLong ? 600 : 6;
  const FIRST_MINUTES = isLong ? 10 : 3;

  it(`holds no more listeners, timers and connections after ${MINUTES} minutes of messages, and nothing once it is closed`, async () => {
    const pass = async (minutes: number): Promise<void> => {
      // The protocol waits three minutes for an answer at most.
      for (let left = minutes; left > 0; left -= 60)
        await page.evaluate((n) => globalThis.leaks.pass(n), Math.min(left, 60));
    };
    const live = async (run: () => Promise<void>): Promise<void> => {
      await open(2, 40);
      await show();
      await run();
      await close();
    };
    const bounds = { heap: NOISE + MESSAGE * MINUTES, nodes: 200 };
    await leavesNothing(
      'a life',
      () => live(() => pass(FIRST_MINUTES)),
      () =>
        live(() =>
          // What has come is kept as a record. How many rows are in view depends on their texts.
          leavesNothing(
            'messages',
            () => pass(FIRST_MINUTES),
            () => pass(MINUTES),
            bounds,
          ),
        ),
    );
  });
});
