import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Presence } from '../../facts/index.ts';
import { cut, firstCharacters } from './texts.ts';

const TONES = 9;

/** One of nine colours, from the id and nothing else: the same person has the same colour everywhere. */
export function toneOf(id: string): number {
  let hash = 0;
  for (let i = 0; i < id.length; i += 1) hash = (hash * 31 + id.charCodeAt(i)) >>> 0;
  return hash % TONES;
}

/** What can stand for a name: a letter, a digit, or a picture, as a flag is one. */
const TELLING = /[\p{L}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]/u;

/** What may stand before a word and is not part of it: marks of direction, quotation marks, and what handles begin with. */
const BEFORE = /^[\p{Cf}\p{M}\p{Pi}\p{Pf}"'@#_*]*/u;

/** Up to two letters: the first of the first and of the last word. A letter is what people count as one. */
export function initialsOf(name: string): string {
  const words = cut(name, 200)
    .normalize('NFC')
    .trim()
    .split(/\s+/u)
    // A name may stand in brackets as a whole; what follows one in brackets is not of it.
    .map((word, n) => word.slice(n === 0 ? word.search(TELLING) : BEFORE.exec(word)![0].length))
    .filter((word) => word.search(TELLING) === 0);
  const first = (word: string, count = 1) => firstCharacters(word, count).toLocaleUpperCase();
  const [one, ...more] = words;
  const last = more.at(-1);
  if (one === undefined) return '?';
  if (last !== undefined) return first(one) + first(last);
  const digit = /^\p{L}.*(\d)$/u.exec(one)?.[1];
  return digit ? first(one) + digit : first(one, 2);
}

/**
 * Initials on a colour, and a dot for presence: full for online, a ring for reachable, an empty ring for offline,
 * nothing where nothing is known. Decoration only: the words stand beside it.
 */
export function avatar(id: string, name: string, presence: Presence | null): TemplateResult {
  const dot = presence && presence !== 'unknown' ? html`<span class="dot ${presence}"></span>` : nothing;
  return html`<span class="avatar tone-${toneOf(id)}" part="avatar" aria-hidden="true"
    ><span class="initials">${initialsOf(name)}</span>${dot}</span
  >`;
}
