import type { MessageDetail, PeerDetail, RequestDetails } from '../../stores/connect-requests.ts';

export type { AccountDetail, MessageDetail, PeerDetail } from '../../stores/connect-requests.ts';

type CarriedOut = { [Name in keyof RequestDetails]: CustomEvent<RequestDetails[Name]> };

/**
 * Every request event: what a person may ask for, with the ids and the input it needs. Each bubbles, is composed
 * and cancelable; the table in `connectRequests` acts on it unless the page called `preventDefault()`. The three that
 * are named here concern the view alone.
 */
export interface RequestEventMap extends CarriedOut {
  'p2p-open-conversation-request': CustomEvent<PeerDetail>;
  /** Show what happened to one message. */
  'p2p-open-details-request': CustomEvent<MessageDetail>;
  /** Show the form for one more account. */
  'p2p-add-account-request': CustomEvent<Record<string, never>>;
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merging is what makes addEventListener typed
  interface HTMLElementEventMap extends RequestEventMap {}
}
