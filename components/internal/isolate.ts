/*
 * Words of others inside sentences of ours: a name or a reason may run from right to left, or hold marks that turn what
 * stands around it. In markup a name that stands alone is a `<bdi>`; inside a sentence, which may also be an attribute,
 * an announcement, a notification or a title, it stands between the two marks that isolate it.
 */

/** First strong isolate, and its end. */
const [BEGIN, END] = ['\u2068', '\u2069'];
/** Embeddings, overrides and other isolates, and what ends a paragraph and with it every isolate. */
const TURNING = /[\u202a-\u202e\u2066\u2067]/gu;
const BREAKS = /[\n\r\u0085\u2028\u2029]+/gu;
/** Anything that may run from right to left, or turn what does: letters, digits, marks. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\u200e\u200f\u2067-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** A word of ours that only chooses among sentences. */
const KEY = /^[a-z]+(?:-[a-z]+)*$/u;

/** Words of others, for a sentence in which nothing else keeps them apart. */
export function isolated(text: string): string {
  const calm = calmed(text);
  return RIGHT_TO_LEFT.test(calm) ? between(calm) : calm;
}

/**
 * The same sentences, but every text that is put into one is isolated, as soon as anything in the sentence may run from
 * right to left; where nothing does there is nothing to isolate, and names read as they are written.
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

/** A table of words without what every object has: what is looked up in it comes from a page, and may be anything. */
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

/** Without what turns the words around it, and with every isolate closed. */
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

/** Where the isolate ends that begins the text; -1 where it does not end. */
function matchOf(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === BEGIN) depth += 1;
    if (text[at] === END && (depth -= 1) === 0) return at;
  }
  return -1;
}
