import { NOTHING } from '../facts/ranges.ts';
import type { StoredStream } from '../ports/storage.ts';

/** How many streams of one peer are remembered: a wiped sender begins a new one; a hostile one may begin many. */
export const MAX_STREAMS = 20;

/**
 * The streams of a peer, of which one has changed; null where nothing is new. The one heard of last stands last: it is
 * the one that is asked about (an account can be on two devices).
 */
export function withStream(
  theirs: readonly StoredStream[],
  stream: string,
  change: (sets: StoredStream) => StoredStream,
): readonly StoredStream[] | null {
  const known = theirs.find((other) => other.stream === stream);
  const before = known ?? { stream, here: NOTHING, seen: NOTHING, passed: NOTHING };
  const after = change(before);
  const isSame = before.here === after.here && before.seen === after.seen && before.passed === after.passed;
  if (known && isSame && known === theirs.at(-1)) return null;
  return [...theirs.filter((other) => other !== known), after].slice(-MAX_STREAMS);
}
