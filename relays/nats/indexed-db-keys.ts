import { openDB } from 'idb';
import type { DBSchema, IDBPDatabase } from 'idb';
import type { Cid } from '../../facts/ids.ts';
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
    value: StoredOpening & { readonly account: Cid };
    indexes: { openedAt: [string, number] };
  };
  /** By account and sender: the latest time of sealing among what was forgotten. */
  floors: { key: [string, string]; value: number };
  held: {
    key: number;
    value: Omit<HeldEnvelope, 'place'> & { readonly account: Cid };
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
  readonly #name: string;
  #opening: Promise<IDBPDatabase<Schema>> | null = null;

  constructor(name: string) {
    this.#name = name;
  }

  async own(account: Cid, make: () => Promise<OwnKeys>): Promise<OwnKeys> {
    const database = await this.#database();
    const known = await database.get('own', account);
    if (known) return known;
    // Made outside: a transaction ends while it waits for anything but the database. Another tab may be faster.
    const made = await make();
    const transaction = database.transaction('own', 'readwrite', { durability: 'strict' });
    const found = await transaction.store.get(account);
    if (!found) await transaction.store.put(made, account);
    await transaction.done;
    return found ?? made;
  }

  async peers(account: Cid): Promise<readonly StoredPeerKey[]> {
    return (await this.#database()).getAll('peers', ofAccount(account));
  }

  async putPeer(account: Cid, key: StoredPeerKey): Promise<void> {
    await (await this.#database()).put('peers', key, [account, key.peer]);
  }

  async wasOpened(account: Cid, { sender, id, sealedAt }: Omit<StoredOpening, 'openedAt'>): Promise<boolean> {
    const transaction = (await this.#database()).transaction(['openings', 'floors']);
    const [known, floor] = await Promise.all([
      transaction.objectStore('openings').getKey([account, sender, id]),
      transaction.objectStore('floors').get([account, sender]),
    ]);
    return known !== undefined || sealedAt <= (floor ?? -Infinity);
  }

  async remember(account: Cid, opening: StoredOpening): Promise<void> {
    const { sender, id } = opening;
    await (await this.#database()).put('openings', { ...opening, account }, [account, sender, id]);
  }

  async forget(account: Cid, time: number, slack: number): Promise<void> {
    const transaction = (await this.#database()).transaction(['openings', 'floors'], 'readwrite');
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
  }

  async hold(
    account: Cid,
    held: Omit<HeldEnvelope, 'place'>,
    limit: { envelopes: number; bytes: number },
  ): Promise<boolean> {
    const transaction = (await this.#database()).transaction('held', 'readwrite', { durability: 'strict' });
    const ofPeer = await transaction.store.index('peer').getAll([account, held.peer]);
    const isRoom = hasRoom(ofPeer, held, limit);
    if (isRoom) await transaction.store.put({ ...held, account });
    await transaction.done;
    return isRoom;
  }

  async held(account: Cid): Promise<readonly HeldEnvelope[]> {
    const index = (await this.#database()).transaction('held').store.index('account');
    const held: HeldEnvelope[] = [];
    for (let cursor = await index.openCursor(account); cursor; cursor = await cursor.continue()) {
      const { peer, bytes, heldAt } = cursor.value;
      held.push({ place: cursor.primaryKey, peer, bytes, heldAt });
    }
    return held;
  }

  async release(_account: Cid, place: number): Promise<void> {
    await (await this.#database()).delete('held', place);
  }

  async wipe(account: Cid): Promise<void> {
    const transaction = (await this.#database()).transaction(STORES, 'readwrite');
    const held = transaction.objectStore('held');
    await transaction.objectStore('own').delete(account);
    for (const name of ['peers', 'openings', 'floors'] as const)
      await transaction.objectStore(name).delete(ofAccount(account));
    for (const place of await held.index('account').getAllKeys(account)) await held.delete(place);
    await transaction.done;
  }

  close(): void {
    void this.#opening?.then((database) => database.close()).catch(() => undefined);
    this.#opening = null;
  }

  #database(): Promise<IDBPDatabase<Schema>> {
    this.#opening ??= openDB<Schema>(this.#name, VERSION, {
      upgrade(database, oldVersion) {
        if (oldVersion >= 1) return;
        database.createObjectStore('own');
        database.createObjectStore('peers');
        const openings = database.createObjectStore('openings');
        openings.createIndex('openedAt', ['account', 'openedAt']);
        database.createObjectStore('floors');
        const held = database.createObjectStore('held', { autoIncrement: true });
        held.createIndex('peer', ['account', 'peer']);
        held.createIndex('account', 'account');
      },
      blocking: () => this.close(),
      terminated: () => {
        this.#opening = null;
      },
    }).catch((cause: unknown) => {
      this.#opening = null;
      throw cause;
    });
    return this.#opening;
  }
}

/** Every key that begins with the account: an array sorts after every string. */
function ofAccount(account: Cid): IDBKeyRange {
  return IDBKeyRange.bound([account], [account, []]);
}
