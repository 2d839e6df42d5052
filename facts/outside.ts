/**
 * What is made of a number, a name or a text that comes from outside: from a peer, or from the service. Everything
 * passes here on its way in (protocol/payload.ts, stores/gate.ts); what was stored before that, and what a page hands
 * to an element, may pass again: each function is harmless on its own result.
 */

/**
 * The highest index of a stream, a message a second for thirty years. What claims a higher one is refused: no honest
 * client gets there, and the sums that are made of it stay exact.
 */
export const MAX_INDEX = 1_000_000_000;

/** The last moment with a year of four digits, in milliseconds since the epoch. The first is 1970. */
const LATEST = 253_402_300_799_999;
/** How far the clock of the other side may be ahead of ours. */
const AHEAD_MS = 86_400_000;

/**
 * A moment that somebody claims, as it is taken. A clock may be wrong, and is shown as it is; but nothing that has
 * arrived was written more than a day after it arrived: then it is taken as written now.
 */
export function plausibleTime(claimed: number, now: number): number {
  if (!(claimed <= Math.min(now + AHEAD_MS, LATEST))) return Math.min(now, LATEST);
  return Math.max(0, Math.floor(claimed));
}

/** The longest name, in characters; the service allows 37. */
const MAX_NAME = 100;
/** The longest raw text of others, in UTF-16 code units. */
const MAX_REASON = 500;

/** A character that can be seen by itself. */
const VISIBLE = /[^\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;
/** What would turn the words around a name, or break its line. */
const DISTURBING = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;
const SPACES = /[\p{Z}\s]+/gu;
/** Words of plain characters with single spaces between them: most names are. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/**
 * A name as it can be shown, null for one without a visible character (nothing, spaces, zero-width and filler
 * characters, marks alone): the name counts as unknown then. What turns the direction of other words is taken out, a
 * run of spaces is one, and the end is cut off a name of more than a hundred characters.
 */
export function visibleName(name: string | null | undefined): string | null {
  // Lists name thousands, and are read every minute.
  if (typeof name === 'string' && name.length <= MAX_NAME && PLAIN.test(name)) return name;
  // The cut comes first: a name of megabytes costs no more than a long one.
  const text = (typeof name === 'string' ? name : '')
    .slice(0, 8 * MAX_NAME)
    .replace(DISTURBING, ' ')
    .replace(SPACES, ' ')
    .trim();
  if (!VISIBLE.test(text)) return null;
  const characters = [...text];
  if (characters.length <= MAX_NAME) return text;
  return `${characters.slice(0, MAX_NAME - 1).join('')}…`;
}

/** A raw text of others, e.g. a reason: of a length that can be stored and shown; null for what is no text. */
export function shortText(text: string | null | undefined): string | null {
  if (typeof text !== 'string') return null;
  if (text.length <= MAX_REASON) return text;
  // Not in the middle of a pair.
  const end = /[\ud800-\udbff]/.test(text[MAX_REASON - 2]!) ? MAX_REASON - 2 : MAX_REASON - 1;
  return `${text.slice(0, end)}…`;
}
