/**
 * What a page may see of a messenger, and what it may ask of it. Everything here is an interface: a page may hand its
 * elements an object of its own that fulfils it. What `createMessenger` returns is frozen.
 */
import type { Capabilities } from '../facts/capabilities.ts';
import type { AccountId, MessageId } from '../facts/ids.ts';
import type { Path, RouteDecision } from '../facts/routes.ts';
import type {
  AccountForm,
  AccountSettings,
  Cell,
  ConversationRow,
  DialAttempt,
  LinkView,
  MessageSource,
  OutboxRow,
  PeopleView,
  PersonRow,
  RowSource,
  SessionRow,
  SessionState,
  SignInView,
  StorageView,
  TabsView,
} from '../facts/view.ts';
import type { Answer, Credentials } from '../ports/backend.ts';
import type { Page } from '../ports/page.ts';
import type { RelayTrust } from '../ports/relay.ts';
import type { DiagnosticCounter } from './diagnostics.ts';

/** One account of this browser. */
export interface SessionView {
  readonly account: AccountId;
  readonly username: string;
  readonly fullName: string | null;
  readonly server: string | null;
  readonly state: SessionState;
  /** What else is to be said about the state. */
  readonly note: SessionRow['note'];
}

/** Signing accounts in and out, and which one is shown. */
export interface SessionsApi {
  /** The accounts of this browser, in the order in which they came. */
  readonly accounts: Cell<readonly AccountId[]>;
  /** The account whose conversations are on screen; null where there is none. */
  readonly current: Cell<AccountId | null>;
  /** How the sign-in that this page has asked for goes. */
  readonly signInView: Cell<SignInView>;
  /** One account, now; undefined where this browser never had it. */
  get(account: AccountId): SessionView | undefined;
  /** Whether the account is one of this browser's: it was signed in here and not left. */
  has(account: AccountId): boolean;
  /** Creates an account and signs it in. The password goes to the service and nowhere else. */
  createAccount(request: Credentials & { readonly fullName: string }): Promise<SignInView>;
  /** Signs an account in. The password goes to the service and nowhere else. */
  signIn(request: Credentials): Promise<SignInView>;
  /**
   * Ends the account's session at the service; touches no other account. Its messages stay on this device, unless
   * `wipe` removes them once it is signed out; then it rejects where this device could not remove them.
   */
  signOut(account: AccountId, wipe?: boolean): Promise<Answer>;
  /** Hides the account here, and leaves it signed in at the service. */
  exit(account: AccountId): void;
  /** Shows the account's conversations. */
  switchTo(account: AccountId): void;
  /** Takes the account from whoever holds it, after the person said so. */
  useHere(account: AccountId): Promise<void>;
}

/** The settings of each account, kept on this device. */
export interface SettingsApi {
  /** The account's settings, now. */
  of(account: AccountId): AccountSettings;
  /** The account's settings, as a cell. */
  cell(account: AccountId): Cell<AccountSettings>;
  /** Changes some of them. An account that this browser does not know has none. */
  change(account: AccountId, change: Partial<AccountSettings>): void;
  isPaused(account: AccountId, peer: AccountId): boolean;
  /** Stops sending to a contact and keeps no channel to them: what is written waits, their offers stay unanswered. */
  pause(account: AccountId, peer: AccountId): void;
  /** Goes on where the contact was paused. */
  resume(account: AccountId, peer: AccountId): void;
}

/** Requests to connect. */
export interface RequestsApi {
  /** How many people ask to connect with this account: the badge. Derived from the facts, never counted up. */
  pendingCount(account: AccountId): Cell<number>;
  /** Asks somebody to connect. Nothing happens while an own wish is live: a second click sends nothing. */
  ask(account: AccountId, peer: AccountId): void;
  /** Accepts their request. */
  accept(account: AccountId, peer: AccountId): void;
  /** Declines their request; drawn at once, told to the service as soon as it can be. */
  decline(account: AccountId, peer: AccountId): void;
  /** Takes the own wish back. A late yes may still make a contact. */
  withdraw(account: AccountId, peer: AccountId): void;
  /** Whoever holds the name of a contact that was gone is the one that is meant: what waits may go. */
  confirm(account: AccountId, peer: AccountId): void;
}

