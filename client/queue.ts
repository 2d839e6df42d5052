/** Runs jobs in sequence per key; different keys run concurrently. A job must not reject. An empty queue is removed. */
export function createQueues(): <Result>(key: string, job: () => Promise<Result>) => Promise<Result> {
  const tails = new Map<string, Promise<unknown>>();

  return (key, job) => {
    const before = tails.get(key);
    // The first job of a queue starts synchronously, so that no frame waits for a microtask.
    const result = before ? before.then(job) : job();
    tails.set(key, result);
    void result.then(() => {
      if (tails.get(key) === result) tails.delete(key);
    });
    return result;
  };
}
