// Two tabs in one page: real Web Locks and a real BroadcastChannel between two messengers that share a storage.
// Times in milliseconds, from the call until the other tab's cell has it; nothing is drawn.
import { core, tabs } from '../dist/p2p-elements.bundle.js';
import { memory } from '../dist/storage/memory.js';
import { createBackend } from './backend.mjs';
import { until } from './until.mjs';

const ACCOUNT = '1';
const ROUNDS = 51;
const random = { next: () => 0.5, bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) };
const clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  setTimeout: (run, delay) => setTimeout(run, delay),
  clearTimeout: (handle) => clearTimeout(handle),
};

async function timed(act, done) {
  const start = performance.now();
  act();
  await done;
  return performance.now() - start;
}

/** Resolves when the page is idle, so that the leader's work after opening is not counted for the other tab. */
async function idle() {
  for (let turns = 0; turns < 10; turns += 1) {
    await new Promise((resolve) => requestIdleCallback(resolve));
  }
}

const median = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)];

/** The figures of two tabs that know `count` people. */
export async function measureTabs(count) {
  const people = Array.from({ length: count }, (_, n) => ({
    peer: String(n + 2),
    name: `Person ${n}`,
    online: true,
  }));
  const storage = memory();
  await storage.write([
    {
      put: 'account',
      value: { account: ACCOUNT, username: 'me', fullName: 'Me', server: 'bench', isLeft: false },
    },
    ...people.map(({ peer, name }) => ({
      put: 'request',
      value: { account: ACCOUNT, peer, name, username: name, facts: [{ type: 'proven', at: 1, by: 'list' }] },
    })),
  ]);
  const name = `bench ${count}`;
  const backends = [];
  const open = async () => {
    const backend = createBackend(ACCOUNT, people);
    backends.push(backend);
    const messenger = core.createMessenger({
      backend,
      storage,
      clock,
      random,
      tabs: tabs.browserTabs({ name }),
    });
    void messenger.open();
    await messenger.loaded();
    return messenger;
  };
  const leader = await open();
  await until(leader.peers.loadState(ACCOUNT), ({ state }) => state === 'loaded');
  await idle();
  const figures = {};
  let follower;
  figures['a further tab'] = await timed(
    () => undefined,
    open().then((messenger) => (follower = messenger)),
  );
  const unread = follower.messages.unread(ACCOUNT);
  const arrivals = [];
  const requests = [];
  const written = leader.messages.source(ACCOUNT, '3').ids;
  const source = follower.messages.source(ACCOUNT, '2');
  for (let n = 1; n <= ROUNDS; n += 1) {
    const id = `0192f3a0-0000-7000-8000-${String(n).padStart(12, '0')}`;
    const payload = { type: 'message', id, stream: 's', index: n, text: 'hello', sentAt: Date.now() };
    const arrived = until(unread, (value) => value === 1);
    arrivals.push(await timed(() => backends[0].say('2', payload), arrived));
    const newest = source.ids.peek().at(-1);
    follower.messages.read(ACCOUNT, '2', newest);
    const told = until(written, (ids) => ids.length === n);
    requests.push(await timed(() => void follower.messages.send(ACCOUNT, '3', 'hello'), told));
  }
  figures['a message in the other tab'] = median(arrivals);
  figures['a verb in the other tab'] = median(requests);
  for (const messenger of [follower, leader]) messenger.close();
  return figures;
}
