import { openDB } from 'idb';
import type { DBSchema, IDBPDatabase } from 'idb';
import type { Cid, MessageId } from '../facts/ids.ts';
import type {
  HistoryQuery,
  Storage,
  StorageWrite,
  StreamQuery,
  StoredAccount,
  StoredConversation,
  StoredMessage,
  StoredRequest,
} from '../ports/storage.ts';
import { StorageError } from './error.ts';

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
    value: StoredMessage & { openFor?: string };
    indexes: {
      place: [string, string, number];
      open: string;
      stream: [string, string, string, number];
    };
  };
}

/** The schema's version. Raise it with a migration in `upgrade`, and a test that opens the version before. */
const VERSION = 2;

/** How the database is opened. */
export interface IndexedDbOptions {
  /** The database's name; one per app on an origin. `p2p-elements` by default. */
  readonly name?: string;
}

/**
 * Storage in IndexedDB: what a reload brings back. Messages lie unencrypted on this device, readable by every
 * script of the origin.
 */
export function indexedDb(options: IndexedDbOptions = {}): Storage {
  return new IndexedDbStorage(options.name ?? 'p2p-elements');
}

class IndexedDbStorage implements Storage {
  readonly #name: string;
  #opening: Promise<IDBPDatabase<Schema>> | null = null;

  constructor(name: string) {
    this.#name = name;
  }

  accounts(): Promise<readonly StoredAccount[]> {
    return this.#run((database) => database.getAll('accounts'));
  }

  requests(account: Cid): Promise<readonly StoredRequest[]> {
    return this.#run((database) => database.getAll('requests', ofAccount(account)));
  }

  conversations(account: Cid): Promise<readonly StoredConversation[]> {
    return this.#run((database) => database.getAll('conversations', ofAccount(account)));
  }

