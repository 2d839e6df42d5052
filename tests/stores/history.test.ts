import { expect } from '@open-wc/testing';
import type { HistoryQuery } from '../../ports/storage.ts';
import { memory } from '../../storage/memory.ts';
import { createTabWorld } from './tab-world.ts';
import { storageWith, talking, texts } from './world.ts';

const COUNT = 150;

/** Two who have written so many messages; the pages that are read of Alice's disk from then on. */
async function longTalk() {
  const disk = memory();
  const read: HistoryQuery[] = [];
  const storage = storageWith(
    {
      history: (account, peer, query) => {
        read.push(query);
        return disk.history(account, peer, query);
      },
    },
    disk,
  );
  const two = await talking({ a: { storage } });
  for (let n = 0; n < COUNT; n += 1) {
    void two.a.messenger.messages.send(two.alice, two.bob, `message ${n}`);
    await two.world.clock.advance(2);
  }
  await two.world.clock.advance(5_000);
  await two.a.messenger.stored();
  read.length = 0;
  /** Another page of Alice's, in which nobody has looked at the conversation. */
  const reload = async (): Promise<void> => {
    two.a.closePage();
    two.a.page.load();
    two.a.messenger = two.a.page.messenger;
    await two.world.clock.advance(1_000);
  };
  return { ...two, disk, read, reload };
}

describe('the start of a page', () => {
  it('reads of each conversation what lists show of it, and no more', async () => {
    const { a, alice, bob, read, reload } = await longTalk();
    await reload();
    expect(read).to.deep.equal([{ limit: 2 }]);
    const { last } = a.messenger.messages.row(alice, bob);
    expect(last).to.include({ text: `message ${COUNT - 1}`, status: 'delivered' });
    expect(a.messenger.messages.list(alice).ids.peek()).to.deep.equal([bob]);
    expect(a.messenger.messages.hasOlder(alice, bob)).to.equal(true);
  });

  it('finds what lists show where the newest messages were deleted', async () => {
    const { world, a, alice, bob, reload } = await longTalk();
    for (const { id } of texts(a.messenger, alice, bob).slice(-4))
      a.messenger.messages.delete(alice, bob, id);
    await world.clock.advance(5_000);
    await a.messenger.stored();
    await reload();
    expect(a.messenger.messages.row(alice, bob).last?.text).to.equal(`message ${COUNT - 5}`);
  });

  it('leaves the rest until somebody looks at it: once, however many do', async () => {
    const { a, alice, bob, read, reload } = await longTalk();
    await reload();
    read.length = 0;
    const { messages } = a.messenger;
    await Promise.all([messages.loadNewest(alice, bob), messages.loadNewest(alice, bob)]);
    await messages.loadNewest(alice, bob);
    expect(read).to.have.length(1);
    expect(texts(a.messenger, alice, bob)[0]!.text).to.equal(`message ${COUNT - 100}`);
    await messages.loadOlder(alice, bob);
    expect(texts(a.messenger, alice, bob)).to.have.length(COUNT);
    expect(messages.hasOlder(alice, bob)).to.equal(false);
  });

  it('tries again what could not be read, when somebody looks again', async () => {
    const { a, alice, bob, disk, reload } = await longTalk();
    await reload();
    const { history } = disk;
    disk.history = () => Promise.reject(Object.assign(new Error('failed'), { code: 'failed' }));
    await a.messenger.messages.loadNewest(alice, bob);
    expect(texts(a.messenger, alice, bob)).to.have.length(2);
    expect(a.messenger.messages.hasOlder(alice, bob)).to.equal(true);
    // It can still be written to.
    expect(a.messenger.storage.peek().state).to.equal('saved');
    disk.history = history;
    await a.messenger.messages.loadNewest(alice, bob);
    expect(texts(a.messenger, alice, bob)).to.have.length(100);
  });
});

describe('a tab that follows', () => {
  it('has the messages as soon as it is told that they are loaded', async () => {
    const world = createTabWorld();
    const profile = world.profile('a');
    const leading = await profile.open();
    const alice = await world.account(leading, 'alice');
    const other = world.profile('b', { on: profile.service });
    const bob = await world.account(await other.open(), 'bob');
    for (let n = 0; n < COUNT; n += 1) {
      void leading.messenger.messages.send(alice, bob, `message ${n}`);
      await world.clock.advance(2);
    }
    await leading.messenger.stored();
    leading.opened.close();
    await world.clock.advance(1_000);
    const first = await profile.open();
    const second = await profile.open();
    expect(second.messenger.tabs.peek().role).to.equal('follower');
    const loading = second.messenger.messages.loadNewest(alice, bob);
    await world.clock.advance(1_000);
    await loading;
    expect(texts(second.messenger, alice, bob)).to.have.length(texts(first.messenger, alice, bob).length);
    expect(texts(second.messenger, alice, bob).length).to.be.at.least(100);
  });
});
