import { inTime } from '../facts/in-time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Storage, StorageErrorCode } from '../ports/storage.ts';

/** After this long without an answer this device is said to have failed: a database can hang for ever. */
const TIMEOUT_MS = 10_000;

/** A storage that always answers. */
export interface BoundedStorage {
  readonly storage: Storage;
  /** Goes on without it: nothing is read or written any more, and what is waited for fails. */
  abandon(): void;
}

/** Wraps a storage so that every call times out: a database that hangs is a failure of this device. */
export function bounded(storage: Storage, clock: Clock): BoundedStorage {
  const waiting = new Set<(error: Error) => void>();
  let isAbandoned = false;

  const tooLate = (): never => {
    throw failure('timeout');
  };
  const bound = (result: unknown): unknown => {
    if (!isPromise(result)) return result;
    return inTime<unknown>(clock, TIMEOUT_MS, () => result, tooLate, waiting);
  };

  return {
    storage: new Proxy(storage, {
      get: (target, name: keyof Storage) => {
        const method = target[name] as ((...parts: unknown[]) => unknown) | undefined;
        if (!method) return method;
        return (...parts: unknown[]) => {
          if (isAbandoned && WAITED_FOR.has(name)) return Promise.reject(unsaved());
          try {
            return bound(method.apply(target, parts));
          } catch (error) {
            // The caller awaits the result.
            if (!ANSWERS.has(name)) throw error;
            return Promise.reject(error as Error);
          }
        };
      },
    }),
    abandon() {
      isAbandoned = true;
      for (const reject of [...waiting]) reject(unsaved());
    },
  };
}

const WAITED_FOR = new Set<keyof Storage>([
  ...(['accounts', 'requests', 'conversations', 'history', 'stream', 'message', 'messages'] as const),
  ...(['unsettled', 'write', 'wipe'] as const),
]);

/** Methods that return a promise. */
const ANSWERS = new Set<keyof Storage>([...WAITED_FOR, 'keepAside', 'persist']);

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}

/** An error whose message is its code. */
function failure(code: StorageErrorCode): Error {
  return Object.assign(new Error(code), { code });
}

/** As a browser that keeps nothing: what is on screen is all there is. */
function unsaved(): Error {
  return failure('unavailable');
}