  history(account: Cid, peer: Cid, { before, limit }: HistoryQuery): Promise<readonly StoredMessage[]> {
    const end = before ?? Infinity;
    return this.#run(async (database) => {
      const range = IDBKeyRange.bound(
        [account, peer, -Infinity],
        [account, peer, end],
        false,
        before !== undefined,
      );
      const index = database.transaction('messages').store.index('place');
      const page: StoredMessage[] = [];
      for (let cursor = await index.openCursor(range, 'prev'); cursor; cursor = await cursor.continue()) {
        if (page.length >= limit && page.at(-1)?.place !== cursor.value.place) break;
        page.push(stripped(cursor.value));
      }
      return page.reverse();
    });
  }

  stream(
    account: Cid,
    peer: Cid,
    { stream, above, upTo = Infinity, limit }: StreamQuery,
  ): Promise<readonly StoredMessage[]> {
    return this.#run(async (database) => {
      const range = IDBKeyRange.bound([account, peer, stream, above], [account, peer, stream, upTo], true);
      return (await database.getAllFromIndex('messages', 'stream', range, limit)).map(stripped);
    });
  }

  message(account: Cid, peer: Cid, id: MessageId): Promise<StoredMessage | undefined> {
    return this.#run(async (database) => {
      const value = await database.get('messages', [account, peer, id]);
      return value && stripped(value);
    });
  }

  open(account: Cid): Promise<readonly StoredMessage[]> {
    return this.#run(async (database) => {
      const open = await database.getAllFromIndex('messages', 'open', account);
      return open.map(stripped).sort((a, b) => a.place - b.place);
    });
  }

  write(batch: readonly StorageWrite[]): Promise<void> {
    if (batch.length === 0) return Promise.resolve();
    return this.#run(async (database) => {
      const stores = [...new Set(batch.map(({ put }) => STORES[put]))];
      const transaction = database.transaction(stores, 'readwrite', { durability: 'strict' });
      const put = ({ put: kind, value }: StorageWrite): Promise<unknown> => {
        if (kind === 'account') return transaction.objectStore('accounts').put(value, value.account);
        if (kind === 'request')
          return transaction.objectStore('requests').put(value, [value.account, value.peer]);
        if (kind === 'conversation')
          return transaction.objectStore('conversations').put(value, [value.account, value.peer]);
        const row = value.isOpen ? { ...value, openFor: value.account as string } : value;
        return transaction.objectStore('messages').put(row, [value.account, value.peer, value.id]);
      };
      try {
        const puts: Promise<unknown>[] = [];
        for (const write of batch) {
          const request = put(write);
          // Aborted below together with the rest; the reason is told once.
          request.catch(() => undefined);
          puts.push(request);
        }
        await Promise.all([...puts, transaction.done]);
      } catch (cause) {
        // A value that cannot be cloned throws before its request exists: without this the rest would be written.
        abort(transaction);
        throw cause;
      }
    });
  }

  wipe(account: Cid): Promise<void> {
    return this.#run(async (database) => {
      const names = ['accounts', 'requests', 'conversations', 'messages'] as const;
      const transaction = database.transaction(names, 'readwrite');
      await Promise.all([
        transaction.objectStore('accounts').delete(account),
        transaction.objectStore('requests').delete(ofAccount(account)),
        transaction.objectStore('conversations').delete(ofAccount(account)),
        transaction.objectStore('messages').delete(ofAccount(account)),
        transaction.done,
      ]);
    });
  }

  async persist(): Promise<boolean | null> {
    // Only in a secure context, and not in every browser.
    const manager = (globalThis.navigator as Navigator | undefined)?.storage as StorageManager | undefined;
    return (await manager?.persist?.().catch(() => null)) ?? null;
  }

  close(): void {
    void this.#opening?.then((database) => database.close()).catch(() => undefined);
    this.#opening = null;
  }

  async #run<Result>(job: (database: IDBPDatabase<Schema>) => Promise<Result>): Promise<Result> {
    try {
      return await job(await this.#database());
    } catch (cause) {
      throw asStorageError(cause);
    }
  }

  #database(): Promise<IDBPDatabase<Schema>> {
    this.#opening ??= openDB<Schema>(this.#name, VERSION, {
      upgrade(database, oldVersion, _version, transaction) {
        if (oldVersion < 1) {
          database.createObjectStore('accounts');
          database.createObjectStore('requests');
          database.createObjectStore('conversations');
          const messages = database.createObjectStore('messages');
          messages.createIndex('place', ['account', 'peer', 'place']);
          messages.createIndex('open', 'openFor');
        }
        // Version 2: messages are found by their stream's index. Those without one are in no index.
        const messages = transaction.objectStore('messages');
        messages.createIndex('stream', ['account', 'peer', 'stream', 'index']);
      },
      // A newer version of the library in another tab wants to migrate: let it, this tab says so at its next use.
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

const STORES = {
  account: 'accounts',
  request: 'requests',
  conversation: 'conversations',
  message: 'messages',
} as const;

/** Everything whose key begins with the account; in IndexedDB an array sorts after every string. */
function ofAccount(account: Cid): IDBKeyRange {
  return IDBKeyRange.bound([account], [account, []]);
}

function stripped(row: StoredMessage & { openFor?: string }): StoredMessage {
  const { openFor: _, ...message } = row;
  return message;
}

function abort(transaction: { abort(): void; done: Promise<void> }): void {
  transaction.done.catch(() => undefined);
  try {
    transaction.abort();
  } catch {
    // It has ended by itself.
  }
}

function asStorageError(cause: unknown): StorageError {
  const name = cause instanceof Error || cause instanceof DOMException ? cause.name : '';
  const options = { cause };
  if (name === 'QuotaExceededError')
    return new StorageError('quota', 'This device has no room left for messages.', options);
  if (name === 'VersionError')
    return new StorageError('newer-version', 'The messages on this device are of a newer version.', options);
  if (name === 'SecurityError' || name === 'InvalidStateError' || cause instanceof ReferenceError)
    return new StorageError('unavailable', 'This browser does not store messages.', options);
  return new StorageError('failed', 'This device could not read or write messages.', options);
}
