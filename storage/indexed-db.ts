import { unwrap, wrap } from 'idb';
import type { DBSchema, IDBPDatabase, IDBPIndex, IDBPTransaction, StoreNames } from 'idb';
import type { AccountId } from '../facts/ids.ts';
import { tellAll } from '../facts/listeners.ts';
import type {
  Storage,
  StorageErrorCode,
  StorageWrite,
  StoredAccount,
  StoredConversation,
  StoredMessage,
  StoredRequest,
} from '../ports/storage.ts';
import { CannotOpen, database } from './database.ts';
import { StorageError } from './error.ts';
import { fromReadPlace } from './read-place.ts';
import type { ConversationOfVersion2 } from './read-place.ts';

type StoredRow = StoredMessage & { openFor?: string };

/*
 * Compound keys instead of joined strings, so that one account's rows are one key range. Booleans are no keys in
 * IndexedDB, so an open message carries `openFor`: only those stand in that index.
 */
interface Schema extends DBSchema {
  accounts: { key: string; value: StoredAccount };
  requests: { key: [string, string]; value: StoredRequest };
  conversations: { key: [string, string]; value: StoredConversation };
  messages: {
    key: [string, string, string];
    value: StoredRow;
    indexes: {
      place: [string, string, number];
      open: string;
      stream: [string, string, string, number];
    };
  };
}

/** The schema's version. Raise it with a migration in `upgrade`, and a test that opens the version before. */
const VERSION = 3;

/** How the database is opened. */
export interface IndexedDbOptions {
  /** The database's name; one per app on an origin. `p2p-elements` by default. */
  readonly name?: string;
}

/**
 * Storage in IndexedDB: what a reload brings back. Messages lie unencrypted on this device, readable by every
 * script of the origin.
 */
export function indexedDb({ name = 'p2p-elements' }: IndexedDbOptions = {}): Storage {
  const watchers = new Set<(accounts: readonly AccountId[]) => void>();
  const known = database<Schema>({
    name,
    version: VERSION,
    upgrade(opened, oldVersion, _version, transaction) {
      if (oldVersion < 1) {
        for (const store of Object.values(STORES)) opened.createObjectStore(store);
        const messages = transaction.objectStore('messages');
        messages.createIndex('place', ['account', 'peer', 'place']);
        messages.createIndex('open', 'openFor');
      }
      // Version 2: messages are found by their stream's index. Those without one are in no index.
      if (oldVersion < 2)
        transaction.objectStore('messages').createIndex('stream', ['account', 'peer', 'stream', 'index']);
      // Version 3: what was read is a set, and not everything up to a place.
      if (oldVersion > 0) readSetsFromPlaces(transaction).catch(() => abort(transaction));
    },
    reopened: (opened) => {
      const told = (accounts: readonly string[]): void => tellAll(watchers, accounts as readonly AccountId[]);
      // If it is closed again meanwhile, it will be reopened.
      void opened.getAllKeys('accounts').then(told, () => undefined);
    },
  });

  async function run<Result>(job: (opened: IDBPDatabase<Schema>) => Promise<Result>): Promise<Result> {
    try {
      return await known.run(job);
    } catch (cause) {
      throw asStorageError(cause);
    }
  }

  return {
    accounts: () => run((opened) => opened.getAll('accounts')),
    requests: (account) => run((opened) => opened.getAll('requests', ofAccount(account))),
    conversations: (account) => run((opened) => opened.getAll('conversations', ofAccount(account))),
    history: (account, peer, { before = Infinity, limit }) =>
      run(async (opened) => {
        const range = IDBKeyRange.bound([account, peer], [account, peer, before], false, true);
        const index = opened.transaction('messages').store.index('place');
        // One more than asked for, to see whether the page would be cut between messages of one place.
        const rows = await newest(index, range, limit + 1);
        const cut = rows.length > limit ? rows.shift()!.place : null;
        if (cut === null || rows[0]?.place !== cut) return rows.map(stripped);
        const sharing = await index.getAll([account, peer, cut]);
        return [...sharing, ...rows.filter(({ place }) => place !== cut)].map(stripped);
      }),
    stream: (account, peer, { stream, above, upTo = Infinity, limit }) =>
      run(async (opened) => {
        const range = IDBKeyRange.bound([account, peer, stream, above], [account, peer, stream, upTo], true);
        return (await opened.getAllFromIndex('messages', 'stream', range, limit)).map(stripped);
      }),
    message: (account, peer, id) =>
      run(async (opened) => {
        const row = await opened.get('messages', [account, peer, id]);
        return row && stripped(row);
      }),
    messages: (account, peer, ids) =>
      run(async (opened) => {
        const transaction = opened.transaction('messages');
        // Without a promise for each: requests of one transaction are done when it is.
        const store = unwrap(transaction.store);
        const requests = ids.map((id) => store.get([account, peer, id]) as IDBRequest<StoredRow | undefined>);
        await transaction.done;
        return requests.map(({ result }) => result && stripped(result));
      }),
    unsettled: (account) =>
      run(async (opened) => {
        const open = await opened.getAllFromIndex('messages', 'open', account);
        return open.map(stripped).sort((a, b) => a.place - b.place);
      }),
    async write(batch) {
      if (batch.length === 0) return;
      await run(async (opened) => {
        const stores = [...new Set(batch.map(({ put }) => STORES[put]))];
        const transaction = opened.transaction(stores, 'readwrite', { durability: 'strict' });
        try {
          // Without a promise for each: one that fails aborts the transaction, which has its error.
          for (const write of batch)
            unwrap(transaction.objectStore(STORES[write.put])).put(rowOf(write), keyOf(write));
          await transaction.done;
        } catch (cause) {
          // A value that cannot be cloned throws before its request exists; without this the rest would be written.
          abort(transaction);
          throw cause;
        }
      });
    },
    keepAside: (rows) =>
      run(async (opened) => {
        const transaction = opened.transaction(Object.values(STORES), 'readwrite');
        await Promise.all([
          ...rows.map((row) => {
            const key = keyOf(row);
            // Beside its place, and of no account that anybody has: it is never looked for.
            const beside = typeof key === 'string' ? [key, ASIDE] : [...key, ASIDE];
            return transaction
              .objectStore(STORES[row.put])
              .put({ [ASIDE]: row.value } as never, beside as never);
          }),
          transaction.done,
        ]);
      }),
    wipe: (account) =>
      run(async (opened) => {
        const stores = Object.values(STORES);
        const transaction = opened.transaction(stores, 'readwrite');
        const range = ofAccount(account);
        await Promise.all([
          ...stores.map((store) => transaction.objectStore(store).delete(range)),
          transaction.objectStore('accounts').delete(account),
          transaction.done,
        ]);
      }),
    // Only in a secure context, and not in every browser.
    async persist() {
      const manager = (globalThis.navigator as Navigator | undefined)?.storage as StorageManager | undefined;
      return (await manager?.persist?.().catch(() => null)) ?? null;
    },
    watch(reopened) {
      watchers.add(reopened);
      return () => void watchers.delete(reopened);
    },
    close: () => known.close(),
  };
}

