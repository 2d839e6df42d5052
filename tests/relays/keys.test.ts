import { expect } from '@open-wc/testing';
import { deleteDB } from 'idb';
import { cid } from '../../protocol/cid.ts';
import { createFakeClock } from '../../mocks/index.ts';
import { boundedKeys } from '../../relays/nats/bounded-keys.ts';
import { open, parseEnvelope, seal } from '../../relays/nats/envelope.ts';
import { indexedDbKeys } from '../../relays/nats/indexed-db-keys.ts';
import { makeKeys, publicHalf } from '../../relays/nats/key.ts';
import type { OwnKeys } from '../../relays/nats/key.ts';
import { memoryKeys } from '../../relays/nats/key-store.ts';
import type { KeyStore } from '../../relays/nats/key-store.ts';
import { TrustBook } from '../../relays/nats/trust.ts';

const [ALICE, BOB, CAROL] = [cid('1'), cid('2'), cid('3')];
const NAME = 'p2p-elements-keys-test';
const noKeys = (): Promise<OwnKeys> => Promise.reject(new Error('made anew'));
const rawOf = async (): Promise<Uint8Array<ArrayBuffer>> => (await publicHalf(await makeKeys())).raw;
const opening = (id: string, sealedAt: number, openedAt = sealedAt, sender = 'key') => ({
  id,
  sender,
  sealedAt,
  openedAt,
});

