import type { AccountId } from '../facts/ids.ts';

/*
 * The CID, a Citadel service's id of an account: an unsigned 64-bit number on the wire. JavaScript numbers cannot hold
 * it, so everywhere except inside the codec it is its decimal digits.
 */

const U64_MAX = 18_446_744_073_709_551_615n;

/** The service itself, in a frame that names nobody. */
export const NOBODY = '0' as AccountId;

/** Whether the text is the canonical decimal form of an unsigned 64-bit number. */
export function isCid(value: unknown): value is AccountId {
  return typeof value === 'string' && /^(0|[1-9]\d{0,19})$/.test(value) && BigInt(value) <= U64_MAX;
}

/**
 * The text as a CID.
 * @throws TypeError when it is not the canonical decimal form of an unsigned 64-bit number.
 */
export function cid(value: string): AccountId {
  if (!isCid(value)) throw new TypeError('A CID must be the decimal digits of a u64.');
  return value;
}

/** The order of two CIDs, which is that of their numbers. */
export function compareCids(a: AccountId, b: AccountId): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
