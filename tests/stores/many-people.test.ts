import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { KeyedCells } from '../../stores/cells.ts';
import { Conversation } from '../../stores/conversation.ts';
import { Core } from '../../stores/core.ts';
import { FewMap } from '../../stores/few.ts';
import { Reading } from '../../stores/reading.ts';
import { engineOf } from '../engine.ts';
import { ME, callsOf, crowd, peerOf } from './crowd.ts';

/** How often a getter of a class was read while `run` ran. */
async function readsOf(prototype: object, name: string, run: () => unknown): Promise<number> {
  const before = Object.getOwnPropertyDescriptor(prototype, name)!;
  let reads = 0;
  Object.defineProperty(prototype, name, {
    ...before,
    get(this: object) {
      reads += 1;
      return before.get!.call(this) as unknown;
    },
  });
  try {
    await run();
  } finally {
    Object.defineProperty(prototype, name, before);
  }
  return reads;
}

describe('many people', () => {
  it('a person who only says that they are there, or that they type, begins no conversation', async () => {
    const { messenger, backend, clock } = await crowd(3);
    backend.leave(peerOf(0));
    await clock.advance(1);
    const { conversations } = engineOf(messenger);
    conversations.forget(ME);
    backend.say(peerOf(0), { type: 'typing' });
    await clock.settle();
    expect(messenger.messages.list(ME).get(peerOf(0))).to.equal(undefined);
    expect(conversations.find(ME, peerOf(0))).to.equal(undefined);
    expect(messenger.peers.row(ME, peerOf(0)).presence).to.equal('online');
  });

  it('what is unread is counted anew in the conversation that changed, and not in the others', async () => {
    const { messenger, backend, clock } = await crowd(50, 50);
    const unread = messenger.messages.unread(ME);
    expect(unread.peek()).to.equal(50);
    const seen: number[] = [];
    unread.subscribe((value) => seen.push(value));
    const reads = await readsOf(Reading.prototype, 'unread', async () => {
      const id = '0192f3a0-0000-7000-8000-000000000999';
      backend.say(peerOf(7), { type: 'message', id, stream: 'stream 7', index: 2, text: 'x', sentAt: 5 });
      await clock.advance(10);
    });
    expect(seen.at(-1)).to.equal(51);
    // Once for each time that something of it was derived.
    expect(reads).to.be.lessThan(10);
    messenger.messages.pass(ME, peerOf(7));
    expect(unread.peek()).to.equal(49);
  });

  it('a list of people costs cells only for the rows that are watched', () => {
    const cells = new KeyedCells((key: string) => key.toUpperCase());
    const heard: string[] = [];
    const stops = ['a', 'b'].map((key) => cells.watch(key, () => heard.push(key)));
    const again = cells.watch('a', () => heard.push('again'));
    for (const key of ['a', 'b', 'c']) cells.changed(key);
    expect(heard).to.deep.equal(['a', 'again', 'b']);
    expect(cells.size).to.equal(2);
    for (const stop of [...stops, again, ...stops]) stop();
    cells.changed('a');
    expect(heard).to.have.length(3);
    expect(cells.size).to.equal(0);
    cells.cell('a');
    expect(cells.size).to.equal(1);
  });

  it('a conversation at which nobody looks is asked for no row', async () => {
    const { messenger, backend, clock } = await crowd(50, 50);
    let views = 0;
    const { view } = Conversation.prototype;
    Conversation.prototype.view = function (this: Conversation, id) {
      views += 1;
      return view.call(this, id);
    };
    try {
      for (let n = 0; n < 50; n += 1) backend.say(peerOf(n), { type: 'presence' });
      await clock.advance(10);
    } finally {
      Conversation.prototype.view = view;
    }
    expect(views).to.equal(0);
    expect(messenger.messages.row(ME, peerOf(49)).presence).to.equal('online');
  });
});