for (const [kind, makeStore] of [
  ['in memory', memoryKeys],
  ['in IndexedDB', () => indexedDbKeys(NAME)],
] as const) {
  describe(`A key store ${kind}`, () => {
    let store: KeyStore;
    beforeEach(() => {
      store = makeStore();
    });
    afterEach(async () => {
      store.close();
      await deleteDB(NAME);
    });

    it('makes an account’s keys once, even for two concurrent calls', async () => {
      const [one, two] = await Promise.all([store.own(ALICE, makeKeys), store.own(ALICE, makeKeys)]);
      const again = await store.own(ALICE, noKeys);
      const texts = await Promise.all([one, two, again].map(async (keys) => (await publicHalf(keys)).text));
      expect(new Set(texts).size).to.equal(1);
      const other = await store.own(BOB, makeKeys);
      expect((await publicHalf(other)).text).not.to.equal(texts[0]);
    });

    it('does not cache a failure to make keys', async () => {
      const failed = await store.own(ALICE, noKeys).catch((cause: unknown) => cause);
      expect(failed).to.be.an('error');
      await store.own(ALICE, makeKeys);
    });

    it('stores each peer’s key by account', async () => {
      const [pinned, offered] = [await rawOf(), await rawOf()];
      const bobs = { peer: BOB, pinned, isProven: false, offered: null, isOfferSaid: false };
      await store.putPeer(ALICE, bobs);
      await store.putPeer(ALICE, { ...bobs, offered, isOfferSaid: true });
      await store.putPeer(CAROL, bobs);
      expect(await store.peers(ALICE)).to.deep.equal([{ ...bobs, offered, isOfferSaid: true }]);
      expect(await store.peers(CAROL)).to.deep.equal([bobs]);
      expect(await store.peers(BOB)).to.deep.equal([]);
    });

    it('remembers opened envelopes by account, sender and id', async () => {
      await store.remember(ALICE, opening('a', 10));
      const was = (account = ALICE, id = 'a', sender = 'key') =>
        store.wasOpened(account, { id, sender, sealedAt: 10 });
      expect(await was()).to.equal(true);
      expect(await was(BOB)).to.equal(false);
      expect(await was(ALICE, 'b')).to.equal(false);
      expect(await was(ALICE, 'a', 'other')).to.equal(false);
    });

    it('forgets old openings, and accepts no envelope from that time as new', async () => {
      for (const [id, at] of [
        ['a', 100],
        ['b', 200],
        ['c', 900],
      ] as const)
        await store.remember(ALICE, opening(id, at));
      // Sealed by a clock far ahead: as a bound, it would shut its sender out.
      await store.remember(ALICE, opening('ahead', 99_999, 150));
      await store.remember(BOB, opening('bobs', 100));
      await store.forget(ALICE, 500, 50);
      const was = (id: string, sealedAt: number, account = ALICE, sender = 'key') =>
        store.wasOpened(account, { id, sender, sealedAt });
      expect(await was('a', 100)).to.equal(true);
      expect(await was('another', 200)).to.equal(true);
      expect(await was('another', 201)).to.equal(false);
      expect(await was('another', 200, ALICE, 'other')).to.equal(false);
      expect(await was('c', 900)).to.equal(true);
      expect(await was('ahead', 99_999)).to.equal(true);
      expect(await was('another', 99_998)).to.equal(false);
      expect(await was('new', 100, BOB)).to.equal(false);
      // The bound never goes back.
      await store.remember(ALICE, opening('late', 120, 130));
      await store.forget(ALICE, 500, 50);
      expect(await was('another', 200)).to.equal(true);
    });

    it('holds envelopes in order, up to a limit for each peer', async () => {
      const bytes = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(length).fill(length);
      const limit = { envelopes: 3, bytes: 100 };
      const hold = (account: typeof ALICE, peer: typeof ALICE, length: number) =>
        store.hold(account, { peer, bytes: bytes(length), heldAt: 5 }, limit);
      expect(await hold(ALICE, BOB, 40)).to.equal(true);
      expect(await hold(ALICE, CAROL, 1)).to.equal(true);
      expect(await hold(ALICE, BOB, 61)).to.equal(false);
      expect(await hold(ALICE, BOB, 60)).to.equal(true);
      for (const fits of [true, true, false]) expect(await hold(ALICE, CAROL, 2)).to.equal(fits);
      expect(await hold(BOB, CAROL, 2)).to.equal(true);
      const held = await store.held(ALICE);
      expect(held.map((one) => [one.peer, one.bytes.length, one.heldAt])).to.deep.equal([
        [BOB, 40, 5],
        [CAROL, 1, 5],
        [BOB, 60, 5],
        [CAROL, 2, 5],
        [CAROL, 2, 5],
      ]);
      await store.release(ALICE, held[0]!.place);
      expect((await store.held(ALICE)).length).to.equal(4);
      expect(await hold(ALICE, BOB, 40)).to.equal(true);
      expect((await store.held(ALICE)).at(-1)?.bytes.length).to.equal(40);
    });

    it('wipes one account and touches no other', async () => {
      const limit = { envelopes: 3, bytes: 100 };
      const pinned = await rawOf();
      for (const account of [ALICE, BOB]) {
        await store.own(account, makeKeys);
        await store.putPeer(account, {
          peer: CAROL,
          pinned,
          isProven: true,
          offered: null,
          isOfferSaid: false,
        });
        await store.remember(account, opening('a', 1));
        await store.forget(account, 5, 5);
        await store.remember(account, opening('b', 10));
        await store.hold(account, { peer: CAROL, bytes: new Uint8Array(1), heldAt: 1 }, limit);
      }
      await store.wipe(ALICE);
      const left = async (account: typeof ALICE) => [
        (await store.peers(account)).length,
        (await store.held(account)).length,
        await store.wasOpened(account, { id: 'b', sender: 'key', sealedAt: 10 }),
        await store.wasOpened(account, { id: 'x', sender: 'key', sealedAt: 1 }),
      ];
      expect(await left(ALICE)).to.deep.equal([0, 0, false, false]);
      expect(await left(BOB)).to.deep.equal([1, 1, true, true]);
      expect(await store.own(ALICE, noKeys).catch(() => 'made anew')).to.equal('made anew');
      await store.own(BOB, noKeys);
    });
  });
}

