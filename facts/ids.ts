/**
 * The three kinds of id, branded so that the compiler keeps them apart.
 *
 * A CID is an unsigned 64-bit number on the wire. JavaScript numbers cannot hold it, so everywhere except
 * inside the codec it is its decimal digits: exact as attribute, map key, database key and log text.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** An account's id: the decimal digits of an unsigned 64-bit number, without leading zeros. */
export type Cid = Branded<'Cid'>;
/** A request's id: a hyphenated lower-case UUID, made by the client for every request. */
export type RequestId = Branded<'RequestId'>;
/** A message's id: a UUID v7 made by the sender. Row key, retry key and de-duplication key for ever. */
export type MessageId = Branded<'MessageId'>;

const U64_MAX = 18_446_744_073_709_551_615n;

/** Whether the text is the canonical decimal form of an unsigned 64-bit number. */
export function isCid(value: unknown): value is Cid {
  return typeof value === 'string' && /^(0|[1-9]\d{0,19})$/.test(value) && BigInt(value) <= U64_MAX;
}

/**
 * The text as a CID.
 * @throws TypeError when it is not the canonical decimal form of an unsigned 64-bit number.
 */
export function cid(value: string): Cid {
  if (!isCid(value)) throw new TypeError('A CID is the digits of a u64.');
  return value;
}

/** Whether the text is a hyphenated UUID, in either case. */
export function isUuid(value: unknown): boolean {
  return (
    typeof value === 'string' && /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(value)
  );
}

/** Which of two CIDs is the lower number: the side that dials at once (delivery.md 5). */
export function isLowerCid(a: Cid, b: Cid): boolean {
  return a.length === b.length ? a < b : a.length < b.length;
}

/** One conversation, seen from one account of ours. */
export interface Pair {
  readonly account: Cid;
  readonly peer: Cid;
}

/** The map key of a pair. */
export function pairKey(account: Cid, peer: Cid): string {
  return `${account}/${peer}`;
}
