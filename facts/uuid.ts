import type { MessageId, RequestId } from './ids.ts';

function format(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function stamp(bytes: Uint8Array, version: number): Uint8Array {
  if (bytes.length !== 16) throw new RangeError('A UUID is made of 16 bytes.');
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
  let rest = Math.max(0, Math.floor(now));
  for (let position = 5; position >= 0; position -= 1) {
    id[position] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  id[6] = (sequence >>> 8) & 0x0f;
  id[7] = sequence & 0xff;
  return format(stamp(id, 7)) as MessageId;
}
