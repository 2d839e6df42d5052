import { expect } from '@open-wc/testing';
import { deleteDB, openDB } from 'idb';
import type { Cid, MessageId } from '../../facts/index.ts';
import type { Storage, StoredMessage } from '../../ports/storage.ts';
import { StorageError, indexedDb, memory } from '../../storage/index.ts';

const account = '18446744073709551615' as Cid;
const other = '1844674407370955161' as Cid;
const peer = '18017897041159203224' as Cid;
const id = (n: number): MessageId => `019bc119-4494-7000-a623-${String(n).padStart(12, '0')}` as MessageId;

function message(n: number, changes: Partial<StoredMessage> = {}): StoredMessage {
  return {
    account,
    peer,
    id: id(n),
    own: true,
    text: `message ${n}`,
    sentAt: n,
    place: n * 10,
    stream: 's',
    index: n,
    answers: null,
    isEdited: false,
    isDeleted: false,
    facts: [{ type: 'written', at: n }],
    isOpen: false,
    ...changes,
  };
}

let count = 0;
const name = (): string => `contract-${(count += 1)}`;

/** What every storage does, whichever it is. `again` opens what was written a second time, where it can. */
function contract(
  title: string,
  open: () => { storage: Storage; again: () => Storage; done: () => Promise<void> },
): void {
  describe(`storage in ${title}`, () => {
    let storage: Storage;
    let again: () => Storage;
    let done: () => Promise<void>;
    beforeEach(() => ({ storage, again, done } = open()));
    afterEach(() => done());

    it('gives back what was written, with every digit of a CID (case 117)', async () => {
      const stored = { account, username: 'alice', fullName: 'Alice', server: '127.0.0.1:1', isLeft: false };
      await storage.write([
        { put: 'account', value: stored },
        {
          put: 'request',
          value: { account, peer, name: 'Bob', username: 'bob', facts: [{ type: 'wanted-by-them', at: 1 }] },
        },
        { put: 'message', value: message(1) },
      ]);
      const reopened = again();
      expect(await reopened.accounts()).to.deep.equal([stored]);
      expect((await reopened.requests(account))[0]!.peer).to.equal('18017897041159203224');
      expect(await reopened.message(account, peer, id(1))).to.deep.equal(message(1));
      expect(await reopened.message(account, peer, id(2))).to.equal(undefined);
    });

    it('pages history from the newest, in order', async () => {
      await storage.write([5, 3, 1, 4, 2].map((n) => ({ put: 'message' as const, value: message(n) })));
      const texts = async (query: { before?: number; limit: number }): Promise<number[]> =>
        (await storage.history(account, peer, query)).map(({ index }) => index!);
      expect(await texts({ limit: 2 })).to.deep.equal([4, 5]);
      expect(await texts({ before: 40, limit: 2 })).to.deep.equal([2, 3]);
      expect(await texts({ before: 20, limit: 9 })).to.deep.equal([1]);
    });

    it('never cuts a page between messages of one place', async () => {
      const places = [1, 2, 2, 2, 3];
      await storage.write(
        places.map((place, n) => ({ put: 'message' as const, value: message(n, { place }) })),
      );
      const pages: number[][] = [];
      for (let before: number | undefined; ;) {
        const page = await storage.history(
          account,
          peer,
          before === undefined ? { limit: 2 } : { before, limit: 2 },
        );
        if (page.length === 0) break;
        pages.push(page.map(({ index }) => index!));
        before = page[0]!.place;
      }
      expect(pages).to.deep.equal([[1, 2, 3, 4], [0]]);
    });

    it('knows what of ours is open, and forgets it once it is settled', async () => {
      await storage.write([
        { put: 'message', value: message(2, { isOpen: true }) },
        { put: 'message', value: message(1, { isOpen: true }) },
        { put: 'message', value: message(3) },
      ]);
      expect((await storage.open(account)).map(({ index }) => index)).to.deep.equal([1, 2]);
      await storage.write([{ put: 'message', value: message(1) }]);
      expect((await storage.open(account)).map(({ index }) => index)).to.deep.equal([2]);
    });

    it('keeps accounts apart, also where one CID begins with the digits of another, and wipes one alone', async () => {
      await storage.write([
        { put: 'message', value: message(1) },
        { put: 'message', value: message(1, { account: other }) },
        { put: 'request', value: { account, peer, name: null, username: null, facts: [] } },
        { put: 'request', value: { account: other, peer, name: null, username: null, facts: [] } },
      ]);
      await storage.wipe(other);
      expect(await storage.requests(other)).to.deep.equal([]);
      expect(await storage.history(other, peer, { limit: 9 })).to.deep.equal([]);
      expect(await storage.requests(account)).to.have.length(1);
      expect(await storage.history(account, peer, { limit: 9 })).to.have.length(1);
    });
  });
}

contract('memory', () => {
  const storage = memory();
  return { storage, again: () => storage, done: async () => storage.close() };
});

contract('IndexedDB', () => {
  const database = name();
  const opened: Storage[] = [];
  const open = (): Storage => {
    const storage = indexedDb({ name: database });
    opened.push(storage);
    return storage;
  };
  const done = async (): Promise<void> => {
    for (const storage of opened) storage.close();
    await deleteDB(database);
  };
  return { storage: open(), again: open, done };
});

describe('storage in IndexedDB', () => {
  it('writes a batch as a whole or not at all', async () => {
    const storage = indexedDb({ name: name() });
    const unclonable = message(2, { text: (() => 'no data') as unknown as string });
    const error = await storage
      .write([
        { put: 'message', value: message(1) },
        { put: 'message', value: unclonable },
      ])
      .then(
        () => null,
        (reason: unknown) => reason,
      );
    expect(error).to.be.instanceOf(StorageError);
    expect(await storage.history(account, peer, { limit: 9 })).to.deep.equal([]);
    storage.close();
  });

  it('refuses a database of a newer version with a sentence, and leaves it untouched (delivery.md 2)', async () => {
    const database = name();
    const newer = await openDB(database, 99, { upgrade: (db) => void db.createObjectStore('future') });
    newer.close();
    const storage = indexedDb({ name: database });
    const error = await storage.accounts().then(
      () => null,
      (reason: unknown) => reason as StorageError,
    );
    expect(error?.code).to.equal('newer-version');
    expect(error?.message).to.match(/newer version/);
    const after = await openDB(database);
    expect(after.version).to.equal(99);
    expect([...after.objectStoreNames]).to.deep.equal(['future']);
    after.close();
  });
});