/** The people whom an account knows. */
export interface PeopleApi {
  /** How the account's lists were loaded; a failed read keeps the rows and says so. */
  loadState(account: AccountId): Cell<PeopleView>;
  /** Everybody who is known to the account, by name. */
  source(account: AccountId): RowSource<AccountId, PersonRow>;
  /** Whose requests wait for an answer: theirs to us, and ours to theirs that they have not met yet. */
  asking(account: AccountId): RowSource<AccountId, PersonRow>;
  /** One person, as a cell. */
  person(account: AccountId, peer: AccountId): Cell<PersonRow>;
  /** One person, now. */
  row(account: AccountId, peer: AccountId): PersonRow;
  /** Reads the lists from the service. */
  refresh(account: AccountId): Promise<void>;
}

/** The ways to each peer. */
export interface RoutesApi {
  /** What was tried to reach the peer, oldest first. */
  attempts(account: AccountId, peer: AccountId): readonly DialAttempt[];
  /** Ends the channel to the peer. It is tried again as ever; to keep none, pause the contact. */
  hangUp(account: AccountId, peer: AccountId): void;
}

/** Conversations and their messages. */
export interface MessagesApi {
  /** The account's conversations that have a message, newest first. */
  list(account: AccountId): RowSource<AccountId, ConversationRow>;
  /** One conversation as a row, now. */
  row(account: AccountId, peer: AccountId): ConversationRow;
  /** One conversation as a row, as a cell. */
  rowCell(account: AccountId, peer: AccountId): Cell<ConversationRow>;
  /**
   * The messages of a conversation that are in memory, as a thread draws them; empty where none has begun. After a
   * start that is only what lists show: call `loadNewest()` before a thread is drawn.
   */
  source(account: AccountId, peer: AccountId): MessageSource;
  /** The first of their messages that nobody has looked at, among those that are loaded, or null. */
  firstUnread(account: AccountId, peer: AccountId): MessageId | null;
  /** How many messages of the account nobody has looked at. Derived from what was seen, never counted up. */
  unread(account: AccountId): Cell<number>;
  /** Whether there is older history on this device than what is loaded. */
  hasOlder(account: AccountId, peer: AccountId): boolean;
  /**
   * Loads what a thread opens with, once everything stored is known: the newest page, and all that is unread. Resolves
   * when it is loaded, or could not be.
   */
  loadNewest(account: AccountId, peer: AccountId): Promise<void>;
  /** Loads the next older page. */
  loadOlder(account: AccountId, peer: AccountId): Promise<void>;
  /**
   * Writes a message; resolves with its id once it is stored, or could not be. It is on screen at once, and leaves when
   * it is stored and a route is there.
   */
  send(account: AccountId, peer: AccountId, text: string, replyTo?: MessageId | null): Promise<MessageId>;
  /** Tries again by hand: only what failed or is unconfirmed, with its own id; a second click sends nothing. */
  retry(account: AccountId, peer: AccountId, id: MessageId): void;
  /** Takes an own message back that cannot have left. Its row goes; its evidence stays. */
  cancel(account: AccountId, peer: AccountId, id: MessageId): void;
  /** Deletes an own message: taken back where it cannot have left, else the other side is told. */
  delete(account: AccountId, peer: AccountId, id: MessageId): void;
  /** This message of theirs, and no other, was on this tab's screen: others may be told, and it is no longer unread. */
  read(account: AccountId, peer: AccountId, id: MessageId): void;
  /** The person came to the end of the conversation: nothing of it counts as unread any more. Nobody is told. */
  pass(account: AccountId, peer: AccountId): void;
}

/** Messages that were written here and that nobody has accepted. */
export interface OutboxApi {
  /** The account's outbox, oldest first: what waits, is under way, got no answer or has failed, with why. */
  rows(account: AccountId): RowSource<MessageId, OutboxRow>;
  /** Tries everything again that failed or got no answer, each with its own id. */
  retryAll(account: AccountId): void;
  /** Takes back everything that failed; what only got no answer may have arrived, and stays. */
  deleteAll(account: AccountId): void;
}

/** Counters only: never a body, a name or a key. */
export interface DiagnosticsApi {
  /** How often each thing happened since the page was opened. */
  readonly counters: Cell<ReadonlyMap<DiagnosticCounter, number>>;
}

