import { expect } from '@open-wc/testing';
import { cid } from '../../protocol/cid.ts';
import { OVERHEAD, open, parseEnvelope, repetitionMark, seal } from '../../relays/nats/envelope.ts';
import type { SealedEnvelope } from '../../relays/nats/envelope.ts';
import { makeKeys, parseKey, publicHalf, publicKey, sameBytes } from '../../relays/nats/key.ts';
import type { PublicKey } from '../../relays/nats/key.ts';
import type { Own } from '../../relays/nats/trust.ts';

const [ALICE, BOB, CAROL] = [cid('1'), cid('18446744073709551615'), cid('3')];
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

async function owner(): Promise<Own> {
  const keys = await makeKeys();
  return { keys, key: await publicHalf(keys) };
}

describe('A key of the relay', () => {
  it('cannot be exported, neither the private key nor the one that marks repetitions', async () => {
    const { pair, marker } = await makeKeys();
    expect([pair.privateKey.extractable, marker.extractable]).to.deep.equal([false, false]);
    expect(pair.privateKey.usages).to.deep.equal(['deriveBits']);
    for (const format of ['jwk', 'pkcs8'] as const) {
      const error = await crypto.subtle.exportKey(format, pair.privateKey).catch((cause: unknown) => cause);
      expect((error as DOMException).name).to.equal('InvalidAccessError');
    }
  });

  it('is encoded as one text and decoded again', async () => {
    const { key } = await owner();
    expect(key.text).to.match(/^p256\.[\w-]{87}$/);
    const back = await parseKey(key.text);
    expect(back?.fingerprint).to.equal(key.fingerprint);
    expect(sameBytes(back!.raw, key.raw)).to.equal(true);
  });

  it('has a fingerprint that follows from its bytes alone: six groups of five digits of its SHA-256', async () => {
    // The base point of the curve; the digits were worked out with another program.
    const base =
      '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296' +
      '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5';
    const raw = Uint8Array.from(base.match(/../g)!, (hex) => parseInt(hex, 16));
    expect((await publicKey(raw))!.fingerprint).to.equal('60092 44959 67056 49099 95110 61852');
  });

  it('is not decoded from other texts and bytes', async () => {
    const { key } = await owner();
    const otherLast = key.text.at(-1) === 'A' ? 'B' : String.fromCharCode(key.text.charCodeAt(91) + 1);
    const texts = [null, 7, '', 'p256.', key.text.slice(5), `${key.text}A`, `P256${key.text.slice(4)}`];
    for (const text of [...texts, `p256.${'A'.repeat(87)}`, key.text.slice(0, -1) + otherLast])
      expect(await parseKey(text), String(text)).to.equal(null);
    const offCurve = key.raw.slice();
    offCurve[64]! ^= 1;
    for (const raw of [new Uint8Array(0), key.raw.slice(1), new Uint8Array(65), offCurve])
      expect(await publicKey(raw)).to.equal(null);
  });
});

const textOfKey = (bytes: Uint8Array): string =>
  `p256.${btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')}`;
const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
/** 0x04 and two coordinates. */
const point = (x: bigint, y: bigint): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(
    `04${x.toString(16).padStart(64, '0')}${y.toString(16).padStart(64, '0')}`.match(/../g)!,
    (hex) => parseInt(hex, 16),
  );
const FIELD = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;

/** Points that are not on the curve, or are not written as they must be. */
function falsePoints(good: Uint8Array): Uint8Array<ArrayBuffer>[] {
  const [x, y] = [BigInt(`0x${hexOf(good.subarray(1, 33))}`), BigInt(`0x${hexOf(good.subarray(33))}`)];
  const firsts = [0, 2, 3, 5, 6, 7].map((first) => Uint8Array.of(first, ...good.subarray(1)));
  const corrupted = Array.from({ length: 64 }, (_, at) => {
    const bytes = new Uint8Array(good);
    bytes[at + 1]! ^= 1 << (at % 8);
    return bytes;
  });
  // The point of a small x that is on the curve, written with the x above the field.
  const small = 5n;
  const smallY = 0x459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbccn;
  return [
    ...firsts,
    ...corrupted,
    point(0n, 0n),
    // Of order 2, on another curve of the same shape: what deriveBits makes of it is the key's lowest bit.
    point(x, 0n),
    point(y, x),
    point(FIELD, FIELD),
    point(small + FIELD, smallY),
    point(2n ** 256n - 1n, 2n ** 256n - 1n),
    Uint8Array.of(...good, 0),
    new Uint8Array(good.subarray(0, 64)),
    new Uint8Array(0),
  ];
}

