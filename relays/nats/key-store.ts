import type { AccountId } from '../../facts/ids.ts';
import type { Bytes, OwnKeys } from './key.ts';

/** The stored state of a peer's key. */
export interface StoredPeerKey {
  readonly peer: AccountId;
  /** The raw public key that is trusted. */
  readonly pinned: Bytes;
  /** Whether a channel or a person has proven it; otherwise it is merely the first that was seen. */
  readonly isProven: boolean;
  /** Another key that was seen and waits for the person; null for none. */
  readonly offered: Bytes | null;
  /** Whether a channel has proven the offered key; one that is merely published does not replace it. */
  readonly isOfferSaid: boolean;
}

/** An envelope that was opened. */
export interface StoredOpening {
  /** The id within the sender's key. */
  readonly id: string;
  /** The sender's public key, in hex. */
  readonly sender: string;
  /** The sender's clock, milliseconds since the epoch. */
  readonly sealedAt: number;
  /** Our own clock, milliseconds since the epoch. */
  readonly openedAt: number;
}

/** An envelope that waits, still sealed, for a person to accept its sender's key. */
export interface HeldEnvelope {
  /** Assigned by the store; later ones are greater. */
  readonly place: number;
  readonly peer: AccountId;
  readonly bytes: Bytes;
  /** When it arrived, by our own clock. */
  readonly heldAt: number;
}

/**
 * Stores the keys of a sealing relay, the keys of others, and opened envelopes. Every promise rejects when the device
 * fails: a failed read never counts as absence.
 */
export interface KeyStore {
  /** The account's keys; if there are none, those of `make` are stored. Concurrent calls get the same keys. */
  own(account: AccountId, make: () => Promise<OwnKeys>): Promise<OwnKeys>;
  peers(account: AccountId): Promise<readonly StoredPeerKey[]>;
  putPeer(account: AccountId, key: StoredPeerKey): Promise<void>;
  /** Whether that envelope was opened before, or may have been, because it is not newer than what was forgotten. */
  wasOpened(account: AccountId, opening: Omit<StoredOpening, 'openedAt'>): Promise<boolean>;
  remember(account: AccountId, opening: StoredOpening): Promise<void>;
  /**
   * Forgets what was opened before `time` (our clock). For each sender the latest time of sealing among what was
   * forgotten stays known, so that none of it can come back. What claims to have been sealed after `time + slack`
   * is kept: as a bound it would shut its sender out.
   */
  forget(account: AccountId, time: number, slack: number): Promise<void>;
  /** Stores a sealed envelope; false if the peer's `limit`, in number or bytes, is reached. */
  hold(account: AccountId, held: Omit<HeldEnvelope, 'place'>, limit: HoldLimit): Promise<boolean>;
  /** What is held for the account, in order of arrival. */
  held(account: AccountId): Promise<readonly HeldEnvelope[]>;
  release(account: AccountId, place: number): Promise<void>;
  /** Removes everything of the account. */
  wipe(account: AccountId): Promise<void>;
  close(): void;
}

/** The limits of held envelopes per peer. */
export interface HoldLimit {
  readonly envelopes: number;
  readonly bytes: number;
}

interface Drawer {
  own: Promise<OwnKeys> | null;
  readonly peers: Map<AccountId, StoredPeerKey>;
  readonly openings: Map<string, StoredOpening>;
  /** By sender: the latest time of sealing among what was forgotten. */
  readonly floors: Map<string, number>;
  held: HeldEnvelope[];
}

/** Keys in the page's memory, for tests and demos: after a reload every peer sees a changed key. */
export function memoryKeys(): KeyStore {
  const drawers = new Map<AccountId, Drawer>();
  let places = 0;
  const drawer = (account: AccountId): Drawer => {
    let found = drawers.get(account);
    if (!found) {
      found = { own: null, peers: new Map(), openings: new Map(), floors: new Map(), held: [] };
      drawers.set(account, found);
    }
    return found;
  };
  const keyOf = ({ sender, id }: Omit<StoredOpening, 'sealedAt' | 'openedAt'>): string => `${sender}/${id}`;

  return {
    own(account, make) {
      const found = drawer(account);
      found.own ??= make().catch((cause: unknown) => {
        found.own = null;
        throw cause;
      });
      return found.own;
    },
    async peers(account) {
      return [...drawer(account).peers.values()];
    },
    async putPeer(account, key) {
      drawer(account).peers.set(key.peer, key);
    },
    async wasOpened(account, opening) {
      const { openings, floors } = drawer(account);
      return openings.has(keyOf(opening)) || opening.sealedAt <= (floors.get(opening.sender) ?? -Infinity);
    },
    async remember(account, opening) {
      drawer(account).openings.set(keyOf(opening), opening);
    },
    async forget(account, time, slack) {
      const { openings, floors } = drawer(account);
      for (const [key, { sender, sealedAt, openedAt }] of openings) {
        if (openedAt >= time || sealedAt > time + slack) continue;
        openings.delete(key);
        floors.set(sender, Math.max(sealedAt, floors.get(sender) ?? -Infinity));
      }
    },
    async hold(account, held, limit) {
      const found = drawer(account);
      const ofPeer = found.held.filter(({ peer }) => peer === held.peer);
      if (!hasRoom(ofPeer, held, limit)) return false;
      places += 1;
      found.held.push({ ...held, place: places });
      return true;
    },
    async held(account) {
      return [...drawer(account).held];
    },
    async release(account, place) {
      const found = drawer(account);
      found.held = found.held.filter((envelope) => envelope.place !== place);
    },
    async wipe(account) {
      drawers.delete(account);
    },
    close: () => undefined,
  };
}

/** Whether one more may be held in addition to these. */
export function hasRoom(
  ofPeer: readonly { readonly bytes: Uint8Array }[],
  next: { readonly bytes: Uint8Array },
  limit: HoldLimit,
): boolean {
  const bytes = ofPeer.reduce((sum, held) => sum + held.bytes.length, next.bytes.length);
  return ofPeer.length < limit.envelopes && bytes <= limit.bytes;
}
