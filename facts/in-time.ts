/** What it takes of a `Clock`. */
interface Timers {
  setTimeout(run: () => void, delay: number): unknown;
  clearTimeout(handle: unknown): void;
}

/**
 * Runs what may take for ever, or may throw at once: after `delay` milliseconds without an answer, what `late` returns
 * or throws is the answer. Also bounds promises of other realms and of libraries that replace Promise. As long as the wait
 * lasts, `waits` has what ends it with an error.
 */
export function inTime<Value>(
  clock: Timers,
  delay: number,
  run: () => Value | PromiseLike<Value>,
  late: () => Value,
  waits: Set<(error: Error) => void> = new Set(),
): Promise<Value> {
  return new Promise((resolve, reject) => {
    waits.add(reject);
    const timer = clock.setTimeout(() => void attempt(late).then(resolve, reject), delay);
    void attempt(run)
      .then(resolve, reject)
      .finally(() => {
        clock.clearTimeout(timer);
        waits.delete(reject);
      });
  });
}

/** `Promise.try`, which not every browser has yet. */
function attempt<Value>(run: () => Value | PromiseLike<Value>): Promise<Value> {
  try {
    return Promise.resolve(run());
  } catch (error) {
    return Promise.reject(error as Error);
  }
}
