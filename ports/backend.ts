import type { AccountId, RequestId } from '../facts/ids.ts';
import type { FailureCode } from '../facts/refusals.ts';
import type { ChannelPath } from '../facts/routes.ts';
import type { Capabilities } from '../facts/capabilities.ts';
import type { AccountForm, LinkView } from '../facts/view.ts';

export type { Capabilities } from '../facts/capabilities.ts';
export type { AccountForm, ServerField } from '../facts/view.ts';

/** What a refusal means; everything else about it is its raw text. Switch on the code, never on the text. */
export type { FailureCode } from '../facts/refusals.ts';

/** Why a command did not succeed. */
export type Failure =
  /** The backend said no. `reason` is its raw text, null where it said nothing more. */
  | { readonly kind: 'refused'; readonly code: FailureCode; readonly reason: string | null }
  /** It was handed over and nothing was heard: no failure, and no success. */
  | { readonly kind: 'unanswered'; readonly cause: 'timeout' | 'connection-lost' }
  /** It was never handed over: nothing can have happened. */
  | {
      readonly kind: 'not-sent';
      /** `signed-out`: the account is not signed in here, or open elsewhere; nothing goes out in its name. */
      readonly code: FailureCode | 'link-down' | 'withdrawn' | 'signed-out';
      readonly reason: string | null;
    };

/** A command's answer. Commands never reject. */
export type Answer<Result = unknown> =
  { readonly ok: true; readonly result: Result } | { readonly ok: false; readonly failure: Failure };

/** An open session; the backend does not say which client owns it. */
export interface SessionEntry {
  readonly account: AccountId;
  readonly username: string;
  readonly server: string;
}

/** One line of a people or contacts list. */
export interface PersonEntry {
  readonly peer: AccountId;
  readonly name: string | null;
  readonly username: string | null;
  /** Their service runs; says nothing about their page. Null where the backend does not tell. */
  readonly online: boolean | null;
}

/** What happened, as the backend reports it. `account` is always the addressed account, as named by the frame. */
export type BackendEvent =
  | { readonly type: 'link'; readonly link: LinkView }
  /** A new socket is up and greeted; everything that was in flight is gone. `epoch` counts the sockets. */
  | { readonly type: 'linked'; readonly epoch: number }
  | {
      readonly type: 'request-received';
      readonly account: AccountId;
      readonly peer: AccountId;
      readonly username: string | null;
    }
  /** An ask of ours was answered with yes; also an older one, also late. */
  | {
      readonly type: 'request-accepted';
      readonly account: AccountId;
      readonly peer: AccountId;
      readonly username: string | null;
      readonly requestId: RequestId;
    }
  /** An ask of ours was refused after we had stopped waiting for its answer. */
  | {
      readonly type: 'request-refused';
      readonly account: AccountId;
      readonly peer: AccountId;
      readonly requestId: RequestId;
      readonly code: FailureCode;
      readonly reason: string | null;
    }
  /** An offer to connect. `isAnswered`: the service picks it up by itself. */
  | {
      readonly type: 'offer';
      readonly account: AccountId;
      readonly peer: AccountId;
      readonly isAnswered: boolean;
    }
  /** A channel is up: whoever dialled, with our request id or with none. */
  | {
      readonly type: 'channel';
      readonly account: AccountId;
      readonly peer: AccountId;
      readonly path: ChannelPath | null;
      /** The name of whoever relays, as it reads after "through"; null where nobody does, or it has no name. */
      readonly by: string | null;
      readonly isUpgrading: boolean;
    }
  /** The way of a channel that is up has changed. */
  | {
      readonly type: 'path';
      readonly account: AccountId;
      readonly peer: AccountId;
      readonly path: ChannelPath;
      readonly by: string | null;
      readonly isUpgrading: boolean;
    }
  /** A body from `peer`, as the route authenticates it. */
  | {
      readonly type: 'body';
      readonly account: AccountId;
      readonly peer: AccountId;
      readonly body: Uint8Array;
    }
  /** The channel to `peer` ended, or (null) the whole session of the account. */
  | { readonly type: 'ended'; readonly account: AccountId; readonly peer: AccountId | null }
  /** The answer to a send, after we had stopped waiting for it. */
  | {
      readonly type: 'send-answered';
      readonly account: AccountId;
      readonly peer: AccountId;
      readonly requestId: RequestId;
      readonly refused: { readonly code: FailureCode; readonly reason: string | null } | null;
    }
  /** Something to count, never to show as content. */
  | { readonly type: 'counted'; readonly what: Counted; readonly detail: string };

