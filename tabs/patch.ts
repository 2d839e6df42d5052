import type { MessageFact } from '../facts/evidence.ts';
import type { AccountId, MessageId } from '../facts/ids.ts';
import type { LinkView, PeopleView, StorageView } from '../facts/view.ts';
import type { RelayTrust } from '../ports/relay.ts';
import type { StoredConversation, StoredMessage } from '../ports/storage.ts';
import type { DiagnosticCounter } from '../stores/diagnostics.ts';
import type { KnownOfPair } from '../stores/pairs.ts';
import type { Session } from '../stores/sessions.ts';

/** What of a conversation has changed, or all of it. */
export interface ConversationPatch {
  readonly meta: StoredConversation;
  readonly hasOlder: boolean;
  readonly isStalled: boolean;
  readonly notStored: readonly MessageId[];
  /** Messages whose newest evidence is being stored, and the evidence that is shown until then. */
  readonly unstored: readonly (readonly [MessageId, readonly MessageFact[]])[];
  /** All of it: what is not named here is not there. */
  readonly isWhole: boolean;
  /** History that was brought in, ascending. */
  readonly older: readonly StoredMessage[] | null;
  readonly changed: readonly StoredMessage[];
}

/** What has changed in the tab that leads, as plain data: the newest state of each record, never a difference. */
export interface Patch {
  /** The first of a snapshot: what it does not name is not there. */
  readonly isFirst?: true;
  readonly sessions: readonly Session[];
  readonly pairs: readonly {
    readonly pair: KnownOfPair;
    readonly trust?: RelayTrust;
    /** Absent: nothing has happened in it yet. */
    readonly conversation?: ConversationPatch;
  }[];
  readonly people: readonly (readonly [AccountId, PeopleView])[];
  /** Accounts of which nothing is left on this device. */
  readonly wiped: readonly AccountId[];
  readonly link?: LinkView;
  readonly storage?: { readonly view: StorageView; readonly isFailing: boolean };
  readonly counters?: readonly (readonly [DiagnosticCounter, number])[];
  readonly relay?: {
    readonly isUp: boolean;
    readonly fingerprints: readonly (readonly [AccountId, string])[];
  };
}

/** What a follower knows of the leader's relay. */
export interface Mirrored {
  isUp: boolean;
  readonly fingerprints: Map<AccountId, string>;
  readonly trusts: Map<string, RelayTrust>;
}

/** What a leader tells: a change for everybody, or a part of a snapshot for one tab. */
export interface PatchMessage {
  readonly kind: 'patch';
  readonly patch: Patch;
  /** How many changes this leader has told, this one among them: a tab that missed one asks for a snapshot. */
  readonly count: number;
  /** How far the time of day is ahead of the leader's own clock, by which the moments in it are told. */
  readonly ahead: number;
  /** It is part of a snapshot, and whether the last one. */
  readonly isLast?: boolean;
}
