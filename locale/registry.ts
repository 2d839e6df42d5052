import { en } from './en.ts';
import { formatsOf } from './formats.ts';
import type { Formats } from './formats.ts';

/** Every word on screen, in one language. */
export type Words = ReturnType<typeof en>;

/** A language: makes its words with the formats of the language that is shown. */
export type Locale = (formats: Formats) => Words;

/** Some of the words; of a table in it, some of its words. */
export type SomeWords = {
  readonly [Name in keyof Words]?: Words[Name] extends string | ((...parts: never[]) => unknown)
    ? Words[Name]
    : Partial<Words[Name]>;
};

const FALLBACK = 'en';
const locales = new Map<string, Locale>([[FALLBACK, en]]);
const overrides = new Map<string, (formats: Formats) => SomeWords>();
const made = new Map<string, Words>();
const listeners = new Set<() => void>();
let chosen: string | null = null;

/**
 * Adds a language, or replaces one. What is on screen is drawn again.
 * @param tag Its language tag, e.g. `de` or `pt-BR`. It serves more special tags, too: `pt` also `pt-BR`.
 * @throws RangeError when the tag is invalid.
 */
export function addLocale(tag: string, locale: Locale): void {
  locales.set(canonical(tag), locale);
  changed();
}

/**
 * Sets the language that is shown where no `lang` around an element fits one that was added; null for English. What is
 * on screen is drawn again.
 * @throws RangeError when the tag is invalid.
 */
export function setLocale(tag: string | null): void {
  chosen = tag === null ? null : canonical(tag);
  changed();
}

/**
 * Replaces single words of a language, e.g. `changeWords('en', { send: 'Post' })`; a function is handed the formats of
 * the language. What an earlier call for the same tag has replaced is as it was. What is on screen is drawn again.
 * @throws RangeError when the tag is invalid.
 */
export function changeWords(tag: string, words: SomeWords | ((formats: Formats) => SomeWords)): void {
  overrides.set(canonical(tag), typeof words === 'function' ? words : () => words);
  changed();
}

/** The tag under which the words of the language were added; null where they were not. */
function added(tag: string): string | null {
  for (let known = tag; known !== ''; known = known.slice(0, Math.max(0, known.lastIndexOf('-'))))
    if (locales.has(known)) return known;
  return null;
}

/**
 * The language that is shown where that one is meant: the same, if it or one less special was added; else the one of
 * `setLocale`; else English. `tag` is canonical, or null where none is meant.
 */
export function shownLanguage(tag: string | null): string {
  if (tag !== null && added(tag) !== null) return tag;
  return chosen !== null && added(chosen) !== null ? chosen : FALLBACK;
}

/** The words in a language that is shown. The same object until something is added or changed. */
export function wordsIn(language: string): Words {
  let words = made.get(language);
  if (!words) {
    const formats = formatsOf(language);
    const tag = added(language) ?? FALLBACK;
    words = { ...locales.get(tag)!(formats) };
    // The words of a more special tag come last.
    for (let end = language.indexOf('-'); ; end = language.indexOf('-', end + 1)) {
      const some = overrides.get(end < 0 ? language : language.slice(0, end))?.(formats);
      if (some) words = withSome(words, some);
      if (end < 0) break;
    }
    made.set(language, words);
  }
  return words;
}

/** Calls back when the words of some language may be others; returns the unsubscriber. */
export function onLocaleChanged(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function withSome(words: Words, some: SomeWords): Words {
  const merged: Record<string, unknown> = { ...words };
  for (const [name, word] of Object.entries(some)) {
    const before = merged[name];
    merged[name] =
      typeof word === 'object' && typeof before === 'object' ? { ...before, ...word } : (word ?? before);
  }
  return merged as Words;
}

function changed(): void {
  made.clear();
  for (const listener of [...listeners]) listener();
}

function canonical(tag: string): string {
  const [known] = Intl.getCanonicalLocales(tag);
  if (!known) throw new RangeError(`"${tag}" is not a language tag.`);
  return known;
}