describe('A key that others send', () => {
  /** Runs with an engine that takes everything for a key and says what was done with one. */
  async function credulous<T>(run: (calls: string[]) => Promise<T>): Promise<T> {
    const calls: string[] = [];
    const { subtle } = crypto;
    const some = (await makeKeys()).pair.publicKey;
    const real = { importKey: subtle.importKey.bind(subtle), deriveBits: subtle.deriveBits.bind(subtle) };
    Object.defineProperties(subtle, {
      importKey: {
        configurable: true,
        value: async (...args: Parameters<SubtleCrypto['importKey']>) => {
          if (args[0] === ('raw' as string) && (args[1] as unknown as Uint8Array).byteLength >= 64)
            calls.push('importKey');
          return real.importKey(...args).catch(() => some);
        },
      },
      deriveBits: {
        configurable: true,
        value: (...args: Parameters<SubtleCrypto['deriveBits']>) => {
          calls.push('deriveBits');
          return real.deriveBits(...args);
        },
      },
    });
    try {
      return await run(calls);
    } finally {
      Reflect.deleteProperty(subtle, 'importKey');
      Reflect.deleteProperty(subtle, 'deriveBits');
    }
  }

  it('is validated before any use: the base point and x = 5 are on the curve, and invalid points never reach WebCrypto', async () => {
    const { key } = await owner();
    const onCurve = point(5n, 0x459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbccn);
    expect(await publicKey(onCurve)).not.to.equal(null);
    await credulous(async (calls) => {
      for (const bytes of falsePoints(key.raw)) {
        expect(await publicKey(bytes), hexOf(bytes)).to.equal(null);
        if (bytes.length === 65) expect(await parseKey(textOfKey(bytes)), hexOf(bytes)).to.equal(null);
      }
      expect(calls).to.deep.equal([]);
    });
  });

  it('derives nothing from an invalid encapsulated key, whatever the engine checks', async () => {
    const [alice, bob] = [await owner(), await owner()];
    const bytes = await seal(
      { from: ALICE, to: BOB, id: 'id' },
      { body: bytesOf('x'), sealedAt: 0 },
      alice,
      bob.key,
    );
    const envelope = parseEnvelope(bytes) as SealedEnvelope;
    await credulous(async (calls) => {
      for (const enc of falsePoints(envelope.enc))
        expect(
          await open({ ...envelope, enc }, { from: ALICE, to: BOB }, bob.keys, alice.key),
          hexOf(enc),
        ).to.equal(null);
      expect(calls).to.deep.equal([]);
      const whole = await open(envelope, { from: ALICE, to: BOB }, bob.keys, alice.key);
      expect(textOf(whole?.body)).to.equal('x');
      expect(calls).to.contain('deriveBits');
    });
  });

  it('derives nothing from an invalid sender’s key either', async () => {
    const [alice, bob] = [await owner(), await owner()];
    const bytes = await seal(
      { from: ALICE, to: BOB, id: 'id' },
      { body: bytesOf('x'), sealedAt: 0 },
      alice,
      bob.key,
    );
    await credulous(async (calls) => {
      for (const raw of falsePoints(alice.key.raw))
        await open(parseEnvelope(bytes) as SealedEnvelope, { from: ALICE, to: BOB }, bob.keys, {
          ...alice.key,
          raw,
        });
      expect(calls).to.deep.equal([]);
    });
  });
});

