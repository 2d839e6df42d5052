import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '../journeys/app.ts';
import type { App } from '../journeys/app.ts';
import { NOOR, arrived, claimedAnew, hasChannel, journeys, talkToElif, withChannel } from './scene.ts';

describe('Many tabs of one browser, and', { concurrency: 3 }, () => {
  const journey = journeys({ pages: { 'other-version': new URL('./other-version/', import.meta.url) } });

  it(
    'a network that is lost and comes back: both show it, and what was written meanwhile arrives once',
    journey(async (scene) => {
      const { wire, elif, service } = scene;
      const { first, second } = await scene.sideBySide();
      await first.write('Elif', 'before');
      await first.shows({ text: 'before', status: 'Delivered' });
      const sockets = wire.sockets;
      // Whatever is tried meanwhile comes to nothing.
      const stop = service.faults.add({
        kind: 'close',
        direction: 'out',
        variants: ['ServiceConnectionAccepted'],
      });
      for (const app of [first, second]) await app.page.setOfflineMode(true);
      for (const socket of service.sockets) socket.cut(1006);
      for (const app of [first, second])
        await app.reads('This device is offline. Messages you send will wait.');
      await second.write('Elif', 'without a network');
      for (const app of [first, second])
        await app.shows(
          { text: 'before', status: 'Delivered' },
          { text: 'without a network', status: 'Waiting' },
        );
      stop();
      for (const app of [first, second]) await app.page.setOfflineMode(false);
      await claimedAnew(scene, NOOR, sockets);
      assert.deepEqual(await arrived(elif, 2), ['before', 'without a network']);
      for (const app of [first, second])
        await app.shows(
          { text: 'before', status: 'Delivered' },
          { text: 'without a network', status: 'Delivered' },
        );
      assert.deepEqual(wire.texts, ['before', 'without a network']);
      assert.equal(wire.requests('Connect').length, 1);
      assert.equal(service.sockets.length, 1);
    }),
  );

  it(
    'a leader that is closed while messages of a follower are under way: none is lost, none has two effects',
    journey(async (scene) => {
      const { wire, elif, service } = scene;
      const { first, second } = await scene.stacked();
      await second.write('Elif', 'hello');
      await second.shows({ text: 'hello', status: 'Delivered' });
      // Taken by the service, and its answer never comes; or still on its way when the socket is closed.
      service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageSendSuccess'], times: 1 });
      const texts = Array.from({ length: 12 }, (_, n) => `message ${n + 1}`);
      for (const [n, text] of texts.entries()) {
        await second.write('Elif', text);
        if (n === 5) await Promise.all([first.page.close(), second.write('Elif', 'as it closes')]);
      }
      const all = ['hello', ...texts.slice(0, 6), 'as it closes', ...texts.slice(6)];
      await arrived(elif, all.length);
      await second.page.setViewport({ width: 900, height: 3_000 });
      await second.shows(...all.map((text) => ({ text, status: 'Delivered' })));
      const ids = new Map<string, Set<string>>();
      for (const { payload } of elif.received)
        ids.set(payload.text, (ids.get(payload.text) ?? new Set()).add(payload.id));
      assert.deepEqual([...ids.keys()], all, 'in the order written');
      for (const [text, found] of ids) assert.equal(found.size, 1, `${text} has two effects`);
      assert.equal(wire.sockets.length, 2);
      assert.equal(service.sockets.length, 1);
    }),
  );

  it(
    'no storage: both tabs have the same state, and the messages are sent',
    journey(async (scene) => {
      const { wire, elif } = scene;
      const refuse = (): void => {
        IDBFactory.prototype.open = () => {
          throw new DOMException('The operation is insecure.', 'SecurityError');
        };
      };
      const { first, second } = await scene.sideBySide({ first: refuse });
      await first.write('Elif', 'kept nowhere');
      elif.write(NOOR, 'nor this');
      for (const app of [first, second])
        await until('both messages', async () => (await app.thread()).length === 2);
      assert.deepEqual(await arrived(elif, 1), ['kept nowhere']);
      assert.equal(wire.sockets.length, 1);
    }),
  );

  it(
    'no Web Locks: one tab has the link, the other one says so and waits',
    journey(async (scene) => {
      const { wire, elif, service } = scene;
      const refuse = (): void => {
        Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });
      };
      const first = await scene.browser({ first: refuse });
      // It asks around first, and nobody answers.
      await until('a socket', () => wire.sockets.length === 1);
      await withChannel(scene, first);
      const second = await scene.beside(first, { first: refuse });
      await second.reads('Connected in another tab');
      await talkToElif(first);
      await first.write('Elif', 'from the first');
      await first.shows({ text: 'from the first', status: 'Delivered' });
      const sockets = wire.sockets;
      assert.equal(sockets.length, 1);
      await first.page.close();
      await claimedAnew(scene, NOOR, sockets);
      await hasChannel(elif);
      await second.choose('Elif');
      await second.write('Elif', 'from the second');
      await second.shows(
        { text: 'from the first', status: 'Delivered' },
        { text: 'from the second', status: 'Delivered' },
      );
      assert.deepEqual(await arrived(elif, 2), ['from the first', 'from the second']);
      assert.equal(service.sockets.length, 1);
    }),
  );

  it(
    'two versions of the library: the older one is told and keeps working, the newer one waits',
    journey(async (scene) => {
      const { wire, elif, service } = scene;
      const older = await scene.noor();
      await talkToElif(older);
      const newer = await scene.beside(older, { page: 'other-version' });
      await newer.reads('Connected in another tab');
      await until('to be told', () => isOutdated(older));
      assert.equal(await isOutdated(newer), false);
      await older.write('Elif', 'from the older');
      await older.shows({ text: 'from the older', status: 'Delivered' });
      const sockets = wire.sockets;
      assert.equal(sockets.length, 1);
      await older.page.close();
      await claimedAnew(scene, NOOR, sockets);
      await hasChannel(elif);
      await newer.choose('Elif');
      await newer.write('Elif', 'from the newer');
      assert.deepEqual(await arrived(elif, 2), ['from the older', 'from the newer']);
      await newer.shows(
        { text: 'from the older', status: 'Delivered' },
        { text: 'from the newer', status: 'Delivered' },
      );
      const ids = new Set(elif.received.map(({ payload }) => payload.id));
      assert.equal(ids.size, 2);
      assert.equal(service.sockets.length, 1);
    }),
  );
});

/** Whether the tab was told that a newer version is open. */
const isOutdated = ({ page }: App): Promise<boolean> =>
  page.evaluate(() => document.querySelector('p2p-messenger')!.messenger!.tabs.peek().isOutdated);
