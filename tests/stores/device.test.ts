import { expect } from '@open-wc/testing';
import type { AccountId } from '../../facts/index.ts';
import type { Storage } from '../../ports/storage.ts';
import { memory } from '../../storage/memory.ts';
import { createTabWorld } from './tab-world.ts';
import { SERVER, createWorld, sent, statuses, storageWith, talking, texts } from './world.ts';

/** A disk that can be deleted under the page, which then finds it made anew. */
function deletable(): { storage: Storage; remove(): Promise<void>; close(): Promise<void> } {
  let inner = memory();
  const watchers = new Set<(accounts: readonly AccountId[]) => void>();
  const storage = new Proxy({} as Storage, {
    get: (_, name: keyof Storage) => {
      if (name === 'watch')
        return (watcher: (accounts: readonly AccountId[]) => void) => {
          watchers.add(watcher);
          return () => watchers.delete(watcher);
        };
      const method = inner[name] as ((...parts: unknown[]) => unknown) | undefined;
      return method && ((...parts: unknown[]) => method.apply(inner, parts));
    },
  });
  const reopen = async (): Promise<void> => {
    const accounts = (await inner.accounts()).map(({ account }) => account);
    for (const watcher of watchers) watcher(accounts);
  };
  return {
    storage,
    remove() {
      inner = memory();
      return reopen();
    },
    close: reopen,
  };
}

describe('a database that is deleted under the page', () => {
  it('is filled again with what the page knows: the account, its contacts, its messages and its queue', async () => {
    const disk = deletable();
    const { world, a, b, alice, bob } = await talking({ a: { storage: disk.storage } });
    void a.messenger.messages.send(alice, bob, 'one');
    await world.clock.advance(1_000);
    void b.messenger.messages.send(bob, alice, 'two');
    await world.clock.advance(1_000);
    a.service.faults.add({ kind: 'hold', direction: 'in', variants: ['Message'] });
    void a.messenger.messages.send(alice, bob, 'three');
    await world.clock.advance(1_000);
    await disk.remove();
    await world.clock.advance(1_000);
    a.service.faults.clear();
    await a.reload();
    await world.clock.advance(30_000);
    expect(a.messenger.sessions.accounts.peek()).to.deep.equal([alice]);
    expect(a.messenger.peers.row(alice, bob).relation).to.equal('contact');
    expect(statuses(a.messenger, alice, bob)).to.deep.equal([
      'one: delivered',
      'two: null',
      'three: delivered',
    ]);
    // The same streams: nothing is there twice, and nothing is missing.
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['one', 'two', 'three']);
  });

  it('after failed writes sends what waits as soon as it is written', async () => {
    const disk = deletable();
    const replaced: Partial<Storage> = {};
    const storage = storageWith(replaced, disk.storage);
    const { world, a, alice, bob } = await talking({ a: { storage } });
    replaced.write = () => Promise.reject(Object.assign(new Error('Full.'), { code: 'quota' }));
    void a.messenger.messages.send(alice, bob, 'one');
    await world.clock.advance(100);
    delete replaced.write;
    await disk.remove();
    await world.clock.advance(60_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['one: delivered']);
  });

  it('is unchanged if it was only closed, and gets nothing back of a wiped account', async () => {
    const disk = deletable();
    const { world, a, alice } = await talking({ a: { storage: disk.storage } });
    let writes = 0;
    const write = disk.storage.write.bind(disk.storage);
    const counting = storageWith(
      { write: (batch) => ((writes += batch.length), write(batch)) },
      disk.storage,
    );
    expect(await counting.accounts()).to.have.lengthOf(1);
    await disk.close();
    await world.clock.advance(1_000);
    expect(writes).to.equal(0);
    await sending(world, a.messenger.sessions.signOut(alice, true));
    await disk.remove();
    await world.clock.advance(1_000);
    expect(await disk.storage.accounts()).to.deep.equal([]);
  });
});

async function sending(
  world: { clock: { advance(ms: number): Promise<void> } },
  done: Promise<unknown>,
): Promise<void> {
  await world.clock.advance(3_000);
  await done;
}

