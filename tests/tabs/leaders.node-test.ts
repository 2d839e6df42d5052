import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '../journeys/app.ts';
import { isAbout } from '../journeys/wire.ts';
import {
  NOOR,
  arrived,
  assertHidden,
  assertVisible,
  claimedAnew,
  hasChannel,
  journeys,
  show,
  talkToElif,
} from './scene.ts';

declare global {
  /** In the page: what part it has played among the tabs of its browser. */
  var roles: string[];
}

describe('When the tab that leads', { concurrency: 3 }, () => {
  const journey = journeys();

  it(
    'crashes, another one takes its place at once',
    journey(async (scene) => {
      const { wire, elif, world } = scene;
      const { first, second } = await scene.stacked();
      await second.write('Elif', 'before');
      await second.shows({ text: 'before', status: 'Delivered' });
      const sockets = wire.sockets;
      await world.crash(first);
      await claimedAnew(scene, NOOR, sockets);
      await hasChannel(elif);
      await second.write('Elif', 'after');
      assert.deepEqual(await arrived(elif, 2), ['before', 'after']);
      await second.shows({ text: 'before', status: 'Delivered' }, { text: 'after', status: 'Delivered' });
      assert.deepEqual(wire.texts, ['before', 'after']);
      assert.equal(wire.sockets.length, 2);
      assert.equal(wire.requests('Connect').length, 1);
    }),
  );

  it(
    'is frozen, another one takes its place; awake again, it follows and shows what it has missed',
    journey(async (scene) => {
      const { wire, elif, service } = scene;
      const { first, second } = await scene.stacked();
      await assertHidden(first);
      const [socket] = wire.sockets;
      await second.page.evaluate(() => {
        globalThis.roles = [];
        document.querySelector('p2p-messenger')!.messenger!.tabs.subscribe(({ role }) => roles.push(role));
      });
      const session = await first.page.createCDPSession();
      await session.send('Page.setWebLifecycleState', { state: 'frozen' });
      const next = await claimedAnew(scene, NOOR, [socket!]);
      const roles = await second.page.evaluate(() => globalThis.roles);
      assert.deepEqual(
        [...new Set(roles)].filter((role) => role !== 'joining'),
        ['follower', 'leader'],
        'it need not be taken over',
      );
      assert.deepEqual(
        wire.claims,
        [{ account: NOOR, isForced: false, socket: next }],
        'the one that goes to sleep has let go of its own accord',
      );
      await hasChannel(elif);
      elif.write(NOOR, 'while one of them sleeps');
      await second.shows({ text: 'while one of them sleeps', status: null });
      await second.write('Elif', 'the other one answers');
      await arrived(elif, 1);
      assert.deepEqual(await first.thread(), [], 'a frozen page draws nothing');
      await session.send('Page.setWebLifecycleState', { state: 'active' });
      await first.shows(
        { text: 'while one of them sleeps', status: null },
        { text: 'the other one answers', status: 'Delivered' },
      );
      await show(first);
      await first.write('Elif', 'and so does this one');
      assert.deepEqual(await arrived(elif, 2), ['the other one answers', 'and so does this one']);
      assert.deepEqual(wire.texts, ['the other one answers', 'and so does this one']);
      assert.equal(wire.sockets.length, 2);
      assert.equal(service.sockets.length, 1);
    }),
  );

  it(
    'falls silent, its account is reclaimed; when it resumes, it does nothing and follows',
    journey(async (scene) => {
      const { wire, elif, service } = scene;
      const first = await scene.noor();
      await talkToElif(first);
      await first.write('Elif', 'one');
      await arrived(elif, 1);
      const second = await scene.tab(first);
      await talkToElif(second);
      await assertHidden(first);
      await assertVisible(second);
      const [socket] = wire.sockets;
      // Its script stands still, as that of a stopped process; its socket stays open, and its lock is held.
      const session = await first.page.createCDPSession();
      await session.send('Debugger.enable');
      const paused = new Promise((resolve) => session.once('Debugger.paused', resolve));
      await session.send('Debugger.pause');
      await paused;
      // It is on its way to the silent page when the other one takes over, and it comes up there first.
      elif.write(NOOR, 'to the silent page');
      await wire.crossing((entry) => entry.socket === socket && isAbout(entry, 'to the silent page'));
      const next = await wire.crossing(
        ({ socket: other, frame }) => other !== socket && frame?.variant === 'ServiceConnectionAccepted',
      );
      await second.sees('noor, Signed in', 'button');
      assert.deepEqual(
        wire.claims.filter((claim) => claim.account === NOOR),
        [false, true].map((isForced) => ({ account: NOOR, isForced, socket: next.socket })),
      );
      assert.equal(service.sockets.length, 2, 'the silent page has its socket still');
      await hasChannel(elif);
      await second.write('Elif', 'two');
      await arrived(elif, 2);
      const said = wire.frames.filter((entry) => entry.direction === 'in' && entry.socket === socket).length;
      await session.send('Debugger.resume');
      await session.detach();
      await until('one socket', () => service.sockets.length === 1);
      await first.reads('two');
      await show(first);
      await first.write('Elif', 'three');
      assert.deepEqual(await arrived(elif, 3), ['one', 'two', 'three']);
      assert.deepEqual(wire.texts, ['one', 'two', 'three'], 'each once');
      assert.equal(
        wire.frames.filter((entry) => entry.direction === 'in' && entry.socket === socket).length,
        said,
        'not a word from the page that was silent',
      );
      assert.equal(wire.sockets.length, 2);
    }),
  );
});
