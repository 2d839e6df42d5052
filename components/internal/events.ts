import type { AccountId } from '../../facts/index.ts';
import type { MessageDetail, PeerDetail, RequestDetails } from '../../stores/connect-requests.ts';

export type { AccountDetail, MessageDetail, PeerDetail } from '../../stores/connect-requests.ts';

/** The account that is to be signed in: for one that is known, only its password is left to be asked for. */
export interface AddAccountDetail {
  readonly account?: AccountId;
  readonly username?: string;
  readonly server?: string | null;
}

type CarriedOut = { [Name in keyof RequestDetails]: CustomEvent<RequestDetails[Name]> };

/**
 * Every request event: what a person may ask for, with the ids and the input it needs. Each bubbles, is composed
 * and cancelable; the table in `connectRequests` acts on it unless the page called `preventDefault()`. The three that
 * are named here concern the view alone. `account` and `peer` are what the element was told: where nobody has told it,
 * they are absent, and nothing but the page can carry the event out.
 */
export interface RequestEventMap extends CarriedOut {
  'p2p-open-conversation-request': CustomEvent<PeerDetail>;
  /** Show what happened to one message. */
  'p2p-open-details-request': CustomEvent<MessageDetail>;
  /** Show the form for one more account, or to sign one in again. */
  'p2p-add-account-request': CustomEvent<AddAccountDetail>;
}

declare global {
  // Merging is what makes addEventListener typed: request events bubble to the document and the window, too.
  /* eslint-disable @typescript-eslint/no-empty-object-type */
  interface HTMLElementEventMap extends RequestEventMap {}
  interface DocumentEventMap extends RequestEventMap {}
  interface WindowEventMap extends RequestEventMap {}
  /* eslint-enable @typescript-eslint/no-empty-object-type */
}
