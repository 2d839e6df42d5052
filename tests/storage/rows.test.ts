import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { deleteDB, openDB } from 'idb';
import type { MessageId } from '../../facts/index.ts';
import type { Storage, StorageWrite, StoredMessage } from '../../ports/storage.ts';
import { indexedDb } from '../../storage/index.ts';
import { memory } from '../../storage/memory.ts';
import { usableRow } from '../../storage/rows.ts';
import type { RowKind } from '../../storage/rows.ts';
import { checked } from '../../stores/checked.ts';
import { decodePayload } from '../../protocol/payload.ts';
import { account, id, message, peer } from '../../testing/stored-message.ts';
import { sent, statuses, talking, texts } from '../stores/world.ts';
import { seedsOf } from '../settings.ts';

const [seed = 0] = seedsOf('rows', 1);
const bad = (n: number): StoredMessage => ({ ...message(n), text: 7 as unknown as string });

/** Any value that a field might have been given. */
const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSparseArray: true });

/** A real device with everything in it: each kind of row as it is written. */
async function device(): Promise<{
  rows: StorageWrite[];
  reload(rows: readonly StorageWrite[]): Promise<Storage>;
  world: Awaited<ReturnType<typeof talking>>;
}> {
  const world = await talking({ seed: 3 });
  const { a, b, alice, bob } = world;
  for (const text of ['one', 'two']) {
    void a.messenger.messages.send(alice, bob, text);
    void b.messenger.messages.send(bob, alice, `${text} too`);
    await world.world.clock.advance(1_000);
  }
  const { storage } = a;
  const [accounts, requests, conversations, history] = await Promise.all([
    storage.accounts(),
    storage.requests(alice),
    storage.conversations(alice),
    storage.history(alice, bob, { limit: 99 }),
  ]);
  const rows: StorageWrite[] = [
    ...accounts.map((value) => ({ put: 'account', value }) as const),
    ...requests.map((value) => ({ put: 'request', value }) as const),
    ...conversations.map((value) => ({ put: 'conversation', value }) as const),
    ...history.map((value) => ({ put: 'message', value }) as const),
  ];
  return {
    rows,
    world,
    async reload(changed) {
      await storage.wipe(alice);
      await storage.write(changed);
      await a.reload();
      await world.world.clock.advance(20_000);
      return storage;
    },
  };
}