describe('a database that never opens', () => {
  const never = (): Promise<never> => new Promise(() => undefined);
  const hanging = (): Storage =>
    storageWith({
      accounts: never,
      requests: never,
      conversations: never,
      history: never,
      stream: never,
      message: never,
      unsettled: never,
      write: never,
      wipe: never,
    });

  it('is reported after ten seconds, and the page continues without it if the person wants that', async () => {
    const world = createWorld();
    const a = await world.browser('a', { storage: hanging() });
    const b = await world.browser('b');
    const { messenger } = a;
    const view = (): unknown => messenger.storage.peek();
    // Nothing to go on without, as far as is known.
    messenger.goUnsaved();
    await world.clock.advance(9_000);
    expect(messenger.link.peek().state).to.equal('idle');
    expect(view()).to.deep.equal({ state: 'saved', reason: null, persisted: null });
    await world.clock.advance(1_500);
    expect(view()).to.include({ state: 'timeout', isUnread: true });
    // It goes on being tried, and waited for.
    await world.clock.advance(100_000);
    expect(view()).to.include({ state: 'timeout', isUnread: true });
    expect(messenger.link.peek().state).to.equal('idle');
    messenger.goUnsaved();
    await world.clock.advance(1_000);
    expect(messenger.link.peek().state).to.equal('up');
    expect(view()).to.deep.equal({
      state: 'unavailable',
      persisted: null,
      reason: null,
    });
    const alice = await world.account(a, 'alice');
    const bob = await world.account(b, 'bobby');
    await world.connect(a, alice, b, bob);
    void messenger.messages.send(alice, bob, 'one');
    void b.messenger.messages.send(bob, alice, 'two');
    await world.clock.advance(2_000);
    expect(statuses(messenger, alice, bob)).to.deep.equal(['one: delivered', 'two: null']);
    // What is not saved is not said to be: the other side keeps it.
    expect(statuses(b.messenger, bob, alice)).to.include('two: sent');
  });

  it('but opens later is read, and the report disappears', async () => {
    const world = createWorld();
    const inner = memory();
    const replaced: Partial<Storage> = { accounts: never };
    const a = await world.browser('a', { storage: storageWith(replaced, inner) });
    await world.clock.advance(15_000);
    expect(a.messenger.storage.peek().isUnread).to.equal(true);
    delete replaced.accounts;
    await world.clock.advance(60_000);
    expect(a.messenger.storage.peek()).to.deep.equal({ state: 'saved', reason: null, persisted: null });
    expect(a.messenger.link.peek().state).to.equal('up');
  });

  it('is not written to once the page continues without it, so that nothing is overwritten', async () => {
    const { world, a, b, alice, bob } = await talking();
    void a.messenger.messages.send(alice, bob, 'one');
    await world.clock.advance(2_000);
    const before = await Promise.all([
      a.storage.accounts(),
      a.storage.conversations(alice),
      a.storage.history(alice, bob, { limit: 9 }),
    ]);
    a.closePage();
    const { accounts } = a.storage;
    const writes: unknown[] = [];
    const { write } = a.storage;
    Object.assign(a.storage, { accounts: never, write: (batch: unknown) => void writes.push(batch) });
    await a.openPage();
    await world.clock.advance(15_000);
    a.messenger.goUnsaved();
    await world.clock.advance(1_000);
    // It would answer by now; it is not asked.
    Object.assign(a.storage, { accounts, write: async (batch: unknown) => void writes.push(batch) });
    const entered = a.messenger.sessions.signIn({
      server: '127.0.0.1:12349',
      username: 'alice',
      password: 'correct horse',
    });
    await world.clock.advance(20_000);
    expect((await entered).state).to.equal('done');
    void b.messenger.messages.send(bob, alice, 'two');
    await world.clock.advance(15_000);
    expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.include('two');
    expect(writes).to.deep.equal([]);
    Object.assign(a.storage, { write });
    expect(
      await Promise.all([
        a.storage.accounts(),
        a.storage.conversations(alice),
        a.storage.history(alice, bob, { limit: 9 }),
      ]),
    ).to.deep.equal(before);
    await a.reload();
    await world.clock.advance(30_000);
    expect(texts(a.messenger, alice, bob)[0]?.text).to.equal('one');
    expect(sent(world, 'a', 'Message').length).to.be.greaterThan(0);
  });

  it('but works again after the page has closed keeps the writes in order', async () => {
    const disk = memory();
    const replaced: Partial<Storage> = {};
    const { world, a, alice, bob } = await talking({ a: { storage: storageWith(replaced, disk) } });
    replaced.write = () => new Promise(() => undefined);
    void a.messenger.messages.send(alice, bob, 'one');
    await world.clock.advance(1_000);
    void a.messenger.messages.send(alice, bob, 'two');
    await world.clock.advance(1_000);
    a.closePage();
    delete replaced.write;
    await world.clock.advance(60_000);
    const stored = await disk.history(alice, bob, { limit: 10 });
    expect(stored.filter(({ own }) => own).map(({ text }) => text)).to.deep.equal(['one', 'two']);
  });

  it('is reported in every tab, and any of them can continue without it', async () => {
    const world = createTabWorld();
    const profile = world.profile('a', { storageOf: () => hanging() });
    const first = await profile.open();
    const second = await profile.open();
    await world.clock.advance(12_000);
    for (const { messenger } of [first, second]) expect(messenger.storage.peek().isUnread).to.equal(true);
    second.messenger.goUnsaved();
    await world.clock.advance(5_000);
    for (const { messenger } of [first, second]) {
      expect(messenger.storage.peek()).to.include({ state: 'unavailable' });
      expect(messenger.storage.peek().isUnread).to.equal(undefined);
      expect(messenger.link.peek().state).to.equal('up');
    }
  });
});

