import { inTime } from '../../facts/in-time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KeyStore } from './key-store.ts';

/** After this long without an answer this device is said to have failed. */
const TIMEOUT_MS = 10_000;

/**
 * Wraps a key store so that every call times out: a database can hang, and whatever is sealed or fetched waits for
 * its keys. The next one that needs them asks anew.
 */
export function boundedKeys(store: KeyStore, clock: Clock): KeyStore {
  return new Proxy(store, {
    get(target, name: keyof KeyStore) {
      const method = target[name] as (...parts: unknown[]) => unknown;
      if (name === 'close') return () => target.close();
      return (...parts: unknown[]) =>
        inTime(
          clock,
          TIMEOUT_MS,
          () => method.apply(target, parts),
          () => {
            throw new Error('The key store did not respond in time.');
          },
        );
    },
  });
}
