import type { AccountId } from '../../facts/ids.ts';
import type { RelayKeys, RelayTrust } from '../../ports/relay.ts';
import { makeKeys, parseKey, publicHalf, publicKey, sameBytes } from './key.ts';
import type { OwnKeys, PublicKey } from './key.ts';
import type { KeyStore } from './key-store.ts';
import type { NatsCount } from './counts.ts';

/** An account's own keys, ready for use. */
export interface Own {
  readonly keys: OwnKeys;
  readonly key: PublicKey;
}

interface Peer {
  readonly pinned: PublicKey;
  readonly isProven: boolean;
  readonly offered: PublicKey | null;
  readonly isOfferSaid: boolean;
}

interface Account extends Own {
  readonly peers: Map<AccountId, Peer>;
  /** The end of the queue of changes: each sees what the one before has stored. */
  turn: Promise<unknown>;
}

interface TrustOptions {
  readonly store: KeyStore;
  /** The trust in a key changed, or own keys are there. */
  readonly changed: () => void;
  /** Another key of the peer is trusted now, so held envelopes may be opened. */
  readonly settled: (account: AccountId) => void;
  readonly count: (what: NatsCount) => void;
}

const UNKNOWN: RelayTrust = { state: 'unknown', fingerprint: null, offered: null };

/** The trust in peers' keys. Reads are from memory; changes are stored first. */
export class TrustBook implements RelayKeys {
  readonly #options: TrustOptions;
  readonly #accounts = new Map<AccountId, Account>();
  readonly #loading = new Map<AccountId, Promise<Account>>();

  constructor(options: TrustOptions) {
    this.#options = options;
  }

  own(account: AccountId): string | null {
    return this.#accounts.get(account)?.key.text ?? null;
  }

  ownFingerprint(account: AccountId): string | null {
    return this.#accounts.get(account)?.key.fingerprint ?? null;
  }

  trust(account: AccountId, peer: AccountId): RelayTrust {
    const known = this.#accounts.get(account)?.peers.get(peer);
    if (!known) return UNKNOWN;
    const { pinned, isProven, offered } = known;
    const state = offered ? 'changed' : isProven ? 'proven' : 'first-use';
    return { state, fingerprint: pinned.fingerprint, offered: offered?.fingerprint ?? null };
  }

  learn(account: AccountId, peer: AccountId, text: string): void {
    void (async () => {
      const key = await parseKey(text);
      if (!key) return this.#options.count('malformed-key');
      await this.#change(account, peer, (known) => {
        if (!known || sameBytes(known.pinned.raw, key.raw))
          return { pinned: key, isProven: true, offered: null, isOfferSaid: false };
        return { ...known, offered: key, isOfferSaid: true };
      });
    })().catch(() => this.#options.count('storage-failed'));
  }

  /**
   * @param compared The fingerprint that the person has found to be the other's: the offered one, or the pinned one
   *   to refuse what is offered. With it, a key that was offered meanwhile is not accepted unseen: then the promise
   *   rejects. Without it the offered key is accepted, or else the pinned one.
   */
  async accept(account: AccountId, peer: AccountId, compared?: string): Promise<void> {
    await this.#change(account, peer, (known) => {
      const keys = [known?.offered, known?.pinned].filter((key) => key != null);
      if (keys.length === 0) throw new Error('There is no key to accept.');
      const key = keys.find(({ fingerprint }) => compared === undefined || fingerprint === compared);
      if (!key) throw new Error('Another key was offered meanwhile: compare the fingerprints again.');
      return { pinned: key, isProven: true, offered: null, isOfferSaid: false };
    });
  }

  /** Handles a published key of the peer: the first is pinned, another one is offered. */
  async published(account: AccountId, peer: AccountId, key: PublicKey): Promise<void> {
    await this.#change(account, peer, (known) => {
      if (!known) return { pinned: key, isProven: false, offered: null, isOfferSaid: false };
      // The pinned key was published again, so the offered one is dropped unless a channel has proven it.
      if (sameBytes(known.pinned.raw, key.raw))
        return known.isOfferSaid ? known : { ...known, offered: null };
      return known.isOfferSaid ? known : { ...known, offered: key };
    });
  }

  /** The known keys of a peer; null for none. */
  peer(
    account: AccountId,
    peer: AccountId,
  ): { readonly pinned: PublicKey; readonly offered: PublicKey | null } | null {
    return this.#accounts.get(account)?.peers.get(peer) ?? null;
  }

  /** The accounts whose keys are here. */
  get accounts(): AccountId[] {
    return [...this.#accounts.keys()];
  }

  /** The account's own keys, made when there are none yet. Rejects when this device fails; the next call tries again. */
  ready(account: AccountId): Promise<Own> {
    return this.#account(account);
  }

  /** Forgets what is in memory of the account. */
  forget(account: AccountId): void {
    this.#accounts.delete(account);
    this.#loading.delete(account);
    this.#options.changed();
  }

  #account(account: AccountId): Promise<Account> {
    const known = this.#loading.get(account);
    if (known) return known;
    const loading = this.#load(account);
    this.#loading.set(account, loading);
    loading.then(
      (loaded) => {
        if (this.#loading.get(account) !== loading) return;
        this.#accounts.set(account, loaded);
        this.#options.changed();
      },
      () => {
        if (this.#loading.get(account) === loading) this.#loading.delete(account);
      },
    );
    return loading;
  }

  async #load(account: AccountId): Promise<Account> {
    const { store, count } = this.#options;
    const keys = await store.own(account, makeKeys);
    const key = await publicHalf(keys);
    const peers = new Map<AccountId, Peer>();
    for (const { peer, pinned, isProven, offered, isOfferSaid } of await store.peers(account)) {
      const known = await readable(pinned);
      if (known) {
        peers.set(peer, { pinned: known, isProven, offered: await readable(offered), isOfferSaid });
        continue;
      }
      // It was stored before keys were validated in every engine, or by something else. Nothing sealed for it could
      // be opened; the keys of other peers and our own are not affected.
      count('malformed-key');
    }
    return { keys, key, peers, turn: Promise.resolve() };
  }

  async #change(
    account: AccountId,
    peer: AccountId,
    change: (known: Peer | undefined) => Peer,
  ): Promise<void> {
    const found = await this.#account(account);
    const turn = found.turn.then(async () => {
      const known = found.peers.get(peer);
      const next = change(known);
      if (known && isSame(known, next)) return;
      const { pinned, isProven, offered, isOfferSaid } = next;
      await this.#options.store.putPeer(account, {
        peer,
        pinned: pinned.raw,
        isProven,
        offered: offered?.raw ?? null,
        isOfferSaid,
      });
      found.peers.set(peer, next);
      this.#options.changed();
      if (known?.offered && !offered) this.#options.settled(account);
    });
    found.turn = turn.catch(() => undefined);
    await turn;
  }
}

/** A stored key; null if it is missing or invalid. */
async function readable(stored: unknown): Promise<PublicKey | null> {
  return stored instanceof Uint8Array ? publicKey(stored) : null;
}

function isSame(a: Peer, b: Peer): boolean {
  return (
    a.pinned.text === b.pinned.text &&
    a.isProven === b.isProven &&
    a.offered?.text === b.offered?.text &&
    a.isOfferSaid === b.isOfferSaid
  );
}