describe('a device with an unusual failure', () => {
  const METHODS = [
    ...([
      'accounts',
      'requests',
      'conversations',
      'history',
      'stream',
      'message',
      'unsettled',
      'write',
    ] as const),
    ...(['keepAside', 'persist'] as const),
  ];
  const WAYS: readonly (readonly [string, () => Promise<never>])[] = [
    [
      'throws at once',
      () => {
        throw new Error('Thrown.');
      },
    ],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- another's storage may
    ['rejects with nothing', () => Promise.reject(undefined)],
    [
      'rejects with an error of the platform, whose code is a number',
      () => Promise.reject(new DOMException('No.')),
    ],
    [
      'rejects with a code that nobody knows',
      () => Promise.reject(Object.assign(new Error('No.'), { code: 'ENOSPC' })),
    ],
  ];
  for (const [way, fail] of WAYS)
    it(`that ${way}: is reported, and everything is stored and acknowledged once it works`, async () => {
      const replaced: Partial<Record<keyof Storage, unknown>> = {};
      const storage = storageWith(replaced as Partial<Storage>);
      const { world, a, b, alice, bob } = await talking({ a: { storage } });
      for (const name of METHODS) replaced[name] = fail;
      void a.messenger.messages.send(alice, bob, 'one');
      void b.messenger.messages.send(bob, alice, 'two');
      await world.clock.advance(10_000);
      expect(a.messenger.storage.peek().state).to.equal('failed');
      expect(statuses(a.messenger, alice, bob)).to.have.members(['one: waiting', 'two: null']);
      for (const name of METHODS) delete replaced[name];
      await world.clock.advance(120_000);
      expect(a.messenger.storage.peek().state).to.equal('saved');
      expect(statuses(a.messenger, alice, bob)).to.have.members(['one: delivered', 'two: null']);
      expect(statuses(b.messenger, bob, alice)).to.have.members(['one: null', 'two: delivered']);
    });

  it('that hangs in a thenable times out after ten seconds as well', async () => {
    const replaced: Partial<Storage> = {};
    const storage = storageWith(replaced);
    const { world, a, alice, bob } = await talking({ a: { storage } });
    replaced.write = () => ({ then: () => undefined }) as unknown as Promise<void>;
    void a.messenger.messages.send(alice, bob, 'one');
    await world.clock.advance(11_000);
    expect(a.messenger.storage.peek().state).to.equal('timeout');
  });

  it('that cannot remove an account reports it and removes the account later', async () => {
    const replaced: Partial<Storage> = {};
    const storage = storageWith(replaced);
    const { world, a, alice, bob } = await talking({ a: { storage } });
    void a.messenger.messages.send(alice, bob, 'one');
    await world.clock.advance(1_000);
    replaced.wipe = () => Promise.reject(new Error('No.'));
    const failed = a.messenger.sessions.signOut(alice, true).catch((error: Error) => error.message);
    await world.clock.advance(5_000);
    expect(await failed).to.equal('No.');
    expect(a.messenger.storage.peek().state).to.equal('failed');
    expect(await storage.history(alice, bob, { limit: 9 })).to.have.length(1);
    delete replaced.wipe;
    await world.clock.advance(60_000);
    expect(await storage.history(alice, bob, { limit: 9 })).to.deep.equal([]);
    expect(await storage.accounts()).to.deep.equal([]);
    expect(a.messenger.storage.peek().state).to.equal('saved');
  });

  it('that could not remove an account removes nothing of it once it is signed in again', async () => {
    const replaced: Partial<Storage> = {};
    const storage = storageWith(replaced);
    const { world, a, alice } = await talking({ a: { storage } });
    replaced.wipe = () => Promise.reject(new Error('No.'));
    void a.messenger.sessions.signOut(alice, true).catch(() => undefined);
    await world.clock.advance(200);
    void a.messenger.sessions.signIn({ server: SERVER, username: 'alice', password: 'correct horse' });
    await world.clock.advance(500);
    delete replaced.wipe;
    await world.clock.advance(60_000);
    expect((await storage.accounts()).map(({ account }) => account)).to.deep.equal([alice]);
  });
});
