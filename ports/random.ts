/** Randomness, injected, so that a run can be repeated from its seed. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** `length` random bytes (for ids). */
  bytes(length: number): Uint8Array;
}
