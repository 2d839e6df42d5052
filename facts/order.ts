/**
 * The order inside a conversation (delivery.md 1).
 *
 * Each side's messages stand in that side's own order (its stream's index). The two sides are merged by *our*
 * receive order, never by the claimed times: a peer whose clock is seven minutes ahead cannot push its reply
 * under our next question. Where a message arrives after a later one of its stream, it is pulled up to that one,
 * so that what is already on screen never moves.
 */

import { firstIndex } from './search.ts';

/** What the order of a row depends on. All of it is stored with the message and never changes. */
export interface Placed {
  readonly id: string;
  readonly own: boolean;
  /** The sender's stream, or null for a sender that names none. */
  readonly stream: string | null;
  readonly index: number | null;
  /** Where it stands among both sides' messages: our clock, milliseconds; given once, when it is stored. */
  readonly place: number;
}

/**
 * A total order: by place, then by side; theirs by stream and index, then by id; own ones by id, which is made in
 * order and stays when a message is given its index. Never by index here and by id there within one side: a peer
 * whose ids contradict its indices could then make a circle, in which no row can be found.
 */
export function compareRows(a: Placed, b: Placed): number {
  if (a.place !== b.place) return a.place - b.place;
  if (a.own !== b.own) return a.own ? 1 : -1;
  if (!a.own) {
    if (a.stream !== b.stream) return (a.stream ?? '') < (b.stream ?? '') ? -1 : 1;
    if (a.index !== b.index) return (a.index ?? Infinity) - (b.index ?? Infinity);
  }
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/**
 * The place of a message that has just arrived: now, or further up with the first of its stream that stands
 * behind it; never above what it answers.
 * @param later the lowest place of the messages of its stream with a higher index
 * @param answered the place of the message that it answers
 */
export function placeOf(now: number, later = Infinity, answered = -Infinity): number {
  return Math.max(Math.min(now, later), answered);
}

/** Where in a sorted list a row belongs: its index if it is there, or that of the first row behind it. */
export function findPosition<Row extends Placed>(rows: readonly Row[], row: Placed): number {
  // New rows nearly always belong at the end.
  const last = rows.at(-1);
  if (last === undefined || compareRows(last, row) < 0) return rows.length;
  return firstIndex(rows.length, (index) => compareRows(rows[index]!, row) >= 0);
}
