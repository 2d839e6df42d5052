import type { AccountId } from '../facts/ids.ts';
import { cid } from '../protocol/cid.ts';

/*
 * SHA3-256, for account ids only: the service derives a CID from the name. Written out because the browser's own
 * crypto has no SHA3, and a simulator should not cost its users a dependency.
 */

const RATE = 136;
const MASK = (1n << 64n) - 1n;

const ROTATIONS = [
  0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14,
] as const;

function rotate(lane: bigint, by: number): bigint {
  return by === 0 ? lane : ((lane << BigInt(by)) | (lane >> BigInt(64 - by))) & MASK;
}

/** The 24 round constants, from the linear feedback register that the standard defines them by. */
const ROUND_CONSTANTS: readonly bigint[] = (() => {
  let register = 1;
  const bit = (): boolean => {
    const out = (register & 1) === 1;
    register = (register << 1) ^ (register & 0x80 ? 0x171 : 0);
    return out;
  };
  return Array.from({ length: 24 }, () => {
    let constant = 0n;
    for (let j = 0; j < 7; j++) if (bit()) constant |= 1n << BigInt((1 << j) - 1);
    return constant;
  });
})();

function permute(state: bigint[]): void {
  const at = (index: number): bigint => state[index] ?? 0n;
  for (const constant of ROUND_CONSTANTS) {
    const parity = [0, 1, 2, 3, 4].map((x) => at(x) ^ at(x + 5) ^ at(x + 10) ^ at(x + 15) ^ at(x + 20));
    for (let i = 0; i < 25; i++) {
      const x = i % 5;
      state[i] = at(i) ^ (parity[(x + 4) % 5] ?? 0n) ^ rotate(parity[(x + 1) % 5] ?? 0n, 1);
    }
    const moved: bigint[] = Array.from({ length: 25 }, () => 0n);
    for (let x = 0; x < 5; x++) {
      for (let y = 0; y < 5; y++) {
        moved[y + 5 * ((2 * x + 3 * y) % 5)] = rotate(at(x + 5 * y), ROTATIONS[x + 5 * y] ?? 0);
      }
    }
    for (let i = 0; i < 25; i++) {
      const row = i - (i % 5);
      const next = (step: number): bigint => moved[row + ((i + step) % 5)] ?? 0n;
      state[i] = next(0) ^ (~next(1) & MASK & next(2));
    }
    state[0] = at(0) ^ constant;
  }
}

/** The 32 bytes of SHA3-256. */
export function sha3(input: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((input.length + 1) / RATE) * RATE);
  padded.set(input);
  padded[input.length] = 0x06;
  padded[padded.length - 1] = (padded[padded.length - 1] ?? 0) | 0x80;
  const state: bigint[] = Array.from({ length: 25 }, () => 0n);
  const view = new DataView(padded.buffer);
  for (let block = 0; block < padded.length; block += RATE) {
    for (let lane = 0; lane < RATE / 8; lane++) {
      state[lane] = (state[lane] ?? 0n) ^ view.getBigUint64(block + lane * 8, true);
    }
    permute(state);
  }
  const output = new DataView(new ArrayBuffer(32));
  for (let lane = 0; lane < 4; lane++) output.setBigUint64(lane * 8, state[lane] ?? 0n, true);
  return new Uint8Array(output.buffer);
}

/** The CID that the service gives a username: the first eight bytes, big-endian, of its SHA3-256. */
export function cidOf(username: string): AccountId {
  const digest = sha3(new TextEncoder().encode(username));
  return cid(new DataView(digest.buffer).getBigUint64(0).toString());
}