describe('a map of a few entries', () => {
  it('does what a map does', () => {
    const key = fc.constantFrom(...Array.from({ length: 20 }, (_, n) => `k${n}`));
    const step = fc.oneof(
      fc.record({ do: fc.constant('set' as const), key, value: fc.nat() }),
      fc.record({ do: fc.constantFrom('delete' as const, 'get' as const, 'has' as const), key }),
      fc.record({ do: fc.constant('clear' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const few = new FewMap<string, number>();
        const map = new Map<string, number>();
        for (const one of steps) {
          if (one.do === 'set') {
            few.set(one.key, one.value);
            map.set(one.key, one.value);
          } else if (one.do === 'clear') {
            few.clear();
            map.clear();
          } else expect(few[one.do](one.key)).to.equal(map[one.do](one.key));
          expect([...few]).to.deep.equal([...map]);
          expect([...few.keys()]).to.deep.equal([...map.keys()]);
          expect(few.size).to.equal(map.size);
        }
      }),
    );
  });
});

describe('a burst of presence', () => {
  it('that comes in one turn is derived once, in time and memory of what changed', async () => {
    const { messenger, backend, clock } = await crowd(300, 300);
    const { core } = engineOf(messenger);
    for (let n = 0; n < 300; n += 1) backend.leave(peerOf(n));
    await clock.advance(1_000);
    const timers = await callsOf(core.clock, 'setTimeout', async () => {
      let pairs = 0;
      core.journal.on('pair', () => (pairs += 1));
      const draws: [row: number, pairs: number][] = [];
      const watched = [0, 150, 299].map((n) =>
        messenger.messages.list(ME).watch(peerOf(n), () => draws.push([n, pairs])),
      );
      for (let n = 0; n < 300; n += 1) backend.say(peerOf(n), { type: 'presence' });
      expect(pairs, 'nothing is derived while it comes').to.equal(0);
      await clock.settle();
      for (const stop of watched) stop();
      // Once for who has come, and once more where a duty has changed something of it.
      expect(pairs).to.be.within(300, 900);
      expect(draws.length).to.be.within(3, 9);
      // Bodies are worked through by the hundred, so that the page draws in between.
      for (const [row, derived] of draws)
        expect(derived, `row ${row} is drawn when its batch is derived`).to.be.at.least(
          100 * Math.ceil((row + 1) / 100),
        );
    });
    // No timer for each of them.
    expect(timers).to.be.lessThan(10);
    expect(messenger.peers.row(ME, peerOf(299)).presence).to.equal('online');
    // And it ends for all of them, each at its time.
    await clock.advance(50_000);
    backend.say(peerOf(5), { type: 'presence' });
    await clock.advance(39_000);
    expect(messenger.peers.row(ME, peerOf(4)).presence).to.equal('online');
    await clock.advance(1_100);
    expect(messenger.peers.row(ME, peerOf(4)).presence).to.equal('reachable');
    expect(messenger.peers.row(ME, peerOf(5)).presence).to.equal('online');
    await clock.advance(50_000);
    expect(messenger.peers.row(ME, peerOf(5)).presence).to.equal('reachable');
  });

  it('costs no work for those of whom a list says what it said before', async () => {
    const { messenger, clock } = await crowd(300);
    const { core, pairs } = engineOf(messenger);
    let touched = 0;
    core.journal.on('pair', () => (touched += 1));
    const asked = await callsOf(pairs, 'presence', async () => {
      await messenger.peers.refresh(ME);
      await clock.advance(1);
    });
    expect(touched).to.equal(0);
    expect(asked).to.equal(0);
  });
});

describe('a further tab', () => {
  it('begins no conversation with whom nothing has happened, and is told of a person only what is known', async () => {
    const { open, messenger, backend, clock } = await crowd(100, 3);
    expect([...engineOf(messenger).conversations.of(ME)], 'each has a channel').to.have.length(100);
    const heard: unknown[] = [];
    const follower = await open(heard);
    expect(follower.tabs.peek().role).to.equal('follower');
    expect(follower.peers.source(ME).ids.peek()).to.have.length(100);
    expect(follower.peers.row(ME, peerOf(99))).to.deep.equal(messenger.peers.row(ME, peerOf(99)));
    const { conversations } = engineOf(follower);
    expect([...conversations.of(ME)].map(({ peer }) => peer)).to.have.members([0, 1, 2].map(peerOf));
    // A contact with a channel: not the two dozen fields that a pair has.
    const patches = heard.filter((message) => JSON.stringify(message).includes('"pairs":[{'));
    const fields = patches.flatMap((message) => JSON.stringify(message).match(/"\w+":/g) ?? []);
    expect(fields.length / 100).to.be.lessThan(30);
    // As soon as something happens in one, it is told.
    const id = '0192f3a0-0000-7000-8000-000000000999';
    backend.say(peerOf(50), { type: 'message', id, stream: 's', index: 1, text: 'x', sentAt: 5 });
    await clock.advance(100);
    expect(follower.messages.list(ME).ids.peek()[0]).to.equal(peerOf(50));
    expect(conversations.find(ME, peerOf(50))!.meta).to.deep.equal(
      engineOf(messenger).conversations.find(ME, peerOf(50))!.meta,
    );
  });

  it('makes no id of its own for a conversation that it is told of', async () => {
    const { open } = await crowd(100, 100);
    const makes = await callsOf(Core.prototype, 'messageId', () => open());
    expect(makes).to.equal(0);
  });
});
