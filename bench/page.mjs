// Runs in the page: drives the adapter as an outside harness would, and times what a person waits for: from the
// call until the change is drawn, a frame included. Times in milliseconds.
import adapter from './adapter.mjs';
import { createRandom, START, wordsBy } from './data.mjs';
import { measureDrain } from './drain.mjs';
import { measureFrames } from './frames.mjs';
import { measureStart } from './start.mjs';
import { measureTabs } from './tabs.mjs';
import { ROW_BUDGET_MS, measureTexts } from './texts.mjs';

const ROUNDS = 15;

const random = createRandom(1);
const text = () => wordsBy(random);

const message = (n, own = random() < 0.5) => ({
  id: `m${n}`,
  own,
  authorId: own ? 'me' : 'noor',
  author: own ? 'Me' : 'Noor Haddad',
  text: text(),
  ts: START + n * 30_000,
  time: '',
  status: own ? 'read' : null,
});
const peer = (n) => ({
  id: `p${n}`,
  name: `Person ${n}`,
  online: n % 2 === 0,
  last: text(),
  unread: n % 10 === 0 ? 3 : 0,
});
const list = (count, make, from = 0) => Array.from({ length: count }, (_, n) => make(from + n));

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

async function timed(act, isDrawn) {
  await frame();
  const start = performance.now();
  await act();
  do await frame();
  while (!isDrawn());
  return performance.now() - start;
}

async function rounds(run, count = ROUNDS) {
  const times = [];
  for (let n = 0; n < count; n += 1) times.push(await run(n));
  return times.sort((a, b) => a - b)[Math.floor(count / 2)];
}

const rowsDrawn = () => adapter.scroller()?.querySelectorAll('[data-index]').length ?? 0;

/** The figures of a thread of `count` messages. */
export async function thread(box, count) {
  const messages = list(count, message);
  const figures = {};
  figures.mount = await rounds(async () => {
    await adapter.prepare(messages);
    await adapter.ready();
    return timed(
      () => adapter.mount(box, messages),
      () => rowsDrawn() > 0,
    );
  }, 3);
  figures.rows = rowsDrawn();
  let next = count;
  const drawn = (id) => adapter.statusOf(id);
  figures.append = await rounds(() => {
    const own = { ...message(next, true), status: 'sending' };
    next += 1;
    return timed(
      () => adapter.append(own),
      () => drawn(own.id) !== null,
    );
  });
  const last = `m${next - 1}`;
  for (const status of ['sent', 'received', 'read'])
    figures[`setStatus ${status}`] = await timed(
      () => adapter.setStatus(last, status),
      () => drawn(last) === status,
    );
  let first = 0;
  figures['prepend 100'] = await rounds(() => {
    first -= 100;
    const older = list(100, message, first);
    const { scrollHeight } = adapter.scroller();
    return timed(
      () => adapter.prepend(older),
      () => adapter.scroller().scrollHeight > scrollHeight,
    );
  }, 5);
  adapter.destroy();
  return figures;
}

/** The figures of a list of `count` people. */
export async function people(box, count) {
  const everybody = list(count, peer);
  const figures = {};
  figures.mount = await rounds(async () => {
    await adapter.preparePeers(everybody);
    await adapter.ready();
    return timed(
      () => adapter.mountPeers(box, everybody),
      () => adapter.presenceOf('p0') === true,
    );
  }, 3);
  figures.rows = rowsDrawn();
  figures.setPresence = await rounds((n) =>
    timed(
      () => adapter.setPresence('p1', n % 2 === 0),
      () => adapter.presenceOf('p1') === (n % 2 === 0),
    ),
  );
  const target = `p${count - 1}`;
  figures.filter = await rounds(async () => {
    const time = await timed(
      () => adapter.filter(`person ${count - 1}`),
      () => adapter.presenceOf(target) !== null,
    );
    await timed(
      () => adapter.filter(''),
      () => adapter.presenceOf('p0') !== null,
    );
    return time;
  }, 5);
  adapter.destroy();
  return figures;
}

/** The figures of two tabs that know `count` people. */
export const tabs = (_box, count) => measureTabs(count);

/** The figures of a start with `count` messages. */
export const start = measureStart;

/** Rows with slow texts, and the budget of a row. */
export async function texts(box) {
  return { figures: await measureTexts(box), budget: ROW_BUDGET_MS };
}

/** The figures of `count` messages that wait. */
export const drain = (_box, count) => measureDrain(count);

/** The figures of `count` messages that arrive within a second. */
export const frames = (box, count) => measureFrames(box, count);