describe('Keys in IndexedDB', () => {
  afterEach(() => deleteDB(NAME));

  it('survive a reload, still not extractable, and open what was sealed before', async () => {
    const first = indexedDbKeys(NAME);
    const own = await first.own(ALICE, makeKeys);
    const sender = await makeKeys();
    const senderKey = await publicHalf(sender);
    const address = { from: BOB, to: ALICE, id: 'id' };
    const body = new TextEncoder().encode('from before');
    const bytes = await seal(
      address,
      { body, sealedAt: 1 },
      { keys: sender, key: senderKey },
      await publicHalf(own),
    );
    first.close();

    const second = indexedDbKeys(NAME);
    const again = await second.own(ALICE, noKeys);
    expect(again.pair.privateKey).not.to.equal(own.pair.privateKey);
    expect(again.pair.privateKey.extractable).to.equal(false);
    const error = await crypto.subtle
      .exportKey('pkcs8', again.pair.privateKey)
      .catch((cause: unknown) => cause);
    expect((error as DOMException).name).to.equal('InvalidAccessError');
    const opened = await open(parseEnvelope(bytes) as never, address, again, senderKey);
    expect(new TextDecoder().decode(opened?.body)).to.equal('from before');
    second.close();
  });

  it('are not extractable in another document of the origin', async () => {
    const store = indexedDbKeys(NAME);
    await store.own(ALICE, makeKeys);
    const frame = document.createElement('iframe');
    document.body.append(frame);
    try {
      const other = frame.contentWindow as Window & typeof globalThis;
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = other.indexedDB.open(NAME);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('not opened'));
      });
      const found = await new Promise<OwnKeys>((resolve) => {
        const request = database.transaction('own').objectStore('own').get(ALICE);
        request.onsuccess = () => resolve(request.result as OwnKeys);
      });
      database.close();
      expect(found.pair.privateKey).to.be.instanceOf(other.CryptoKey);
      expect(found.pair.privateKey.extractable).to.equal(false);
      const error = await other.crypto.subtle
        .exportKey('jwk', found.pair.privateKey)
        .catch((cause: unknown) => cause);
      expect((error as DOMException).name).to.equal('InvalidAccessError');
    } finally {
      frame.remove();
      store.close();
    }
  });

  it('throw when the device fails, and no key replaces one that could not be read', async () => {
    // A newer version of the library has been here.
    await new Promise<void>((resolve) => {
      const request = indexedDB.open(NAME, 99);
      request.onsuccess = () => {
        request.result.close();
        resolve();
      };
    });
    const store = indexedDbKeys(NAME);
    let made = 0;
    const make = (): Promise<OwnKeys> => {
      made += 1;
      return makeKeys();
    };
    const error = await store.own(ALICE, make).catch((cause: unknown) => cause);
    expect((error as DOMException).name).to.equal('VersionError');
    expect(made).to.equal(0);
    store.close();
  });
});

