import { en } from '../../locale/index.ts';
import type { Locale, Words } from '../../locale/index.ts';

/** The tag under which tests add it: a private one. */
export const PSEUDO = 'qaa';

/** A whole language in one file: English, with every word and every sentence between marks. */
export const pseudo: Locale = (formats) => marked(en(formats)) as Words;

function marked(word: unknown): unknown {
  if (typeof word === 'string') return word === '' ? '' : `⟦${word}⟧`;
  if (typeof word === 'function')
    return (...parts: unknown[]) => marked((word as (...parts: unknown[]) => unknown)(...parts));
  const table = Object.entries(word as object).map(([name, one]) => [name, marked(one)] as const);
  return Object.fromEntries(table);
}

/** The text without what stands between marks; throws where they are not balanced. */
export function unmarked(text: string): string {
  let depth = 0;
  let rest = '';
  for (const letter of text) {
    if (letter === '⟦') depth += 1;
    else if (letter === '⟧') depth -= 1;
    else if (depth === 0) rest += letter;
    if (depth < 0) throw new Error(`A mark that closes nothing: ${text}`);
  }
  if (depth > 0) throw new Error(`A mark that is left open: ${text}`);
  return rest;
}
