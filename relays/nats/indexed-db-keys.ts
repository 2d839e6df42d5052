import type { DBSchema, IDBPDatabase } from 'idb';
import type { AccountId } from '../../facts/ids.ts';
import { CannotOpen, database } from '../../storage/database.ts';
import type { Database } from '../../storage/database.ts';
import type { OwnKeys } from './key.ts';
import { hasRoom } from './key-store.ts';
import type { HeldEnvelope, KeyStore, StoredOpening, StoredPeerKey } from './key-store.ts';

/* Compound keys, so that one account's rows are one key range. */
interface Schema extends DBSchema {
  own: { key: string; value: OwnKeys };
  peers: { key: [string, string]; value: StoredPeerKey };
  /** By account, sender and id. */
  openings: {
    key: [string, string, string];
    value: StoredOpening & { readonly account: AccountId };
    indexes: { openedAt: [string, number] };
  };
  /** By account and sender: the latest time of sealing among forgotten openings. */
  floors: { key: [string, string]; value: number };
  held: {
    key: number;
    value: Omit<HeldEnvelope, 'place'> & { readonly account: AccountId };
    indexes: { peer: [string, string]; account: string };
  };
}

/** The schema's version. Raise it with a migration in `upgrade`, and a test that opens the version before. */
const VERSION = 1;
const STORES = ['own', 'peers', 'openings', 'floors', 'held'] as const;

/**
 * Keys in IndexedDB, where they survive a reload. The browser stores a private key that no script can read, not even
 * this one's; what it cannot do is keep other scripts of the origin from using it.
 *
 * @param name The database's name; one per app on an origin.
 */
export function indexedDbKeys(name = 'p2p-elements-keys'): KeyStore {
  return new IndexedDbKeys(name);
}

class IndexedDbKeys implements KeyStore {
  readonly #database: Database<Schema>;
  /** The keys that the page knows, written again if the database is deleted. */
  readonly #own = new Map<AccountId, OwnKeys>();
  readonly #peers = new Map<AccountId, Map<AccountId, StoredPeerKey>>();

