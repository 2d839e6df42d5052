import { describeStatus } from '../../facts/index.ts';
import type {
  LinkView,
  MessageFact,
  Path,
  Presence,
  RequestState,
  RouteName,
  SessionNote,
  SessionState,
  Status,
  StorageView,
  WaitReason,
} from '../../facts/index.ts';
import type { arrivalWords, diagnosticsWords, tabWords } from './more-words.ts';
import { ownOnly } from './isolate.ts';
import { badgeWords, failureWords, pathWords, replaceWords, statusWords, wordsOf } from './words.ts';

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

/**
 * Every English word on screen, in one typed table. The words of the statuses come from the one table in facts/;
 * those of the smallest elements stand in words.ts, so that a page that uses only these carries only those.
 * Wording never claims more than the evidence. Times and numbers arrive formatted; names arrive as they are.
 */
export const english = {
  ...statusWords,
  ...pathWords,
  ...badgeWords,
  ...failureWords,

  // people
  someone: 'Someone',
  unnamed: (id: string): string => `Unnamed …${id.slice(-4)}`,
  presence: {
    online: 'Online',
    reachable: 'Reachable',
    offline: 'Offline',
    unknown: 'Status unknown',
  } satisfies Record<Presence, string>,
  relation: (relation: RequestState, name: string, age: string | null): string => {
    const asked = age ? `Request sent ${age}` : 'Request sent';
    const words: Record<RequestState, string> = {
      contact: 'Contact',
      pending: 'Wants to connect',
      accepting: 'Accepting…',
      accepted: `Accepted, waiting for ${name}`,
      asked,
      none: '',
    };
    return ownOnly(words)[relation] ?? '';
  },
  paused: 'Paused',
  pause: 'Pause',
  resume: 'Resume',
  pauseMeaning: 'Nothing is sent, and you stay disconnected until you resume.',
  /** `because`: why, without a full stop, or empty. */
  couldNotAsk: (because: string): string =>
    because ? `Couldn’t send the request: ${because}` : 'Couldn’t send the request. You can ask again.',
  couldNotAccept: (because: string): string =>
    because ? `Couldn’t accept: ${because}` : 'Couldn’t accept. You can try again.',
  askToConnect: 'Ask to connect',
  /** Why nothing can be asked in an account's name; null where it can. */
  blocked: (state: SessionState | null): string | null =>
    state === 'open-elsewhere'
      ? 'This account is open in another browser. Press “Use here” first.'
      : state === 'signed-out' || state === 'signed-out-by-service'
        ? 'This account is signed out. Sign in again first.'
        : null,
  askAgain: 'Ask again',
  accept: 'Accept',
  decline: 'Decline',
  withdraw: 'Withdraw',
  message: 'Message',

  // discovery
  findPeople: 'Find people',
  onThisServer: (count: string): string => `${count} on this server`,
  searchPeople: 'Search by name or ID',
  loadingPeople: 'Loading people…',
  couldNotLoadPeople: (because: string): string =>
    `Couldn’t load the people on this server${because ? `: ${because}` : ''}.`,
  nobodyElse: 'No other users on this server.',
  nobodyMatches: (query: string): string => `Nobody here matches “${query}”.`,
  notLoadedYet: 'Not loaded yet.',
  loadAgain: 'Load again',
  people: 'People',

  // requests
  requests: 'Requests',
  noRequests: 'No requests.',

  // conversations
  messages: 'Messages',
  conversations: 'Conversations',
  searchConversations: 'Search people and messages',
  noConversations: 'No conversations yet. Find someone to talk to.',
  noConversationMatches: (query: string): string => `Nothing here matches “${query}”.`,
  nothingSaid: 'No messages yet',
  unread: (count: number): string => `${count} unread`,
  isTyping: (name: string): string => `${name} is typing`,
  typing: 'typing…',

  pathInRow: (path: Path): string =>
    path.kind === 'relayed'
      ? `through ${strings().relayer(path.by, path.name ?? null)}`
      : (strings().path[path.kind] ?? '').toLowerCase(),

  // our own link
  link: {
    idle: '',
    up: '',
    connecting: 'Connecting to the service…',
    reconnecting: 'Not connected to the service. Messages you send will wait.',
    offline: 'This device is offline. Messages wait here.',
    'other-tab': 'Connected in another tab.',
    closed: 'The connection to the service is closed.',
  } satisfies Record<LinkView['state'], string>,
  retryIn: (seconds: number): string => (seconds > 0 ? `Trying again in ${seconds} s` : 'Trying again now'),
  retryNow: 'Retry now',

  // sessions
  sessions: 'Sessions',
  addAccount: 'Add account',
  accountOptions: 'Account options',
  signOut: 'Sign out',
  signOutAndWipe: 'Sign out and remove its messages from this device',
  wipeMeaning: (name: string): string =>
    `All data for ${name} will be deleted from this device, including unsent messages. This can’t be undone.`,
  wipe: 'Sign out and remove',
  keep: 'Keep',
  exit: 'Hide account',
  exitMeaning: 'Stays signed in; hidden on this device.',
  useHere: 'Use here',
  signInAgain: 'Sign in again',
  sessionState: {
    'signed-in': 'Signed in',
    'signing-in': 'Signing in…',
    claiming: 'Restoring your session…',
    'signed-out': 'Signed out',
    'signed-out-by-service': 'Signed out by the service',
    'open-elsewhere': 'Open in another browser',
    'link-down': 'Not connected to the service',
  },
  sessionNote: {
    'not-checked': 'It was signed in at the service already: the password was not checked.',
    ended: 'The service has signed this account out. Sign in again; nothing is lost.',
    'keeps-ending': 'The server keeps ending this session. Still trying; nothing is lost.',
    'not-signed-out': 'Not signed out. There is no connection to the service.',
  } satisfies Record<SessionNote, string>,
  /** What waits in an account: unread messages and pending requests apart. */
  inAccount: (unread: number, pending: number): readonly string[] => [
    ...(unread ? [`${unread} unread`] : []),
    ...(pending ? [`${pending} pending ${plural(pending, 'request', 'requests')}`] : []),
  ],

  // the messenger
  back: 'Back',
  /** Names the region; null while nobody is signed in. */
  messengerLabel: (account: string | null): string => (account ? `Messenger of ${account}` : 'Messenger'),
  chooseConversation: 'Choose a conversation, or find people.',
  noDirectPath: (relay: string): string =>
    `No direct connection yet. Still trying; messages go through ${relay} in the meantime.`,
  noPathYet: 'No connection yet. Still trying; messages wait here.',
  mayTakeAMinute: 'No connection yet; this may take up to a minute. Messages wait here.',
  directFailed: (relay: string): string => `No direct connection. Messages go through ${relay}.`,
  pathFailed: 'No connection. Messages wait here.',
  held: (name: string): string =>
    `${name} disappeared from your contacts and is back. Is this the same person?`,
  confirmContact: 'Yes, send waiting messages',
  keyChanged: (name: string): string =>
    `${name}’s security key changed. Compare it with ${name}. Until you accept it, nothing more is sent through the server.`,
  keys: { before: 'Before', now: 'Now', yours: 'Yours' },
  acceptKey: 'Accept the new key',
  storageUnread: 'What is saved on this device cannot be read yet. Trying again.',
  goUnsaved: 'Go on without saving',
  storageFailed: (state: StorageView['state']): string => {
    const why: Partial<Record<StorageView['state'], string>> = {
      quota: ': there is no room left',
      unavailable: ': Nothing is saved until this page is loaded again',
      'newer-version': ': a newer version of this page has written here. Reload this page',
    };
    return `Couldn’t save on this device${ownOnly(why)[state] ?? ''}.`;
  },
  seconds: (seconds: number): string => `${seconds} s`,

  // thread
  conversationWith: (name: string): string => `Conversation with ${name}`,
  you: 'You',
  today: 'Today',
  yesterday: 'Yesterday',
  newMessages: (count: number): string => `${count} new ${plural(count, 'message', 'messages')}`,
  unreadFromHere: 'New messages',
  missing: (count: number): string =>
    `${count} earlier ${plural(count, 'message hasn’t', 'messages haven’t')} arrived`,
  edited: '(edited)',
  showMore: 'Show more',
  couldNotShow: 'This message could not be shown',
  entryNotShown: 'This entry could not be shown',
  answered: (name: string, text: string): string => `Reply to ${name}: ${text}`,
  answeredMissing: 'Original message not available',
  notSent: (tries: number): string => (tries > 1 ? `Not sent after ${tries} tries` : 'Not sent'),
  unconfirmed: 'Unconfirmed. No answer; it may have been sent',
  notStored: 'Couldn’t save on this device',
  tryAgain: 'Try again',
  delete: 'Delete',
  cancel: 'Cancel',
  details: 'Details',
  unreadable: (name: string): string => `A message from ${name} couldn’t be read`,
  unsupported: (name: string): string => `${name} sent something that this version can’t show`,
  jumpToLatest: 'Jump to latest',
  unreadAbove: (count: number): string => `${count} unread ${plural(count, 'message', 'messages')}`,
  emptyThread: 'No messages yet. What you write is kept here until it is delivered.',
  waitingFor: (reason: WaitReason, name: string): string => {
    const words: Record<WaitReason, string> = {
      'link-down': 'Waiting for a connection to the service',
      'signed-out': 'Waiting until this account is signed in again',
      'not-a-contact': `Waiting until ${name} is a contact`,
      paused: 'Waiting: paused',
      held: `Waiting until you confirm that this is still ${name}`,
      'peer-offline': `Waiting for ${name} to come online`,
      connecting: `Waiting for a connection to ${name}`,
      'their-turn': `Waiting for ${name} to connect first`,
      'relay-down': 'Waiting for the server',
      'no-path': `Waiting for a connection to ${name}`,
      'key-changed': `Waiting until you have compared ${name}’s new key`,
      'not-stored': 'Waiting until this device can save again',
    };
    return ownOnly(words)[reason] ?? '';
  },

  // outbox
  outbox: 'Outbox',
  outboxEmpty: 'No messages waiting',
  outboxCounts: (failed: string, unconfirmed: string, waiting: string): string =>
    [
      failed && `${failed} not sent`,
      unconfirmed && `${unconfirmed} unconfirmed`,
      waiting && `${waiting} waiting`,
    ]
      .filter(Boolean)
      .join(' · '),
  retryAll: 'Retry all',
  deleteAll: 'Delete all failed',
  deleteAllMeaning: (count: number): string =>
    `Delete ${count} unsent ${plural(count, 'message', 'messages')}?`,

  // what happened to a message
  close: 'Close',
  legend: 'Message status',
  legendQuestion: 'What do these icons mean?',
  meaning: (status: Status): string => describeStatus(status).meaning,
  whatHappened: 'Message history',
  messageGone: 'This message is no longer here.',
  copyAsJson: 'Copy as JSON',
  copied: 'Copied, without text or names',
  couldNotCopy: 'Couldn’t access the clipboard. Copy the selected text below.',
  evidenceJson: 'Message history as JSON',
  written: 'Written',
  writtenByThem: (name: string): string => `Written (time reported by ${name}’s device)`,
  placed: 'Placed here, by this device’s clock',
  stored: 'Saved on this device',
  via: (route: RouteName, relay: string | null): string =>
    ({
      loopback: 'On this device',
      channel: 'Over the connection',
      relay: `Through ${relay ?? 'the server'}`,
    })[route],
  /** What became of one attempt; `isLate`: after we had stopped waiting for an answer. */
  attempt: (via: string, fact: MessageFact['type'], isLate: boolean): string => {
    const outcome = { accepted: 'accepted', refused: 'refused' }[fact as string] ?? 'no answer yet';
    return `${via}: ${outcome}${isLate ? ' late' : ''}`;
  },
  unanswered: (via: string, cause: 'timeout' | 'connection-lost' | 'reload'): string => {
    const causes = {
      timeout: '',
      'connection-lost': '; the connection was lost',
      reload: '; the page was reloaded',
    };
    return `${via}: no answer${causes[cause]}`;
  },
  dialFailed: 'Direct',
  dialUnanswered: (seconds: string): string => `Tried a direct connection for ${seconds} s; no answer`,
  dialConnected: (seconds: string): string => `Connected after ${seconds} s`,
  gaveUp: (tries: number): string => (tries > 1 ? `Gave up after ${tries} tries` : 'Gave up'),
  cancelled: 'Cancelled',
  deliveredTo: (name: string): string => `Delivered to ${name}`,
  readBy: (name: string): string => `Read by ${name}`,
  notReadYet: 'Not read yet',
  noReceiptYet: (name: string): string => `No confirmation from ${name} yet`,
  nothingHeard: (by: 'service' | 'relay' | 'loopback', relay: string | null, name: string): string => {
    const who = { service: 'the service', relay: relay ?? 'the server', loopback: 'this device' }[by];
    return `Accepted by ${who}. No confirmation from ${name} yet`;
  },

  // composer
  composerLabel: (name: string): string => `Message ${name}`,
  composerUnnamed: 'Message',
  send: 'Send',
  willWait: (reason: WaitReason, name: string): string =>
    [strings().waitingFor(reason, name), 'What you send waits here.'].filter(Boolean).join('. '),
  replyingTo: (name: string): string => `Replying to ${name}`,
  stopReplying: 'Cancel reply',

  // sign-in
  signIn: 'Sign in',
  createAccount: 'Create account',
  serverAddress: 'Server address',
  serverHint: 'An IP address and a port, such as 127.0.0.1:12349',
  fullName: 'Full name',
  fullNameHint: 'Only needed to create an account',
  username: 'Username',
  password: 'Password',
  signingIn: 'Signing in…',
  creatingAccount: 'Creating the account…',
  fullNameNeeded: 'Enter your name.',
  signInFailure: (code: string): string => {
    const known: Record<string, string> = {
      'bad-password': 'Incorrect password.',
      'no-such-account': 'There is no account with that username on this server.',
      'name-taken': 'That username is taken.',
      'name-length': 'That name is too short or too long.',
      'server-unreachable': 'The server did not answer at that address.',
      'sign-in-busy': 'Another sign-in is under way. Try again in a moment.',
      busy: 'Another sign-in is under way. Try again in a moment.',
      'session-dropped': 'The server keeps ending this session. Still trying; nothing is lost.',
      'session-kept': 'The service still holds an older session.',
      invalid: 'The server address is an IP address and a port, such as 127.0.0.1:12349',
      'link-down': 'Not connected to the service',
      unreadable: 'The service’s answer couldn’t be read. You may already be signed in.',
      timeout: 'No answer. You may already be signed in.',
      'timed-out': 'No answer. You may already be signed in.',
      'connection-lost': 'The connection was lost before an answer came.',
    };
    return ownOnly(known)[code] ?? 'Couldn’t sign in.';
  },
};

/** The words on screen; a page replaces some or all of them with `setStrings`. */
export type Strings = typeof english;

/** The words of the elements that are entries of their own. */
type MoreWords = typeof tabWords & typeof diagnosticsWords & typeof arrivalWords;

/** The words as they are now. */
export function strings(): Strings {
  return wordsOf(english);
}

/** Replaces words; what is left out stays English. Everything on screen is drawn again. */
export function setStrings(words: Partial<Strings & MoreWords>): void {
  replaceWords(words);
}
