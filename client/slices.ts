import type { Clock } from '../ports/clock.ts';

/** So long is worked at a stretch; the rest of a frame is the page's, which has to draw and to listen. */
const SLICE_MS = 6;
const FRAME_MS = 16;

/** Items that are worked through in their order. */
export interface Slices<Item> {
  /** Works through it: now, where there was little to do in this frame, or else in its turn. */
  add(item: Item): void;
  /** Works through all that wait, at once. */
  drain(): void;
}

/**
 * Works in slices: a browser draws late, or not at all, while one message event follows the other, so what is more than
 * a slice waits in a queue, which costs next to nothing. A page that `isHidden` draws nothing, and gets its timers once a
 * second: it only listens in between.
 */
export function createSlices<Item>(
  clock: Clock,
  work: (item: Item) => void,
  isHidden: () => boolean = () => false,
): Slices<Item> {
  let waiting: Item[] = [];
  /** How many of them are done with. */
  let done = 0;
  let isDue = false;
  let frameAt = -Infinity;
  let spent = 0;

  function one(item: Item): void {
    const start = clock.elapsed();
    if (start - frameAt >= FRAME_MS) {
      frameAt = start;
      spent = 0;
    }
    work(item);
    spent += clock.elapsed() - start;
  }

  function later(): void {
    isDue = true;
    clock.setTimeout(
      () => {
        isDue = false;
        frameAt = -Infinity;
        spent = 0;
        run();
      },
      isHidden() ? 0 : Math.max(0, frameAt + FRAME_MS - clock.elapsed()),
    );
  }

  function run(): void {
    while (done < waiting.length && spent < SLICE_MS) {
      done += 1;
      one(waiting[done - 1]!);
    }
    waiting.splice(0, done);
    done = 0;
    if (waiting.length > 0 && !isDue) later();
  }

  return {
    add(item) {
      if (waiting.length === 0 && (spent < SLICE_MS || clock.elapsed() - frameAt >= FRAME_MS)) one(item);
      else {
        waiting.push(item);
        if (!isDue) later();
      }
    },
    drain() {
      const all = waiting.slice(done);
      waiting = [];
      done = 0;
      for (const item of all) work(item);
    },
  };
}
