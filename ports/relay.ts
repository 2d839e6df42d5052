import type { AccountId } from '../facts/ids.ts';
import type { RelayCode } from '../facts/refusals.ts';

/** What a relay carries: sealed by the sender's side, stored until the recipient's side has acknowledged it. */
export interface RelayEnvelope {
  /** Unique per envelope; sending the same id again is harmless. */
  readonly id: string;
  /** Who sent it, as the relay (or the seal) authenticates it: never a field of the body. */
  readonly from: AccountId;
  readonly to: AccountId;
  readonly body: Uint8Array;
}

/** A relay's own answer to one envelope. */
export type RelayAnswer =
  | { readonly outcome: 'accepted' }
  /** What it means, and the relay's raw text; null where it said nothing. The code decides whether it is sent again. */
  | { readonly outcome: 'refused'; readonly code: RelayCode; readonly reason: string | null }
  /** No answer: it may have been taken. */
  | { readonly outcome: 'unanswered'; readonly cause: 'timeout' | 'connection-lost' };

/** How far the key of one peer is trusted by a relay that seals. */
export interface RelayTrust {
  /**
   * `unknown`: no key is known, so that nothing can be sealed yet. `first-use`: the first key seen was pinned;
   * nothing proves it. `proven`: the peer's page said it over a channel, or the person compared fingerprints.
   * `changed`: a key other than the pinned one was seen; nothing is sealed, and nothing from the new key is opened,
   * until the person accepts it.
   */
  readonly state: 'unknown' | 'first-use' | 'proven' | 'changed';
  /** The pinned key's fingerprint, as people compare it; null where there is none. */
  readonly fingerprint: string | null;
  /** The fingerprint of the key that waits for the person; null unless `changed`. */
  readonly offered: string | null;
}

/** The keys of a relay that seals bodies end to end. */
export interface RelayKeys {
  /** Our public key for `account`, as the peer's `learn` takes it; null until it is there. */
  own(account: AccountId): string | null;
  /** Its fingerprint, for the other person to compare. */
  ownFingerprint(account: AccountId): string | null;
  /** The peer's page has said, over a channel that proves who speaks, that this is its key. */
  learn(account: AccountId, peer: AccountId, key: string): void;
  trust(account: AccountId, peer: AccountId): RelayTrust;
  /**
   * The person has compared the fingerprints: the offered (or else the pinned) key is theirs. `compared` is the
   * fingerprint that was on the screen: a key that was offered meanwhile is not accepted unseen.
   */
  accept(account: AccountId, peer: AccountId, compared?: string): Promise<void>;
}

/**
 * A store-and-forward service that carries envelopes when no channel does.
 */
export interface Relay {
  /** What people read after "through", in the language of the page; null: "the server", in the reader's. */
  readonly name: string | null;
  /** Whether the relay can be reached at the moment. */
  readonly isUp: boolean;
  /**
   * Who could read what on this way, shown with the route: `sealed`, that bodies are sealed end to end, said in the
   * reader's language; or a sentence in the language of the page.
   */
  readonly privacy?: 'sealed' | (string & {});
  /** Where bodies are sealed end to end. */
  readonly keys?: RelayKeys;
  /** Never rejects. */
  send(envelope: RelayEnvelope): Promise<RelayAnswer>;
  /**
   * Envelopes for `account`, oldest first, the stored ones too. An envelope counts as acknowledged when the
   * promise that `receive` returned resolves; one that rejects is offered again.
   * Returns the unsubscriber.
   */
  subscribe(account: AccountId, receive: (envelope: RelayEnvelope) => Promise<void>): () => void;
  /** Removes what the relay keeps of the account on this device: its keys. Absent: it keeps nothing. */
  wipe?(account: AccountId): Promise<void>;
  /** The page or the network came back: tries again at once where the relay cannot be reached. */
  reconnect?(): void;
  /**
   * Calls `changed` whenever `isUp`, an account's own key, or the trust in a key changes: what other tabs show of the
   * relay follows from it. Returns the unsubscriber.
   */
  watch(changed: () => void): () => void;
}
