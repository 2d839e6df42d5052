import type { AccountId } from '../../facts/index.ts';
import type { MessageDetail, PeerDetail, RequestDetails } from '../../stores/connect-requests.ts';

export type { AccountDetail, MessageDetail, PeerDetail } from '../../stores/connect-requests.ts';

/** The account to sign in; for a known one, only the password is asked for. */
export interface AddAccountDetail {
  readonly account?: AccountId;
  readonly username?: string;
  readonly server?: string | null;
}

type CarriedOut = { [Name in keyof RequestDetails]: CustomEvent<RequestDetails[Name]> };

/**
 * Every request event, with the ids and the input it needs. Each bubbles, is composed and cancelable;
 * `connectRequests` carries it out unless the page called `preventDefault()`. The three that are declared here
 * concern only the view. `account` and `peer` are those of the element; if it has none they are absent, and only the
 * page can carry out the event.
 */
export interface RequestEventMap extends CarriedOut {
  'p2p-open-conversation-request': CustomEvent<PeerDetail>;
  /** Show what happened to one message. */
  'p2p-open-details-request': CustomEvent<MessageDetail>;
  /** Show the form for one more account, or to sign one in again. */
  'p2p-add-account-request': CustomEvent<AddAccountDetail>;
}

declare global {
  // Merged interfaces type addEventListener; request events bubble to the document and the window, too.
  /* eslint-disable @typescript-eslint/no-empty-object-type */
  interface HTMLElementEventMap extends RequestEventMap {}
  interface DocumentEventMap extends RequestEventMap {}
  interface WindowEventMap extends RequestEventMap {}
  /* eslint-enable @typescript-eslint/no-empty-object-type */
}