describe('The trust in a key', () => {
  function book(store = memoryKeys()) {
    const counted: string[] = [];
    const changes: string[] = [];
    const settled: string[] = [];
    let waiting: (() => void)[] = [];
    const made = new TrustBook({
      store,
      count: (what) => {
        counted.push(what);
        wake();
      },
      changed: () => {
        changes.push(made.trust(ALICE, BOB).state);
        wake();
      },
      settled: (account) => void settled.push(account),
    });
    const wake = (): void => {
      const woken = waiting;
      waiting = [];
      for (const wakeOne of woken) wakeOne();
    };
    const next = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
    return { book: made, counted, changes, settled, next };
  }
  const someKey = async () => publicHalf(await makeKeys());

  it('begins as unknown, is pinned by the first key, and changes with another key', async () => {
    const { book: trust, changes, settled } = book();
    expect(trust.trust(ALICE, BOB)).to.deep.equal({ state: 'unknown', fingerprint: null, offered: null });
    const [first, second] = [await someKey(), await someKey()];
    await trust.published(ALICE, BOB, first);
    await trust.published(ALICE, BOB, first);
    expect(trust.trust(ALICE, BOB)).to.deep.equal({
      state: 'first-use',
      fingerprint: first.fingerprint,
      offered: null,
    });
    await trust.published(ALICE, BOB, second);
    expect(trust.trust(ALICE, BOB)).to.deep.equal({
      state: 'changed',
      fingerprint: first.fingerprint,
      offered: second.fingerprint,
    });
    // Own keys, pinned, changed: each said once, nothing said for what is no change.
    expect(changes).to.deep.equal(['unknown', 'first-use', 'changed']);
    expect(settled).to.deep.equal([]);
    await trust.accept(ALICE, BOB, second.fingerprint);
    expect(trust.trust(ALICE, BOB).state).to.equal('proven');
    expect(settled).to.deep.equal([ALICE]);
  });

  it('in one peer is not lost because of an invalid stored key of another', async () => {
    const [store, key] = [memoryKeys(), await someKey()];
    const known = { isProven: true, offered: null, isOfferSaid: false };
    const offCurve = new Uint8Array(65).fill(7);
    offCurve[0] = 4;
    await store.putPeer(ALICE, { ...known, peer: BOB, pinned: offCurve });
    await store.putPeer(ALICE, { ...known, peer: CAROL, pinned: key.raw, offered: offCurve });
    await store.putPeer(ALICE, { ...known, peer: cid('4') } as never);
    const { book: trust, counted } = book(store);
    await trust.ready(ALICE);
    expect(trust.trust(ALICE, CAROL)).to.include({ state: 'proven', fingerprint: key.fingerprint });
    expect(trust.trust(ALICE, BOB).state).to.equal('unknown');
    expect(counted).to.deep.equal(['malformed-key', 'malformed-key']);
  });

  it('is read from the device for at most ten seconds, and again when next needed', async () => {
    const clock = createFakeClock({ macrotasks: false });
    const inner = memoryKeys();
    const replaced: Partial<KeyStore> = { own: () => new Promise(() => undefined) };
    const store = boundedKeys(
      new Proxy(inner, { get: (target, name: keyof KeyStore) => replaced[name] ?? target[name] }),
      clock,
    );
    const { book: trust } = book(store);
    const failed = trust.ready(ALICE).catch((error: Error) => error.message);
    await clock.advance(10_000);
    expect(await failed).to.equal('The key store did not respond in time.');
    replaced.own = () => {
      throw new Error('Thrown.');
    };
    expect(await trust.ready(ALICE).catch((error: Error) => error.message)).to.equal('Thrown.');
    delete replaced.own;
    await trust.ready(ALICE);
    expect(trust.own(ALICE)).to.match(/^p256\./);
    store.close();
  });

  it('is the same again when the pinned key is published again', async () => {
    const { book: trust } = book();
    const [first, second] = [await someKey(), await someKey()];
    for (const key of [first, second, first]) await trust.published(ALICE, BOB, key);
    expect(trust.trust(ALICE, BOB).state).to.equal('first-use');
  });

  it('ignores a published key that contradicts one received over a channel', async () => {
    const { book: trust, next } = book();
    const [first, said, third] = [await someKey(), await someKey(), await someKey()];
    await trust.published(ALICE, BOB, first);
    trust.learn(ALICE, BOB, said.text);
    await next();
    for (const key of [third, first]) {
      await trust.published(ALICE, BOB, key);
      expect(trust.trust(ALICE, BOB).offered).to.equal(said.fingerprint);
    }
  });

  it('is proven by a channel from the start, and a person may prove a first use', async () => {
    const { book: trust, next } = book();
    const key = await someKey();
    trust.learn(ALICE, BOB, key.text);
    while (trust.trust(ALICE, BOB).state === 'unknown') await next();
    expect(trust.trust(ALICE, BOB).state).to.equal('proven');
    await trust.published(ALICE, CAROL, key);
    await trust.accept(ALICE, CAROL);
    expect(trust.trust(ALICE, CAROL).state).to.equal('proven');
  });

  it('is stored at every level', async () => {
    const store = memoryKeys();
    const { book: trust } = book(store);
    const [first, second] = [await someKey(), await someKey()];
    await trust.published(ALICE, BOB, first);
    await trust.published(ALICE, BOB, second);
    await trust.accept(ALICE, CAROL).catch(() => undefined);
    const { book: later } = book(store);
    await later.ready(ALICE);
    expect(later.trust(ALICE, BOB)).to.deep.equal(trust.trust(ALICE, BOB));
    expect(later.own(ALICE)).to.equal(trust.own(ALICE));
    expect(later.trust(ALICE, CAROL).state).to.equal('unknown');
  });

  it('does not change where it cannot be stored', async () => {
    const store = memoryKeys();
    const {
      book: trust,
      counted,
      next,
    } = book({
      ...store,
      putPeer: () => Promise.reject(new Error('disk full')),
    });
    const key = await someKey();
    expect(await trust.published(ALICE, BOB, key).catch(() => 'rejected')).to.equal('rejected');
    trust.learn(ALICE, BOB, key.text);
    while (counted.length === 0) await next();
    expect(counted).to.deep.equal(['storage-failed']);
    expect(trust.trust(ALICE, BOB).state).to.equal('unknown');
  });
});
