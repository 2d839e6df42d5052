/** What is here of a stream: everything up to and including `upTo` (0: nothing yet), and single indices beyond. */
export interface Received {
  readonly upTo: number;
  /** Ascending, each above `upTo + 1`. */
  readonly also: readonly number[];
}

/** Nothing of the stream is here. */
export const NOTHING: Received = { upTo: 0, also: [] };

/** Whether the index is among what is here. */
export function hasIndex(received: Received, index: number): boolean {
  return index <= received.upTo || received.also.includes(index);
}

/** What is here once `indices` are here too. Indices count from 1. */
export function addIndices(received: Received, indices: Iterable<number>): Received {
  const beyond = new Set(received.also);
  let added = false;
  for (const index of indices) {
    if (!Number.isSafeInteger(index) || index <= received.upTo || beyond.has(index)) continue;
    beyond.add(index);
    added = true;
  }
  if (!added) return received;
  let { upTo } = received;
  while (beyond.delete(upTo + 1)) upTo += 1;
  return { upTo, also: [...beyond].sort((a, b) => a - b) };
}

/** What is here once everything up to and including `upTo` is here (or will never come). */
export function addUpTo(received: Received, upTo: number): Received {
  if (upTo <= received.upTo) return received;
  const also = received.also.filter((index) => index > upTo);
  return addIndices({ upTo, also: [] }, also);
}

/** How many indices directly before this one are neither here nor void: the gap to mark. */
export function missingBefore({ upTo, also }: Received, index: number): number {
  const before = also.findLast((other) => other < index) ?? upTo;
  return also.includes(index) ? index - before - 1 : 0;
}
