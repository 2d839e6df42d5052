/**
 * The three kinds of id, branded so that the compiler keeps them apart.
 *
 * An account's id is made by its backend and means nothing here: it is compared with others and shown, never read.
 * That of a Citadel service is an unsigned 64-bit number, the CID (protocol/cid.ts).
 */
/** There is no such property. Not a unique symbol: declarations of inferred types could not name it. */
type Branded<Name extends string> = string & { readonly __brand: Name };

/** An account's id, as its backend makes it: 1 to 128 visible ASCII characters without `/`. */
export type AccountId = Branded<'AccountId'>;
/** A request's id: a hyphenated lower-case UUID, made by the client for every request. */
export type RequestId = Branded<'RequestId'>;
/** A message's id: a UUID v7 made by the sender. Row key, retry key and de-duplication key for ever. */
export type MessageId = Branded<'MessageId'>;

/** Whether the value can be an account's id: exact as attribute, map key, part of a pair's key, and log text. */
export function isAccountId(value: unknown): value is AccountId {
  return typeof value === 'string' && /^[!-.0-~]{1,128}$/.test(value);
}

/** Whether the text is a hyphenated UUID, in either case. */
export function isUuid(value: unknown): boolean {
  return (
    typeof value === 'string' && /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(value)
  );
}

/** One conversation, seen from one account of ours. */
export interface Pair {
  readonly account: AccountId;
  readonly peer: AccountId;
}

/** The pair of a key. */
export function pairOf(key: string): Pair {
  const [account, peer] = key.split('/') as [AccountId, AccountId];
  return { account, peer };
}

/** The map key of a pair; `/` is in no id. */
export function pairKey(account: AccountId, peer: AccountId): string {
  return `${account}/${peer}`;
}
