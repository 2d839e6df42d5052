import { expect } from '@open-wc/testing';
import { deleteDB, openDB } from 'idb';
import type { AccountId, MessageId } from '../../facts/index.ts';
import type { Storage, StoredMessage } from '../../ports/storage.ts';
import { STORAGE_CONTRACT } from '../../testing/storage-contract.ts';
import { exportAccount } from '../../storage/export.ts';
import { StorageError, indexedDb } from '../../storage/index.ts';
import { memory } from '../../storage/memory.ts';

const account = '18446744073709551615' as AccountId;
const peer = '18017897041159203224' as AccountId;
const id = (n: number): MessageId => `019bc119-4494-7000-a623-${String(n).padStart(12, '0')}` as MessageId;

function message(n: number, changes: Partial<StoredMessage> = {}): StoredMessage {
  const base = { account, peer, id: id(n), own: true, text: `message ${n}`, sentAt: n, place: n * 10 };
  const rest = { stream: 's', index: n, replyTo: null, isEdited: false, isDeleted: false, facts: [] };
  return { ...base, ...rest, isOpen: false, ...changes };
}

let count = 0;
/** A database name that no other test uses, and what was opened under it. */
function database(): { name: string; open: () => Storage; done: () => Promise<void> } {
  const name = `contract-${(count += 1)}`;
  const opened: Storage[] = [];
  return {
    name,
    open: () => {
      const storage = indexedDb({ name });
      opened.push(storage);
      return storage;
    },
    done: async () => {
      for (const storage of opened) storage.close();
      await deleteDB(name);
    },
  };
}

async function errorOf(promise: Promise<unknown>): Promise<StorageError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(StorageError);
  return error as StorageError;
}

describe('storage in memory', () => {
  for (const { title, check } of STORAGE_CONTRACT) it(title, () => check({ storage: memory() }));
});

/** Runs `act` as in a browser that reads an index backwards only by a cursor. */
async function withoutRecords(act: () => Promise<void>): Promise<void> {
  const { prototype } = IDBIndex;
  const known = Object.getOwnPropertyDescriptor(prototype, 'getAllRecords');
  delete (prototype as { getAllRecords?: unknown }).getAllRecords;
  try {
    await act();
  } finally {
    if (known) Object.defineProperty(prototype, 'getAllRecords', known);
  }
}