/** What is counted in diagnostics. The detail names variants and paths, never a value. */
export type Counted =
  | 'malformed-frame'
  /** A row of a list, or a lesser field, could not be read and was left out. */
  | 'partial-frame'
  | 'unknown-frame'
  | 'unmatched-answer'
  | 'server-message'
  /** A word, a row or an envelope that is about ourselves, or about nobody: dropped unseen. */
  | 'no-peer'
  | 'timeout'
  | 'socket-lost';

/** Signing in with a password. It is handed over and forgotten: never stored, never logged. */
export interface Credentials {
  /** The server that the person named, in the backend's own form; empty where its form does not ask for one. */
  readonly server: string;
  readonly username: string;
  readonly password: string;
}

/** What a send tells while it is under way. */
export interface SendOptions {
  readonly requestId: RequestId;
  /** Called synchronously when the frame is handed to the socket; not called when it never is. */
  readonly handedOver?: () => void;
  /**
   * Asked synchronously right before the frame is handed over: it may have waited for another one's answer. True,
   * and it is not handed over, and the answer is `not-sent`.
   */
  readonly isWithdrawn?: () => boolean;
}

/** The link to the service, and everything that is reported over it. */
export interface BackendLink {
  /** The link at this moment; every change is also an event. */
  readonly link: LinkView;
  /** Opens the link and keeps it open, also again after it was closed. Idempotent. */
  open(): void;
  /** Closes the link; everything in flight is answered with its loss. */
  close(): void;
  /** Tries again at once where the link is down. */
  reconnect(): void;
  /** Asks for a sign of life; a link that stays silent is replaced. For waking up. */
  probe(): void;
  /** Returns the unsubscriber. */
  subscribe(listener: (event: BackendEvent) => void): () => void;
}

/** Accounts: signing in and out, and who owns a session. */
export interface BackendAccounts {
  /** What the sign-in form asks for. */
  readonly accountForm: AccountForm;
  createAccount(
    credentials: Credentials & { readonly fullName: string },
  ): Promise<Answer<{ account: AccountId }>>;
  signIn(credentials: Credentials): Promise<Answer<{ account: AccountId; wasActive: boolean }>>;
  signOut(account: AccountId): Promise<Answer>;
  /** Every session that the backend holds, also other people's. */
  sessions(): Promise<Answer<readonly SessionEntry[]>>;
  /**
   * Makes this link the owner of the account's session; `force` also takes it from a live owner. Other sessions of the
   * old owner may come along: resolves with how many moved in all, NaN where that is not known.
   */
  claim(account: AccountId, force: boolean): Promise<Answer<number>>;
}

/** People, and who is in contact with whom. */
export interface BackendContacts {
  /** Everybody on the account's server. */
  people(account: AccountId): Promise<Answer<readonly PersonEntry[]>>;
  /** The account's contacts. */
  contacts(account: AccountId): Promise<Answer<readonly PersonEntry[]>>;
  /** Asks for contact, or answers an ask by asking back. Answered when the other person answers, if ever. */
  ask(account: AccountId, peer: AccountId, options: SendOptions): Promise<Answer>;
  /** Declines an ask. A success means that the service took the answer, no more. */
  decline(account: AccountId, peer: AccountId, options: SendOptions): Promise<Answer>;
}

/** Channels, and what goes over them. */
export interface BackendChannels {
  /**
   * The order of two ids: negative where the first comes first, 0 only for the same id. Both sides of a pair get the
   * same order, however often they ask: whoever comes first dials at once, the other one a little later.
   */
  compareIds(a: AccountId, b: AccountId): number;
  /** Tries for a channel; its success is (also) a `channel` event. */
  dial(account: AccountId, peer: AccountId): Promise<Answer>;
  /** Picks an offer up; the channel comes as an event. */
  pickUp(account: AccountId, peer: AccountId): Promise<Answer>;
  hangUp(account: AccountId, peer: AccountId): Promise<Answer>;
  /**
   * Hands one body to the channel. A success means accepted, not delivered. The bodies of a pair are handed over and
   * arrive in the order of the calls.
   */
  send(account: AccountId, peer: AccountId, body: Uint8Array, options: SendOptions): Promise<Answer>;
}

/**
 * A network: it transports and correlates and decides nothing. `citadel()` is one over a WebSocket; another
 * network is plugged in by implementing this. Commands never reject; a command's `account` is one of ours.
 *
 * Ids of accounts are made by the backend: 1 to 128 visible ASCII characters without `/`, the same for the same person
 * for ever. docs/backends.md shows how to write one; `BACKEND_CONTRACT` in `p2p-elements/testing` checks it.
 */
export interface Backend extends BackendLink, BackendAccounts, BackendContacts, BackendChannels {
  readonly capabilities: Capabilities;
}
