// Checked by tsc alone: what a language may be, and what it must not lack.
import { addLocale, changeWords } from '../../index.ts';
import { en, wordsIn } from '../../locale/index.ts';
import type { Formats, Locale, Words } from '../../locale/index.ts';

const words = wordsIn('en');
const { send, ...withoutSend } = words;
const { delivered, ...withoutDelivered } = words.status;

addLocale('de', (formats: Formats) => ({ ...en(formats), send: 'Senden' }));
const whole: Locale = () => words;
addLocale('de', whole);
// @ts-expect-error A word is missing.
addLocale('de', () => withoutSend);
// @ts-expect-error A word of a table is missing.
addLocale('de', (): Words => ({ ...words, status: withoutDelivered }));
// @ts-expect-error A sentence takes what stands in it.
addLocale('de', (): Words => ({ ...words, isTyping: (count: number) => `${count}` }));
// @ts-expect-error What takes a name is no plain text.
addLocale('de', (): Words => ({ ...words, isTyping: 'schreibt' }));
// @ts-expect-error There is no such word.
changeWords('de', { sendd: 'Senden' });
// @ts-expect-error Nor in a table.
changeWords('de', { status: { arrived: 'Da' } });
changeWords('de', { send, status: { delivered } });
changeWords('de', ({ number }) => ({ unread: (count) => number(count) }));
