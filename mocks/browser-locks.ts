import type { TabLocks } from '../ports/tabs.ts';

/** The page side of a lock request. */
interface LockUser {
  readonly isGone: boolean;
  /** Runs something in the browser's own process: in order, soon, whatever happens to the page meanwhile. */
  send(run: () => void): void;
  /** Delivers something to the page: in order, soon, or after its sleep. */
  receive(run: () => void): void;
}

/** One request for one lock. */
interface LockRequest {
  readonly name: string;
  readonly user: LockUser;
  readonly hold: (lock: unknown) => Promise<void> | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  isAborted: boolean;
}

/** The locks of one browser profile. */
interface LockManager {
  /** The locks as one page sees them. */
  locksOf(user: LockUser): TabLocks;
  /** The holder of a lock, or null. */
  holderOf(name: string): LockUser | null;
  /** Releases the locks and requests of a page that is gone. */
  drop(user: LockUser): void;
}

/** Exclusive Web Locks: first come, first served, except for stealing. */
export function createLockManager(): LockManager {
  const held = new Map<string, LockRequest>();
  const queues = new Map<string, LockRequest[]>();

  function enter(request: LockRequest, options: { ifAvailable?: boolean; steal?: boolean }): void {
    const { name, user } = request;
    if (user.isGone || request.isAborted) return;
    const queue = queues.get(name) ?? [];
    queues.set(name, queue);
    if (options.steal === true) {
      const robbed = held.get(name);
      robbed?.user.receive(() => robbed.reject(error('AbortError', 'The lock was stolen.')));
      return grant(request);
    }
    if (options.ifAvailable === true && (held.has(name) || queue.length > 0))
      return user.receive(() => run(request, null));
    queue.push(request);
    next(name);
  }

  function next(name: string): void {
    const queue = queues.get(name) ?? [];
    while (!held.has(name) && queue.length > 0) grant(queue.shift()!);
  }

  function grant(request: LockRequest): void {
    held.set(request.name, request);
    request.user.receive(() => {
      if (request.isAborted) request.user.send(() => release(request));
      else run(request, { name: request.name, mode: 'exclusive' });
    });
  }

  function run(request: LockRequest, lock: unknown): void {
    const letGo = (): void => {
      if (lock !== null) request.user.send(() => release(request));
    };
    new Promise((resolve) => resolve(request.hold(lock))).then(
      (value) => {
        letGo();
        request.resolve(value);
      },
      (reason: unknown) => {
        letGo();
        request.reject(reason);
      },
    );
  }

  function release(request: LockRequest): void {
    if (held.get(request.name) !== request) return;
    held.delete(request.name);
    next(request.name);
  }

  function locksOf(user: LockUser): TabLocks {
    return {
      request: (name, { ifAvailable, steal, signal }, hold) =>
        new Promise((resolve, reject) => {
          if (name.startsWith('-'))
            return reject(error('NotSupportedError', 'Names may not start with "-".'));
          if ((ifAvailable && steal) || (signal && (ifAvailable || steal)))
            return reject(error('NotSupportedError', 'These options do not go together.'));
          // The reason is whatever the page aborts with, as with the real ones.
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
          if (signal?.aborted) return reject(signal.reason);
          let hasRun = false;
          const request: LockRequest = {
            name,
            user,
            hold: (lock) => {
              hasRun = true;
              return hold(lock);
            },
            resolve,
            reject,
            isAborted: false,
          };
          signal?.addEventListener('abort', () => {
            if (hasRun) return;
            request.isAborted = true;
            reject(signal.reason as Error);
            user.send(() => {
              const queue = queues.get(name) ?? [];
              if (queue.includes(request)) queue.splice(queue.indexOf(request), 1);
              // Granted meanwhile without the page knowing: a page that sleeps must not keep the lock.
              else release(request);
            });
          });
          user.send(() => enter(request, { ifAvailable, steal }));
        }),
    };
  }

  return {
    locksOf,
    holderOf: (name) => held.get(name)?.user ?? null,
    drop(user) {
      for (const queue of queues.values())
        queue.splice(0, queue.length, ...queue.filter((request) => request.user !== user));
      for (const request of [...held.values()]) if (request.user === user) release(request);
    },
  };
}

function error(name: string, message: string): DOMException {
  return new DOMException(message, name);
}