describe('rows of a storage', () => {
  it('are used unchanged if they are valid, whatever other fields they have', async () => {
    const { rows, world } = await device();
    world.a.closePage();
    for (const { put, value } of rows) {
      expect(usableRow(put, value), put).to.equal(value);
      const more = { ...value, later: { version: 9 } };
      expect(usableRow(put, more), put).to.equal(more);
    }
  });

  it('are repaired if a missing part has a substitute, and are unusable if it has none', () => {
    const facts = [{ type: 'written', at: 1 }, null, { type: 'rumour', at: 2 }, { type: 'read' }];
    const odd = { account, peer, id: id(1), own: true, text: 'x', sentAt: 1, place: 1, facts, isOpen: false };
    expect(usableRow('message', odd)).to.deep.equal({
      ...odd,
      stream: null,
      index: null,
      replyTo: null,
      isEdited: false,
      isDeleted: false,
      facts: [facts[0]],
    });
    for (const name of ['account', 'peer', 'id', 'own', 'text', 'sentAt', 'place', 'facts', 'isOpen'])
      for (const value of [undefined, null, {}])
        expect(usableRow('message', { ...odd, [name]: value }), `${name}: ${JSON.stringify(value)}`).to.equal(
          null,
        );
    // An index that is given twice hides a message: a conversation that has lost its own begins another stream.
    for (const lost of [
      { stream: 's' },
      { stream: 's', nextIndex: 0 },
      { nextIndex: 7 },
      { stream: 7, nextIndex: 7 },
    ])
      expect(usableRow('conversation', { account, peer, ...lost })).to.include({ stream: '', nextIndex: 1 });
    for (const row of [null, undefined, 7, 'text', [], {}, { account: 7 }])
      for (const kind of ['account', 'request', 'conversation', 'message'] as const)
        expect(usableRow(kind, row), kind).to.equal(null);
  });

  it('with impossible numbers are used without them: both people continue, and no gap is invented', async () => {
    const { rows, reload, world } = await device();
    const { a, b, alice, bob } = world;
    const far = 9_007_199_254_740_990;
    const changed = rows.map(({ put, value }): StorageWrite => {
      switch (put) {
        case 'account':
          return { put, value: { ...value, since: 1e308 } };
        case 'request':
          return { put, value: { ...value, facts: [...value.facts, { type: 'wanted-by-them', at: 1e308 }] } };
        case 'conversation': {
          const theirs = value.theirs.map((sets) => ({ ...sets, here: [...sets.here, [far, far] as const] }));
          return { put, value: { ...value, nextIndex: far, theirs } };
        }
        case 'message':
          return value.text === 'two too' ? { put, value: { ...value, index: far } } : { put, value };
      }
    });
    changed.push({
      put: 'message',
      value: { ...message(9), account: alice, peer: bob, own: false, place: 1e308 },
    });
    await reload(changed);
    void a.messenger.messages.send(alice, bob, 'three');
    void b.messenger.messages.send(bob, alice, 'three too');
    await world.world.clock.advance(5_000);
    expect(statuses(a.messenger, alice, bob)).to.include('three: delivered');
    expect(statuses(b.messenger, bob, alice)).to.include('three too: delivered');
    const source = a.messenger.messages.source(alice, bob);
    const drawn = source.ids.peek().map((each) => source.get(each)!);
    expect(drawn.map(({ text }) => text)).to.have.members([
      'one',
      'one too',
      'two',
      'two too',
      'three',
      'three too',
    ]);
    for (const { place, missingBefore } of drawn) {
      expect(place).to.be.lessThan(world.world.clock.now() + 1_000);
      expect(missingBefore).to.be.lessThan(10);
    }
    expect(a.messenger.peers.row(alice, bob).relation).to.equal('contact');
    const sync = sent(world.world, 'a', 'Message').filter(({ message: body }) => {
      const decoded = decodePayload(body);
      return decoded.kind !== 'payload';
    });
    expect(sync).to.deep.equal([]);
  });

  it('that are unusable shorten no page, are counted once, and are found in sequence', async () => {
    const inner = memory();
    let told = 0;
    const storage = checked(inner, () => (told += 1));
    const rows = Array.from({ length: 40 }, (_, n) => (n % 4 === 3 || n > 30 ? message(n) : bad(n)));
    await inner.write(rows.map((value) => ({ put: 'message', value }) as const));
    const good = rows.filter((row) => typeof row.text === 'string').map((row) => row.id);
    for (const limit of [1, 5, 9, 40, 100]) {
      const seen: MessageId[] = [];
      let before = Infinity;
      for (;;) {
        const page = await storage.history(account, peer, { before, limit });
        seen.unshift(...page.map((row) => row.id));
        if (page.length < limit) break;
        before = page[0]!.place;
      }
      expect(seen, `pages of ${limit}`).to.deep.equal(good);
      const stream = await storage.stream(account, peer, { stream: 's', above: 0, limit });
      expect(stream.slice(0, limit).map((row) => row.id)).to.deep.equal(good.slice(0, limit));
    }
    expect(await storage.stream(account, peer, { stream: 's', above: 0 })).to.have.lengthOf(good.length);
    expect(await storage.message(account, peer, id(0))).to.equal(undefined);
    expect(told).to.equal(rows.length - good.length);
  });

  it('that are unusable are kept in IndexedDB when another row takes their place, and are removed with their account', async () => {
    const name = 'aside';
    const inner = indexedDb({ name });
    const storage = checked(inner, () => undefined);
    await inner.write([{ put: 'message', value: bad(1) }]);
    expect(await storage.message(account, peer, id(1))).to.equal(undefined);
    await storage.write([
      { put: 'message', value: message(1) },
      { put: 'message', value: message(2) },
    ]);
    expect(await storage.history(account, peer, { limit: 9 })).to.deep.equal([message(1), message(2)]);
    const raw = await openDB(name);
    const all = (): Promise<unknown[]> => raw.getAll('messages');
    expect(JSON.stringify(await all())).to.contain(JSON.stringify(bad(1)));
    await storage.wipe(account);
    expect(await all()).to.deep.equal([]);
    raw.close();
    storage.close();
    await deleteDB(name);
  });
});

