import type { TabsView } from '../../facts/index.ts';

/*
 * The words of the elements that are entries of their own: a page that leaves such an element out does not carry its
 * words. `setStrings` replaces them like all others.
 */

/** The words of `p2p-tab-status`. */
export const tabWords = {
  tabRole: {
    alone: 'Not sharing a connection with other tabs',
    joining: 'Looking for other tabs of this browser…',
    leader: 'This tab holds the connection to the service',
    follower: 'Connected in another tab, for this one as well',
    'taking-over': 'The other tab isn’t responding. Taking over',
    'other-tab': 'Connected in another tab, which can’t share it with this one',
    asleep: 'This tab is asleep',
  } satisfies Record<TabsView['role'], string>,
  tabCount: (count: number, number: string): string => `${number} ${count === 1 ? 'tab' : 'tabs'}`,
  outdated: 'A newer version of this page is open in another tab. Reload this page.',
};

/** The words of `p2p-diagnostics`. */
export const diagnosticsWords = {
  diagnostics: 'Diagnostics',
  libraryVersion: 'Library version',
  tabWordsVersion: 'Tab words version',
  storageVersion: 'Storage version',
  socket: 'Connection to the service',
  linkState: {
    idle: 'Not opened yet',
    connecting: 'Connecting',
    up: 'Up',
    reconnecting: 'Down; trying again',
    offline: 'Down; this device is offline',
    'other-tab': 'In another tab',
    closed: 'Closed',
  } as Readonly<Record<string, string>>,
  linkSince: (state: string, time: string): string => `${state} since ${time}`,
  tabs: 'Tabs',
  storage: 'Storage on this device',
  storageState: {
    saved: 'Everything is saved',
    unavailable: 'This browser doesn’t allow saving data',
    quota: 'There is no room left',
    'newer-version': 'A newer version of this page has written here',
    failed: 'Writing failed',
    timeout: 'This device did not answer',
  } as Readonly<Record<string, string>>,
  storageKept: { yes: 'kept until it is removed', no: 'the browser may remove it', unknown: '' },
  accounts: 'Accounts',
  counted: 'Counted since this page was opened',
  counter: {
    'unmatched-answer': 'Answers that nobody waited for',
    'not-ours': 'Frames for accounts that are not here',
    'malformed-frame': 'Frames that could not be read',
    'partial-frame': 'Frames of which a part could not be read',
    'unknown-frame': 'Frames of an unknown kind',
    'server-message': 'Messages from the server',
    timeout: 'Requests that got no answer',
    'socket-lost': 'Connections lost',
    'foreign-receipt': 'Receipts about what is not theirs',
    'foreign-payload': 'Messages of other clients',
    'unsupported-payload': 'Messages of an unknown kind',
    'malformed-payload': 'Messages that could not be read',
    'duplicate-message': 'Messages that came twice',
    'no-peer': 'Words about ourselves, or about nobody',
    'implausible-time': 'Times that cannot be so',
    'older-edit': 'Edits that came after a newer one',
    'ranges-dropped': 'Gaps that were too many to keep',
    'too-many-requests': 'Requests to connect beyond those that wait',
    coalesced: 'Things that came too often, done once',
    other: 'Other things',
    'storage-failed': 'Reads and writes that failed',
    'unusable-row': 'Stored rows that cannot be used',
  } as Readonly<Record<string, string>>,
  nothingKnown: 'Nothing is known yet.',
  copyDiagnostics: 'Copy as JSON',
  copiedDiagnostics: 'Copied, without messages, names or keys',
  copyByHand: 'Couldn’t access the clipboard. Copy the selected text below.',
  diagnosticsJson: 'Diagnostics as JSON',
};

/** The words of `p2p-toast` and `p2p-notifications`. */
export const arrivalWords = {
  messageFrom: (name: string): string => `New message from ${name}`,
  messageTo: (account: string): string => `To ${account}`,
  unreadMessages: (count: number): string => (count === 1 ? 'New message' : `${count} unread messages`),
  dismiss: 'Dismiss',
};
