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

/** The indices below the highest known one that are neither here nor void: the gaps to mark. */
export function missingIndices(received: Received, limit = 1_000): readonly number[] {
  const missing: number[] = [];
  let next = received.upTo + 1;
  for (const index of received.also) {
    for (; next < index && missing.length < limit; next += 1) missing.push(next);
    next = index + 1;
  }
  return missing;
}
