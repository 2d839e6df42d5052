/**
 * A pause with full jitter, in milliseconds: up to `base` doubled for every failure, never beyond `longest`. `random`
 * is at least 0 and below 1.
 */
export function backOff(random: number, failures: number, base: number, longest: number): number {
  return random * Math.min(longest, base * 2 ** Math.min(failures, 20));
}
