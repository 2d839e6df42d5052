/** What the command line tells the tests that run in a browser, and what they tell it. */
declare global {
  /** Set by web-test-runner.config.mjs. */
  var testSettings: Readonly<Record<string, string>> | undefined;
}

/**
 * Seeds for that kind of run: fresh ones, or the one in the environment: `CHAOS_SEED=7 npm test`. Put them into
 * titles, so that a red run can be repeated.
 */
export function seedsOf(kind: string, count: number): readonly number[] {
  const given = globalThis.testSettings?.[`${kind.toUpperCase()}_SEED`];
  if (given !== undefined) return [Number(given)];
  return Array.from({ length: count }, () => Math.floor(Math.random() * 2 ** 31));
}

/** Prints a line where the tests were started. */
export async function say(line: string): Promise<void> {
  await fetch(`/say?line=${encodeURIComponent(line)}`);
}
