import type {
  LinkView,
  Path,
  Presence,
  Relayer,
  RequestState,
  RouteName,
  SessionNote,
  SessionState,
  SilenceCause,
  Status,
  StorageView,
  TabsView,
  WaitReason,
  WhyCode,
} from '../facts/index.ts';
import type { Formats } from './formats.ts';

/** A table with a word for each of these, and for nothing else. */
function each<Key extends string, Word>(table: Readonly<Record<Key, Word>>): Readonly<Record<Key, Word>> {
  return table;
}

/** Codes that have a sentence of their own. */
type Explained = Exclude<
  WhyCode,
  | 'already-registered'
  | 'already-connected'
  | 'sign-in-busy'
  | 'bad-password'
  | 'name-taken'
  | 'name-length'
  | 'not-orphaned'
  | 'not-claimable'
  | 'session-dropped'
  | 'session-kept'
  | 'key-not-found'
  | 'withdrawn'
  | 'unknown'
>;

/**
 * English: every word and every sentence on screen. Other languages are files like this one.
 *
 * Wording never claims more than the evidence. Names, times and ages arrive as text, ready to be put into a sentence;
 * numbers arrive as numbers. A name is never empty, and is isolated where it may run from right to left.
 */
export const en = ({ number, plural }: Formats) => ({
  // Message status: what each one proves.
  status: each<Status, string>({
    waiting: 'Waiting',
    sending: 'Sending',
    unconfirmed: 'Unconfirmed',
    sent: 'Sent',
    delivered: 'Delivered',
    read: 'Read',
    failed: 'Not sent',
  }),
  meaning: each<Status, string>({
    waiting: 'Saved on this device. Not being sent right now',
    sending: 'Passed to the service. No answer yet',
    unconfirmed: 'No answer. It may or may not have been sent',
    sent: 'Accepted by the service. Not yet confirmed by the recipient',
    delivered: 'Their app has received and saved it',
    read: 'Was shown on their screen',
    failed: 'Couldn’t be sent. You can see why and try again',
  }),
  statusWithMeaning: (status: string, meaning: string): string => `${status}: ${meaning}`,
  /** Stands in the place of the meaning of `sent`. `name`: null where nobody knows it. */
  sentTo: (name: string | null): string =>
    `Sent: accepted by the service. No confirmation from ${name ?? 'them'} yet`,

  // How messages travel.
  route: 'Route',
  path: each<Exclude<Path['kind'], 'relayed' | 'connecting'>, string>({
    none: 'No connection yet',
    direct: 'Direct',
    loopback: 'On this device',
    'unknown-but-up': 'Connected',
    failed: 'No connection',
  }),
  /** The same, in the middle of a line. */
  pathInLine: each<Exclude<Path['kind'], 'relayed'>, string>({
    none: 'no connection yet',
    connecting: 'connecting',
    direct: 'direct',
    loopback: 'on this device',
    'unknown-but-up': 'connected',
    failed: 'no connection',
  }),
  /** Who relays, as it stands after "through". */
  relayer: each<Relayer, string>({
    server: 'the server',
    turn: 'another server',
    relay: 'the server',
  }),
  through: (relayer: string): string => `Through ${relayer}`,
  throughInLine: (relayer: string): string => `through ${relayer}`,
  connectingFor: (seconds: number): string => `Connecting ${number(seconds)} s`,
  pathReason: each<Exclude<Path['kind'], 'relayed' | 'connecting' | 'failed'>, string>({
    none: 'Not connected, and not trying to connect.',
    direct: 'The service reports a direct connection.',
    loopback: 'Both accounts are in this browser; nothing leaves it.',
    'unknown-but-up': 'Connected. The service doesn’t report the route.',
  }),
  relayedReason: (relayer: string): string => `Messages travel through ${relayer}.`,
  connectingReason: (since: string, seconds: number): string =>
    seconds > 0
      ? `Connecting since ${since}. Stops after ${number(seconds)} s.`
      : `Connecting since ${since}. About to stop.`,
  failedReason: 'The last try failed.',
  /** A relay that keeps only what is encrypted end to end. */
  sealed:
    'Encrypted on this device: the server that keeps your messages can see who writes to whom, when and how much, but not what.',
  nextTry: (seconds: number): string =>
    seconds > 0 ? `Next try in ${number(seconds)} s.` : 'Trying again now.',
  noNextTry: 'It won’t retry automatically.',

  /** Why something was not done, without a full stop. `name`: whom it is about. */
  because: each<Explained, (name: string) => string>({
    'too-large': () => 'The message is too large',
    invalid: () => 'The service can’t send this',
    'not-registered': () => 'There is no such account on this server',
    'no-such-account': () => 'There is no such account on this server',
    'asked-oneself': () => 'This is your own account',
    'unknown-self': () => 'The service doesn’t know this account',
    declined: (name) => `${name} declined`,
    'dial-declined': (name) => `${name} didn’t accept the connection`,
    'timed-out': (name) => `${name} didn’t respond in time`,
    'target-pair-not-found': (name) => `${name} has to connect first`,
    'no-pending': (name) => `${name} is no longer asking`,
    'no-offer': (name) => `${name} is no longer connecting`,
    'no-channel': (name) => `There was no connection to ${name}`,
    'channel-dead': (name) => `The connection to ${name} was lost`,
    'not-connected': (name) => `There was no connection to ${name}`,
    'no-session': () => 'This account isn’t signed in at the service',
    'session-not-found': () => 'This account isn’t signed in at the service',
    'not-owner': () => 'This account is open in another browser',
    'signed-out': () => 'This account isn’t signed in here',
    'stale-registration': (name) => `You and ${name} have to connect again`,
    'list-timeout': () => 'The server took too long',
    timeout: () => 'The service didn’t answer',
    'connection-lost': () => 'The connection to the service was lost',
    'link-down': () => 'Not connected to the service',
    unreadable: () => 'The service’s answer couldn’t be read',
    'server-unreachable': () => 'The server couldn’t be reached',
    busy: () => 'The service is busy',
    'not-stored': () => 'This device couldn’t save it',
    forbidden: () => 'The server doesn’t allow this account to do that',
    'relay-full': () => 'The server is full',
    'relay-not-ready': () => 'The server can’t keep messages yet',
    'relay-down': () => 'The server couldn’t be reached',
    'no-key': (name) => `${name} hasn’t used this server yet`,
    'key-changed': (name) => `${name}’s security key changed`,
    'keys-unread': () => 'This device couldn’t read its security keys',
    'credentials-refused': () => 'The server didn’t accept the credentials',
    'credentials-expired': () => 'The credentials for the server have expired',
  }),

  // People.
  someone: 'Someone',
  /** Whom `because` is about where no name is known. */
  theOther: 'The other person',
  /** `end`: the end of their id. */
  unnamed: (end: string): string => `Unnamed …${end}`,
  presence: each<Presence, string>({
    online: 'Online',
    reachable: 'Reachable',
    offline: 'Offline',
    unknown: 'Status unknown',
  }),
  /** `age`: how long ago they were asked, as in "2 min ago"; null where that is not known. */
  relation: each<RequestState, (name: string, age: string | null) => string>({
    contact: () => 'Contact',
    pending: () => 'Wants to connect',
    accepting: () => 'Accepting…',
    accepted: (name) => `Accepted, waiting for ${name}`,
    asked: (_, age) => (age ? `Request sent ${age}` : 'Request sent'),
    none: () => '',
  }),
  paused: 'Paused',
  pause: 'Pause',
  resume: 'Resume',
  pauseMeaning: 'Nothing is sent, and you stay disconnected until you resume.',
  /** `because`: why, without a full stop; empty where that is not known. */
  couldNotAsk: (because: string): string =>
    because ? `Couldn’t send the request: ${because}` : 'Couldn’t send the request. You can ask again.',
  couldNotAccept: (because: string): string =>
    because ? `Couldn’t accept: ${because}` : 'Couldn’t accept. You can try again.',
  askToConnect: 'Ask to connect',
  /** Why nothing can be asked in an account's name. */
  blocked: each<'open-elsewhere' | 'signed-out' | 'signed-out-by-service', string>({
    'open-elsewhere': 'This account is open in another browser. Press “Use here” first.',
    'signed-out': 'This account is signed out. Sign in again first.',
    'signed-out-by-service': 'This account is signed out. Sign in again first.',
  }),
  askAgain: 'Ask again',
  accept: 'Accept',
  decline: 'Decline',
  withdraw: 'Withdraw',
  message: 'Message',

  // Finding people.
  findPeople: 'Find people',
  onThisServer: (count: number): string => `${number(count)} on this server`,
  searchPeople: 'Search by name or ID',
  loadingPeople: 'Loading people…',
  couldNotLoadPeople: (because: string): string =>
    `Couldn’t load the people on this server${because ? `: ${because}` : ''}.`,
  nobodyElse: 'No other users on this server.',
  nobodyMatches: (query: string): string => `Nobody here matches “${query}”.`,
  notLoadedYet: 'Not loaded yet.',
  loadAgain: 'Load again',
  // Where the backend lists nobody but contacts.
  contacts: 'Contacts',
  load: 'Load',
  couldNotLoadContacts: (because: string): string =>
    `Couldn’t load your contacts${because ? `: ${because}` : ''}.`,
  noContacts: 'No contacts yet.',
  people: 'People',

  // Requests.
  requests: 'Requests',
  noRequests: 'No requests.',
  pendingRequests: (count: number): string =>
    `${number(count)} pending ${plural(count, { one: 'request', other: 'requests' })}`,

  // Conversations.
  messages: 'Messages',
  conversations: 'Conversations',
  searchConversations: 'Search people and messages',
  noConversations: 'No conversations yet. Find someone to talk to.',
  noConversationsYet: 'No conversations yet.',
  noConversationMatches: (query: string): string => `Nothing here matches “${query}”.`,
  nothingSaid: 'No messages yet',
  unread: (count: number): string => `${number(count)} unread`,
  isTyping: (name: string): string => `${name} is typing`,
  typing: 'typing…',

  // The connection to the service.
  link: each<LinkView['state'], string>({
    idle: '',
    up: '',
    connecting: 'Connecting to the service…',
    reconnecting: 'Not connected to the service. Messages you send will wait.',
    offline: 'This device is offline. Messages you send will wait.',
    'other-tab': 'Connected in another tab.',
    closed: 'The connection to the service is closed.',
  }),
  retryIn: (seconds: number): string =>
    seconds > 0 ? `Trying again in ${number(seconds)} s` : 'Trying again now',
  retryNow: 'Retry now',

  // Accounts.
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
  sessionState: each<SessionState, string>({
    'signed-in': 'Signed in',
    'signing-in': 'Signing in…',
    claiming: 'Restoring your session…',
    'signed-out': 'Signed out',
    'signed-out-by-service': 'Signed out by the service',
    'open-elsewhere': 'Open in another browser',
    'link-down': 'Not connected to the service',
  }),
  sessionNote: each<SessionNote, string>({
    'not-checked': 'This account was already signed in: the password was not checked.',
    ended: 'The service has signed this account out. Sign in again; nothing is lost.',
    'keeps-ending': 'The server keeps ending this session. Still trying; nothing is lost.',
    'not-signed-out': 'Not signed out. There is no connection to the service.',
  }),

  // The messenger.
  back: 'Back',
  messenger: 'Messenger',
  /** Names the region while somebody is signed in. */
  messengerOf: (name: string): string => `Messenger of ${name}`,
  chooseConversation: 'Choose a conversation, or find people.',
  noDirectPath: (relayer: string): string =>
    `No direct connection yet. Still trying; messages go through ${relayer} in the meantime.`,
  noPathYet: 'No connection yet. Still trying; messages wait here.',
  mayTakeAMinute: 'No connection yet; this may take up to a minute. Messages wait here.',
  directFailed: (relayer: string): string => `No direct connection. Messages go through ${relayer}.`,
  pathFailed: 'No connection. Messages wait here.',
  held: (name: string): string =>
    `${name} disappeared from your contacts and is back. Is this the same person?`,
  confirmContact: 'Yes, send waiting messages',
  keyChanged: (name: string): string =>
    `${name}’s security key changed. Compare it with ${name}. Until you accept it, nothing more is sent through the server.`,
  keys: { before: 'Before', now: 'Now', yours: 'Yours' },
  acceptKey: 'Accept the new key',
  storageUnread: 'What is saved on this device can’t be read yet. Still trying.',
  goUnsaved: 'Go on without saving',
  storageFailed: each<Exclude<StorageView['state'], 'saved'>, string>({
    quota: 'Couldn’t save on this device: there is no room left.',
    unavailable: 'Couldn’t save on this device: nothing is saved until this page is loaded again.',
    'newer-version':
      'Couldn’t save on this device: a newer version of this page has written here. Reload this page.',
    failed: 'Couldn’t save on this device.',
    timeout: 'Couldn’t save on this device.',
  }),
  seconds: (seconds: number): string => `${number(seconds)} s`,

  // A conversation.
  conversationWith: (name: string): string => `Conversation with ${name}`,
  you: 'You',
  today: 'Today',
  yesterday: 'Yesterday',
  newMessages: (count: number): string =>
    `${number(count)} new ${plural(count, { one: 'message', other: 'messages' })}`,
  unreadFromHere: 'New messages',
  missing: (count: number): string =>
    `${number(count)} earlier ${plural(count, { one: 'message hasn’t', other: 'messages haven’t' })} arrived`,
  edited: '(edited)',
  showMore: 'Show more',
  couldNotShow: 'This message could not be shown',
  entryNotShown: 'This entry could not be shown',
  /** `text`: empty where the text stands beside it. */
  answered: (name: string, text: string): string => `Reply to ${name}: ${text}`,
  answeredMissing: 'Original message not available',
  notSent: (tries: number): string => (tries > 1 ? `Not sent after ${number(tries)} tries` : 'Not sent'),
  unconfirmed: 'Unconfirmed. No answer; it may have been sent',
  notStored: 'Couldn’t save on this device',
  tryAgain: 'Try again',
  delete: 'Delete',
  cancel: 'Cancel',
  details: 'Details',
  unreadable: (name: string): string => `A message from ${name} couldn’t be read`,
  unsupported: (name: string): string => `${name} sent something that this version can’t show`,
  jumpToLatest: 'Jump to latest',
  unreadAbove: (count: number): string =>
    `${number(count)} unread ${plural(count, { one: 'message', other: 'messages' })}`,
  emptyThread: 'No messages yet. What you write is kept here until it is delivered.',
  waitingFor: each<WaitReason, (name: string) => string>({
    'link-down': () => 'Waiting for a connection to the service',
    'signed-out': () => 'Waiting until this account is signed in again',
    'not-a-contact': (name) => `Waiting until ${name} is a contact`,
    paused: () => 'Waiting: paused',
    held: (name) => `Waiting until you confirm that this is still ${name}`,
    'peer-offline': (name) => `Waiting for ${name} to come online`,
    connecting: (name) => `Waiting for a connection to ${name}`,
    'their-turn': (name) => `Waiting for ${name} to connect first`,
    'relay-down': () => 'Waiting for the server',
    'no-path': (name) => `Waiting for a connection to ${name}`,
    'key-changed': (name) => `Waiting until you have compared ${name}’s new key`,
    'not-stored': () => 'Waiting until this device can save again',
  }),

  // The outbox.
  outbox: 'Outbox',
  outboxEmpty: 'No messages waiting',
  outboxCounts: {
    failed: (count: number): string => `${number(count)} not sent`,
    unconfirmed: (count: number): string => `${number(count)} unconfirmed`,
    waiting: (count: number): string => `${number(count)} waiting`,
  },
  retryAll: 'Retry all',
  deleteAll: 'Delete all failed',
  deleteAllMeaning: (count: number): string =>
    `Delete ${number(count)} unsent ${plural(count, { one: 'message', other: 'messages' })}?`,

  // The history of a message.
  close: 'Close',
  legend: 'Message status',
  legendQuestion: 'What do these icons mean?',
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
  via: each<RouteName, (relayer: string) => string>({
    loopback: () => 'On this device',
    channel: () => 'Over the connection',
    relay: (relayer) => `Through ${relayer}`,
  }),
  /** What became of an attempt; late: after this device had stopped waiting for an answer. */
  attempt: each<'accepted' | 'accepted-late' | 'refused' | 'refused-late' | 'open', (via: string) => string>({
    accepted: (via) => `${via}: accepted`,
    'accepted-late': (via) => `${via}: accepted late`,
    refused: (via) => `${via}: refused`,
    'refused-late': (via) => `${via}: refused late`,
    open: (via) => `${via}: no answer yet`,
  }),
  unanswered: each<SilenceCause, (via: string) => string>({
    timeout: (via) => `${via}: no answer`,
    'connection-lost': (via) => `${via}: no answer; the connection was lost`,
    reload: (via) => `${via}: no answer; the page was reloaded`,
  }),
  dialFailed: 'Direct',
  /** `seconds`: with one decimal. */
  dialUnanswered: (seconds: string): string => `Tried a direct connection for ${seconds} s; no answer`,
  dialConnected: (seconds: string): string => `Connected after ${seconds} s`,
  gaveUp: (tries: number): string => (tries > 1 ? `Gave up after ${number(tries)} tries` : 'Gave up'),
  cancelled: 'Cancelled',
  deliveredTo: (name: string): string => `Delivered to ${name}`,
  readBy: (name: string): string => `Read by ${name}`,
  notReadYet: 'Not read yet',
  noReceiptYet: (name: string): string => `No confirmation from ${name} yet`,
  nothingHeard: each<'service' | 'relay' | 'loopback', (name: string, relayer: string) => string>({
    service: (name) => `Accepted by the service. No confirmation from ${name} yet`,
    relay: (name, relayer) => `Accepted by ${relayer}. No confirmation from ${name} yet`,
    loopback: (name) => `Accepted by this device. No confirmation from ${name} yet`,
  }),

  // Writing a message.
  composerLabel: (name: string): string => `Message ${name}`,
  composerUnnamed: 'Message',
  send: 'Send',
  /** `waitingFor`: what it would wait for, without a full stop; empty where that is not known. */
  willWait: (waitingFor: string): string =>
    waitingFor ? `${waitingFor}. What you send waits here.` : 'What you send waits here.',
  replyingTo: (name: string): string => `Replying to ${name}`,
  stopReplying: 'Cancel reply',

  // Signing in.
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
  /** By the code of the failure; `other` for every code that is not here. */
  signInFailure: {
    'bad-password': 'Incorrect password.',
    'no-such-account': 'There is no account with that username on this server.',
    'name-taken': 'That username is taken.',
    'name-length': 'That name is too short or too long.',
    'server-unreachable': 'The server did not answer at that address. Check the address and try again.',
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
    other: 'Couldn’t sign in.',
  },
  /** Instead of `signInFailure.invalid`, where the server is no IP address and port. */
  serverInvalid: 'That server address isn’t valid.',

  // Tabs.
  tabRole: each<TabsView['role'], string>({
    alone: 'Not sharing a connection with other tabs',
    joining: 'Looking for other tabs of this browser…',
    leader: 'This tab holds the connection to the service',
    follower: 'Connected in another tab, for this one as well',
    'taking-over': 'The other tab isn’t responding. Taking over',
    'other-tab': 'Connected in another tab, which can’t share it with this one',
    asleep: 'This tab is asleep',
  }),
  tabCount: (count: number): string => `${number(count)} ${plural(count, { one: 'tab', other: 'tabs' })}`,
  outdated: 'A newer version of this page is open in another tab. Reload this page.',

  // Toasts and notifications.
  messageFrom: (name: string): string => `New message from ${name}`,
  messageTo: (account: string): string => `To ${account}`,
  unreadMessages: (count: number): string =>
    count === 1 ? 'New message' : `${number(count)} unread messages`,
  dismiss: 'Dismiss',

  // Diagnostics.
  diagnostics: 'Diagnostics',
  libraryVersion: 'Library version',
  tabProtocolVersion: 'Tab protocol version',
  storageVersion: 'Storage version',
  socket: 'Connection to the service',
  linkState: each<LinkView['state'], string>({
    idle: 'Not opened yet',
    connecting: 'Connecting',
    up: 'Connected',
    reconnecting: 'Not connected; trying again',
    offline: 'Not connected; this device is offline',
    'other-tab': 'In another tab',
    closed: 'Closed',
  }),
  linkSince: (state: string, time: string): string => `${state} since ${time}`,
  tabs: 'Tabs',
  storage: 'Storage on this device',
  storageState: each<StorageView['state'], string>({
    saved: 'Everything is saved',
    unavailable: 'This browser doesn’t allow saving data',
    quota: 'There is no room left',
    'newer-version': 'A newer version of this page has written here',
    failed: 'Writing failed',
    timeout: 'This device didn’t answer',
  }),
  storageKept: { yes: 'kept until it is removed', no: 'the browser may remove it', unknown: '' },
  accounts: 'Accounts',
  counted: 'Counted since this page was opened',
  /** By the name of the counter; one that is not here is shown by its name. */
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
    'no-peer': 'Reports about ourselves, or about nobody',
    'implausible-time': 'Implausible times',
    'older-edit': 'Edits that came after a newer one',
    'ranges-dropped': 'Gaps that were too many to keep',
    'too-many-requests': 'Requests to connect beyond those that wait',
    coalesced: 'Events that came too often, handled once',
    other: 'Other events',
    'storage-failed': 'Reads and writes that failed',
    'unusable-row': 'Stored rows that cannot be used',
  },
  nothingKnown: 'Nothing is known yet.',
  copyDiagnostics: 'Copy as JSON',
  copiedDiagnostics: 'Copied, without messages, names or keys',
  diagnosticsJson: 'Diagnostics as JSON',
});
