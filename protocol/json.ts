/*
 * JSON without losing a digit. `JSON.parse` rounds every number beyond 2^53, and almost every CID is one; a
 * lossless parser blocks for seconds on a message of 4 MB. So the text is scanned for long runs of digits outside
 * strings, which are quoted behind a mark, parsed natively, and turned into bigints afterwards.
 */

/** Not a character that JSON has a use for; a string that really begins with it gets it twice. */
const MARK = '\uE000';
const BACKSLASH = 92;
/** 2^53 has sixteen digits: a shorter run is exact as a number. */
const LONG = 16;
const LONG_INTEGER = /^-?[1-9]\d{15,}$/;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** A character that can stand in a number token. */
const NUMERIC = /[\d+\-.eE]/;

/** Where the string that begins at `start` (its quote) ends: the index of the closing quote, or the text's end. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}

/** The text with every integer of sixteen and more digits as a marked string; the same text when there is none. */
function quoteLongIntegers(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  const insert = (at: number, piece: string) => {
    parts.push(text.slice(copied, at), piece);
    copied = at;
  };
  let position = 0;
  while (position < text.length) {
    const quote = text.indexOf('"', position);
    const end = quote === -1 ? text.length : quote;
    // A run of sixteen covers every sixteenth character, so fifteen of sixteen need not be looked at.
    let probe = position + LONG - 1;
    while (probe < end) {
      if (!isDigit(text.charCodeAt(probe))) {
        probe += LONG;
        continue;
      }
      let from = probe;
      while (from > position && NUMERIC.test(text[from - 1]!)) from--;
      let to = probe + 1;
      while (to < end && NUMERIC.test(text[to]!)) to++;
      // Only what is a whole integer token: a fraction, an exponent or a leading zero stays as it is.
      if (to - from >= LONG && LONG_INTEGER.test(text.slice(from, to))) {
        insert(from, `"${MARK}`);
        insert(to, '"');
      }
      probe = to + LONG - 1;
    }
    if (quote === -1) break;
    const first = text.charCodeAt(quote + 1);
    if (
      first === MARK.charCodeAt(0) ||
      (first === BACKSLASH && /^\\u[eE]000/.test(text.slice(quote + 1, quote + 7)))
    ) {
      insert(quote + 1, MARK);
    }
    position = endOfString(text, quote) + 1;
  }
  return copied === 0 ? text : parts.join('') + text.slice(copied);
}

/** Marked strings become bigints, or lose their second mark. In place, and without recursion: depth is the peer's. */
function unmark(root: unknown): unknown {
  const holder = [root];
  const pending: object[] = [holder];
  const unmarked = (entry: unknown): unknown => {
    if (typeof entry === 'object' && entry !== null) pending.push(entry);
    if (typeof entry !== 'string' || !entry.startsWith(MARK)) return entry;
    return entry.startsWith(MARK, 1) ? entry.slice(1) : BigInt(entry.slice(1));
  };
  for (const node of pending) {
    if (Array.isArray(node)) {
      const list = node as unknown[];
      for (let i = 0; i < list.length; i++) {
        const entry = list[i];
        if (typeof entry !== 'number') list[i] = unmarked(entry);
      }
      continue;
    }
    const object = node as Record<string, unknown>;
    for (const key of Object.keys(object)) {
      // An own `__proto__` that JSON.parse made is an own property, and assigning to it stays one.
      object[key] = unmarked(object[key]);
      if (!key.startsWith(MARK)) continue;
      Object.defineProperty(object, key.slice(1), Object.getOwnPropertyDescriptor(object, key)!);
      delete object[key];
    }
  }
  return holder[0];
}

/**
 * JSON text as a value in which every integer beyond sixteen digits is a bigint.
 * @throws SyntaxError when the text is no JSON.
 */
export function parseJson(text: string): unknown {
  const quoted = quoteLongIntegers(text);
  const value: unknown = JSON.parse(quoted);
  return quoted === text ? value : unmark(value);
}

/**
 * The value as JSON text: bigints as digits, bytes as an array of numbers; `undefined` fields are left out.
 * @throws TypeError for what JSON cannot say.
 */
export function writeJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return `[${value.join(',')}]`;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields: string[] = [];
    for (const [key, field] of Object.entries(value)) {
      if (field !== undefined) fields.push(`${JSON.stringify(key)}:${writeJson(field)}`);
    }
    return `{${fields.join(',')}}`;
  }
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`A frame cannot carry a ${typeof value}.`);
  return text;
}
