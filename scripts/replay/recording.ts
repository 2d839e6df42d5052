import { parseJson, writeJson } from '../../protocol/json.ts';

/** One line of a recording. */
export interface RecordedEvent {
  /** The line in the file, from 1. */
  readonly line: number;
  /** Milliseconds since the start, as recorded. */
  readonly at: number;
  /** `at`, and within one millisecond what followed an answer a little later than what it answered. */
  readonly time: number;
  readonly socket: string;
  readonly dir: 'open' | 'out' | 'in' | 'close' | 'killed' | 'started';
  /** The text on the wire; only its beginning where `cutFrom` is given. */
  readonly frame: string;
  /** How long the frame was that had to be cut, in characters. */
  readonly cutFrom: number | undefined;
  readonly code: number | undefined;
}

const DIRECTIONS = new Set(['open', 'out', 'in', 'close', 'killed', 'started']);

/**
 * A recording: one JSON object a line.
 * @throws Error that names the line which is none.
 */
export function parseRecording(text: string): RecordedEvent[] {
  const raw = text
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [readLine(line, index + 1)]));
  return raw.map((event, index) => {
    // Within a millisecond only what was answered in between is known to have an order.
    const together = raw.filter((other) => other.at === event.at);
    const turns = (until: number): number =>
      together
        .slice(1, until)
        .filter((other, step) => (other.dir === 'in') !== (together[step]?.dir === 'in')).length;
    return {
      ...event,
      time: event.at + turns(together.indexOf(raw[index] ?? event) + 1) / (turns(together.length) + 1),
    };
  });
}

function readLine(line: string, number: number): RecordedEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error(`Line ${number} is no JSON.`);
  }
  const { at, socket, dir, frame, cutFrom, code } = value as Record<string, unknown>;
  if (
    typeof at !== 'number' ||
    typeof socket !== 'string' ||
    typeof dir !== 'string' ||
    !DIRECTIONS.has(dir)
  ) {
    throw new Error(`Line ${number} has no time, socket and direction.`);
  }
  if ((dir === 'in' || dir === 'out') && typeof frame !== 'string')
    throw new Error(`Line ${number} has no frame.`);
  return {
    line: number,
    at,
    time: at,
    socket,
    dir: dir as RecordedEvent['dir'],
    frame: typeof frame === 'string' ? frame : '',
    cutFrom: typeof cutFrom === 'number' ? cutFrom : undefined,
    code: typeof code === 'number' ? code : undefined,
  };
}

/** One key and its value: how envelope and variant are written. */
export function onlyEntry(value: unknown): [string, unknown] | undefined {
  return typeof value === 'object' && value !== null ? Object.entries(value)[0] : undefined;
}

/** A recorded frame taken apart, its long numbers bigints. Undefined for what is no frame. */
export interface Parsed {
  readonly envelope: string;
  readonly variant: string;
  readonly body: Record<string, unknown>;
}

export function parseFrame(event: { frame: string; cutFrom?: number | undefined }): Parsed | undefined {
  try {
    const value = event.cutFrom === undefined ? parseJson(event.frame) : parseCut(event.frame);
    const envelope = onlyEntry(value);
    const variant = onlyEntry(envelope?.[1]);
    if (!envelope || !variant || typeof variant[1] !== 'object' || variant[1] === null) return undefined;
    return { envelope: envelope[0], variant: variant[0], body: variant[1] as Record<string, unknown> };
  } catch {
    return undefined;
  }
}

/** The brackets that are open at the end of a text, innermost last. */
function openBrackets(text: string): string[] {
  const open: string[] = [];
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '"') {
      for (i++; i < text.length && text.charAt(i) !== '"'; i++) if (text.charAt(i) === '\\') i++;
    } else if (char === '[') open.push(']');
    else if (char === '{') open.push('}');
    else if (char === ']' || char === '}') open.pop();
  }
  return open;
}

/** The beginning of a frame as a value: up to its last whole element. */
function parseCut(text: string): unknown {
  const whole = text.slice(0, text.lastIndexOf(','));
  return parseJson(whole + openBrackets(whole).reverse().join(''));
}

/**
 * A frame that was cut, at its full length: the list that was cut goes on in its pattern, and the fields that
 * stood behind it (`rest`) follow.
 */
export function extendCut(text: string, cutFrom: number, rest: Record<string, unknown>): string {
  const whole = text.slice(0, text.lastIndexOf(',') + 1);
  const [, ...outer] = openBrackets(whole).reverse();
  const fields = writeJson(rest).slice(1, -1);
  const tail = `]${fields === '' ? '' : `,${fields}`}${outer.join('')}`;
  const element = /(\d+,)$/.exec(whole)?.[1] ?? '0,';
  const missing = cutFrom - whole.length - tail.length;
  // The last element has no comma, hence one character more to fill.
  const elements = element.repeat(Math.max(0, Math.floor((missing + 1) / element.length)));
  const list = (whole + elements).slice(0, -1);
  return list + ' '.repeat(Math.max(0, cutFrom - list.length - tail.length)) + tail;
}
