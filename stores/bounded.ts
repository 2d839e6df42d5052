import type { Clock } from '../ports/clock.ts';
import type { Storage, StorageErrorCode } from '../ports/storage.ts';

/** After this long without an answer this device is said to have failed: a database can hang for ever. */
const TIMEOUT_MS = 10_000;

/** A storage that always answers. */
export interface BoundedStorage {
  readonly storage: Storage;
  /** The page goes on without it: nothing of it is read or written any more, and nothing is waited for. */
  abandon(): void;
}

/** The storage, with an end to every wait: a hanging database is a failure of this device, not of the other side. */
export function bounded(storage: Storage, clock: Clock): BoundedStorage {
  const waiting = new Set<(error: Error) => void>();
  let isAbandoned = false;

  const bound = (result: unknown): unknown =>
    result instanceof Promise
      ? new Promise((resolve, reject) => {
          const timer = clock.setTimeout(
            () => reject(failure('timeout', 'This device did not answer in time.')),
            TIMEOUT_MS,
          );
          waiting.add(reject);
          void result.then(resolve, reject).finally(() => {
            clock.clearTimeout(timer);
            waiting.delete(reject);
          });
        })
      : result;

  return {
    storage: new Proxy(storage, {
      get: (target, name: keyof Storage) => {
        const method = target[name] as ((...parts: unknown[]) => unknown) | undefined;
        if (!method) return method;
        return (...parts: unknown[]) =>
          isAbandoned && WAITED_FOR.has(name)
            ? Promise.reject(unsaved())
            : bound(method.apply(target, parts));
      },
    }),
    abandon() {
      isAbandoned = true;
      for (const reject of [...waiting]) reject(unsaved());
    },
  };
}

const WAITED_FOR = new Set<keyof Storage>([
  ...(['accounts', 'requests', 'conversations', 'history', 'stream', 'message'] as const),
  ...(['open', 'write', 'wipe'] as const),
]);

function failure(code: StorageErrorCode, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** The words of a browser that keeps nothing: what is on screen is all there is. */
function unsaved(): Error {
  return failure('unavailable', 'Nothing is saved until this page is loaded again.');
}
