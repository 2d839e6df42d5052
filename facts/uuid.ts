import type { MessageId, RequestId } from './ids.ts';

function format(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function stamp(bytes: Uint8Array, version: number): Uint8Array {
  if (bytes.length !== 16) throw new RangeError('A UUID has 16 bytes.');
  bytes[6] = (bytes[6]! & 0x0f) | (version << 4);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes;
}

/** A request id: a random UUID (RFC 9562, version 4) of 16 random bytes. */
export function requestIdOf(bytes: Uint8Array): RequestId {
  return format(stamp(Uint8Array.from(bytes), 4)) as RequestId;
}

/**
 * A message id: a UUID v7 (RFC 9562) of the time and 16 random bytes. `sequence` counts the ids made in one
 * millisecond, so that ids of one maker sort in the order in which they were made.
 */
export function messageIdOf(now: number, sequence: number, bytes: Uint8Array): MessageId {
  const id = Uint8Array.from(bytes);
  // 48 bits of time, and behind the version twelve of the sequence.
  const head = (BigInt(Math.max(0, Math.floor(now))) << 16n) | BigInt(sequence & 0xfff);
  new DataView(id.buffer).setBigUint64(0, head);
  return format(stamp(id, 7)) as MessageId;
}

/** How many ids one millisecond has room for: the bits of the sequence. */
export const IDS_PER_MS = 0x1000;

/** When an id says that it was made, and in which place within that millisecond; null for one without a time. */
export function orderOf(id: string): { readonly at: number; readonly sequence: number } | null {
  const [, high, low, sequence] = /^([\da-f]{8})-([\da-f]{4})-7([\da-f]{3})-/i.exec(id) ?? [];
  if (high === undefined) return null;
  return { at: parseInt(`${high}${low!}`, 16), sequence: parseInt(sequence!, 16) };
}
