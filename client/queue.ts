/**
 * Runs jobs one after the other per key; different keys run side by side. A job must not reject.
 * A queue that has run empty leaves nothing behind.
 */
export class SerialQueues {
  readonly #tails = new Map<string, Promise<unknown>>();

  run<Result>(key: string, job: () => Promise<Result>): Promise<Result> {
    const before = this.#tails.get(key);
    // The first of a queue starts at once, in the caller's turn: no frame waits for a microtask without need.
    const result = before ? before.then(job) : job();
    this.#tails.set(key, result);
    void result.then(() => {
      if (this.#tails.get(key) === result) this.#tails.delete(key);
    });
    return result;
  }
}
