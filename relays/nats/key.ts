/*
 * DHKEM(P-256, HKDF-SHA256): ECDH over P-256 is the curve that WebCrypto has had, non-extractable and storable in
 * IndexedDB, in every engine for a decade; X25519 came to the last of them only recently.
 */
const CURVE = { name: 'ECDH', namedCurve: 'P-256' } as const;
/** An uncompressed point: 0x04 and both coordinates. */
export const RAW_KEY_BYTES = 65;
/** How many bytes of a key's SHA-256 name it inside an envelope. */
export const KEY_MARK_BYTES = 8;
/** The prefix of an encoded key; another curve would get another one. */
const PREFIX = 'p256.';

/** Bytes for WebCrypto: never a view of shared memory. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** An account's own keys. Neither private key can be exported, not even by this page. */
export interface OwnKeys {
  /** ECDH P-256; the private half is not extractable. */
  readonly pair: { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey };
  /** HMAC-SHA-256, not extractable: makes the relay's de-duplication ids, so that nobody else can take one. */
  readonly marker: CryptoKey;
}

/** A public key, with everything that is needed of it synchronously. */
export interface PublicKey {
  /** The raw uncompressed point. */
  readonly raw: Bytes;
  /** The encoded key: `p256.` and the raw key in base64url. */
  readonly text: string;
  /** The fingerprint that people compare: six groups of five digits. */
  readonly fingerprint: string;
  /** The first eight bytes of its SHA-256: which key an envelope is sealed for. */
  readonly mark: Bytes;
  readonly key: CryptoKey;
}

/** New keys for an account. */
export async function makeKeys(): Promise<OwnKeys> {
  const { subtle } = crypto;
  const [pair, marker] = await Promise.all([
    // 'deriveBits' is all that HPKE needs; the public half is extractable whatever is said here.
    subtle.generateKey(CURVE, false, ['deriveBits']),
    subtle.generateKey({ name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign']),
  ]);
  return { pair: { publicKey: pair.publicKey, privateKey: pair.privateKey }, marker };
}

/** The public half of an account's own keys. */
export async function publicHalf({ pair }: OwnKeys): Promise<PublicKey> {
  return described(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)), pair.publicKey);
}

/** Decodes a key from raw bytes; null if they are no point of the curve. */
export async function publicKey(bytes: Uint8Array): Promise<PublicKey | null> {
  if (!isPoint(bytes)) return null;
  const raw = new Uint8Array(bytes);
  try {
    return await described(raw, await crypto.subtle.importKey('raw', raw, CURVE, true, []));
  } catch {
    return null;
  }
}

/** Decodes a key from a text from anybody; null if it is invalid. */
export async function parseKey(text: unknown): Promise<PublicKey | null> {
  if (typeof text !== 'string' || !/^p256\.[\w-]{87}$/.test(text)) return null;
  const binary = atob(text.slice(PREFIX.length).replaceAll('-', '+').replaceAll('_', '/'));
  const key = await publicKey(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
  // One text per key: the last character has spare bits, and one key must not have two texts.
  return key?.text === text ? key : null;
}

/** The curve's field and the constant of its equation, y² = x³ − 3x + b (SP 800-186, 3.2.1.3). */
const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/**
 * Whether the bytes are an uncompressed point of the curve. WebKitGTK's importKey takes any two coordinates, and
 * deriving with a point that is not on the curve gives the private key away bit by bit: so nothing of anybody else's
 * reaches WebCrypto before this. The curve's cofactor is 1: each of its points has the full order, and the point at
 * infinity has no such encoding. Public data only: it does not take the same time for all.
 */
export function isPoint(bytes: Uint8Array): boolean {
  if (bytes.length !== RAW_KEY_BYTES || bytes[0] !== 4) return false;
  const number = (part: Uint8Array): bigint => part.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const [x, y] = [number(bytes.subarray(1, 33)), number(bytes.subarray(33))];
  return x < P && y < P && (y * y - x * x * x + 3n * x - B) % P === 0n;
}

async function described(raw: Bytes, key: CryptoKey): Promise<PublicKey> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', raw));
  return {
    raw,
    text: PREFIX + base64url(raw),
    fingerprint: fingerprintOf(hash),
    mark: hash.slice(0, KEY_MARK_BYTES),
    key,
  };
}

/**
 * Six groups of five digits, each from five bytes of the key's SHA-256 (big-endian, modulo 100,000): 99 bits, short
 * enough to be read out, and far too many to find a second key that has the same.
 */
function fingerprintOf(hash: Uint8Array): string {
  const groups: string[] = [];
  for (let start = 0; start < 30; start += 5) {
    const value = hash.subarray(start, start + 5).reduce((sum, byte) => sum * 256 + byte, 0);
    groups.push(String(value % 100_000).padStart(5, '0'));
  }
  return groups.join(' ');
}

/** Bytes as base64url without padding. */
export function base64url(bytes: Uint8Array): string {
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Whether both are the same bytes. Public data only: it does not take the same time for all. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
