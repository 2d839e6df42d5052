/**
 * What of one stream of the other side is here, was on the screen, or was passed (delivery.md 1). Unread is what is
 * here less the other two, so that a badge needs no history.
 */
import type { Ranges } from './ranges.ts';
import { hasIndex, intersection, rangesOf, union, without } from './ranges.ts';

/** The three sets of one stream, by index. */
export interface ReadSets {
  /** What is stored here, or will never come (void, settled elsewhere, deleted). */
  readonly here: Ranges;
  /** What was on this device's screen, and may be told once it is here. */
  readonly seen: Ranges;
  /**
   * What does not count as unread although it may not have been on the screen: the person came to the end after it had
   * arrived, it was looked at while receipts were off, or it has nothing to show.
   */
  readonly passed: Ranges;
}

/** What was looked at, or passed, in one stream. */
export type ReadMarks = Pick<ReadSets, 'seen' | 'passed'>;

/** What nobody has looked at. `marks`: what was looked at and is not in the sets yet. */
export function unreadOf({ here, seen, passed }: ReadSets, marks?: ReadMarks): Ranges {
  const left = without(without(here, seen), passed);
  return marks ? without(without(left, marks.seen), marks.passed) : left;
}

/** Whether one index counts as unread once it is here. */
export function isOpenTo({ seen, passed }: ReadMarks, index: number): boolean {
  return !hasIndex(seen, index) && !hasIndex(passed, index);
}

/** What may be told as read: seen, and stored. */
export function tellableOf({ here, seen }: ReadSets): Ranges {
  return intersection(seen, here);
}

/**
 * A message arrives that is not stored: also where nothing was expected any more, it is unread until it was looked at.
 * Where its index is here already it was another message's (the sender's device was set back to an older state): what
 * was seen of that one says nothing of this one.
 */
export function arrived<Sets extends ReadSets>(sets: Sets, index: number): Sets {
  const one = rangesOf([index]);
  const seen = hasIndex(sets.here, index) ? without(sets.seen, one) : sets.seen;
  return { ...sets, seen, passed: without(sets.passed, one) };
}

/** What arrived is stored. */
export function stored<Sets extends ReadSets>(sets: Sets, index: number): Sets {
  return { ...sets, here: union(sets.here, rangesOf([index])) };
}

/**
 * Indices that will never bring anything: void, settled on another device, or deleted. `shown` are among them and on
 * the screen all the same: those stay as they are.
 */
export function settled<Sets extends ReadSets>(sets: Sets, indices: Ranges, shown: Ranges = []): Sets {
  const gone = without(without(indices, sets.here), shown);
  return { ...sets, here: union(sets.here, gone), passed: union(sets.passed, gone) };
}

/** An index whose message was deleted: there is nothing to look at any more. */
export function deleted<Sets extends ReadSets>(sets: Sets, index: number): Sets {
  const gone = rangesOf([index]);
  return { ...sets, here: union(sets.here, gone), passed: union(sets.passed, gone) };
}

/** Adds what was looked at, or passed. */
export function marked<Sets extends ReadMarks>(sets: Sets, { seen, passed }: ReadMarks): Sets {
  return { ...sets, seen: union(sets.seen, seen), passed: union(sets.passed, passed) };
}

/** What two tabs know of one stream, brought together. */
export function joined(a: ReadSets, b: ReadSets): ReadSets {
  return { ...marked(a, b), here: union(a.here, b.here) };
}