describe('A sealed envelope', () => {
  let alice: Own;
  let bob: Own;
  let carol: Own;
  before(async () => {
    [alice, bob, carol] = [await owner(), await owner(), await owner()];
  });

  const letter = (text: string, id = 'id'): Promise<Uint8Array> =>
    seal({ from: ALICE, to: BOB, id }, { body: bytesOf(text), sealedAt: 1_234_567.5 }, alice, bob.key);
  function parsed(bytes: Uint8Array): SealedEnvelope {
    const envelope = parseEnvelope(bytes);
    if (typeof envelope === 'string') throw new Error(envelope);
    return envelope;
  }
  const opened = (bytes: Uint8Array, by = bob, from = ALICE, to = BOB, sender: PublicKey = alice.key) =>
    open(parsed(bytes), { from, to }, by.keys, sender);

  it('opens for its recipient, and contains the time of sealing', async () => {
    const bytes = await letter('the weather is fine', 'ïd');
    const { id, sender, mark } = parsed(bytes);
    expect(id).to.equal('ïd');
    expect(sameBytes(sender, alice.key.raw) && sameBytes(mark, bob.key.mark)).to.equal(true);
    const letters = await opened(bytes);
    expect(textOf(letters?.body)).to.equal('the weather is fine');
    expect(letters?.sealedAt).to.equal(1_234_567.5);
    expect(textOf(bytes)).not.to.contain('weather');
    expect(bytes.length).to.equal('the weather is fine'.length + OVERHEAD + bytesOf('ïd').length);
  });

  it('opens for no other recipient, sender or address', async () => {
    const bytes = await letter('secret');
    expect(await opened(bytes, carol)).to.equal(null);
    expect(await opened(bytes, bob, CAROL)).to.equal(null);
    expect(await opened(bytes, bob, ALICE, CAROL)).to.equal(null);
    expect(await opened(bytes, bob, ALICE, BOB, carol.key)).to.equal(null);
    // Sealed by somebody else who names Alice's key as the sender's.
    const forged = await seal(
      { from: ALICE, to: BOB, id: 'id' },
      { body: bytesOf('forged'), sealedAt: 0 },
      { keys: carol.keys, key: alice.key },
      bob.key,
    );
    expect(await opened(forged)).to.equal(null);
    expect(textOf((await opened(bytes))?.body)).to.equal('secret');
  });

  it('does not open when any one byte of it was changed', async () => {
    const bytes = await letter('secret');
    for (let at = 0; at < bytes.length; at += 1) {
      // Which key it is for, and whose it claims to be, are looked at before it is opened.
      if (at >= 1 && at < 74) continue;
      const changed = bytes.slice();
      changed[at]! ^= 1;
      const envelope = parseEnvelope(changed);
      if (typeof envelope === 'string') continue;
      expect(await open(envelope, { from: ALICE, to: BOB }, bob.keys, alice.key), `byte ${at}`).to.equal(
        null,
      );
    }
  });

  it('is never the same twice, and carries empty and large bodies', async () => {
    const [one, other] = [await letter('same'), await letter('same')];
    expect(sameBytes(one, other)).to.equal(false);
    expect((await opened(await letter('')))?.body.length).to.equal(0);
    const body = new Uint8Array(4_000_000).fill(7);
    const large = await seal({ from: ALICE, to: BOB, id: 'l' }, { body, sealedAt: 0 }, alice, bob.key);
    const back = await opened(large);
    expect(sameBytes(back!.body, body)).to.equal(true);
  });

  it('is not found in bytes that are truncated, of another version, or not UTF-8', async () => {
    const bytes = await letter('x');
    for (let end = 0; end < bytes.length; end += 1) {
      const cut = parseEnvelope(bytes.subarray(0, end));
      if (typeof cut === 'string') expect(cut).to.equal('malformed');
      else expect(await open(cut, { from: ALICE, to: BOB }, bob.keys, alice.key)).to.equal(null);
    }
    expect(parseEnvelope(Uint8Array.of(2, ...bytes.subarray(1)))).to.equal('unsupported');
    const badId = bytes.slice();
    badId[140] = 0xff;
    expect(parseEnvelope(badId)).to.equal('malformed');
  });

  it('does not open with an invalid time', async () => {
    const broken = await seal(
      { from: ALICE, to: BOB, id: 'id' },
      { body: bytesOf('x'), sealedAt: NaN },
      alice,
      bob.key,
    );
    expect(await opened(broken)).to.equal(null);
  });

  it('has a repetition mark that only its sender can make, one for each address', async () => {
    const mark = (own: Own, to = BOB, id = 'id') => repetitionMark({ from: ALICE, to, id }, own.keys);
    const first = await mark(alice);
    expect(sameBytes(first, await mark(alice))).to.equal(true);
    for (const other of [mark(carol), mark(alice, CAROL), mark(alice, BOB, 'other')])
      expect(sameBytes(first, await other)).to.equal(false);
  });
});
