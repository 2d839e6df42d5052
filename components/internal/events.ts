import type { Cid, MessageId } from '../../facts/index.ts';

/** An account of this browser. */
export interface AccountDetail {
  readonly account: Cid;
}
/** A person, as seen from one of this browser's accounts. */
export interface PeerDetail extends AccountDetail {
  readonly peer: Cid;
}
/** One message of a conversation. */
export interface MessageDetail extends PeerDetail {
  readonly id: MessageId;
}

/**
 * Every request event: what a person may ask for, with the ids and the input it needs. Each bubbles, is composed
 * and cancelable; the table in `connectRequests` acts on it unless the page called `preventDefault()`.
 */
export interface RequestEventMap {
  /** Ask somebody to connect; also asks again after a refusal. */
  'p2p-ask-request': CustomEvent<PeerDetail>;
  'p2p-accept-request': CustomEvent<PeerDetail>;
  'p2p-decline-request': CustomEvent<PeerDetail>;
  /** Take an own wish back. */
  'p2p-withdraw-request': CustomEvent<PeerDetail>;
  'p2p-open-conversation-request': CustomEvent<PeerDetail>;
  'p2p-send-request': CustomEvent<PeerDetail & { readonly text: string; readonly replyTo?: MessageId }>;
  'p2p-retry-request': CustomEvent<MessageDetail>;
  'p2p-delete-request': CustomEvent<MessageDetail>;
  'p2p-cancel-request': CustomEvent<MessageDetail>;
  /** A message of theirs was really on screen. */
  'p2p-read-request': CustomEvent<MessageDetail>;
  'p2p-typing-request': CustomEvent<PeerDetail>;
  /** The view is near the beginning of what is loaded. */
  'p2p-older-request': CustomEvent<PeerDetail>;
  'p2p-sign-in-request': CustomEvent<{
    readonly server: string;
    readonly username: string;
    readonly password: string;
  }>;
  'p2p-create-account-request': CustomEvent<{
    readonly server: string;
    readonly fullName: string;
    readonly username: string;
    readonly password: string;
  }>;
  'p2p-sign-out-request': CustomEvent<AccountDetail>;
  /** Leave the account signed in at the service, and hide it here. */
  'p2p-exit-request': CustomEvent<AccountDetail>;
  'p2p-switch-session-request': CustomEvent<AccountDetail>;
  /** Show the form for one more account. */
  'p2p-add-account-request': CustomEvent<Record<string, never>>;
  /** Take over an account that is open in another browser. */
  'p2p-use-here-request': CustomEvent<AccountDetail>;
  /** Load the people of the server, or load them again. */
  'p2p-discover-request': CustomEvent<AccountDetail>;
  /** Try our own link again now. */
  'p2p-reconnect-request': CustomEvent<Record<string, never>>;
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merging is what makes addEventListener typed
  interface HTMLElementEventMap extends RequestEventMap {}
}
