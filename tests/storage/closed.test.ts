import { expect } from '@open-wc/testing';
import { deleteDB, openDB } from 'idb';
import type { AccountId, MessageId } from '../../facts/index.ts';
import type { StoredMessage } from '../../ports/storage.ts';
import { indexedDbKeys } from '../../relays/nats/indexed-db-keys.ts';
import type { KeyStore } from '../../relays/nats/index.ts';
import { makeKeys, publicHalf } from '../../relays/nats/key.ts';
import { StorageError, indexedDb } from '../../storage/index.ts';

const account = '18446744073709551615' as AccountId;
const peer = '18017897041159203224' as AccountId;
const stored = { account, username: 'alice', fullName: null, server: null, isLeft: false };
const row: StoredMessage = {
  account,
  peer,
  id: '019bc119-4494-7000-a623-000000000001' as MessageId,
  own: true,
  text: 'one',
  sentAt: 1,
  place: 1,
  stream: 's',
  index: 1,
  replyTo: null,
  isEdited: false,
  isDeleted: false,
  facts: [],
  isOpen: true,
};

let names = 0;
const newName = (): string => `closed-${(names += 1)}`;

const begin = IDBDatabase.prototype.transaction;
const { open } = IDBFactory.prototype;
afterEach(() => {
  IDBDatabase.prototype.transaction = begin;
  IDBFactory.prototype.open = open;
});

/** The browser closes the database before each of the next transactions, without an event. */
function closeSilently(times: number): void {
  let left = times;
  IDBDatabase.prototype.transaction = function (...parts) {
    if (left > 0) {
      left -= 1;
      this.close();
    }
    return begin.apply(this, parts);
  };
}

const markOf = async (keys: Awaited<ReturnType<typeof makeKeys>>): Promise<string> =>
  (await publicHalf(keys)).text;

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof StorageError ? error.code : error),
  );

describe('a database that the browser closed without an event', () => {
  it('is opened again, and the read or write is repeated', async () => {
    const name = newName();
    const storage = indexedDb({ name });
    await storage.write([{ put: 'account', value: stored }]);
    const work: (() => Promise<unknown>)[] = [
      () => storage.write([{ put: 'message', value: row }]),
      () => storage.accounts(),
      () => storage.requests(account),
      () => storage.conversations(account),
      () => storage.history(account, peer, { limit: 9 }),
      () => storage.stream(account, peer, { stream: 's', above: 0 }),
      () => storage.message(account, peer, row.id),
      () => storage.unsettled(account),
    ];
    for (const job of work) {
      closeSilently(1);
      expect(await codeOf(job()), String(job)).to.equal('no error');
    }
    expect(await storage.accounts()).to.deep.equal([stored]);
    expect(await storage.unsettled(account)).to.deep.equal([row]);
    closeSilently(1);
    await storage.wipe(account);
    expect(await storage.accounts()).to.deep.equal([]);
    storage.close();
    await deleteDB(name);
  });

  it('serves all concurrent calls, and fails once if it is closed repeatedly', async () => {
    const name = newName();
    const storage = indexedDb({ name });
    await storage.write([{ put: 'account', value: stored }]);
    closeSilently(1);
    const all = await Promise.all([storage.accounts(), storage.accounts(), storage.unsettled(account)]);
    expect(all).to.deep.equal([[stored], [stored], []]);
    closeSilently(2);
    // It is this piece of work that failed: the device does keep what is written.
    expect(await codeOf(storage.accounts())).to.equal('failed');
    expect(await storage.accounts()).to.deep.equal([stored]);
    storage.close();
    await deleteDB(name);
  });

  it('counts as unavailable only if it cannot be opened', async () => {
    const storage = indexedDb({ name: newName() });
    for (const [error, code] of [
      ['InvalidStateError', 'unavailable'],
      ['SecurityError', 'unavailable'],
      ['UnknownError', 'failed'],
      ['QuotaExceededError', 'quota'],
    ] as const) {
      IDBFactory.prototype.open = () => {
        throw new DOMException('Not here.', error);
      };
      expect(await codeOf(storage.accounts()), error).to.equal(code);
    }
  });

  it("keeps the relay's keys", async () => {
    const name = newName();
    const keys: KeyStore = indexedDbKeys(name);
    const own = await keys.own(account, makeKeys);
    const raw = new Uint8Array(65);
    const key = { peer, pinned: raw, isProven: true, offered: null, isOfferSaid: false };
    const opening = { id: 'one', sender: 'aa', sealedAt: 5, openedAt: 5 };
    const held = { peer, bytes: new Uint8Array(3), heldAt: 5 };
    const limit = { envelopes: 9, bytes: 99 };
    const work: (() => Promise<unknown>)[] = [
      () => keys.own(account, () => Promise.reject(new Error('No other key.'))),
      () => keys.putPeer(account, key),
      () => keys.peers(account),
      () => keys.remember(account, opening),
      () => keys.wasOpened(account, opening),
      () => keys.hold(account, held, limit),
      () => keys.held(account),
      () => keys.forget(account, 0, 0),
    ];
    for (const job of work) {
      closeSilently(1);
      expect(await codeOf(job()), String(job)).to.equal('no error');
    }
    const again = await keys.own(account, makeKeys);
    expect(await markOf(again)).to.equal(await markOf(own));
    expect((await keys.peers(account)).map(({ isProven }) => isProven)).to.deep.equal([true]);
    expect(await keys.wasOpened(account, opening)).to.equal(true);
    expect(await keys.held(account)).to.have.lengthOf(1);
    keys.close();
    await deleteDB(name);
  });
});

