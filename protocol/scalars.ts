import * as v from 'valibot';
import { isUuid, type RequestId } from '../facts/ids.ts';

/*
 * The values that differ between memory and wire. Each exists twice: read from parsed JSON (where the number
 * scanner has turned long digit runs into bigints), and written towards JSON (where a bigint becomes digits).
 */

/** The schemas that reading and writing do not share. */
export interface Scalars {
  readonly u64: v.GenericSchema<unknown, string>;
  readonly u128: v.GenericSchema<unknown, string>;
  readonly bytes: v.GenericSchema<unknown, Uint8Array>;
  /** A value that is worth less than what it stands in: where it cannot be read, `fallback` stands in for it. */
  soft<Out>(schema: v.GenericSchema<unknown, Out>, fallback: Out): v.GenericSchema<unknown, Out>;
  /** A map each of whose entries stands for itself: one that cannot be read is left out. */
  rows<Out>(schema: v.GenericSchema<unknown, Out>): v.GenericSchema<unknown, Record<string, Out>>;
}

/** How many values and rows were left out in reading so far: `decode` tells how many of them were its frame's. */
export const tally = { leftOut: 0 };

/** The number, if that many bits hold it. */
function within(bits: number, value: bigint): bigint | undefined {
  return BigInt.asUintN(bits, value) === value ? value : undefined;
}

/** The digits of an unsigned number as JSON brought it; `undefined` when it is none, or lost precision. */
function digits(value: unknown, bits: number): string | undefined {
  const number = Number.isSafeInteger(value) ? BigInt(value as number) : value;
  return typeof number === 'bigint' ? within(bits, number)?.toString() : undefined;
}

/** A value that is converted, or refused where the conversion says undefined. `expected` names it in an error. */
export function reads<Out>(
  expected: string,
  convert: (value: unknown) => Out | undefined,
): v.GenericSchema<unknown, Out> {
  return v.pipe(
    v.unknown(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const value = convert(dataset.value);
      if (value !== undefined) return value;
      addIssue({ expected });
      return NEVER;
    }),
  );
}

/** A value that is kept as it is, if the test says so. `expected` names it in an error. */
export function checked<Out>(
  expected: string,
  isSo: (value: unknown) => boolean,
): v.GenericSchema<unknown, Out> {
  return reads(expected, (value) => (isSo(value) ? (value as Out) : undefined));
}

/** The first of the schemas that fits. */
export function oneOf<Out>(...options: v.GenericSchema<unknown, Out>[]): v.GenericSchema<unknown, Out> {
  return reads('one of its variants', (value) => {
    for (const option of options) {
      const result = v.safeParse(option, value, { abortEarly: true });
      if (result.success) return result.output;
    }
    return undefined;
  });
}

/** Where an issue lies, dotted; keys of maps are left out. */
export function pathOf({ path }: v.BaseIssue<unknown>): string {
  return (path ?? []).map((item) => String(item.key)).join('.');
}

/** One loop that checks and copies: a schema per number would take seconds on a message of 4 MB. */
function bytesFromArray(value: unknown): Uint8Array | undefined {
  if (!Array.isArray(value)) return undefined;
  const bytes = new Uint8Array(value.length);
  for (let i = 0; i < bytes.length; i++) {
    const byte: unknown = value[i];
    if (typeof byte !== 'number' || (byte & 255) !== byte) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}

/** From parsed JSON to memory. A string where digits belong is refused, as the service refuses it. */
export const readers: Scalars = {
  u64: reads('u64', (value) => digits(value, 64)),
  u128: reads('u128', (value) => digits(value, 128)),
  bytes: reads('array of bytes', bytesFromArray),
  soft: (schema, fallback) =>
    v.fallback(schema, () => {
      tally.leftOut += 1;
      return fallback as never;
    }),
  rows: (schema) =>
    mapOf(schema, () => {
      tally.leftOut += 1;
    }),
};

function toBigInt(value: unknown, bits: number): string | undefined {
  if (typeof value !== 'string' || !/^(0|[1-9]\d{0,38})$/.test(value)) return undefined;
  // What comes out is a bigint, which the writer prints as digits; the type is the one of the readers so that
  // one table of shapes serves both directions.
  return within(bits, BigInt(value)) as unknown as string | undefined;
}

/** From memory towards JSON. */
export const writers: Scalars = {
  u64: reads('u64 as digits', (value) => toBigInt(value, 64)),
  u128: reads('u128 as digits', (value) => toBigInt(value, 128)),
  bytes: reads('Uint8Array', (value) => (value instanceof Uint8Array ? value : undefined)),
  soft: (schema) => schema,
  rows: (schema) => mapOf(schema),
};

/** A hyphenated UUID, in lower case: ids are compared in one form. The brands keep apart whose it is. */
export const uuid = reads<string>('UUID', (value) =>
  isUuid(value) ? (value as string).toLowerCase() : undefined,
);
export const requestId = uuid as v.GenericSchema<unknown, RequestId>;

/**
 * An object as a map: any key, one schema for the values. The keys come from outside: `__proto__` and
 * `constructor` must be entries like any other, hence no prototype. A wrong entry spoils the map, unless somebody
 * wants to be told that it was left out.
 */
export function mapOf<Out>(
  schema: v.GenericSchema<unknown, Out>,
  leftOut?: () => void,
): v.GenericSchema<unknown, Record<string, Out>> {
  // The key of a wrong entry may be a person's: an error names the map and no entry.
  return reads('map', (value) => {
    if (!isObject(value)) return undefined;
    const map = Object.create(null) as Record<string, Out>;
    for (const [key, entry] of Object.entries(value)) {
      const result = v.safeParse(schema, entry, { abortEarly: true });
      if (result.success) map[key] = result.output;
      else if (leftOut) leftOut();
      else return undefined;
    }
    return map;
  });
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
