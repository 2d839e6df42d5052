import { countOf, hasIndex, NOTHING } from '../facts/ranges.ts';
import { unreadOf } from '../facts/read-set.ts';
import type { StoredConversation, StoredMessage } from '../ports/storage.ts';
import type { Core } from './core.ts';

/** How much history is brought in at a time. */
export const PAGE = 100;
/** How many pages are brought in at the start, at most, to have everything that is unread. */
const UNREAD_PAGES = 20;

/** A part of the history that reaches to its end, ascending, and whether there is more before it. */
interface NewestPages {
  readonly rows: readonly StoredMessage[];
  readonly hasOlder: boolean;
}

/**
 * The newest page of a conversation, and those before it until all that is unread is among them: it opens at the first
 * of it. Where an older page cannot be read, the person brings it in by scrolling.
 */
export async function newestPages({ storage, writer }: Core, meta: StoredConversation): Promise<NewestPages> {
  const { account, peer } = meta;
  const unread = new Map(meta.theirs.map((sets) => [sets.stream, unreadOf(sets)]));
  const isUnread = ({ id, own, stream, index }: StoredMessage): boolean =>
    !own &&
    (stream === null || index === null
      ? (meta.unreadIds ?? []).includes(id)
      : hasIndex(unread.get(stream) ?? NOTHING, index));
  let left = [...unread.values()].reduce((sum, ranges) => sum + countOf(ranges), 0);
  let rows = await storage.history(account, peer, { limit: PAGE });
  let hasOlder = rows.length >= PAGE;
  left -= rows.filter(isUnread).length;
  for (let pages = 1; left > 0 && hasOlder && pages < UNREAD_PAGES; pages += 1) {
    const before = rows[0]!.place;
    const page = await storage.history(account, peer, { before, limit: PAGE }).catch(writer.failed);
    if (!page) break;
    rows = [...page, ...rows];
    hasOlder = page.length >= PAGE;
    left -= page.filter(isUnread).length;
  }
  return { rows, hasOlder };
}
