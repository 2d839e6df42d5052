import type { Cid } from '../facts/ids.js';

/** What a relay carries: sealed by the sender's side, stored until the recipient's side has acknowledged it. */
export interface RelayEnvelope {
  /** Unique per envelope; sending the same id again is harmless. */
  readonly id: string;
  /** Who sent it, as the relay (or the seal) authenticates it: never a field of the body. */
  readonly from: Cid;
  readonly to: Cid;
  readonly body: Uint8Array;
}

/** A relay's own answer to one envelope. */
export type RelayAnswer =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'refused'; readonly reason: string; readonly permanent: boolean }
  /** No answer: it may have been taken. */
  | { readonly outcome: 'unanswered'; readonly cause: 'timeout' | 'connection-lost' };

/**
 * A store-and-forward service that carries envelopes when no channel does.
 * `name` is what people read after "through", e.g. "the server".
 */
export interface Relay {
  readonly name: string;
  /** Whether the relay can be reached at the moment. */
  readonly up: boolean;
  /** Never rejects. */
  send(envelope: RelayEnvelope): Promise<RelayAnswer>;
  /**
   * Envelopes for `account`, oldest first, the stored ones too. An envelope counts as acknowledged when the
   * promise that `receive` returned resolves; one that rejects is offered again.
   * Returns the unsubscriber.
   */
  subscribe(account: Cid, receive: (envelope: RelayEnvelope) => Promise<void>): () => void;
  /** Calls `changed` whenever `up` changes; returns the unsubscriber. */
  watch(changed: () => void): () => void;
}
