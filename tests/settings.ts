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

/** Where among the cases of a seed a run begins, as fast-check names it: `SHARED_SEED=7 SHARED_PATH=3:1 npm test`. */
export function pathOf(kind: string): { readonly path?: string } {
  const path = globalThis.testSettings?.[`${kind.toUpperCase()}_PATH`];
  return path === undefined ? {} : { path };
}

/** Prints a line where the tests were started. */
export async function say(line: string): Promise<void> {
  await fetch(`/say?line=${encodeURIComponent(line)}`);
}
