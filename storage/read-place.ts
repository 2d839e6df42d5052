import { countOf, NOTHING, rangesOf, union, without } from '../facts/ranges.ts';
import type { StoredConversation, StoredMessage } from '../ports/storage.ts';

/** A conversation as versions 1 and 2 of the database stored it. */
export interface ConversationOfVersion2 extends Omit<StoredConversation, 'voids' | 'theirs'> {
  readonly voids: readonly number[];
  readonly theirs: readonly {
    readonly stream: string;
    /** Everything up to and including `upTo`, and single indices beyond. */
    readonly received: { readonly upTo: number; readonly also: readonly number[] };
    readonly readUpTo: number;
  }[];
  /** Everything up to this place was read. */
  readonly readPlace: number;
  readonly readByThem: number;
}

/**
 * The same conversation with sets. Everything that was read counts as passed: whether it was on the screen is
 * unknown, so it is not reported as read again. `below`: its messages that stand behind the place that was read.
 */
export function fromReadPlace(
  old: ConversationOfVersion2,
  below: readonly StoredMessage[],
): StoredConversation {
  const { readPlace: _place, readByThem: _read, voids, theirs, ...rest } = old;
  const unread = below.filter(({ own, isDeleted }) => !own && !isDeleted);
  return {
    ...rest,
    voids: rangesOf(voids),
    theirs: theirs.map(({ stream, received: { upTo, also } }) => {
      const here = union(upTo > 0 ? [[1, upTo]] : NOTHING, rangesOf(also));
      const left = rangesOf(unread.flatMap((row) => (row.stream === stream && row.index ? [row.index] : [])));
      return { stream, here, seen: NOTHING, passed: countOf(left) > 0 ? without(here, left) : here };
    }),
  };
}
