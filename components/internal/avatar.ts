import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Presence } from '../../facts/index.ts';

const TONES = 9;

/** One of nine colours, from the id and nothing else: the same person has the same colour everywhere. */
export function toneOf(id: string): number {
  let hash = 0;
  for (let i = 0; i < id.length; i += 1) hash = (hash * 31 + id.charCodeAt(i)) >>> 0;
  return hash % TONES;
}

/** Up to two letters: the first of the first and of the last word. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/\s+/u)
    .filter((word) => /^[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(word));
  const first = (word: string | undefined) => (word ? [...word][0]!.toLocaleUpperCase() : '');
  const digit = words.length === 1 ? /^\p{L}.*(\d)$/u.exec(words[0]!)?.[1] : undefined;
  if (digit) return first(words[0]) + digit;
  return words.length > 1
    ? first(words[0]) + first(words.at(-1))
    : [...(words[0] ?? '?')].slice(0, 2).join('').toLocaleUpperCase();
}

/**
 * Initials on a colour, and a dot for presence: full for online, a ring for reachable, an empty ring for offline,
 * nothing where nothing is known. Decoration only: the words stand beside it.
 */
export function avatar(id: string, name: string, presence: Presence | null): TemplateResult {
  const dot = presence && presence !== 'unknown' ? html`<span class="dot ${presence}"></span>` : nothing;
  return html`<span class="avatar tone-${toneOf(id)}" part="avatar" aria-hidden="true"
    >${initialsOf(name)}${dot}</span
  >`;
}
