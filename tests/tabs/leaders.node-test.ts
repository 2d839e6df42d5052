import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openLab, until } from '../journeys/app.ts';
import type { Lab } from '../journeys/app.ts';
import { isAbout } from '../journeys/wire.ts';
import {
  NOOR,
  arrived,
  assertHidden,
  assertVisible,
  claimedAnew,
  hasChannel,
  journey,
  show,
  talkToElif,
  withChannel,
} from './scene.ts';

describe('When the tab that leads', { concurrency: 3 }, () => {
  let lab: Lab;
  before(async () => {
    lab = await openLab({ visibility: 'real' });
  });
  after(() => lab.close());
  const scene = (run: Parameters<typeof journey>[1]) => journey(() => lab, run);

  it(
    'is closed, another one takes its place with one claim, and nothing is hung up',
    scene(async (scene) => {
      const { wire, elif, service } = scene;
      const first = await scene.browser();
      await withChannel(scene, first);
      const second = await scene.tab(first);
      await second.sees('noor, Signed in', 'button');
      await assertHidden(first);
      await talkToElif(second);
      await second.write('Elif', 'by way of the leader');
      assert.deepEqual(await arrived(elif, 1), ['by way of the leader']);
      const [socket, ...more] = wire.sockets;
      assert.deepEqual(more, [], 'one socket for both tabs');
      await first.page.close();
      const next = await claimedAnew(scene, NOOR, [socket!]);
      assert.deepEqual(
        wire.claims.filter((claim) => claim.socket === next),
        [{ account: NOOR, isForced: false, socket: next }],
      );
      await second.write('Elif', 'by its own way');
      assert.deepEqual(await arrived(elif, 2), ['by way of the leader', 'by its own way']);
      await second.shows(
        { text: 'by way of the leader', status: 'Delivered' },
        { text: 'by its own way', status: 'Delivered' },
      );
      assert.deepEqual(wire.texts, ['by way of the leader', 'by its own way']);
      assert.deepEqual(wire.requests('PeerDisconnect'), []);
      assert.equal(wire.requests('Connect').length, 1);
      assert.equal(wire.sockets.length, 2);
      // Now it is the last one on the account: it hangs up, and nobody has to find out.
      await second.page.close();
      await wire.crossing(({ frame }) => frame?.variant === 'PeerDisconnect');
      await until('no socket', () => service.sockets.length === 0);
      assert.equal(wire.requests('PeerDisconnect').length, 1);
    }),
  );

  it(
    'crashes, another one takes its place at once',
    scene(async (scene) => {
      const { wire, elif, world } = scene;
      const first = await scene.browser();
      await withChannel(scene, first);
      const second = await scene.tab(first);
      await talkToElif(second);
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
    scene(async (scene) => {
      const { wire, elif, service } = scene;
      const first = await scene.browser();
      await withChannel(scene, first);
      await talkToElif(first);
      const second = await scene.tab(first);
      await talkToElif(second);
      await assertHidden(first);
      const [socket] = wire.sockets;
      const session = await first.page.createCDPSession();
      await session.send('Page.setWebLifecycleState', { state: 'frozen' });
      await claimedAnew(scene, NOOR, [socket!]);
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
    'falls silent without a word, its account is taken back; when it goes on, it does nothing and follows',
    scene(async (scene) => {
      const { wire, elif, service } = scene;
      const first = await scene.browser();
      await withChannel(scene, first);
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

  it(
    'goes into the back/forward cache, another one takes its place; back again, it follows',
    scene(async (scene) => {
      const { wire, elif, service } = scene;
      const first = await scene.browser();
      await withChannel(scene, first);
      await talkToElif(first);
      const second = await scene.beside(first);
      await talkToElif(second);
      const sockets = wire.sockets;
      await first.page.evaluate(() => {
        const seen: boolean[] = [];
        Object.assign(globalThis, { seen });
        addEventListener('pagehide', ({ persisted }) => seen.push(persisted));
        addEventListener('pageshow', ({ persisted }) => seen.push(persisted));
      });
      await first.page.goto(new URL('/elsewhere', first.page.url()).href);
      await claimedAnew(scene, NOOR, sockets);
      await hasChannel(elif);
      elif.write(NOOR, 'while it was away');
      await second.shows({ text: 'while it was away', status: null });
      await first.page.goBack();
      assert.deepEqual(
        await first.page.evaluate(() => (globalThis as unknown as { seen: boolean[] }).seen),
        [true, true],
        'it was in the back/forward cache',
      );
      await first.shows({ text: 'while it was away', status: null });
      await first.write('Elif', 'back again');
      assert.deepEqual(await arrived(elif, 1), ['back again']);
      await second.shows(
        { text: 'while it was away', status: null },
        { text: 'back again', status: 'Delivered' },
      );
      assert.deepEqual(wire.requests('PeerDisconnect'), [], 'nothing was hung up');
      assert.equal(wire.sockets.length, 2);
      assert.equal(service.sockets.length, 1);
    }),
  );
});
