import * as v from 'valibot';
import type { Frame, RequestFrame, ResponseFrame, UnknownFrame } from './frames.ts';
import { parseJson, writeJson } from './json.ts';
import { isObject, pathOf, readers, reads, writers } from './scalars.ts';
import { bodySchemas, type BodySchemas } from './schemas.ts';

/** Why a text is no frame. It names types, never values: bodies and keys must not reach a log. */
export interface DecodeError {
  /** `not-json`: no JSON. `not-a-frame`: no envelope around one variant. `wrong-shape`: a known variant with a field of the wrong type. */
  readonly code: 'not-json' | 'not-a-frame' | 'wrong-shape';
  /** Dotted, from the frame's root: `Response.ConnectSuccess.cid`. Keys of maps are left out. */
  readonly path: string;
  readonly expected: string;
  /** The type that stood there. */
  readonly received: string;
}

/** What `decode` yields. */
export type DecodeResult =
  { readonly ok: true; readonly frame: Frame } | { readonly ok: false; readonly error: DecodeError };

type Envelope = 'Request' | 'Response';

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

function fail(code: DecodeError['code'], path: string, expected: string, value: unknown): DecodeResult {
  return { ok: false, error: { code, path, expected, received: typeName(value) } };
}

/** One key and its value, or undefined: the externally tagged form of a variant. */
function onlyEntry(value: unknown): [string, unknown] | undefined {
  if (!isObject(value)) return undefined;
  const keys = Object.keys(value);
  const key = keys[0];
  return keys.length === 1 && key !== undefined ? [key, value[key]] : undefined;
}

/** The commands and results of a batch are bodies without their envelope. */
function batchReader(envelope: Envelope): v.GenericSchema<unknown, Frame> {
  return reads(`${envelope} of a batch`, (value) => {
    const result = readVariant(envelope, value);
    return result.ok ? result.frame : undefined;
  });
}

function batchWriter(envelope: Envelope): v.GenericSchema<unknown, unknown> {
  return reads(`${envelope} frame`, (frame) =>
    isObject(frame) && frame['envelope'] === envelope ? writeVariant(frame as unknown as Frame) : undefined,
  );
}

const reading: BodySchemas = bodySchemas(readers, {
  command: batchReader('Request') as v.GenericSchema<unknown, RequestFrame | UnknownFrame>,
  result: batchReader('Response') as v.GenericSchema<unknown, ResponseFrame | UnknownFrame>,
});
const writing: BodySchemas = bodySchemas(writers, {
  command: batchWriter('Request') as v.GenericSchema<unknown, RequestFrame | UnknownFrame>,
  result: batchWriter('Response') as v.GenericSchema<unknown, ResponseFrame | UnknownFrame>,
});

function schemaFor(schemas: BodySchemas, envelope: Envelope, variant: string): v.GenericSchema | undefined {
  // The variant is the other side's word: `constructor` must not find anything.
  const table = schemas[envelope];
  return Object.hasOwn(table, variant) ? table[variant as keyof typeof table] : undefined;
}

function readVariant(envelope: Envelope, value: unknown): DecodeResult {
  // A variant without a body is a bare string.
  const entry = typeof value === 'string' ? ([value, null] as [string, unknown]) : onlyEntry(value);
  if (!entry) return fail('not-a-frame', envelope, 'one variant', value);
  const [variant, body] = entry;
  const schema = schemaFor(reading, envelope, variant);
  if (!schema) return { ok: true, frame: { envelope, variant: 'Unknown', name: variant, body } };
  const result = v.safeParse(schema, body, { abortEarly: true });
  if (result.success) return { ok: true, frame: { envelope, variant, body: result.output } as Frame };
  const [issue] = result.issues;
  const path = [envelope, variant, pathOf(issue)].filter(Boolean).join('.');
  return fail('wrong-shape', path, issue.expected ?? 'another value', issue.input);
}

/**
 * A frame from the text of one WebSocket message. Never throws. A variant that is not known yields an
 * `UnknownFrame`; fields that are not known are kept.
 */
export function decode(text: string): DecodeResult {
  try {
    let value: unknown;
    try {
      value = parseJson(text);
    } catch {
      return fail('not-json', '', 'JSON', text);
    }
    const envelope = onlyEntry(value);
    if (!envelope || (envelope[0] !== 'Request' && envelope[0] !== 'Response')) {
      return fail('not-a-frame', '', 'Request or Response', value);
    }
    return readVariant(envelope[0], envelope[1]);
  } catch {
    // Batches within batches, thousands deep, exhaust the stack: no frame that anybody means.
    return fail('not-a-frame', '', 'a frame of finite depth', undefined);
  }
}

function writeVariant(frame: Frame): unknown {
  if (frame.variant === 'Unknown') return { [frame.name]: frame.body };
  const schema = schemaFor(writing, frame.envelope, frame.variant);
  if (!schema) throw new TypeError(`There is no ${frame.envelope} ${frame.variant}.`);
  const result = v.safeParse(schema, frame.body, { abortEarly: true });
  if (result.success) return { [frame.variant]: result.output };
  const [issue] = result.issues;
  const path = [frame.variant, pathOf(issue)].filter(Boolean).join('.');
  throw new TypeError(
    `${path} has to be ${issue.expected ?? 'another value'}, not a ${typeName(issue.input)}.`,
  );
}

/**
 * The text of one WebSocket message. CIDs become digits, never strings: the service drops a frame with a string
 * there without a word.
 * @throws TypeError when the frame is none, which is a programmer's error.
 */
export function encode(frame: RequestFrame | ResponseFrame | UnknownFrame): string {
  try {
    return writeJson({ [frame.envelope]: writeVariant(frame) });
  } catch (cause) {
    if (cause instanceof TypeError) throw cause;
    throw new TypeError('The frame is nested too deeply to be written.', { cause });
  }
}
