/** Every sentence on screen, and the languages that it is shown in. */
export { en } from './en.ts';
export { addLocale, changeWords, setLocale, wordsIn } from './registry.ts';
export type { Formats, PluralForms } from './formats.ts';
export type { Locale, SomeWords, Words } from './registry.ts';