describe('a device with rows that something else wrote', () => {
  it(`opens its link and shows the rest, whatever one field is (seed ${seed})`, async () => {
    const { rows, reload, world } = await device();
    const { a, alice, bob } = world;
    const fields = rows.flatMap(({ value }, at) => Object.keys(value).map((field) => [at, field] as const));
    const errors: unknown[] = [];
    const listen = (event: ErrorEvent): void => void errors.push(event.error);
    window.addEventListener('error', listen);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...fields), fc.option(anything)), { minLength: 1, maxLength: 3 }),
        async (changes) => {
          const changed = rows.map(({ put, value }) => ({
            put,
            value: { ...value } as Record<string, unknown>,
          }));
          for (const [[at, field], value] of changes) {
            // Where a row lies is no matter of what it says.
            if (['account', 'peer', 'id', 'place'].includes(field)) continue;
            if (value === null) delete changed[at]!.value[field];
            else changed[at]!.value[field] = value;
          }
          await reload(changed as unknown as StorageWrite[]);
          expect(a.messenger.link.peek().state).to.equal('up');
          // Drawn without an error, and what was not touched is there.
          const touched = new Set(changes.map(([[at]]) => at));
          const shown = new Set(texts(a.messenger, alice, bob).map((row) => row.id));
          const isListed = !changes.some(([[at]]) => rows[at]!.put === 'account');
          for (const [at, { put, value }] of rows.entries())
            if (put === 'message' && !touched.has(at) && isListed)
              expect(shown.has((value as StoredMessage).id), (value as StoredMessage).text).to.equal(true);
          expect(errors).to.deep.equal([]);
        },
      ),
      { seed, numRuns: 40 },
    );
    window.removeEventListener('error', listen);
  });

  it('counts what is set aside, and keeps what is there', async () => {
    const { rows, reload, world } = await device();
    const { a, alice, bob } = world;
    const changed = rows.map(({ put, value }, at) =>
      put === 'message' && at === rows.length - 1 ? { put, value: { ...value, text: 7 } } : { put, value },
    ) as unknown as StorageWrite[];
    const storage = await reload(changed);
    expect(a.messenger.diagnostics.counters.peek().get('unusable-row')).to.equal(1);
    expect(texts(a.messenger, alice, bob)).to.have.lengthOf(3);
    const last = changed.at(-1)!.value as StoredMessage;
    expect((await storage.message(alice, bob, last.id))?.text).to.equal(7);
  });
});

const kinds: readonly RowKind[] = ['account', 'request', 'conversation', 'message'];
it(`any row is usable or null (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.constantFrom(...kinds), anything, (kind, row) => {
      const read = usableRow(kind, row);
      return read === null || typeof read === 'object';
    }),
    { seed, numRuns: 500 },
  );
});

describe('a record of an earlier version', () => {
  it('keeps the message that a reply refers to, which was stored as `answers`', () => {
    const row = {
      account,
      peer,
      id: id(2),
      own: true,
      text: 'yes',
      sentAt: 1,
      place: 1,
      facts: [],
      isOpen: false,
    };
    const rest = { stream: 's', index: 2, isEdited: false, isDeleted: false };
    expect(usableRow('message', { ...row, ...rest, answers: id(1) })).to.deep.equal({
      ...row,
      ...rest,
      replyTo: id(1),
    });
    expect(usableRow('message', { ...row, ...rest, answers: id(1), replyTo: null })).to.include({
      replyTo: null,
    });
  });

  it('keeps whether the other client is a known one, which was stored as `speaksOurs`', () => {
    const row = { account: '1', peer: '2', stream: 's', nextIndex: 4, voids: [], theirs: [] };
    expect(usableRow('conversation', { ...row, speaksOurs: true })).to.deep.equal({
      ...row,
      isKnownClient: true,
    });
    expect(usableRow('conversation', { ...row, isKnownClient: false, speaksOurs: true })).to.include({
      isKnownClient: false,
    });
  });
});
