import * as v from 'valibot';
import type { RequestId } from '../facts/ids.ts';
import type { Frame } from './frames.ts';
import { parseJson, writeJson } from './json.ts';
import { isObject, pathOf, readers, reads, requestId, tally, writers } from './scalars.ts';
import { bodySchemas, type BodySchemas, type MoreSchemas } from './schemas.ts';

/** Why a text is no frame. It names types, never values: bodies and keys must not reach a log. */
export interface DecodeError {
  /** `not-json`: no JSON. `not-a-frame`: no envelope around one variant. `wrong-shape`: a known variant with a field of the wrong type. */
  readonly code: 'not-json' | 'not-a-frame' | 'wrong-shape';
  /** Dotted, from the frame's root: `Response.ConnectSuccess.cid`. Keys of maps are left out. */
  readonly path: string;
  readonly expected: string;
  /** The type that stood there. */
  readonly received: string;
  /** The variant and the request id, where that much could be read: who waits for it need not wait any longer. */
  readonly answers?: { readonly variant: string; readonly requestId: RequestId } | undefined;
}

interface Failed {
  readonly ok: false;
  readonly error: DecodeError;
}

/** What `decode` yields. */
export type DecodeResult<Known = Frame> =
  | {
      readonly ok: true;
      readonly frame: Known;
      /** How many rows and lesser fields of it could not be read, and were left out. */
      readonly leftOut: number;
    }
  | Failed;

type Envelope = Frame['envelope'];

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

function fail(code: DecodeError['code'], path: string, expected: string, value: unknown): Failed {
  return { ok: false, error: { code, path, expected, received: typeName(value) } };
}

/** One key and its value, or undefined: the externally tagged form of a variant. */
function onlyEntry(value: unknown): [string, unknown] | undefined {
  const entries = isObject(value) ? Object.entries(value) : [];
  return entries.length === 1 ? entries[0] : undefined;
}

/** What a body is in the other form, or what is wrong with it; undefined for a variant that is not known. */
function convert(
  schemas: BodySchemas,
  envelope: Envelope,
  variant: string,
  body: unknown,
): { readonly ok: true; readonly body: unknown } | Failed | undefined {
  // The variant is the other side's word: `constructor` must not find anything.
  const table = schemas[envelope];
  if (!Object.hasOwn(table, variant)) return undefined;
  const schema: v.GenericSchema = table[variant as keyof typeof table];
  const result = v.safeParse(schema, body, { abortEarly: true });
  if (result.success) return { ok: true, body: result.output };
  const [issue] = result.issues;
  const path = [envelope, variant, pathOf(issue)].filter(Boolean).join('.');
  const failed = fail('wrong-shape', path, String(issue.expected), issue.input);
  const isAnswer = envelope === 'Response' && isObject(body);
  const asked = isAnswer ? v.safeParse(requestId, body['request_id']) : null;
  if (!asked?.success) return failed;
  return { ok: false, error: { ...failed.error, answers: { variant, requestId: asked.output } } };
}

/** Reads and writes frames. */
export interface Codec<Known> {
  /**
   * A frame from the text of one WebSocket message. Never throws. A variant that is not known yields an
   * `UnknownFrame`; fields that are not known are kept.
   */
  decode(text: string): DecodeResult<Known>;
  /**
   * The text of one WebSocket message. CIDs become digits, never strings: the service drops a frame with a string
   * there without a word.
   * @throws TypeError when the frame is none, which is a programmer's error.
   */
  encode(frame: Known): string;
}

/** A codec of the frames that this client knows; with `more`, of others, too. */
export function createCodec<Known = Frame>(more?: MoreSchemas): Codec<Known> {
  // A frame within a frame is a body without its envelope.
  const reading = bodySchemas(readers, more, (envelope) =>
    reads(`${envelope} within a frame`, (value) => {
      const result = readVariant(envelope, value);
      return result.ok ? result.frame : undefined;
    }),
  );
  const writing = bodySchemas(writers, more, (envelope) =>
    reads(`${envelope} frame`, (frame) =>
      isObject(frame) && frame['envelope'] === envelope ? writeVariant(frame as unknown as Frame) : undefined,
    ),
  );

  function readVariant(envelope: Envelope, value: unknown): DecodeResult {
    // A variant without a body is a bare string.
    const entry = typeof value === 'string' ? ([value, null] as const) : onlyEntry(value);
    if (!entry) return fail('not-a-frame', envelope, 'one variant', value);
    const [variant, body] = entry;
    const result = convert(reading, envelope, variant, body);
    if (!result)
      return { ok: true, frame: { envelope, variant: 'Unknown', name: variant, body }, leftOut: 0 };
    if (!result.ok) return result;
    return { ok: true, frame: { envelope, variant, body: result.body } as Frame, leftOut: 0 };
  }

  function writeVariant(frame: Frame): unknown {
    if (frame.variant === 'Unknown') return { [frame.name]: frame.body };
    const { envelope, variant } = frame;
    const result = convert(writing, envelope, variant, frame.body);
    if (!result) throw new TypeError(`There is no ${envelope} ${variant}.`);
    if (result.ok) return { [variant]: result.body };
    const { path, expected, received } = result.error;
    throw new TypeError(`${path} must be ${expected}, not a ${received}.`);
  }

  function decode(text: string): DecodeResult {
    try {
      const value = parseJson(text);
      const envelope = onlyEntry(value);
      if (!envelope || (envelope[0] !== 'Request' && envelope[0] !== 'Response'))
        return fail('not-a-frame', '', 'Request or Response', value);
      const before = tally.leftOut;
      const result = readVariant(envelope[0], envelope[1]);
      return result.ok ? { ...result, leftOut: tally.leftOut - before } : result;
    } catch (cause) {
      if (cause instanceof SyntaxError) return fail('not-json', '', 'JSON', text);
      // Frames within frames, thousands deep, exhaust the stack: nobody means one.
      return fail('not-a-frame', '', 'a frame of finite depth', undefined);
    }
  }

  function encode(frame: Frame): string {
    try {
      return writeJson({ [frame.envelope]: writeVariant(frame) });
    } catch (cause) {
      if (cause instanceof TypeError) throw cause;
      throw new TypeError('The frame is nested too deeply to encode.', { cause });
    }
  }

  // What `more` reads and writes is known to whoever has handed it in.
  return { decode, encode } as unknown as Codec<Known>;
}

export const { decode, encode } = createCodec<Frame>();
