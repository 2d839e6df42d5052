import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '../journeys/app.ts';
import type { App } from '../journeys/app.ts';
import { crossing, isAbout, payloadOf } from '../journeys/wire.ts';
import { recordScreen } from './recorder.ts';
import { NOOR, arrived, assertHidden, claimedAnew, hasChannel, journeys, show, talkToElif } from './scene.ts';

/** How long the tab is hidden. */
const HIDDEN_MS = 80_000;
/** Chromium lets the timers of a page that is hidden for a minute run once a minute at most. */
const THROTTLED_MS = 61_000;
/** How soon a tab that is shown again has found out that its socket is dead. */
const FOUND_MS = 5_000;

declare global {
  /** In the page: when its timer of one second has run. */
  var ticks: number[];
}

describe('A tab that is hidden until its timers are throttled', { concurrency: 3 }, () => {
  const journey = journeys();

  /** Goes behind another tab; returns since when, by its own clock. */
  async function hide(app: App): Promise<number> {
    await app.page.evaluate(() => {
      globalThis.ticks = [];
      setInterval(() => ticks.push(performance.now()), 1_000);
    });
    const other = await app.page.browserContext().newPage();
    await other.goto(new URL('/elsewhere', app.page.url()).href);
    await assertHidden(app);
    return app.page.evaluate(() => performance.now());
  }

  /** Waits until it was hidden for so long by its own clock; its timers must have been throttled meanwhile. */
  async function staysHidden({ page }: App, since: number): Promise<void> {
    const isOver = (): Promise<boolean> =>
      page.evaluate((end: number) => performance.now() > end, since + HIDDEN_MS);
    await until('to be hidden long enough', isOver, () => 'less', HIDDEN_MS + 20_000);
    const times = await page.evaluate(() => globalThis.ticks);
    const throttled = times.filter((at) => at > since + THROTTLED_MS).length;
    assert.ok(throttled <= 1, `a timer of one second has run ${throttled} times: it is not throttled`);
  }

  it(
    'counts what arrives at once, and reports it as read only when it is shown again',
    journey(async (scene) => {
      const { wire, elif } = scene;
      const app = await scene.noor();
      await talkToElif(app);
      elif.write(NOOR, 'while you look');
      await app.shows({ text: 'while you look', status: null });
      await until('a read receipt', () => wire.receipts('read').length > 0);
      const read = wire.receipts('read').length;
      const delivered = wire.receipts('delivered').length;
      const since = await hide(app);
      elif.write(NOOR, 'while you do not');
      await until('the receipt', () => wire.receipts('delivered').length > delivered);
      await app.sees('1 unread', 'image');
      await app.sees('noor, Signed in, 1 unread', 'button');
      assert.equal(await app.page.title(), '(1) Messenger');
      await staysHidden(app, since);
      elif.write(NOOR, 'nor now');
      await app.sees('2 unread', 'image');
      assert.equal(await app.page.title(), '(2) Messenger');
      assert.equal(wire.receipts('read').length, read, 'nothing was read');
      await show(app);
      await until('read receipts', () => wire.receipts('read').length > read);
      await app.misses('2 unread', 'image');
      await app.shows(
        ...['while you look', 'while you do not', 'nor now'].map((text) => ({ text, status: null })),
      );
      assert.equal(wire.sockets.length, 1);
    }),
  );

  it(
    'finds within five seconds of its return that its socket is dead, fills the gap, and marks nothing as failed',
    journey(async (scene) => {
      const { wire, elif, service, world } = scene;
      const app = await scene.noor({ first: recordScreen });
      await talkToElif(app);
      await app.write('Elif', 'before');
      await app.shows({ text: 'before', status: 'Delivered' });
      const since = await hide(app);
      await staysHidden(app, since);
      const sockets = wire.sockets;
      assert.equal(sockets.length, 1);
      // Nothing passes any more, and neither end can see it.
      for (const socket of service.sockets) socket.freeze();
      elif.write(NOOR, 'into the gap');
      const lost = await crossing(world.simulation, (entry) => isAbout(entry, 'into the gap'));
      const back = world.simulation.clock.now();
      await show(app);
      await app.write('Elif', 'into the dead socket');
      const greeted = await until('a new socket', () =>
        wire.frames.find(
          ({ frame, socket }) => frame?.variant === 'ServiceConnectionAccepted' && !sockets.includes(socket),
        ),
      );
      assert.ok(greeted.at >= back && greeted.at - back <= FOUND_MS, `after ${greeted.at - back} ms`);
      const next = await claimedAnew(scene, NOOR, sockets);
      await hasChannel(elif);
      await app.sees('noor, Signed in', 'button');
      assert.deepEqual(await arrived(elif, 2), ['before', 'into the dead socket']);
      // It asks what it has missed, and Elif's page says it again.
      await wire.crossing((entry) => {
        const payload = entry.direction === 'in' && entry.socket === next ? payloadOf(entry) : undefined;
        return payload?.type === 'sync' && payload.kind === 'question';
      });
      elif.say(NOOR, payloadOf(lost)!);
      const shown = (): Promise<string[]> =>
        app.thread().then((rows) => rows.map(({ text, status }) => `${text}: ${status}`).sort());
      const all = ['before: Delivered', 'into the dead socket: Delivered', 'into the gap: null'];
      await until('the gap to be filled', async () => (await shown()).join() === all.join(), shown);
      const statuses = await app.page.evaluate(() => [...globalThis.statuses]);
      assert.ok(statuses.includes('Sending'), 'it was watched');
      assert.equal(statuses.includes('Not sent'), false, statuses.join());
      assert.equal(wire.claims[0]!.isForced, false, 'nothing is taken that nobody holds');
    }),
  );

  it(
    'keeps the lead while another tab is visible, and its followers receive what comes',
    journey(async (scene) => {
      const { wire, elif } = scene;
      const app = await scene.noor();
      const since = await hide(app);
      const second = await scene.tab(app);
      await talkToElif(second);
      await staysHidden(app, since);
      await assertHidden(app);
      elif.write(NOOR, 'to whoever looks');
      await second.shows({ text: 'to whoever looks', status: null });
      await second.write('Elif', 'I do');
      assert.deepEqual(await arrived(elif, 1), ['I do']);
      await until('a read receipt', () => wire.receipts('read').length > 0);
      assert.equal(wire.receipts('read').length, 1);
      assert.deepEqual(wire.requests('Connect').length, 1);
    }),
  );
});
