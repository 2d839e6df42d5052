import { describeStatus } from '../../facts/index.ts';
import type {
  LinkView,
  MessageFact,
  Path,
  Presence,
  RequestState,
  RouteName,
  SessionState,
  Status,
  StorageView,
  WaitReason,
} from '../../facts/index.ts';
import type { arrivalWords, diagnosticsWords, tabWords } from './more-words.ts';
import { badgeWords, pathWords, replaceWords, statusWords, wordsOf } from './words.ts';

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

  // people
  someone: 'Someone',
  unnamed: (id: string): string => `Unnamed …${id.slice(-4)}`,
  presence: {
    online: 'Online',
    reachable: 'Reachable',
    offline: 'Offline',
    unknown: 'Presence unknown',
  } satisfies Record<Presence, string>,
  relation: (relation: RequestState, name: string, age: string | null): string => {
    const asked = age ? `Asked ${age}` : 'Asked';
    const words: Record<RequestState, string> = {
      contact: 'Contact',
      pending: 'Wants to connect',
      accepting: 'Accepting…',
      accepted: `Accepted, waiting for ${name}`,
      asked,
      none: '',
    };
    return words[relation];
  },
  paused: 'Paused',
  pause: 'Pause',
  resume: 'Resume',
  pauseMeaning: 'Sends nothing and keeps no channel until resumed.',
  couldNotAsk: 'Couldn’t send the request. You can ask again.',
  couldNotAccept: 'Couldn’t accept. You can try again.',
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
  searchPeople: 'Name or user ID',
  loadingPeople: 'Loading people…',
  couldNotLoadPeople: 'Couldn’t load the people on this server.',
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
  noConversations: 'No conversations yet. They begin with a contact.',
  noConversationMatches: (query: string): string => `Nothing here matches “${query}”.`,
  nothingSaid: 'Nothing said yet',
  unread: (count: number): string => `${count} unread`,
  isTyping: (name: string): string => `${name} is typing`,
  typing: 'typing…',

  pathInRow: (path: Path): string =>
    path.kind === 'relayed' ? `through ${path.by}` : strings().path[path.kind].toLowerCase(),

  // our own link
  link: {
    idle: '',
    up: '',
    connecting: 'Connecting to the service…',
    reconnecting: 'No link to the service. What needs it waits here.',
    offline: 'This device is offline. Messages wait here.',
    'other-tab': 'Another tab of this browser holds the link to the service.',
    closed: 'The link to the service is closed.',
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
    `Everything of ${name} is removed from this device, also what waits to be sent.`,
  wipe: 'Sign out and remove',
  keep: 'Keep',
  exit: 'Exit',
  exitMeaning: 'Stays signed in at the service; hidden here.',
  useHere: 'Use here',
  signInAgain: 'Sign in again',
  sessionState: {
    'signed-in': 'Signed in',
    'signing-in': 'Signing in…',
    claiming: 'Taking the session back…',
    'signed-out': 'Signed out',
    'signed-out-by-service': 'Signed out by the service',
    'open-elsewhere': 'Open in another browser',
    'link-down': 'No link to the service',
  },
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
    `No direct path yet. Trying again; messages go through ${relay} meanwhile.`,
  noPathYet: 'No path yet. Trying to connect; messages wait here.',
  mayTakeAMinute: 'No path yet; this may take up to a minute. Messages wait here.',
  directFailed: (relay: string): string => `No direct connection. Messages go through ${relay}.`,
  pathFailed: 'No connection. Messages wait here.',
  held: (name: string): string => `${name} was gone from your contacts and came back: is this still ${name}?`,
  confirmContact: 'Yes, send what waits',
  keyChanged: (name: string): string =>
    `${name}’s key has changed. Compare it with ${name} before anything more goes through the relay.`,
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
    return `Not saved on this device${why[state] ?? ''}.`;
  },
  seconds: (seconds: number): string => `${seconds} s`,

  // thread
  conversationWith: (name: string): string => `Conversation with ${name}`,
  you: 'You',
  today: 'Today',
  yesterday: 'Yesterday',
  newMessages: (count: number): string => `${count} new ${plural(count, 'message', 'messages')}`,
  unreadFromHere: 'New messages',
  missing: (count: number): string => `${count} ${plural(count, 'message is', 'messages are')} missing here`,
  edited: '(edited)',
  showMore: 'Show more',
  couldNotShow: 'This message could not be shown',
  entryNotShown: 'This entry could not be shown',
  answered: (name: string, text: string): string => `Answer to ${name}: ${text}`,
  answeredMissing: 'A message that is not here',
  notSent: (tries: number): string => (tries > 1 ? `Not sent after ${tries} tries` : 'Not sent'),
  unconfirmed: 'Unconfirmed: no answer; it may have gone',
  notStored: 'Not saved on this device',
  tryAgain: 'Try again',
  delete: 'Delete',
  cancel: 'Cancel',
  details: 'Details',
  unreadable: (name: string): string => `A message from ${name} couldn’t be read`,
  unsupported: (name: string): string => `${name} sent something that this version can’t show`,
  jumpToLatest: 'Jump to latest',
  unreadAbove: (count: number): string => `${count} unread ${plural(count, 'message', 'messages')}`,
  emptyThread: 'Nothing said yet. What you write is kept here until it is delivered.',
  waitingFor: (reason: WaitReason, name: string): string => {
    const words: Record<WaitReason, string> = {
      'link-down': 'Waiting for the link to the service',
      'signed-out': 'Waiting until this account is signed in again',
      'not-a-contact': `Waiting until ${name} is a contact`,
      paused: 'Waiting: paused',
      held: `Waiting until you confirm that this is still ${name}`,
      'peer-offline': `Waiting for ${name} to come online`,
      connecting: `Waiting for a path to ${name}`,
      'their-turn': `Waiting: ${name} has to connect first`,
      'relay-down': 'Waiting for the relay',
      'no-path': `Waiting for a path to ${name}`,
      'key-changed': `Waiting until you have compared ${name}’s new key`,
      'not-stored': 'Waiting until this device can save again',
    };
    return words[reason];
  },

  // outbox
  outbox: 'Outbox',
  outboxEmpty: 'Nothing waits to be sent.',
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
    `Delete ${count} ${plural(count, 'message that was', 'messages that were')} not sent?`,

  // what happened to a message
  close: 'Close',
  legend: 'Message status',
  legendQuestion: 'What do these signs mean?',
  meaning: (status: Status): string => describeStatus(status).meaning,
  whatHappened: 'What happened to this message',
  messageGone: 'This message is no longer here.',
  copyAsJson: 'Copy as JSON',
  copied: 'Copied, without text or names',
  couldNotCopy: (reason: string): string => `Could not copy: ${reason}`,
  written: 'Written',
  writtenByThem: (name: string): string => `Written, as ${name} claims`,
  placed: 'Placed here, by this device’s clock',
  stored: 'Saved on this device',
  via: (route: RouteName, relay: string | null): string =>
    ({ loopback: 'On this device', channel: 'Over the channel', relay: `Through ${relay ?? 'the relay'}` })[
      route
    ],
  /** What became of one attempt; `isLate`: after we had stopped waiting for an answer. */
  attempt: (via: string, fact: MessageFact['type'], isLate: boolean): string => {
    const outcome = { accepted: 'taken', refused: 'refused' }[fact as string] ?? 'no answer yet';
    return `${via}: ${outcome}${isLate ? ', after all' : ''}`;
  },
  unanswered: (via: string, cause: 'timeout' | 'connection-lost' | 'reload'): string => {
    const causes = {
      timeout: '',
      'connection-lost': '; the link was lost',
      reload: '; the page was reloaded',
    };
    return `${via}: no answer${causes[cause]}`;
  },
  dialFailed: 'Direct',
  dialUnanswered: (seconds: string): string => `Tried direct ${seconds} s, no answer`,
  dialConnected: (seconds: string): string => `A channel came up after ${seconds} s`,
  gaveUp: (tries: number): string => (tries > 1 ? `Gave up after ${tries} tries` : 'Gave up'),
  cancelled: 'Cancelled',
  deliveredTo: (name: string): string => `Delivered to ${name}`,
  readBy: (name: string): string => `Read by ${name}`,
  notReadYet: 'Not read yet',
  noReceiptYet: (name: string): string => `Nothing heard from ${name} yet`,
  nothingHeard: (by: 'service' | 'relay' | 'loopback', relay: string | null, name: string): string => {
    const who = { service: 'the service', relay: relay ?? 'the relay', loopback: 'this device' }[by];
    return `Taken by ${who}; nothing heard from ${name} yet`;
  },

  // composer
  composerLabel: (name: string): string => `Message ${name}`,
  composerUnnamed: 'Message',
  send: 'Send',
  willWait: (reason: WaitReason, name: string): string =>
    `${strings().waitingFor(reason, name)}. What you send waits here.`,
  replyingTo: (name: string): string => `Answering ${name}`,
  stopReplying: 'Do not answer this one',

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
  fullNameNeeded: 'Say the full name.',
  signInFailure: (code: string): string => {
    const known: Record<string, string> = {
      'bad-password': 'The password is wrong.',
      'no-such-account': 'This server knows no such account.',
      'name-taken': 'That username is taken.',
      'name-length': 'That name is too short or too long.',
      'server-unreachable': 'The server did not answer at that address.',
      'sign-in-busy': 'Another sign-in is under way. Try again in a moment.',
      busy: 'Another sign-in is under way. Try again in a moment.',
      'session-dropped': 'The server ends every sign-in of this account. Trying again; nothing is lost.',
      'session-kept': 'The service still holds an older session.',
      invalid: 'The server address is an IP address and a port, such as 127.0.0.1:12349',
      'link-down': 'No link to the service',
      timeout: 'No answer came. It may have worked.',
      'timed-out': 'No answer came. It may have worked.',
      'connection-lost': 'The link was lost before an answer came.',
    };
    return known[code] ?? 'Couldn’t sign in.';
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
