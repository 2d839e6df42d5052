import * as v from 'valibot';
import type { MessageId } from '../facts/ids.ts';
import { MAX_INDEX, plausibleTime } from '../facts/outside.ts';
import type { Ranges } from '../facts/ranges.ts';
import { checked, pathOf, uuid } from './scalars.ts';

/*
 * What our own clients say to each other inside a message's bytes (protocol.md D): versioned JSON in UTF-8, so
 * that any route can carry it. Nothing in a payload says who sent it: the route does.
 */

/** The version that this library writes. Others are recognised, counted and left alone. */
export const PAYLOAD_VERSION = 1;

/** The longest text of one message, in UTF-16 code units; the bytes have their own limit on the wire. */
const MAX_TEXT = 4_000_000;

/** Every number but a time counts something: nothing that can be counted is higher. */
function isWhole(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) <= MAX_INDEX;
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length <= longest;
}

const flag = v.boolean();
const messageId = uuid as v.GenericSchema<unknown, MessageId>;
const stream = checked<string>('stream', (value) => isText(value, 64) && value !== '');
const index = checked<number>('index', (value) => isWhole(value) && value > 0);
const count = checked<number>('count', (value) => isWhole(value) && value >= 0);
const time = checked<number>('time', Number.isFinite);
const text = checked<string>('text', (value) => isText(value, MAX_TEXT));
const note = checked<string>('note', (value) => isText(value, 200));
/** How many ranges a set has at most on the wire: of more, the newest are told. */
export const MAX_RANGES = 1_000;

/** Closed ranges of indices: ascending, with at least one index between two of them (facts/ranges.ts). */
const ranges = checked<Ranges>('ranges', (value) => {
  if (!Array.isArray(value) || value.length > MAX_RANGES) return false;
  let free = 1;
  return value.every((range: unknown) => {
    if (!Array.isArray(range) || range.length !== 2) return false;
    const [from, to] = range as unknown[];
    if (!isWhole(from) || !isWhole(to) || from < free || to < from) return false;
    free = to + 2;
    return true;
  });
});

const presence = v.looseObject({
  /** The person says that they are away. */
  away: v.optional(flag),
  /** A line in their own words. */
  note: v.optional(note),
});

/** A payload of one type, with what it carries. A field that it does not name is kept. */
const typed = <const Type extends string, Fields extends v.ObjectEntries>(type: Type, fields: Fields) =>
  v.looseObject({ v: v.literal(PAYLOAD_VERSION), type: v.literal(type), ...fields });

/** What each type carries. */
const schemas = {
  /** A message: its stream (made when the sender's side begins), and its index in it. */
  message: typed('message', {
    id: messageId,
    stream,
    index,
    text,
    sentAt: time,
    answers: v.optional(messageId),
  }),
  /**
   * The recipient has stored a message (`delivered`), or has had messages of a stream on the screen (`read`); `at` is
   * their own clock.
   */
  receipt: v.variant('kind', [
    typed('receipt', { kind: v.literal('delivered'), id: messageId, at: time }),
    typed('receipt', { kind: v.literal('read'), stream, ranges, at: time }),
  ]),
  /**
   * What is here of the other side's stream, and the own void indices. A question is answered by an answer;
   * an answer is not answered.
   */
  sync: typed('sync', {
    kind: v.picklist(['question', 'answer']),
    /**
     * The sender's own stream, its next index, the indices that will never be filled, and the index up to which
     * everything is delivered or void.
     */
    mine: v.looseObject({ stream, next: index, voids: ranges, settled: count }),
    /** The other side's stream, or null when nothing of theirs has arrived. */
    yours: v.nullable(
      v.looseObject({
        stream,
        /** What of it is stored, or will never come. */
        here: ranges,
        /** What of it was on the screen; absent while read receipts are off. */
        seen: v.optional(ranges),
      }),
    ),
    at: time,
    /** Absent while the person hides that they are there. */
    presence: v.optional(presence),
    /** The public key by which the sender's relay seals; worth something only over a channel, which proves who speaks. */
    key: v.optional(checked<string>('key', (value) => isText(value, 1_000))),
  }),
  typing: typed('typing', {}),
  presence: typed('presence', presence.entries),
  /** Applies to the sender's own message only. */
  edit: typed('edit', { id: messageId, text, at: time }),
  /** Applies to the sender's own message only. */
  delete: typed('delete', { id: messageId }),
  /** Last writer wins per (reactor, emoji). */
  reaction: typed('reaction', {
    id: messageId,
    emoji: stream,
    on: flag,
    at: time,
  }),
};

/** Anything that our own clients say. */
export type Payload = v.InferOutput<(typeof schemas)[keyof typeof schemas]>;
/** The payload of one type. */
export type PayloadOf<Type extends Payload['type']> = Extract<Payload, { type: Type }>;

/** What everything carries that takes an index of its sender's stream. */
const indexed = v.object({ id: messageId, stream, index });
export type Indexed = v.InferOutput<typeof indexed>;

/** What a body turned out to be. */
export type PayloadResult =
  | {
      readonly kind: 'payload';
      readonly payload: Payload;
      /** A time in it could not be so, and another one stands in its place. */
      readonly isCorrected?: true;
    }
  /**
   * One of ours, of a version or type that this library does not know. `indexed`: it takes an index of its stream as
   * a message does, null where it does not (or where the version is another).
   */
  | {
      readonly kind: 'unsupported';
      readonly version: number;
      readonly type: string;
      readonly indexed: Indexed | null;
    }
  /** One of ours by its looks, but wrong; `path` names the field, never its value. */
  | { readonly kind: 'malformed'; readonly type: string; readonly path: string }
  /** Somebody else's format: another client. */
  | { readonly kind: 'foreign' };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
const encoder = new TextEncoder();

/** The bytes of a payload. */
export function encodePayload(payload: Payload): Uint8Array {
  return encoder.encode(JSON.stringify(payload));
}

/**
 * What a body is. Never throws; hostile input ends as `foreign` or `malformed`. `now` is our own time: what has arrived
 * was not written later (facts/outside.ts).
 */
export function decodePayload(body: Uint8Array, now = Infinity): PayloadResult {
  const json = parse(body);
  if (json === null || typeof json !== 'object' || Array.isArray(json)) return { kind: 'foreign' };
  const { v: bodyVersion, type } = json as { v?: unknown; type?: unknown };
  if (typeof bodyVersion !== 'number' || typeof type !== 'string') return { kind: 'foreign' };
  if (bodyVersion !== PAYLOAD_VERSION || !Object.hasOwn(schemas, type)) {
    const found = bodyVersion === PAYLOAD_VERSION ? v.safeParse(indexed, json) : null;
    return {
      kind: 'unsupported',
      version: bodyVersion,
      type: type.slice(0, 64),
      indexed: found?.success ? found.output : null,
    };
  }
  // By its type: a variant of all schemas would try one after the other.
  const schema: v.GenericSchema<unknown, Payload> = schemas[type as keyof typeof schemas];
  const result = v.safeParse(schema, json, { abortEarly: true });
  if (!result.success) return { kind: 'malformed', type, path: pathOf(result.issues[0]) };
  return corrected(result.output, now);
}

function corrected(payload: Payload, now: number): PayloadResult {
  for (const name of ['sentAt', 'at'] as const) {
    const claimed = (payload as Partial<Record<typeof name, number>>)[name];
    if (claimed === undefined) continue;
    const time = plausibleTime(claimed, now);
    if (time !== claimed)
      return { kind: 'payload', payload: { ...payload, [name]: time }, isCorrected: true };
  }
  return { kind: 'payload', payload };
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    return null;
  }
}