/** How `open()` went: the link is up, or why it is not. It goes on trying in either case, unless it was closed. */
export type OpenResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /**
       * `unreachable`: the service does not answer. `offline`: this device has no network. `other-tab`: another tab
       * holds the link and cannot be followed. `storage`: what is stored cannot be read. `closed`: it was closed.
       */
      readonly code: 'unreachable' | 'offline' | 'other-tab' | 'storage' | 'closed';
    };

/** One browser's messaging: its accounts, the people they know, and their conversations. */
export interface Messenger {
  /** What the backend can do and prove; elements leave out what it cannot. */
  readonly capabilities: Capabilities;
  /** What the sign-in form asks for. */
  readonly accountForm: AccountForm;
  readonly sessions: SessionsApi;
  readonly settings: SettingsApi;
  readonly requests: RequestsApi;
  readonly peers: PeopleApi;
  readonly routes: RoutesApi;
  readonly messages: MessagesApi;
  readonly outbox: OutboxApi;
  readonly diagnostics: DiagnosticsApi;
  /** Our own link to the service. */
  readonly link: Cell<LinkView>;
  /** Whether the page is on screen. Nothing counts as read while it is not. */
  readonly isVisible: Cell<boolean>;
  /** Whether any page of this browser is on screen. */
  readonly isAnyVisible: Cell<boolean>;
  /** The accounts of this browser, with what waits in each. */
  readonly sessionRows: Cell<readonly SessionRow[]>;
  /** How this device keeps what is written; says so when it could not. */
  readonly storage: Cell<StorageView>;
  /** Where this tab stands among those of its browser. */
  readonly tabs: Cell<TabsView>;
  /** What people read after "through" when a relay carries; null where none is configured, or it has no name of its own. */
  readonly relayName: string | null;
  /** Who could read what a relay carries: `sealed`, or a text; null where none is configured, or it does not say. */
  readonly relayPrivacy: string | null;
  /** The fingerprint of our own key, for the other person to compare; null where no relay seals. */
  ownFingerprint(account: AccountId): string | null;
  /**
   * Reads what is stored, then opens the link. Resolves when the link is up, or with why it is not. The first element
   * that is connected in a browser calls it, too; only the first call opens anything.
   */
  open(): Promise<OpenResult>;
  /** Resolves when everything stored is on screen. It opens nothing. */
  loaded(): Promise<void>;
  /** Closes the link and stops everything; nothing is lost. For a page that goes: `leave()`. */
  close(): void;
  /** The page goes for good: its channels are hung up, so that others need not find out, and the link is closed. */
  leave(): void;
  /**
   * Goes on without saving where what is stored cannot be read (`storage.value.isUnread`): the link waits for it no
   * longer. Until the page is loaded again nothing is read from this device and nothing is written to it, so that
   * nothing that is there is overwritten. Elsewhere it does nothing.
   */
  goUnsaved(): void;
  /** Resolves when everything that was written, or looked at, is in storage, or could not be written. */
  stored(): Promise<void>;
  /** Whether the page is on screen, where no `page` tells. A hidden page claims no presence. */
  setVisible(isVisible: boolean): void;
  /** Counts another window of this page, picture-in-picture for instance, as on screen; returns what ends it. */
  addWindow(window: Page): () => void;
  /** The page or the network came back: probes the link, reads the lists, and asks what was missed. */
  wake(): void;
  /** Tries the link again at once. */
  reconnect(): void;
  /** Says that the person types; at most now and then, never over a relay, not if they hide it. */
  typing(account: AccountId, peer: AccountId): void;
  /** By which route the next message to the peer goes, or what it waits for. */
  route(account: AccountId, peer: AccountId): RouteDecision;
  /** The state of the channel to the peer, whatever way messages take meanwhile. */
  path(account: AccountId, peer: AccountId): Path;
  /** How far the peer's key is trusted by a relay that seals; null where none does. */
  trust(account: AccountId, peer: AccountId): RelayTrust | null;
  /** The person has compared the fingerprints (`compared`: the one on the screen): the key is the peer's. */
  acceptKey(account: AccountId, peer: AccountId, compared?: string): Promise<void>;
  /** Removes the account from this device, with everything that is stored of it. Rejects where that failed. */
  wipe(account: AccountId): Promise<void>;
}
