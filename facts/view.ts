/**
 * What elements draw: plain data, derived from facts. A leaf element takes it as a property; the stores hand out
 * the same shapes as cells. A plain literal of these types is all that a page without stores needs.
 */
import type { MessageFact } from './evidence.ts';
import type { AccountId, MessageId } from './ids.ts';
import type { Presence } from './presence.ts';
import type { WhyCode } from './refusals.ts';
import type { RequestState } from './requests.ts';
import type { Path, RoutePolicy, WaitReason } from './routes.ts';
import type { Status } from './status.ts';

/** A readable value that tells of its changes (also Svelte's store contract). */
export interface Cell<Value> {
  /** The value; reading it inside a computed or an effect subscribes to it. */
  readonly value: Value;
  /** The value, without subscribing. */
  peek(): Value;
  /** Calls back at once and after every change; returns the unsubscriber. */
  subscribe(run: (value: Value) => void): () => void;
}

/**
 * Why a message of theirs is only a quiet line: `unsupported`, it is of a type that this version does not know;
 * `unreadable`, it is damaged or in the format of another client.
 */
export type QuietReason = 'unsupported' | 'unreadable';

/** One row of a thread. */
export interface ThreadMessage {
  readonly id: MessageId;
  readonly own: boolean;
  /** Whom the route authenticates as the author; for own messages our account. */
  readonly author: AccountId;
  readonly text: string;
  /** Why there is only a quiet line in its place. Absent or null: its text is shown. */
  readonly quiet?: QuietReason | null;
  /** When it was written, as the sender claims; milliseconds since the epoch. Shown as it is. */
  readonly sentAt: number;
  /** Where it stands, on our own clock: day separators follow this, never a claim. */
  readonly place: number;
  /** Own messages only: null for theirs. */
  readonly status: Status | null;
  /** The raw reason, for `failed` and for `waiting` after a refusal. */
  readonly reason: string | null;
  /** What that reason means. */
  readonly code?: WhyCode | null;
  /** What a waiting message waits for, and when the next try is, where one is planned. */
  readonly waiting: { readonly reason: WaitReason | null; readonly nextTry: number | null } | null;
  /** How many attempts were handed over. */
  readonly attempts: number;
  /** The evidence, for the details; empty for theirs. */
  readonly facts: readonly MessageFact[];
  readonly isEdited: boolean;
  /** What it answers; text null where that message is not here. */
  readonly replyTo: { readonly id: MessageId; readonly text: string | null; readonly own: boolean } | null;
  /** How many messages of theirs are missing directly before this one. */
  readonly missingBefore: number;
  /** False where writing to this device failed: the row is shown, and says so. */
  readonly isStored: boolean;
}

/**
 * A message as a page without stores may give it to a thread: `{ id, text, own }` is enough. What is left out is not
 * claimed: without a time none is drawn, without a status no sign.
 */
export type MessageInput = { readonly id: string } & Sparse<Omit<ThreadMessage, 'id'>, 'text' | 'own'>;

/** A row of which only some fields have to be said; what is left out is not claimed. */
type Sparse<Row, Needed extends keyof Row> = Pick<Row, Needed> & {
  readonly [Key in Exclude<keyof Row, Needed>]?: Row[Key] | undefined;
};

/**
 * The data contract of a list: ids in order, a compact record per id, and word of one row's change. A change of
 * one row costs one row, however long the list is.
 */
export interface RowSource<Id extends string, Row> {
  /** In reading order. The array is live: changed in place, and the cell tells. */
  readonly ids: Cell<readonly Id[]>;
  get(id: Id): Row | undefined;
  /** Calls `changed` after a change of that row only; returns the unsubscriber. */
  watch(id: Id, changed: () => void): () => void;
}

/** The data contract of a thread. */
export type MessageSource = RowSource<MessageId, ThreadMessage>;

