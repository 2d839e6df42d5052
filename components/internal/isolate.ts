/*
 * Isolates texts of others in our sentences: a name or a reason may run from right to left, or contain marks that
 * change the direction of its surroundings. In markup a separate name is a `<bdi>`; in a sentence, which may also be
 * an attribute, an announcement, a notification or a title, it is put between two isolate characters.
 */

/** First strong isolate, and its end. */
const [BEGIN, END] = ['\u2068', '\u2069'];
/** Embeddings, overrides and other isolates, and what ends a paragraph and with it every isolate. */
const TURNING = /[\u202a-\u202e\u2066\u2067]/gu;
const BREAKS = /[\n\r\u0085\u2028\u2029]+/gu;
/** Right-to-left letters, digits, and direction marks. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\u200e\u200f\u2067-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** A parameter that only selects a sentence. */
const KEY = /^[a-z]+(?:-[a-z]+)*$/u;

/** Marks a text of others to be isolated in a sentence. */
export function isolated(text: string): string {
  const calm = calmed(text);
  return RIGHT_TO_LEFT.test(calm) ? between(calm) : calm;
}

/**
 * The same sentences with every inserted text isolated if anything in the sentence may run from right to left;
 * otherwise texts are inserted unchanged.
 */
export function isolating<Words extends object>(words: Words): Words {
  const made = Object.entries(words).map(([name, word]: [string, unknown]) => [
    name,
    typeof word === 'function'
      ? isolatingSentence(word as Sentence)
      : typeof word === 'object' && word !== null
        ? ownOnly(isolating(word))
        : word,
  ]);
  return Object.fromEntries(made) as Words;
}

/** A table of texts without a prototype, because keys come from the page and may be anything. */
export function ownOnly<Words extends object>(words: Words): Words {
  return Object.assign(Object.create(null) as Words, words);
}

type Sentence = (...parts: unknown[]) => unknown;

function isolatingSentence(sentence: Sentence): Sentence {
  return (...parts) => {
    const calm = parts.map((part) => (typeof part === 'string' ? calmed(part) : part));
    const plain = sentence(...calm);
    if (typeof plain !== 'string' || !RIGHT_TO_LEFT.test(plain)) return plain;
    return sentence(
      ...calm.map((part) => (typeof part === 'string' && !KEY.test(part) ? between(part) : part)),
    );
  };
}

function between(text: string): string {
  if (text === '') return text;
  return text.startsWith(BEGIN) && matchOf(text) === text.length - 1 ? text : `${BEGIN}${text}${END}`;
}

/** Removes embeddings and overrides, and closes every isolate. */
function calmed(text: string): string {
  const calm = text.replace(TURNING, '').replace(BREAKS, ' ');
  if (!calm.includes(BEGIN) && !calm.includes(END)) return calm;
  let depth = 0;
  for (const mark of calm) {
    if (mark === BEGIN) depth += 1;
    if (mark === END) depth -= 1;
    if (depth < 0) break;
  }
  return depth === 0 ? calm : calm.replaceAll(BEGIN, '').replaceAll(END, '');
}

/** The end of the isolate at the start of the text; -1 if it is not closed. */
function matchOf(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === BEGIN) depth += 1;
    if (text[at] === END && (depth -= 1) === 0) return at;
  }
  return -1;
}
