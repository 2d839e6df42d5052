import { describeStatus } from '../../facts/index.ts';
import type { Path, Status } from '../../facts/index.ts';
import { tellAll } from '../../facts/listeners.ts';
import { isolating } from './isolate.ts';

/** The words of `p2p-message-status`. */
export const statusWords = {
  status: (status: Status): string => describeStatus(status).word,
  /** The longer explanation behind a status picture. */
  statusDetails: (status: Status, name: string | null): string => {
    if (status === 'sent') return `Sent: accepted by the service. No confirmation from ${name ?? 'them'} yet`;
    const { word, meaning } = describeStatus(status);
    return `${word}: ${meaning}`;
  },
};

/** The words of `p2p-route-indicator`. */
export const pathWords = {
  path: {
    none: 'No path yet',
    connecting: 'Connecting',
    direct: 'Direct',
    relayed: 'Through',
    loopback: 'On this device',
    'unknown-but-up': 'Connected',
    failed: 'No path',
  } satisfies Record<Path['kind'], string>,
  through: (by: string): string => `Through ${by}`,
  connectingFor: (seconds: number): string => `Connecting ${seconds} s`,
  pathReason: {
    none: 'Not connected, and not trying to connect.',
    direct: 'The service reports a direct path.',
    loopback: 'Both accounts are in this browser; nothing leaves it.',
    'unknown-but-up': 'Connected. The service doesn’t report the route.',
  },
  relayedReason: (by: string): string => `Messages travel through ${by}.`,
  connectingReason: (since: string, seconds: number): string =>
    seconds > 0
      ? `Connecting since ${since}. Stops after ${seconds} s.`
      : `Connecting since ${since}. About to stop.`,
  failedReason: 'The last try failed.',
  nextTry: (seconds: number): string => (seconds > 0 ? `Next try in ${seconds} s.` : 'Trying again now.'),
  noNextTry: 'It won’t retry automatically.',
  route: 'Route',
};

/** The words of `p2p-pending-badge`. */
export const badgeWords = {
  pendingRequests: (count: number): string => `${count} pending ${count === 1 ? 'request' : 'requests'}`,
};

let replaced: object = {};
let current = new WeakMap<object, object>();
const listeners = new Set<() => void>();

/** A part of the table, as the words are now. */
export function wordsOf<Words extends object>(part: Words): Words {
  let words = current.get(part);
  if (!words) current.set(part, (words = isolating({ ...part, ...replaced })));
  return words as Words;
}

/** Replaces words in every part of the table; what is left out stays English. */
export function replaceWords(words: object): void {
  replaced = words;
  current = new WeakMap();
  tellAll(listeners);
}

/** Calls back after every change of the words; returns the unsubscriber. */
export function onWordsChanged(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
