/**
 * One browser, one socket: the tab that holds the lock leads. Another tab on the same service says so and opens
 * no socket; it takes its turn when the first one is closed. Where a page has no Web Locks (an insecure origin),
 * nothing can be known of other tabs and every tab opens its own socket.
 */
export interface TabLocks {
  request(
    name: string,
    options: { ifAvailable?: boolean; signal?: AbortSignal },
    hold: (lock: unknown) => Promise<void> | undefined,
  ): Promise<unknown>;
}

/**
 * Calls `lead` once this tab leads, and `follow` first where another one does.
 * Returns the function that lets go, also of the place in the queue.
 */
export function leadTab(
  locks: TabLocks | null,
  name: string,
  lead: () => void,
  follow: () => void,
): () => void {
  if (!locks) {
    lead();
    return () => undefined;
  }
  const queue = new AbortController();
  const { signal } = queue;
  let letGo = (): void => queue.abort();
  const request = (options: { ifAvailable: true } | { signal: AbortSignal }): void => {
    locks
      .request(name, options, (lock) => {
        if (signal.aborted) return undefined;
        if (lock)
          return new Promise((resolve) => {
            letGo = resolve;
            lead();
          });
        follow();
        request({ signal });
        return undefined;
      })
      // A page that may not use locks (a sandboxed frame) rejects: the same as having none.
      .catch(() => signal.aborted || lead());
  };
  request({ ifAvailable: true });
  return () => letGo();
}
