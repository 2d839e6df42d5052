import { describeStatus } from '../../facts/index.ts';
import type { Path, Relayer, Status, WhyCode } from '../../facts/index.ts';
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
  /** Who relays, as it stands after "through". `name`: its own, where it has one. */
  relayer: (by: Relayer, name: string | null): string =>
    name || (by === 'turn' ? 'a TURN server' : 'the server'),
  through: (by: string): string => `Through ${by}`,
  connectingFor: (seconds: number): string => `Connecting ${seconds} s`,
  pathReason: {
    none: 'Not connected, and not trying to connect.',
    direct: 'The service reports a direct path.',
    loopback: 'Both accounts are in this browser; nothing leaves it.',
    'unknown-but-up': 'Connected. The service doesn’t report the route.',
  },
  /** What the relay says about privacy; a text of the page's own is shown as it is. */
  privacy: (privacy: string): string =>
    privacy === 'sealed'
      ? 'Encrypted on this device: the server that keeps your messages can see who writes to whom, when and how much, but not what.'
      : privacy,
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

/** Why something was not done, by its code; what is not here has no sentence of its own. */
const BECAUSE: ReadonlyMap<WhyCode, (name: string) => string> = new Map<WhyCode, (name: string) => string>([
  ['too-large', () => 'The message is too large'],
  ['invalid', () => 'The service can’t send this'],
  ['not-registered', () => 'There is no such account on this server'],
  ['no-such-account', () => 'There is no such account on this server'],
  ['asked-oneself', () => 'This is your own account'],
  ['unknown-self', () => 'The service doesn’t know this account'],
  ['declined', (name) => `${name} declined`],
  ['dial-declined', (name) => `${name} didn’t accept the connection`],
  ['timed-out', (name) => `${name} didn’t respond in time`],
  ['target-pair-not-found', (name) => `${name} has to connect first`],
  ['no-pending', (name) => `${name} is no longer asking`],
  ['no-offer', (name) => `${name} is no longer connecting`],
  ['no-channel', (name) => `There was no connection to ${name}`],
  ['channel-dead', (name) => `The connection to ${name} was lost`],
  ['not-connected', (name) => `There was no connection to ${name}`],
  ['no-session', () => 'This account isn’t signed in at the service'],
  ['session-not-found', () => 'This account isn’t signed in at the service'],
  ['not-owner', () => 'This account is open in another browser'],
  ['signed-out', () => 'This account isn’t signed in here'],
  ['stale-registration', (name) => `You and ${name} have to connect again`],
  ['list-timeout', () => 'The server took too long'],
  ['timeout', () => 'The service didn’t answer'],
  ['connection-lost', () => 'The connection to the service was lost'],
  ['link-down', () => 'Not connected to the service'],
  ['forbidden', () => 'The server doesn’t allow this account to do that'],
  ['relay-full', () => 'The server is full'],
  ['relay-not-ready', () => 'The server can’t keep messages yet'],
  ['relay-down', () => 'The server couldn’t be reached'],
  ['no-key', (name) => `${name} hasn’t used this server yet`],
  ['key-changed', (name) => `${name}’s security key changed`],
  ['keys-unread', () => 'This device couldn’t read its security keys'],
  ['credentials-refused', () => 'The server didn’t accept the credentials'],
  ['credentials-expired', () => 'The credentials for the server have expired'],
  ['unreadable', () => 'The service’s answer couldn’t be read'],
  ['not-stored', () => 'This device couldn’t save it'],
  ['server-unreachable', () => 'The server couldn’t be reached'],
  ['busy', () => 'The service is busy'],
]);

/** The words that say why something was not done. */
export const failureWords = {
  /** A sentence without its full stop; empty where nothing more is known. `name`: the other person, or null. */
  because: (code: WhyCode | null | undefined, name: string | null): string =>
    (code && BECAUSE.get(code)?.(name ?? 'The other person')) || '',
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
