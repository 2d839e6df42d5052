/*
 * Texts of others can be megabytes long. Code that shows or scans one takes a bounded slice first; no slice splits a
 * grapheme.
 */

/** The limits of a folded text: characters (UTF-16 code units) and lines. */
export const FOLD = { characters: 2_000, lines: 20 };
/** The slices behind "Show more": larger ones would take longer than a frame to lay out. */
const FURTHER = { characters: 2_000, lines: 200 };
/** How many more slices one press shows. */
const SLICES_A_PRESS = 2;
/** A character that is longer than this (a stack of combining marks) may be cut between its code points. */
const LONGEST_CHARACTER = 64;
/** How far before its limit a slice looks for a good place to end. */
const LOOKS_BACK = 500;
/** The longest link that a slice keeps whole. */
export const LONGEST_ADDRESS = 1_000;

let graphemes: Intl.Segmenter | undefined;

/** The graphemes of a text. */
function segmenter(): Intl.Segmenter {
  return (graphemes ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' }));
}

/** The first graphemes of a text: a flag or a family is one. */
export function firstCharacters(text: string, count: number): string {
  let found = '';
  let n = 0;
  for (const { segment } of segmenter().segment(cut(text, count * LONGEST_CHARACTER))) {
    if (n === count) break;
    found += segment;
    n += 1;
  }
  return found;
}

/** The last place at or before `at` where a slice that begins at `from` may end: between characters. */
function boundary(text: string, from: number, at: number): number {
  if (at >= text.length) return text.length;
  const character = segmenter()
    .segment(text.slice(from, at + LONGEST_CHARACTER))
    .containing(at - from);
  const place = from + (character?.index ?? 0);
  if (at - place < LONGEST_CHARACTER && place > from) return place;
  const unit = text.charCodeAt(at);
  // Not between the halves of a surrogate pair.
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}

/** The beginning of a text, at most `limit` long, with `more` in place of what is left out. */
export function cut(text: string, limit: number, more = ''): string {
  return text.length <= limit ? text : text.slice(0, boundary(text, 0, limit)) + more;
}

/** The beginning of a text on one line, for a preview, a quote or an announcement. */
export function excerpt(text: string, limit: number): string {
  return cut(text, limit, '…').replace(/\s+/gu, ' ');
}

const BREAKS = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/gu;

/** Where a slice that begins at `from` has to end at the latest, and whether more follows. */
function limitOf(text: string, from: number, { characters, lines }: typeof FOLD): number {
  const end = Math.min(text.length, from + characters);
  const slice = text.slice(from, end);
  let line = 0;
  for (const { index, 0: lineBreak } of slice.matchAll(BREAKS)) {
    line += 1;
    if (line === lines) return from + index + lineBreak.length;
  }
  return end;
}

/** A slice of a text: from where to where. */
export interface Slice {
  readonly from: number;
  readonly to: number;
}

/** Where the slice that begins at `from` ends: at a line, else between words, else between characters. */
export function sliceAt(text: string, from: number): Slice {
  const limit = limitOf(text, from, from === 0 ? FOLD : FURTHER);
  if (limit >= text.length) return { from, to: text.length };
  const back = Math.max(from, limit - LOOKS_BACK);
  const tail = text.slice(back, limit);
  const line = Math.max(tail.lastIndexOf('\n'), tail.lastIndexOf('\u2028'));
  if (line >= 0) return { from, to: back + line + 1 };
  for (let i = tail.length; i > 0; i -= 1) if (/\s/u.test(tail[i - 1]!)) return { from, to: back + i };
  return { from, to: Math.max(boundary(text, from, limit), from + 1) };
}

/** How many slices are shown after one more press. */
export function moreSlices(shown: number): number {
  return shown + SLICES_A_PRESS;
}
