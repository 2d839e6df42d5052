// What waited leaves: a page on a simulated service, with IndexedDB, and a peer of our own kind who comes back.
import { client, core, storage } from '../dist/p2p-elements.bundle.js';
import { until } from './until.mjs';

// Made by run.mjs when it is asked for.
const { createPeer, createSeededRandom, createSimulation } = await import(
  new URL('./mocks.bundle.js', import.meta.url).href
);

const SERVER = '127.0.0.1:12349';

/** The page's clock; what is due in less than four milliseconds is not held back by a browser's timers. */
function createClock() {
  const { port1, port2 } = new MessageChannel();
  const due = new Map();
  let last = 0;
  port1.onmessage = () => {
    const now = performance.now();
    for (const [handle, { at, run }] of [...due]) {
      if (at > now) continue;
      due.delete(handle);
      run();
    }
    if (due.size > 0) port2.postMessage(null);
  };
  return {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    setTimeout(run, delay) {
      if (delay >= 4) return setTimeout(run, delay);
      const handle = `soon ${(last += 1)}`;
      due.set(handle, { at: performance.now() + delay, run });
      if (due.size === 1) port2.postMessage(null);
      return handle;
    },
    clearTimeout(handle) {
      if (typeof handle === 'string') due.delete(handle);
      else clearTimeout(handle);
    },
  };
}

const isEmpty = (ids) => ids.length === 0;

/** The figures of `count` messages that wait for a peer. */
export async function measureDrain(count) {
  const clock = createClock();
  const random = createSeededRandom(1);
  const simulation = createSimulation({ clock, random, options: { serverAddress: SERVER } });
  const [here, there] = ['here', 'there'].map((name) => simulation.service(name));
  const name = `bench drain ${count}`;
  indexedDB.deleteDatabase(name);
  const messenger = core.createMessenger({
    backend: client.citadel({ url: here.url, clock, random, openSocket: (url) => here.openSocket(url) }),
    storage: storage.indexedDb({ name }),
    clock,
    random,
  });
  await messenger.open();
  const { account } = await messenger.sessions.createAccount({
    server: SERVER,
    username: 'alice',
    fullName: 'Alice',
    password: 'correct horse',
  });
  const cid = simulation.createAccount({ username: 'bob', service: there });
  const bob = createPeer(cid, {
    service: there,
    clock,
    username: 'bob',
    habits: { answersAsks: 'asks-back' },
  });
  await bob.open();
  messenger.requests.ask(account, cid);
  await until(messenger.peers.person(account, cid), ({ relation }) => relation === 'contact');
  const { ids } = messenger.outbox.rows(account);
  const rows = messenger.messages.source(account, cid);
  await messenger.messages.send(account, cid, 'first');
  // Their receipt shows that they are of our own kind.
  await until(messenger.messages.rowCell(account, cid), ({ last }) => last?.status === 'delivered');
  await bob.signOut();
  await until(messenger.peers.person(account, cid), ({ path }) => path.kind !== 'unknown-but-up');
  const figures = {};
  let start = performance.now();
  await Promise.all(
    Array.from({ length: count }, (_, n) => messenger.messages.send(account, cid, `message ${n}`)),
  );
  figures['write'] = performance.now() - start;
  await bob.open();
  bob.dial(account);
  await until(messenger.peers.person(account, cid), ({ path }) => path.kind === 'unknown-but-up');
  start = performance.now();
  await until(ids, isEmpty);
  figures['until all are sent'] = performance.now() - start;
  const isDelivered = () => rows.ids.peek().every((id) => rows.get(id).status === 'delivered');
  while (!isDelivered()) await new Promise((resolve) => setTimeout(resolve, 50));
  figures['until all are delivered'] = performance.now() - start;
  figures['a message'] = figures['until all are sent'] / count;
  messenger.close();
  return figures;
}
