import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createSeededRandom, createSimulation } from '../../mocks/index.ts';
import { realClock, serve } from '../../mocks/node.ts';

const REQUEST = '{"Request":{"GetSessions":{"request_id":"1b896200-6932-4bb1-843b-38c3f300b5ef"}}}';

interface Opened {
  socket: WebSocket;
  /** The next text that comes. */
  next(): Promise<string>;
  closed: Promise<number>;
}

async function open(url: string): Promise<Opened> {
  const socket = new WebSocket(url);
  const texts: string[] = [];
  const waiting: ((text: string) => void)[] = [];
  socket.addEventListener('message', ({ data }) => {
    const waiter = waiting.shift();
    if (waiter) waiter(String(data));
    else texts.push(String(data));
  });
  const closed = new Promise<number>((resolve) =>
    socket.addEventListener('close', ({ code }) => resolve(code)),
  );
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  const next = (): Promise<string> => {
    const text = texts.shift();
    return text === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(text);
  };
  return { socket, next, closed };
}

describe('The simulator behind a real WebSocket', () => {
  it('greets, answers, and closes with the code that it is told to', async () => {
    const simulation = createSimulation({ clock: realClock, random: createSeededRandom(1) });
    const service = simulation.service('one');
    const served = await serve(service);
    try {
      const page = await open(served.url);
      assert.match(await page.next(), /ServiceConnectionAccepted/);
      page.socket.send(REQUEST);
      assert.match(await page.next(), /"GetSessionsResponse":\{"cid":0,/);
      page.socket.send(new TextEncoder().encode(REQUEST));
      assert.match(await page.next(), /GetSessionsResponse/);
      service.sockets[0]?.cut(4002, 'enough');
      assert.equal(await page.closed, 4002);
      const other = await open(served.url);
      await other.next();
      service.kill();
      assert.equal(await other.closed, 1006);
      service.start();
      const third = await open(served.url);
      await third.next();
      third.socket.close();
      await third.closed;
      // The page knows of its own goodbye before the service has read it.
      while (service.sockets.length > 0) await nextTurn();
      assert.equal(service.sockets.length, 0);
    } finally {
      await served.close();
    }
  });

  it('cuts a socket whose frame is over 16 MiB', async () => {
    const simulation = createSimulation({ clock: realClock, random: createSeededRandom(1) });
    const served = await serve(simulation.service('one'));
    try {
      const page = await open(served.url);
      await page.next();
      page.socket.send('x'.repeat(16 * 1024 * 1024 + 1));
      assert.equal(await page.closed, 1006);
    } finally {
      await served.close();
    }
  });

  it('refuses a port that is taken', async () => {
    const simulation = createSimulation({ clock: realClock, random: createSeededRandom(1) });
    const served = await serve(simulation.service('one'));
    try {
      await assert.rejects(serve(simulation.service('two'), { port: served.port }), /EADDRINUSE/);
    } finally {
      await served.close();
    }
  });
});

describe('The service command', () => {
  const script = fileURLToPath(new URL('../../scripts/service.ts', import.meta.url));

  it('runs one service for each browser, on one server, until it is stopped', async () => {
    const child = spawn(process.execPath, [
      script,
      '--port',
      '0',
      '--services',
      '2',
      '--accounts',
      'alice,bob',
      '--seed',
      '7',
    ]);
    const urls: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('ws://')) urls.push(line);
      else {
        assert.match(line, /127\.0\.0\.1:12349 \(seed 7\)/);
        break;
      }
    }
    assert.equal(urls.length, 2);
    for (const [index, url] of urls.entries()) {
      const page = await open(url);
      await page.next();
      page.socket.send(
        '{"Request":{"GetAccountInformation":{"request_id":"1b896200-6932-4bb1-843b-38c3f300b5ef","cid":null}}}',
      );
      assert.match(await page.next(), new RegExp(`"username":"${index === 0 ? 'alice' : 'bob'}"`));
      page.socket.close();
    }
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  it('prints its usage', async () => {
    const child = spawn(process.execPath, [script, '--nat', 'moon']);
    assert.deepEqual(await once(child, 'exit'), [2, null]);
  });
});

describe('The simulator in Node', () => {
  it('is imported without a DOM, and without msw or ws', async () => {
    const mocks = await import('../../mocks/index.ts');
    assert.equal(typeof mocks.createSimulation, 'function');
    assert.equal('document' in globalThis, false);
  });
});
