// Ten thousand messages in a second: a worker sends them through a socket into `citadel()`, with IndexedDB and the
// conversation on screen.
import { client, core, storage } from '../dist/p2p-elements.bundle.js';
import { createRandom, wordsBy } from './data.mjs';
import { until } from './until.mjs';

/** The worker, and what the page asks of it. */
function startWorker() {
  const worker = new Worker(new URL('./frames-worker.mjs', import.meta.url), { type: 'module' });
  const waiting = new Map();
  let socket = null;
  worker.onmessage = ({ data }) => {
    if (data.kind === 'text') socket?.onmessage?.({ data: data.text });
    else if (data.kind === 'socket open') socket?.onopen?.({});
    else if (data.kind === 'socket closed') socket?.onclose?.({ code: 1000 });
    waiting.get(data.kind)?.(data);
    if (data.kind !== 'text') waiting.delete(data.kind);
  };
  worker.onerror = ({ message }) => console.error(message);
  const hears = (kind) => new Promise((resolve) => waiting.set(kind, resolve));
  return {
    hears,
    tell: (message) => worker.postMessage(message),
    ask(message, answer = message.kind) {
      const answered = hears(answer);
      worker.postMessage(message);
      return answered;
    },
    openSocket() {
      socket = {
        ...{ onopen: null, onmessage: null, onclose: null, onerror: null },
        send: (text) => worker.postMessage({ kind: 'text', text }),
        close: () => worker.postMessage({ kind: 'close' }),
      };
      worker.postMessage({ kind: 'open' });
      return socket;
    },
    end: () => worker.terminate(),
  };
}

/** Counts the transactions that write, from now on. */
function countWrites() {
  const { transaction } = IDBDatabase.prototype;
  let count = 0;
  IDBDatabase.prototype.transaction = function counted(stores, mode, options) {
    if (mode === 'readwrite') count += 1;
    return transaction.call(this, stores, mode, options);
  };
  return () => {
    IDBDatabase.prototype.transaction = transaction;
    return count;
  };
}

/** Watches frames until it is told to end. Returns the longest frame and the longest task, in milliseconds. */
function watchFrames() {
  let longest = 0;
  // Only tasks of 50 ms and more are reported.
  let longestTask = 0;
  const tasks = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestTask = Math.max(longestTask, duration);
  });
  tasks.observe({ entryTypes: ['longtask'] });
  let before = performance.now();
  let isOver = false;
  const look = (now) => {
    longest = Math.max(longest, now - before);
    before = now;
    if (!isOver) requestAnimationFrame(look);
  };
  requestAnimationFrame((now) => {
    before = now;
    requestAnimationFrame(look);
  });
  return () => {
    isOver = true;
    tasks.disconnect();
    return { longest, longestTask };
  };
}

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** The figures of `count` messages of one peer that arrive within a second. */
export async function measureFrames(box, count) {
  const worker = startWorker();
  await worker.hears('ready');
  const name = `bench frames ${count}`;
  indexedDB.deleteDatabase(name);
  const messenger = core.createMessenger({
    backend: client.citadel({ url: 'ws://frames', openSocket: worker.openSocket }),
    storage: storage.indexedDb({ name }),
  });
  await messenger.open();
  const { peer, server } = await worker.ask({ kind: 'peer' });
  const { account } = await messenger.sessions.createAccount({
    server,
    username: 'alice',
    fullName: 'Alice',
    password: 'correct horse',
  });
  messenger.requests.ask(account, peer);
  await until(messenger.peers.person(account, peer), ({ relation }) => relation === 'contact');
  await until(messenger.peers.person(account, peer), ({ path }) => path.kind === 'unknown-but-up');
  await messenger.messages.send(account, peer, 'first');
  const thread = document.createElement('p2p-thread');
  Object.assign(thread, { messenger, account, peer });
  thread.style.setProperty('height', '100%');
  box.append(thread);
  await thread.updateComplete;
  // What follows a start is over.
  await new Promise((resolve) => setTimeout(resolve, 500));

  const random = createRandom(1);
  const texts = Array.from({ length: count }, (_, n) => `n${n + 1}. ${wordsBy(random)}`);
  const source = messenger.messages.source(account, peer);
  const { ids } = source;
  const before = ids.peek().length;
  await worker.ask({ kind: 'flood', account, texts }, 'begun');
  const writes = countWrites();
  const frames = watchFrames();
  const start = performance.now();
  const figures = {};
  const ended = worker.hears('ended').then(({ took }) => (figures['the worker sends'] = took));
  await until(ids, (all) => all.length === before + count);
  figures['until all are listed'] = performance.now() - start;
  await messenger.stored();
  figures['until all are stored'] = performance.now() - start;
  const isDrawn = () => thread.shadowRoot.textContent.includes(`n${count}.`);
  while (!isDrawn()) await frame();
  figures['until the last is drawn'] = performance.now() - start;
  await ended;
  const { longest, longestTask } = frames();
  figures['longest frame'] = longest;
  figures['longest task of 50 ms and more'] = longestTask;
  figures.transactions = writes();
  figures['frames sent'] = (await worker.ask({ kind: 'count' })).sent;
  messenger.close();
  thread.remove();
  worker.end();
  return figures;
}
