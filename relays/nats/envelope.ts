import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import type { AccountId } from '../../facts/ids.ts';
import { KEY_MARK_BYTES, RAW_KEY_BYTES, isPoint } from './key.ts';
import type { Bytes, OwnKeys, PublicKey } from './key.ts';

/*
 * The envelope at the relay, version 1. Numbers are big-endian.
 *
 *   offset  bytes  what
 *        0      1  version: 1
 *        1     65  the sender's public key, raw: the claim that the seal proves
 *       66      8  which key of the recipient it is sealed for: the first bytes of that key's SHA-256
 *       74     65  HPKE's encapsulated key
 *      139      1  n: how many bytes the id has (1 to 255)
 *      140      n  the id, UTF-8
 *    140+n   rest  sealed: 8 bytes of the time of sealing (milliseconds since the epoch, as a float64) and the body
 *
 * HPKE (RFC 9180) in Auth mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, one message per context. The
 * additional data bind what stands outside the seal: version, both accounts and the id. Both public keys are bound by
 * HPKE itself.
 */
const VERSION = 1;
const ENC_BYTES = 65;
const TAG_BYTES = 16;
const TIME_BYTES = 8;
const KEY_AT = 1;
const MARK_AT = KEY_AT + RAW_KEY_BYTES;
const ENC_AT = MARK_AT + KEY_MARK_BYTES;
const ID_AT = ENC_AT + ENC_BYTES;
/** The longest id, in bytes of UTF-8. */
export const ID_BYTES = 255;
/** The overhead of an envelope without the id. */
export const OVERHEAD = ID_AT + 1 + TIME_BYTES + TAG_BYTES;

const INFO = new TextEncoder().encode('p2p-elements relay envelope 1');
const suite = new CipherSuite({
  kem: new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

/** The unverified parts of an envelope. */
export interface SealedEnvelope {
  readonly id: string;
  /** The claimed sender's raw public key. */
  readonly sender: Bytes;
  /** Which key it is sealed for. */
  readonly mark: Bytes;
  readonly enc: Bytes;
  readonly sealed: Bytes;
}

/** What the seal proves: the author (the holder of the key), the time, and the body. */
export interface OpenedEnvelope {
  /** The sender's own clock, in milliseconds since the epoch. */
  readonly sealedAt: number;
  readonly body: Uint8Array;
}

/** The address of an envelope: sender, recipient and id. */
export interface Address {
  readonly from: AccountId;
  readonly to: AccountId;
  readonly id: string;
}

/** Seals a body for one recipient, so that only they can open it and can tell who sealed it. */
export async function seal(
  { from, to, id }: Address,
  { body, sealedAt }: OpenedEnvelope,
  own: { readonly keys: OwnKeys; readonly key: PublicKey },
  recipient: PublicKey,
): Promise<Bytes> {
  const name = new TextEncoder().encode(id);
  const plain = new Uint8Array(TIME_BYTES + body.length);
  new DataView(plain.buffer).setFloat64(0, sealedAt);
  plain.set(body, TIME_BYTES);
  const { ct, enc } = await suite.seal(
    { recipientPublicKey: recipient.key, senderKey: own.keys.pair, info: INFO.buffer },
    plain.buffer,
    additional(from, to, id).buffer,
  );
  const bytes = new Uint8Array(ID_AT + 1 + name.length + ct.byteLength);
  bytes[0] = VERSION;
  bytes.set(own.key.raw, KEY_AT);
  bytes.set(recipient.mark, MARK_AT);
  bytes.set(new Uint8Array(enc), ENC_AT);
  bytes[ID_AT] = name.length;
  bytes.set(name, ID_AT + 1);
  bytes.set(new Uint8Array(ct), ID_AT + 1 + name.length);
  return bytes;
}

/** Parses an envelope from anybody. Never throws. */
export function parseEnvelope(bytes: Uint8Array): SealedEnvelope | 'malformed' | 'unsupported' {
  if (bytes.length === 0) return 'malformed';
  if (bytes[0] !== VERSION) return 'unsupported';
  const length = bytes[ID_AT] ?? 0;
  const sealedAt = ID_AT + 1 + length;
  if (length === 0 || bytes.length < sealedAt + TIME_BYTES + TAG_BYTES) return 'malformed';
  let id: string;
  try {
    id = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      bytes.subarray(ID_AT + 1, sealedAt),
    );
  } catch {
    return 'malformed';
  }
  const part = (start: number, end?: number): Bytes => new Uint8Array(bytes.subarray(start, end));
  return {
    id,
    sender: part(KEY_AT, MARK_AT),
    mark: part(MARK_AT, ENC_AT),
    enc: part(ENC_AT, ID_AT),
    sealed: part(sealedAt),
  };
}

/** Opens an envelope; null unless the holder of `sender` sealed exactly this, from and to these, for our key. */
export async function open(
  envelope: SealedEnvelope,
  { from, to }: { readonly from: AccountId; readonly to: AccountId },
  own: OwnKeys,
  sender: PublicKey,
): Promise<OpenedEnvelope | null> {
  const { id, enc, sealed } = envelope;
  // HPKE leaves this to WebCrypto, which does not look in every engine. See isPoint.
  if (!isPoint(enc) || !isPoint(sender.raw)) return null;
  try {
    const plain = await suite.open(
      { recipientKey: own.pair, senderPublicKey: sender.key, enc: enc.buffer, info: INFO.buffer },
      sealed.buffer,
      additional(from, to, id).buffer,
    );
    const sealedAt = new DataView(plain).getFloat64(0);
    if (!Number.isFinite(sealedAt)) return null;
    return { sealedAt, body: new Uint8Array(plain, TIME_BYTES) };
  } catch {
    // Any error means that nothing is proven.
    return null;
  }
}

/** A CID has digits only and the id comes last, so that no two addresses give the same text. */
function additional(from: AccountId, to: AccountId, id: string): Bytes {
  return new TextEncoder().encode(`${VERSION}/${from}/${to}/${id}`);
}

/**
 * The id by which the relay's server tells a repetition: the same for the same envelope of the same account, and
 * known to nobody else, so that no stranger can take it first.
 */
export async function repetitionMark({ to, id }: Address, { marker }: OwnKeys): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', marker, new TextEncoder().encode(`${to}/${id}`)));
}