  constructor(name: string) {
    this.#database = database<Schema>({
      name,
      version: VERSION,
      upgrade(opened, oldVersion) {
        if (oldVersion >= 1) return;
        opened.createObjectStore('own');
        opened.createObjectStore('peers');
        const openings = opened.createObjectStore('openings');
        openings.createIndex('openedAt', ['account', 'openedAt']);
        opened.createObjectStore('floors');
        const held = opened.createObjectStore('held', { autoIncrement: true });
        held.createIndex('peer', ['account', 'peer']);
        held.createIndex('account', 'account');
      },
      // A new key would count as changed for everybody who has pinned this one.
      reopened: (opened) => void this.#writeAgain(opened).catch(() => undefined),
    });
  }

  async own(account: AccountId, make: () => Promise<OwnKeys>): Promise<OwnKeys> {
    const known = await this.#run((opened) => opened.get('own', account));
    // Created outside of the transaction, which ends while it waits for anything but the database. Another tab may be
    // faster.
    const own = known ?? (await this.#keepOwn(account, await make()));
    this.#own.set(account, own);
    return own;
  }

  async peers(account: AccountId): Promise<readonly StoredPeerKey[]> {
    const found = await this.#run((opened) => opened.getAll('peers', ofAccount(account)));
    this.#peers.set(account, new Map(found.map((key) => [key.peer, key])));
    return found;
  }

  async putPeer(account: AccountId, key: StoredPeerKey): Promise<void> {
    await this.#run((opened) => opened.put('peers', key, [account, key.peer]));
    this.#peers.set(
      account,
      (this.#peers.get(account) ?? new Map<AccountId, StoredPeerKey>()).set(key.peer, key),
    );
  }

  wasOpened(account: AccountId, { sender, id, sealedAt }: Omit<StoredOpening, 'openedAt'>): Promise<boolean> {
    return this.#run(async (opened) => {
      const transaction = opened.transaction(['openings', 'floors']);
      const [known, floor] = await Promise.all([
        transaction.objectStore('openings').getKey([account, sender, id]),
        transaction.objectStore('floors').get([account, sender]),
      ]);
      return known !== undefined || sealedAt <= (floor ?? -Infinity);
    });
  }

  async remember(account: AccountId, opening: StoredOpening): Promise<void> {
    const { sender, id } = opening;
    await this.#run((opened) => opened.put('openings', { ...opening, account }, [account, sender, id]));
  }

  forget(account: AccountId, time: number, slack: number): Promise<void> {
    return this.#run(async (opened) => {
      const transaction = opened.transaction(['openings', 'floors'], 'readwrite');
      const floors = transaction.objectStore('floors');
      const range = IDBKeyRange.bound([account, -Infinity], [account, time], false, true);
      const index = transaction.objectStore('openings').index('openedAt');
      for (let cursor = await index.openCursor(range); cursor; cursor = await cursor.continue()) {
        const { sender, sealedAt } = cursor.value;
        if (sealedAt > time + slack) continue;
        const floor = (await floors.get([account, sender])) ?? -Infinity;
        if (sealedAt > floor) await floors.put(sealedAt, [account, sender]);
        await cursor.delete();
      }
      await transaction.done;
    });
  }

  hold(
    account: AccountId,
    held: Omit<HeldEnvelope, 'place'>,
    limit: { envelopes: number; bytes: number },
  ): Promise<boolean> {
    return this.#run(async (opened) => {
      const transaction = opened.transaction('held', 'readwrite', { durability: 'strict' });
      const ofPeer = await transaction.store.index('peer').getAll([account, held.peer]);
      const isRoom = hasRoom(ofPeer, held, limit);
      if (isRoom) await transaction.store.put({ ...held, account });
      await transaction.done;
      return isRoom;
    });
  }

  held(account: AccountId): Promise<readonly HeldEnvelope[]> {
    return this.#run(async (opened) => {
      const index = opened.transaction('held').store.index('account');
      const held: HeldEnvelope[] = [];
      for (let cursor = await index.openCursor(account); cursor; cursor = await cursor.continue()) {
        const { peer, bytes, heldAt } = cursor.value;
        held.push({ place: cursor.primaryKey, peer, bytes, heldAt });
      }
      return held;
    });
  }

  async release(_account: AccountId, place: number): Promise<void> {
    await this.#run((opened) => opened.delete('held', place));
  }

  async wipe(account: AccountId): Promise<void> {
    this.#own.delete(account);
    this.#peers.delete(account);
    await this.#run(async (opened) => {
      const transaction = opened.transaction(STORES, 'readwrite');
      const held = transaction.objectStore('held');
      await transaction.objectStore('own').delete(account);
      for (const name of ['peers', 'openings', 'floors'] as const)
        await transaction.objectStore(name).delete(ofAccount(account));
      for (const place of await held.index('account').getAllKeys(account)) await held.delete(place);
      await transaction.done;
    });
  }

  close(): void {
    this.#database.close();
  }

  async #run<Result>(job: (opened: IDBPDatabase<Schema>) => Promise<Result>): Promise<Result> {
    try {
      return await this.#database.run(job);
    } catch (failure) {
      throw failure instanceof CannotOpen ? failure.cause : failure;
    }
  }

  #keepOwn(account: AccountId, made: OwnKeys): Promise<OwnKeys> {
    return this.#run(async (opened) => {
      const transaction = opened.transaction('own', 'readwrite', { durability: 'strict' });
      const found = await transaction.store.get(account);
      if (!found) await transaction.store.put(made, account);
      await transaction.done;
      return found ?? made;
    });
  }

  async #writeAgain(opened: IDBPDatabase<Schema>): Promise<void> {
    const transaction = opened.transaction(['own', 'peers'], 'readwrite', { durability: 'strict' });
    const [own, peers] = [transaction.objectStore('own'), transaction.objectStore('peers')];
    for (const [account, keys] of this.#own) {
      // It was closed, and nothing is lost.
      if (await own.getKey(account)) continue;
      await own.put(keys, account);
      for (const key of this.#peers.get(account)?.values() ?? []) await peers.put(key, [account, key.peer]);
    }
    await transaction.done;
  }
}

/** Every key that begins with the account: an array sorts after every string. */
function ofAccount(account: AccountId): IDBKeyRange {
  return IDBKeyRange.bound([account], [account, []]);
}
