import { firstIndex } from './search.ts';

/**
 * A set of a stream's indices, which count from 1: closed ranges `[from, to]`, ascending, with at least one index
 * between two of them. Every operation costs by the number of ranges, never by how wide they are.
 */
export type Ranges = readonly (readonly [from: number, to: number])[];

/** No index. */
export const NOTHING: Ranges = [];

/** The set of these indices. */
export function rangesOf(indices: Iterable<number>): Ranges {
  return normalized([...indices].map((index) => [index, index] as const));
}

/** Whether the index is in the set. */
export function hasIndex(ranges: Ranges, index: number): boolean {
  const range = ranges[positionOf(ranges, index)];
  return range !== undefined && range[0] <= index;
}

/** What is in any of the sets. The first one itself where the others add nothing. */
export function union(first: Ranges, ...others: readonly Ranges[]): Ranges {
  const all = normalized([first, ...others].flat());
  return isSame(all, first) ? first : all;
}

/** What is in `ranges` and not in `taken`. */
export function without(ranges: Ranges, removed: Ranges): Ranges {
  const left: (readonly [number, number])[] = [];
  let next = 0;
  for (const [from, to] of ranges) {
    while (next < removed.length && removed[next]![1] < from) next += 1;
    let start = from;
    for (let n = next; n < removed.length && removed[n]![0] <= to; n += 1) {
      const [removedFrom, removedTo] = removed[n]!;
      if (removedFrom > start) left.push([start, removedFrom - 1]);
      start = removedTo + 1;
    }
    if (start <= to) left.push([start, to]);
  }
  return left;
}

/** What is in both sets. */
export function intersection(a: Ranges, b: Ranges): Ranges {
  return without(a, without(a, b));
}

/** How many indices are in the set. */
export function countOf(ranges: Ranges): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

/** The highest index, 0 for none. */
export function highestOf(ranges: Ranges): number {
  return ranges.at(-1)?.[1] ?? 0;
}

/** How many indices directly before one of the set are not in it: the gap to mark. 0 for an index outside. */
export function missingBefore(ranges: Ranges, index: number): number {
  const position = positionOf(ranges, index);
  if (ranges[position]?.[0] !== index) return 0;
  return index - 1 - (ranges[position - 1]?.[1] ?? 0);
}

/** The indices before which the gap differs between the two sets. */
export function gapsThatDiffer(a: Ranges, b: Ranges): ReadonlySet<number> {
  const gaps = (ranges: Ranges): Map<number, number> =>
    new Map(ranges.map(([from], n) => [from, from - 1 - (ranges[n - 1]?.[1] ?? 0)]));
  const [before, after] = [gaps(a), gaps(b)];
  const differ = new Set<number>();
  for (const [index, size] of before) if ((after.get(index) ?? 0) !== size) differ.add(index);
  for (const [index, size] of after) if ((before.get(index) ?? 0) !== size) differ.add(index);
  return differ;
}

/** The position of the first range that ends at or behind the index. */
function positionOf(ranges: Ranges, index: number): number {
  return firstIndex(ranges.length, (position) => ranges[position]![1] >= index);
}

/** Sorted, with what touches or overlaps joined. */
function normalized(ranges: readonly (readonly [number, number])[]): Ranges {
  const joined: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

function isSame(a: Ranges, b: Ranges): boolean {
  return a.length === b.length && a.every(([from, to], n) => from === b[n]![0] && to === b[n]![1]);
}
