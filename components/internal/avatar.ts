import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Presence } from '../../facts/index.ts';
import { cut, firstCharacters } from './texts.ts';

const TONES = 9;

/** One of nine colours, derived from the id, so that a person has the same colour everywhere. */
export function toneOf(id: string): number {
  let hash = 0;
  for (let i = 0; i < id.length; i += 1) hash = (hash * 31 + id.charCodeAt(i)) >>> 0;
  return hash % TONES;
}

/** What an initial can be: a letter, a digit or an emoji. */
const TELLING = /[\p{L}\p{N}\p{Extended_Pictographic}\p{Regional_Indicator}]/u;

/** What may precede a word without being part of it: direction marks, quotation marks, and prefixes of handles. */
const BEFORE = /^[\p{Cf}\p{M}\p{Pi}\p{Pf}"'@#_*]*/u;

/** Up to two initials: those of the first and the last word. Each is one grapheme. */
export function initialsOf(name: string): string {
  const words = cut(name, 200)
    .normalize('NFC')
    .trim()
    .split(/\s+/u)
    // A whole name may be in brackets; brackets after a name are ignored.
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
 * nothing if unknown. Decoration only: the text is beside it.
 */
export function avatar(id: string, name: string, presence: Presence | null): TemplateResult {
  const dot = presence && presence !== 'unknown' ? html`<span class="dot ${presence}"></span>` : nothing;
  return html`<span class="avatar tone-${toneOf(id)}" part="avatar" aria-hidden="true"
    ><span class="initials">${initialsOf(name)}</span>${dot}</span
  >`;
}
