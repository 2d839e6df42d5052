import { describeStatus } from '../../facts/index.ts';
import type { Status } from '../../facts/index.ts';

/**
 * Every English word on screen, in one typed table. The words of the statuses come from the one table in facts/.
 * Wording never claims more than the evidence.
 */
export const english = {
  status: (status: Status): string => describeStatus(status).word,
  statusMeaning: (status: Status): string => describeStatus(status).meaning,
  /** The longer explanation behind a status picture. */
  statusDetails: (status: Status, name: string | null, reason: string | null): string => {
    if (status === 'sent') return `Sent: taken by the service; nothing heard from ${name ?? 'them'} yet`;
    const { word, meaning } = describeStatus(status);
    return reason ? `${word}: ${reason}` : `${word}: ${meaning}`;
  },
};

/** The words on screen; a page replaces some or all of them with `setStrings`. */
export type Strings = typeof english;

let current: Strings = english;
const listeners = new Set<() => void>();

/** The words as they are now. */
export function strings(): Strings {
  return current;
}

/** Replaces words; what is left out stays English. Everything on screen is drawn again. */
export function setStrings(words: Partial<Strings>): void {
  current = { ...english, ...words };
  for (const listener of listeners) listener();
}

/** Calls back after every change of the words; returns the unsubscriber. */
export function onStringsChanged(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