/** One person, as discovery and the requests list draw them: relation, presence and path as separate facts. */
export interface PersonRow {
  readonly account: AccountId;
  readonly peer: AccountId;
  /** The name, or null where none is known: a placeholder is drawn. */
  readonly name: string | null;
  readonly username: string | null;
  readonly relation: RequestState;
  /** The start of the relation's age; null where it has none. */
  readonly since: number | null;
  /** The raw reason of the last refusal. */
  readonly reason: string | null;
  /** What that reason means. */
  readonly code?: WhyCode | null;
  readonly presence: Presence;
  /** Away, or a line of text, as they tell; beside Online only. */
  readonly note: string | null;
  readonly path: Path;
  readonly isPaused: boolean;
}

/** A person as a page without stores may give one to a list: whose row it is is enough. */
export type PersonInput = { readonly peer: string } & Sparse<Omit<PersonRow, 'peer'>, never>;

/** One conversation in the list. */
export interface ConversationRow {
  readonly account: AccountId;
  readonly peer: AccountId;
  readonly name: string | null;
  readonly presence: Presence;
  readonly last: ThreadMessage | null;
  readonly unread: number;
  readonly isTyping: boolean;
  readonly isPaused: boolean;
  /**
   * The message of theirs that arrived last while this page was open, wherever it stands, and how many had arrived by
   * then. Absent or null: none has.
   */
  readonly arrival?: { readonly message: ThreadMessage; readonly number: number } | null;
}

/** A conversation as a page without stores may give one to a list: whose it is is enough. */
export type ConversationInput = {
  readonly peer: string;
  readonly last?: MessageInput | null | undefined;
} & Sparse<Omit<ConversationRow, 'peer' | 'last'>, never>;

/** Where one of this browser's accounts stands. */
export type SessionState =
  | 'signed-in'
  | 'signing-in'
  | 'claiming'
  | 'signed-out'
  | 'signed-out-by-service'
  | 'open-elsewhere'
  | 'link-down';

/**
 * What there is to say about an account's session beside its state. `not-checked`: it was signed in at the service
 * already, so that the password was not checked. `ended`: the service has signed it out. `keeps-ending`: the server ends
 * every sign-in of it, and it is tried again. `not-signed-out`: the person signed out, and the service could not be told.
 */
export type SessionNote = 'not-checked' | 'ended' | 'keeps-ending' | 'not-signed-out';

/** One account in the session switcher. */
export interface SessionRow {
  readonly account: AccountId;
  readonly username: string;
  readonly fullName: string | null;
  readonly server: string | null;
  readonly state: SessionState;
  /** What there is to say beside the state; null where there is nothing. */
  readonly note: SessionNote | null;
  readonly unread: number;
  readonly pending: number;
}

/** An account as a page without stores may give one to the session switcher: its id is enough. */
export type SessionInput = { readonly account: string } & Sparse<Omit<SessionRow, 'account'>, never>;

/** One message of the outbox: written here, and not accepted by the service, a relay or a recipient. */
export interface OutboxRow {
  readonly account: AccountId;
  readonly peer: AccountId;
  /** The name of whom it is for, or null where none is known. */
  readonly name: string | null;
  readonly message: ThreadMessage;
}

/** A message of the outbox as a page without stores may give one: the message, and whom it is for. */
export type OutboxInput = { readonly peer: string; readonly message: MessageInput } & Sparse<
  Omit<OutboxRow, 'peer' | 'message'>,
  never
>;

/** One try for a channel, as the log keeps it. Times in milliseconds since the epoch. */
export interface DialAttempt {
  readonly start: number;
  readonly end: number;
  readonly outcome: 'connected' | 'failed' | 'unanswered';
  /** The raw text of whoever said so; null where nobody said anything. */
  readonly reason: string | null;
  /** What that means. */
  readonly code?: WhyCode | null;
}