describe('storage in IndexedDB', () => {
  for (const { title, check } of STORAGE_CONTRACT)
    it(title, async () => {
      const { open, done } = database();
      await check({ storage: open(), again: open });
      await done();
    });

  it('reads a page of history in one request where the browser can', async () => {
    const { open, done } = database();
    const storage = open();
    const rows = Array.from({ length: 9 }, (_, n) => ({ put: 'message', value: message(n + 1) }) as const);
    await storage.write(rows);
    let cursors = 0;
    const { openCursor } = IDBIndex.prototype;
    IDBIndex.prototype.openCursor = function (...parts) {
      cursors += 1;
      return openCursor.apply(this, parts);
    };
    try {
      const page = await storage.history(account, peer, { limit: 3 });
      expect(page.map(({ index }) => index)).to.deep.equal([7, 8, 9]);
      expect(cursors).to.equal(0);
      await withoutRecords(async () => {
        expect(await storage.history(account, peer, { limit: 3 })).to.deep.equal(page);
      });
      expect(cursors).to.equal(1);
    } finally {
      IDBIndex.prototype.openCursor = openCursor;
    }
    await done();
  });

  for (const { title, check } of STORAGE_CONTRACT.filter((one) => one.title.includes('page')))
    it(`${title}, where an index is read backwards by a cursor`, async () => {
      const { open, done } = database();
      await withoutRecords(() => check({ storage: open(), again: open }));
      await done();
    });

  it('writes a batch completely or not at all', async () => {
    const { open, done } = database();
    const storage = open();
    const unclonable = message(2, { text: (() => 'no data') as unknown as string });
    await errorOf(
      storage.write([
        { put: 'message', value: message(1) },
        { put: 'message', value: unclonable },
      ]),
    );
    expect(await storage.history(account, peer, { limit: 9 })).to.deep.equal([]);
    await done();
  });

  it('refuses a database of a newer version by its code, and leaves it untouched (delivery.md 2)', async () => {
    const { name, open, done } = database();
    const newer = await openDB(name, 99, { upgrade: (db) => void db.createObjectStore('future') });
    await newer.put('future', 'kept', 'key');
    newer.close();
    const storage = open();
    for (const refused of [storage.accounts(), storage.write([{ put: 'message', value: message(1) }])]) {
      const error = await errorOf(refused);
      expect(error.code).to.equal('newer-version');
      expect(error.cause).to.have.property('name', 'VersionError');
      expect(error.message).to.equal((error.cause as Error).message);
    }
    const after = await openDB(name);
    expect(after.version).to.equal(99);
    expect([...after.objectStoreNames]).to.deep.equal(['future']);
    expect(await after.get('future', 'key')).to.equal('kept');
    after.close();
    await done();
  });

  it('opens what version 1 wrote, with everything in it, and finds old messages by their stream (delivery.md 2)', async () => {
    const { name, open, done } = database();
    // Exactly what version 1 created.
    const old = await openDB(name, 1, {
      upgrade(db) {
        db.createObjectStore('accounts');
        db.createObjectStore('requests');
        db.createObjectStore('conversations');
        const messages = db.createObjectStore('messages');
        messages.createIndex('place', ['account', 'peer', 'place']);
        messages.createIndex('open', 'openFor');
      },
    });
    const stored = { account, username: 'alice', fullName: null, server: null, isLeft: false };
    await old.put('accounts', stored, account);
    const rows = [message(1), message(2, { isOpen: true }), message(3, { stream: null, index: null })];
    for (const row of rows)
      await old.put('messages', row.isOpen ? { ...row, openFor: account } : row, [account, peer, row.id]);
    old.close();
    const storage = open();
    expect(await storage.accounts()).to.deep.equal([stored]);
    expect(await storage.history(account, peer, { limit: 9 })).to.deep.equal(rows);
    expect(await storage.unsettled(account)).to.deep.equal([rows[1]]);
    expect(await storage.stream(account, peer, { stream: 's', above: 1 })).to.deep.equal([rows[1]]);
    await done();
  });

  it('converts the read position of version 2 into sets: passed, and not reported again (delivery.md 1)', async () => {
    const { name, open, done } = database();
    // Exactly what version 2 created.
    const old = await openDB(name, 2, {
      upgrade(db) {
        db.createObjectStore('accounts');
        db.createObjectStore('requests');
        db.createObjectStore('conversations');
        const messages = db.createObjectStore('messages');
        messages.createIndex('place', ['account', 'peer', 'place']);
        messages.createIndex('open', 'openFor');
        messages.createIndex('stream', ['account', 'peer', 'stream', 'index']);
      },
    });
    const theirs = (n: number, changes: Partial<StoredMessage> = {}): StoredMessage =>
      message(n, { own: false, facts: [], stream: 'theirs', ...changes });
    const late = theirs(2, { place: 65 });
    const rows = [
      theirs(1),
      late,
      theirs(4),
      message(5),
      theirs(6),
      theirs(7, { isDeleted: true }),
      theirs(9),
    ];
    for (const row of rows) await old.put('messages', row, [account, peer, row.id]);
    const kept = { account, peer, stream: 'ours', nextIndex: 6, speaksOurs: true, deletions: [] };
    await old.put(
      'conversations',
      {
        ...kept,
        voids: [3, 2],
        readPlace: 60,
        readByThem: 4,
        // 3 and 5 are void, 8 is missing.
        theirs: [{ stream: 'theirs', received: { upTo: 7, also: [9] }, readUpTo: 6 }],
      },
      [account, peer],
    );
    old.close();
    const storage = open();
    expect(await storage.conversations(account)).to.deep.equal([
      {
        ...kept,
        voids: [[2, 3]],
        theirs: [
          {
            stream: 'theirs',
            here: [
              [1, 7],
              [9, 9],
            ],
            seen: [],
            // 2 came late, below what was read, and 9 stands behind it; 7 was deleted.
            passed: [
              [1, 1],
              [3, 7],
            ],
          },
        ],
      },
    ]);
    expect(await storage.history(account, peer, { limit: 9 })).to.have.length(rows.length);
    await done();
  });

  it('lets a newer version of the library in another tab migrate, and says so itself at its next use', async () => {
    const { name, open, done } = database();
    const storage = open();
    await storage.accounts();
    const newer = await openDB(name, 99);
    newer.close();
    expect((await errorOf(storage.accounts())).code).to.equal('newer-version');
    await done();
  });

  it('reports a full disk with the browser’s own text', async () => {
    const { open, done } = database();
    const storage = open();
    await storage.accounts();
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    try {
      const error = await errorOf(storage.write([{ put: 'message', value: message(1) }]));
      expect(error.code).to.equal('quota');
      expect(error.message).to.equal('full');
      expect(error.cause).to.have.property('name', 'QuotaExceededError');
    } finally {
      IDBObjectStore.prototype.put = put;
    }
    await done();
  });

  it('asks the browser not to evict what is stored, and passes its answer on', async () => {
    const { open, done } = database();
    // Not every engine has it.
    const manager = navigator.storage as StorageManager | undefined;
    expect(await open().persist!()).to.equal(manager ? await manager.persisted() : null);
    await done();
  });
});

describe('the export of an account', () => {
  it('holds everything that the device keeps of it, in order, and nothing of another account', async () => {
    const storage = memory();
    const stored = { account, username: 'alice', fullName: null, server: null, isLeft: false };
    const other = '5' as AccountId;
    const conversation = {
      account,
      peer,
      stream: 's',
      nextIndex: 1_201,
      voids: [],
      theirs: [],
      isKnownClient: true,
    };
    const rows = Array.from({ length: 1_200 }, (_, n) => message(n + 1));
    const request = { account, peer, name: 'Bob', username: 'bob', facts: [] };
    await storage.write([
      { put: 'account', value: stored },
      { put: 'account', value: { ...stored, account: other } },
      { put: 'conversation', value: conversation },
      { put: 'request', value: request },
      { put: 'message', value: message(1, { account: other }) },
      ...rows.map((value) => ({ put: 'message' as const, value })),
    ]);
    const exported = await exportAccount(storage, account);
    expect(JSON.parse(JSON.stringify(exported))).to.deep.equal({
      format: 'p2p-elements',
      version: 1,
      account: stored,
      requests: [request],
      conversations: [{ conversation, messages: rows }],
    });
  });

  it('reports that there is no such account', async () => {
    const error = await exportAccount(memory(), account).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(RangeError);
  });
});
