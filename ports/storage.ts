import type { MessageFact } from '../facts/evidence.ts';
import type { AccountId, MessageId } from '../facts/ids.ts';
import type { Ranges } from '../facts/ranges.ts';
import type { ReadSets } from '../facts/read-set.ts';
import type { RequestFact } from '../facts/requests.ts';
import type { AccountSettings, QuietReason } from '../facts/view.ts';

/** An account of this browser. No password, no key. */
export interface StoredAccount {
  readonly account: AccountId;
  readonly username: string;
  readonly fullName: string | null;
  /** `ip:port` of its server; null where nobody told. */
  readonly server: string | null;
  /** The person signed out, or left it (Exit): it is not claimed at the next start. */
  readonly isLeft: boolean;
  /** When it was first signed in on this device; absent: nobody noted it. */
  readonly since?: number;
  /** What the person has changed of the settings; absent: nothing. */
  readonly settings?: Partial<AccountSettings>;
}

/** What is known of one pair's request. */
export interface StoredRequest {
  readonly account: AccountId;
  readonly peer: AccountId;
  readonly name: string | null;
  readonly username: string | null;
  readonly facts: readonly RequestFact[];
}

/** What is known of one of the other side's streams. */
export interface StoredStream extends ReadSets {
  readonly stream: string;
}

/** One conversation's state besides its messages. */
export interface StoredConversation {
  readonly account: AccountId;
  readonly peer: AccountId;
  /** Our stream towards them, made when our side of the conversation begins; empty where it was lost. */
  readonly stream: string;
  /** The next index of our stream; indices count from 1. */
  readonly nextIndex: number;
  /** Indices of ours that will never be filled. */
  readonly voids: Ranges;
  /** Their streams, the one heard of last at the end. */
  readonly theirs: readonly StoredStream[];
  /**
   * Indices of our stream whose messages have a `read` fact, so that what a `sync` repeats need not be looked up
   * again. Absent: none is known to have.
   */
  readonly readThere?: Ranges;
  /** Messages of theirs without an index that are unread. Absent: none. */
  readonly unreadIds?: readonly MessageId[];
  /** The line that stands for everything of theirs that could not be read. Absent: everything could. */
  readonly unreadable?: MessageId;
  /** They have sent us a sync or a receipt: a client of our own kind, which de-duplicates. */
  readonly isKnownClient: boolean;
  /** Own messages that were deleted and may be there: the other side is told until it has confirmed it. */
  readonly deletions?: readonly MessageId[];
}

/** One message. `place`, `stream` and `index` never change once they are given. */
export interface StoredMessage {
  readonly account: AccountId;
  readonly peer: AccountId;
  readonly id: MessageId;
  readonly own: boolean;
  readonly text: string;
  /** The sender's claim, milliseconds since the epoch. */
  readonly sentAt: number;
  readonly place: number;
  readonly stream: string | null;
  readonly index: number | null;
  readonly replyTo: MessageId | null;
  readonly isEdited: boolean;
  /** When it was last edited, as the sender claims: an older edit that comes later is not applied. */
  readonly editedAt?: number;
  /** It has no text that can be shown: why. Absent: it is a text message. */
  readonly quiet?: QuietReason;
  /** The sender took it back: the text is gone, the id stays so that it cannot come again. */
  readonly isDeleted: boolean;
  /** Own messages: the evidence; theirs: empty. */
  readonly facts: readonly MessageFact[];
  /** Own messages that are not delivered, cancelled or deleted: what the outbox looks at after a reload. */
  readonly isOpen: boolean;
}

/** One write. A batch is one transaction: all of it, or nothing. */
export type StorageWrite =
  | { readonly put: 'account'; readonly value: StoredAccount }
  | { readonly put: 'request'; readonly value: StoredRequest }
  | { readonly put: 'conversation'; readonly value: StoredConversation }
  | { readonly put: 'message'; readonly value: StoredMessage };

/** A part of one stream, by index. */
export interface StreamQuery {
  readonly stream: string;
  /** Only messages with a higher index. */
  readonly above: number;
  /** Only messages with an index up to this one; absent: all of them. */
  readonly upTo?: number;
  /** How many, counted from the lowest index; absent: all of them. */
  readonly limit?: number;
}

/** A page of history. */
export interface HistoryQuery {
  /** Only messages with a lower place. */
  readonly before?: number;
  /**
   * How many, counted from the newest. More where the oldest ones share their place: a page is never cut between
   * them, or those on the far side of the cut would not be found by `before`.
   */
  readonly limit: number;
}

/**
 * Durable storage on this device. Every call may reject with a `StorageError`: a failed read is never taken for
 * absence.
 */
export interface Storage {
  accounts(): Promise<readonly StoredAccount[]>;
  requests(account: AccountId): Promise<readonly StoredRequest[]>;
  conversations(account: AccountId): Promise<readonly StoredConversation[]>;
  /** A page of one conversation, ascending by place. */
  history(account: AccountId, peer: AccountId, query: HistoryQuery): Promise<readonly StoredMessage[]>;
  /** Messages of one stream, ascending by index: what receipts and late arrivals are about. */
  stream(account: AccountId, peer: AccountId, query: StreamQuery): Promise<readonly StoredMessage[]>;
  /** One message, or undefined: it is definitely not there. */
  message(account: AccountId, peer: AccountId, id: MessageId): Promise<StoredMessage | undefined>;
  /**
   * Several messages, each or undefined, in the order of the ids: what arrives together is looked up together. Absent:
   * they are read one by one.
   */
  messages?(
    account: AccountId,
    peer: AccountId,
    ids: readonly MessageId[],
  ): Promise<readonly (StoredMessage | undefined)[]>;
  /** Everything of ours that is not settled yet. */
  unsettled(account: AccountId): Promise<readonly StoredMessage[]>;
  /** Writes are carried out in the order of the calls. */
  write(batch: readonly StorageWrite[]): Promise<void>;
  /**
   * Keeps rows that cannot be used somewhere else, because something is about to be written in their place. They leave
   * with their account. Absent: they are replaced.
   */
  keepAside?(rows: readonly StorageWrite[]): Promise<void>;
  /** Removes the account and everything of it. */
  wipe(account: AccountId): Promise<void>;
  /**
   * Asks the browser not to evict what is stored when it needs room. Resolves with its answer; null where it cannot
   * be asked. Absent: nothing to ask.
   */
  persist?(): Promise<boolean | null>;
  /**
   * Calls back when the browser had closed what is stored and it was opened anew under the page, with the accounts
   * that are in it now: it may have been deleted meanwhile. Returns the unsubscriber. Absent: it cannot happen.
   */
  watch?(reopened: (accounts: readonly AccountId[]) => void): () => void;
  close(): void;
}

/** What went wrong on this device. */
export type StorageErrorCode = 'unavailable' | 'quota' | 'newer-version' | 'failed' | 'timeout';