/** What a person lets others know from one account, and how its messages may travel. Kept on this device. */
export interface AccountSettings {
  /** Tell others what was read. */
  readonly readReceipts: boolean;
  /** Tell others when the person types. */
  readonly typing: boolean;
  /** Tell others that the page is open. */
  readonly presence: boolean;
  readonly policy: RoutePolicy;
  /** Contacts to whom nothing is sent and no channel is kept, until the person goes on. */
  readonly paused: readonly AccountId[];
}

/** How this device keeps what is written, as far as it told. */
export interface StorageView {
  /** `saved`, or why something is not: the code of the newest failure, until everything is saved again. */
  readonly state: 'saved' | 'unavailable' | 'quota' | 'newer-version' | 'failed' | 'timeout';
  /** The raw text of whoever said so; null while everything is saved, and where nobody said anything. */
  readonly reason: string | null;
  /**
   * Whether the browser has promised not to evict what is stored when it needs room; null before it was asked, and
   * where it cannot be.
   */
  readonly persisted: boolean | null;
  /**
   * What is stored could not be read so far, and the link waits for it: it is tried again, until somebody asks to go on
   * without saving (`messenger.goUnsaved()`). Absent: nothing waits for it.
   */
  readonly isUnread?: boolean;
}

/** How people are loaded: never "nobody here" for what could not be loaded. */
export type LoadState = 'idle' | 'loading' | 'loaded' | 'failed';

/** How the people of one account were loaded. */
export interface PeopleView {
  readonly state: LoadState;
  /** The raw reason, when the last read failed; the old rows stay. */
  readonly reason: string | null;
  /** What that reason means. */
  readonly code?: WhyCode | null;
}

/** How a sign-in goes. `code` says which sentence; `reason` is the raw text. */
export type SignInView =
  | { readonly state: 'idle' }
  | { readonly state: 'busy'; readonly username: string }
  | { readonly state: 'done'; readonly account: AccountId }
  | {
      readonly state: 'failed';
      readonly username: string;
      readonly code: string;
      readonly reason: string | null;
    };

/**
 * How the form asks for the server: in the library's own words for an IP address and a port (`socket-address`), or in
 * the backend's.
 */
export type ServerField =
  | 'socket-address'
  | {
      readonly label: string;
      /** What to write there; absent: the label says enough. */
      readonly hint?: string;
      /** An example, shown while the field is empty. */
      readonly placeholder?: string;
    };

/** What the sign-in form asks for besides a name and a password. */
export interface AccountForm {
  /** Null where there is nothing to say about the server: the field is left out. */
  readonly server: ServerField | null;
}

/** Our own link to the service. Times in milliseconds since the epoch. */
export type LinkView =
  | { readonly state: 'idle' }
  | { readonly state: 'connecting'; readonly since: number }
  | { readonly state: 'up'; readonly since: number }
  | {
      readonly state: 'reconnecting';
      readonly since: number;
      readonly retryAt: number;
      readonly attempt: number;
    }
  /** The browser says that there is no network. */
  | { readonly state: 'offline'; readonly since: number }
  /** Another tab of this browser holds the link to this service. */
  | { readonly state: 'other-tab'; readonly since: number }
  | { readonly state: 'closed' };

/** Where this tab stands among the tabs of its browser that share one link. */
export interface TabsView {
  /**
   * `alone`: nothing is shared with other tabs. `joining`: it is not known yet who leads. `leader`: this tab holds the
   * link. `follower`: another tab does, and acts for this one. `taking-over`: the leader is silent, and this tab is
   * about to lead. `other-tab`: another tab holds the link and cannot be followed (no Web Locks here, or another
   * version of the library there). `asleep`: frozen, or in the back/forward cache.
   */
  readonly role: 'alone' | 'joining' | 'leader' | 'follower' | 'taking-over' | 'other-tab' | 'asleep';
  /** Counts the leaders, so that messages of an earlier one are ignored. 0 before there is one. */
  readonly epoch: number;
  /** How many tabs share the link, this one included, as far as this tab knows. */
  readonly tabs: number;
  /** A newer version of the library is open in another tab: this page should be loaded anew. */
  readonly isOutdated: boolean;
}
