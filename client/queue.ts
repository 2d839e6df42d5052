/**
 * Runs jobs one after the other per key; different keys run side by side. A job must not reject.
 * A queue that has run empty leaves nothing behind.
 */
export function createQueues(): <Result>(key: string, job: () => Promise<Result>) => Promise<Result> {
  const tails = new Map<string, Promise<unknown>>();

  return (key, job) => {
    const before = tails.get(key);
    // The first of a queue starts at once, in the caller's turn: no frame waits for a microtask without need.
    const result = before ? before.then(job) : job();
    tails.set(key, result);
    void result.then(() => {
      if (tails.get(key) === result) tails.delete(key);
    });
    return result;
  };
}
