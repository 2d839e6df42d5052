// Runs in the page, bundled with one kit: each step drives its adapter and resolves when the change is drawn. Times in
// milliseconds.
import { blankShare, countElements, findMark, markAt, topOf } from './drawn.mjs';
import { markOf, messageOf, messagesOf, nameOf, peersOf } from './data.mjs';

const PREPENDED = 200;
const CHANGES = 1_000;
const SCROLL_FRAMES = 180;
/** Two frames of 60 a second have 33 ms; one that took longer than this has missed at least one. */
const FRAME_MS = 1_000 / 60;

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
async function frames(count) {
  for (let n = 0; n < count; n += 1) await frame();
}

/** From the call until it is drawn, and painted: a frame callback runs before the paint of its frame. */
async function timed(act, isDrawn) {
  await frame();
  const start = performance.now();
  await act();
  do await frame();
  while (!isDrawn());
  await new Promise((resolve) => setTimeout(resolve));
  return performance.now() - start;
}

/** Calls `step` in each frame until it returns false; what it counts is in frames of 60 a second. */
async function watched(step) {
  let dropped = 0;
  let longest = 0;
  let before = await frame();
  for (let n = 0; ; n += 1) {
    const goesOn = step(n);
    const now = await frame();
    const took = now - before;
    before = now;
    longest = Math.max(longest, took);
    dropped += Math.max(0, Math.round(took / FRAME_MS) - 1);
    if (!goesOn) return { dropped, longest };
  }
}

export function createBench(adapter) {
  const box = document.querySelector('#box');
  let size = 0;
  let next = 0;
  let first = 0;
  let given = [];

  /** Scrolls to this height and waits until nothing is drawn any more. */
  async function scrollTo(height) {
    const scroller = adapter.scroller();
    for (let n = 0; n < 3; n += 1) {
      // Some kits only listen to a scroll that ends there.
      scroller.scrollTop = height + 4 - 2 * n;
      await frames(5);
    }
    await frames(10);
  }

  async function prepend(height) {
    adapter.hold?.();
    await scrollTo(height);
    first -= PREPENDED;
    const older = messagesOf(PREPENDED, first);
    const mark = markAt(box, 60);
    const top = topOf(box, mark);
    if (top === null) throw new Error('nothing is drawn where the messages are added');
    let moved = 0;
    // A row that left the box moved at least as far as the box is high.
    const look = () => {
      const now = topOf(box, mark);
      moved = Math.max(moved, now === null ? box.clientHeight : Math.abs(now - top));
    };
    const time = await timed(
      () => adapter.prepend(older),
      () => {
        look();
        return true;
      },
    );
    for (let n = 0; n < 30; n += 1) {
      await frame();
      look();
    }
    return { time, moved };
  }

  return {
    caps: adapter.caps,
    /** Before the clock starts: what the kit reads from, and nothing that the kit keeps. */
    async prepare(kind, count) {
      size = next = count;
      given = kind === 'people' ? peersOf(count) : messagesOf(count);
      if (kind === 'people') await adapter.preparePeers?.(given);
      else await adapter.prepare?.(given);
    },
    /** What an app has opened before it shows a list. */
    ready: () => adapter.ready?.(),
    async openMessages() {
      await frames(20);
      return {
        time: await timed(
          () => adapter.mount(box, given),
          () => findMark(box, markOf(size - 1)) !== null,
        ),
      };
    },
    async openPeople() {
      await frames(20);
      return {
        time: await timed(
          () => adapter.mountPeers(box, given),
          () => findMark(box, nameOf(0)) !== null,
        ),
      };
    },
    elements: () => countElements(box),

    /** Own messages in view rise by one, one after the other. */
    async status() {
      const times = [];
      for (let n = size - 1; n >= Math.max(0, size - 20) && times.length < 3; n -= 1) {
        if (adapter.statusOf(`m${n}`) !== 'sent') continue;
        const id = `m${n}`;
        times.push(
          await timed(
            () => adapter.setStatus(id, 'received'),
            () => adapter.statusOf(id) === 'received',
          ),
        );
      }
      if (times.length === 0) throw new Error('no status is drawn');
      times.sort((a, b) => a - b);
      return { time: times[Math.floor(times.length / 2)], times: times.length };
    },

    /** As many as the newest own messages can rise, at most a thousand, in one go. */
    async statuses() {
      const ids = [];
      for (let n = size - 1; n >= 0 && ids.length < CHANGES / 2; n -= 1)
        if (given[n].status === 'sent') ids.push(`m${n}`);
      const shown = ids.filter((id, n) => n < 10 && adapter.statusOf(id) !== null);
      const change = (status) => {
        for (const id of ids) adapter.setStatus(id, status);
      };
      await frame();
      const start = performance.now();
      let time = 0;
      const { longest } = await watched((n) => {
        if (n === 0) {
          change('received');
          change('read');
        } else if (!time && shown.every((id) => adapter.statusOf(id) === 'read'))
          time = performance.now() - start;
        return !time || n < 30;
      });
      return { time, longest, changes: 2 * ids.length };
    },

    /** One after the other, at the end, where the view is. */
    async append() {
      const times = [];
      for (let n = 0; n < 9; n += 1) {
        const mark = markOf(next);
        const message = messageOf(next, 'sending');
        next += 1;
        times.push(
          await timed(
            () => adapter.append(message),
            () => findMark(box, mark) !== null,
          ),
        );
      }
      times.sort((a, b) => a - b);
      return { time: times[4], times: times.length };
    },

    prependAt: (height) => prepend(height),

    /** From the top to the bottom, or, in a list that grows while it is scrolled, for so many frames. */
    async scroll() {
      await scrollTo(0);
      const scroller = adapter.scroller();
      const from = scroller.scrollTop;
      const way = scroller.scrollHeight - scroller.clientHeight - from;
      let blank = 0;
      const { dropped } = await watched((n) => {
        blank += blankShare(box);
        scroller.scrollTop = from + (way * (n + 1)) / SCROLL_FRAMES;
        return n < SCROLL_FRAMES;
      });
      return { dropped, blank: blank / (SCROLL_FRAMES + 1), pixels: way, elements: countElements(box) };
    },

    async filter() {
      const mark = nameOf(size - 1);
      const time = await timed(
        () => adapter.filter(mark.toLowerCase()),
        () => findMark(box, mark) !== null && findMark(box, nameOf(0)) === null,
      );
      await timed(
        () => adapter.filter(''),
        () => findMark(box, nameOf(0)) !== null,
      );
      return { time };
    },

    /** A thousand people come or go in one go. */
    async presence() {
      const changed = given.slice(0, 1_000).map(({ id, online }) => ({ id, online: !online }));
      const shown = changed.slice(0, 5);
      await frame();
      const start = performance.now();
      let time = 0;
      const { longest } = await watched((n) => {
        if (n === 0) for (const { id, online } of changed) adapter.setPresence(id, online);
        else if (!time && shown.every(({ id, online }) => adapter.presenceOf(id) === online))
          time = performance.now() - start;
        return !time || n < 30;
      });
      return { time, longest, changes: changed.length };
    },
  };
}