describe('a database that is deleted under the page', () => {
  it('is created again at once, and its watchers are told what it contains', async () => {
    const name = newName();
    const storage = indexedDb({ name });
    await storage.write([{ put: 'account', value: stored }]);
    const told = new Promise<readonly AccountId[]>((resolve) => storage.watch!(resolve));
    await deleteDB(name);
    // Nobody uses it meanwhile.
    expect(await told).to.deep.equal([]);
    await storage.write([{ put: 'account', value: stored }]);
    expect(await storage.accounts()).to.deep.equal([stored]);
    storage.close();
    await deleteDB(name);
  });

  it('reports one that was only closed, with its accounts that have not left', async () => {
    const name = newName();
    const storage = indexedDb({ name });
    await storage.write([{ put: 'account', value: stored }]);
    const heard: string[] = [];
    storage.watch!(() => heard.push('left'))();
    const told = new Promise<readonly AccountId[]>((resolve) => storage.watch!(resolve));
    closeSilently(1);
    await storage.unsettled(account);
    expect(await told).to.deep.equal([account]);
    expect(heard).to.deep.equal([]);
    storage.close();
    await deleteDB(name);
  });

  it('lets a newer version delete it, and does not reopen it by itself', async () => {
    const name = newName();
    const storage = indexedDb({ name });
    await storage.write([{ put: 'account', value: stored }]);
    const newer = await openDB(name, 99);
    expect(newer.version).to.equal(99);
    expect(await codeOf(storage.accounts())).to.equal('newer-version');
    newer.close();
    await deleteDB(name);
  });

  it('keeps the relay keys that the page knows, since another key would count as changed', async () => {
    const name = newName();
    const keys = indexedDbKeys(name);
    const own = await keys.own(account, makeKeys);
    const key = { peer, pinned: new Uint8Array(65), isProven: true, offered: null, isOfferSaid: false };
    await keys.putPeer(account, key);
    await deleteDB(name);
    await keys.held(account);
    keys.close();
    const next = indexedDbKeys(name);
    expect(await markOf(await next.own(account, makeKeys))).to.equal(await markOf(own));
    expect(await next.peers(account)).to.deep.equal([key]);
    next.close();
    await deleteDB(name);
  });
});