type PlaceIndex = IDBPIndex<Schema, ['messages'], 'messages', 'place'>;

/** The part of `IDBIndex` that reads backwards at once (Indexed Database API 3.0), which not every browser has. */
interface BackwardsIndex {
  getAllRecords?(options: {
    readonly query: IDBKeyRange;
    readonly count: number;
    readonly direction: 'prev';
  }): IDBRequest<readonly { readonly value: StoredMessage }[]>;
}

/** The last messages of a range, ascending: in one request where the browser can, else one by one. */
async function newest(index: PlaceIndex, query: IDBKeyRange, count: number): Promise<StoredMessage[]> {
  const raw = unwrap(index) as IDBIndex & BackwardsIndex;
  if (raw.getAllRecords) {
    const records = await wrap(raw.getAllRecords({ query, count, direction: 'prev' }));
    return records.map(({ value }) => value).reverse();
  }
  const rows: StoredMessage[] = [];
  let cursor = await index.openCursor(query, 'prev');
  while (cursor && rows.push(cursor.value) < count) cursor = await cursor.continue();
  return rows.reverse();
}

/** Marks an unusable row that was moved aside. */
const ASIDE = 'aside';

const STORES = {
  account: 'accounts',
  request: 'requests',
  conversation: 'conversations',
  message: 'messages',
} as const;

/** Everything whose key begins with the account; in IndexedDB an array sorts after every string. */
function ofAccount(account: AccountId): IDBKeyRange {
  return IDBKeyRange.bound([account], [account, []]);
}

function rowOf({ put, value }: StorageWrite): unknown {
  return put === 'message' && value.isOpen ? { ...value, openFor: value.account } : value;
}

function keyOf({ put, value }: StorageWrite): string | string[] {
  if (put === 'account') return value.account;
  const pair = [value.account, value.peer];
  return put === 'message' ? [...pair, value.id] : pair;
}

function stripped(row: StoredRow): StoredMessage {
  const { openFor: _, ...message } = row;
  return message;
}

/** Every conversation of version 2, rewritten in the transaction that migrates. */
async function readSetsFromPlaces(
  transaction: IDBPTransaction<Schema, ArrayLike<StoreNames<Schema>>, 'versionchange'>,
): Promise<void> {
  const messages = transaction.objectStore('messages').index('place');
  for (
    let cursor = await transaction.objectStore('conversations').openCursor();
    cursor;
    cursor = await cursor.continue()
  ) {
    const old = cursor.value as unknown as ConversationOfVersion2 | null;
    const [account, peer] = cursor.primaryKey;
    const read = typeof old?.readPlace === 'number' ? old.readPlace : -1;
    const below = await messages.getAll(IDBKeyRange.bound([account, peer, read], [account, peer, []], true));
    let value: StoredConversation;
    try {
      value = fromReadPlace(old!, below);
    } catch {
      // An invalid row is kept and checked when it is read. It does not prevent opening the database.
      continue;
    }
    await cursor.update(value);
  }
}

function abort(transaction: { abort(): void; done: Promise<void> }): void {
  transaction.done.catch(() => undefined);
  try {
    transaction.abort();
  } catch {
    // It has ended by itself.
  }
}

function asStorageError(failure: unknown): StorageError {
  const isUnopened = failure instanceof CannotOpen;
  const cause = isUnopened ? failure.cause : failure;
  const name = (cause as Error | undefined)?.name;
  const failed = (code: StorageErrorCode) =>
    new StorageError(code, (cause instanceof Error && cause.message) || code, { cause });
  if (name === 'QuotaExceededError') return failed('quota');
  if (name === 'VersionError') return failed('newer-version');
  const isNone = name === 'SecurityError' || name === 'InvalidStateError';
  // Only a database that cannot be opened counts as unavailable: a browser without IndexedDB, or one that blocks it
  // here.
  if (isUnopened && (isNone || cause instanceof ReferenceError || cause instanceof TypeError))
    return failed('unavailable');
  return failed('failed');
}
