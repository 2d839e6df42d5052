import { expect } from '@open-wc/testing';
import type { Cid, MessageId } from '../../facts/index.ts';
import type { Storage } from '../../ports/storage.ts';
import { encode } from '../../protocol/index.ts';
import { decodePayload, encodePayload } from '../../protocol/payload.ts';
import type { Payload } from '../../protocol/payload.ts';
import { memory } from '../../storage/memory.ts';
import type { Browser, World } from './world.ts';
import { createWorld, sent, statuses, texts } from './world.ts';

/** Two contacts with a channel; what Alice's page reads from storage takes as long as `pause` says. */
async function talking(): Promise<{
  world: World;
  a: Browser;
  b: Browser;
  alice: Cid;
  bob: Cid;
  pause: { ms: number };
}> {
  const world = createWorld();
  const pause = { ms: 0 };
  const storage: Storage = Object.create(memory(), {
    history: {
      value: async function (this: Storage, ...query: Parameters<Storage['history']>) {
        if (pause.ms > 0) await new Promise<void>((resolve) => world.clock.setTimeout(resolve, pause.ms));
        return truth.history(...query);
      },
    },
  }) as Storage;
  const truth = memory();
  for (const name of ['accounts', 'requests', 'conversations', 'message', 'open', 'write', 'close'] as const)
    Object.assign(storage, { [name]: (truth[name] as () => unknown).bind(truth) });
  const a = await world.browser('a', { storage });
  const b = await world.browser('b');
  const alice = await world.account(a, 'alice');
  const bob = await world.account(b, 'bobby');
  await world.befriend(a, alice, b, bob);
  await world.clock.advance(8_000);
  return { world, a, b, alice, bob, pause };
}

/** Brings a payload to a page as if it had come over the channel. */
function arrive(browser: Browser, account: Cid, from: Cid, payload: Payload): void {
  browser.inject(
    encode({
      envelope: 'Response',
      variant: 'MessageNotification',
      body: { cid: account, peer_cid: from, message: encodePayload(payload), request_id: null },
    }),
  );
}

describe('two things at once', () => {
  it('do not make read what arrived only after they had said what they have read', async () => {
    const { world, a, b, alice, bob, pause } = await talking();
    for (let n = 0; n < 120; n += 1) {
      void a.messenger.messages.send(alice, bob, `message ${n}`);
      await world.clock.advance(5);
    }
    await world.clock.advance(2_000);
    await a.messenger.stored();
    // Only the newest page is in memory, so that what they have read has to be looked up.
    await a.reload();
    await world.clock.advance(10_000);
    const { stream } = a.messenger.messages.get(alice, bob).meta;
    b.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageNotification'] });
    b.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'] });
    const writing = a.messenger.messages.send(alice, bob, 'the last one');
    await world.clock.advance(50);
    const id: MessageId = await writing;
    expect(statuses(a.messenger, alice, bob).at(-1)).to.equal('the last one: sent');
    pause.ms = 100;
    arrive(a, alice, bob, {
      v: 1,
      type: 'sync',
      kind: 'answer',
      mine: { stream: 'theirs', next: 1, voids: [], settled: 0 },
      yours: { stream, upTo: 120, also: [], readUpTo: 121 },
      at: 1,
    });
    await world.clock.advance(10);
    arrive(a, alice, bob, { v: 1, type: 'receipt', id, kind: 'delivered', at: 1 });
    await world.clock.advance(2_000);
    expect(statuses(a.messenger, alice, bob).slice(-2)).to.deep.equal([
      'message 119: read',
      'the last one: delivered',
    ]);
    // Their next word about it does.
    arrive(a, alice, bob, {
      v: 1,
      type: 'sync',
      kind: 'answer',
      mine: { stream: 'theirs', next: 1, voids: [], settled: 0 },
      yours: { stream, upTo: 121, also: [], readUpTo: 121 },
      at: 1,
    });
    await world.clock.advance(2_000);
    expect(statuses(a.messenger, alice, bob).at(-1)).to.equal('the last one: read');
  });

  it('send nothing that was taken back while another body of the pair was under way', async () => {
    const { world, a, b, alice, bob } = await talking();
    // The answer to a receipt is lost, so that whatever goes to the same peer waits for it.
    a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageSendSuccess'], times: 1 });
    void b.messenger.messages.send(bob, alice, 'hello');
    await world.clock.advance(50);
    void a.messenger.messages.send(alice, bob, 'never mind');
    await world.clock.advance(50);
    const [, own] = texts(a.messenger, alice, bob);
    expect(own).to.include({ text: 'never mind', status: 'waiting' });
    a.messenger.messages.cancel(alice, bob, own!.id);
    await world.clock.advance(60_000);
    expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.deep.equal(['hello']);
    expect(texts(b.messenger, bob, alice).map(({ text }) => text)).to.deep.equal(['hello']);
    const said = sent(world, 'a', 'Message').map(({ message }) => decodePayload(message));
    expect(said.some((one) => one.kind === 'payload' && one.payload.type === 'message')).to.equal(false);
    // What comes behind it leaves, and there is no gap on the other side.
    void a.messenger.messages.send(alice, bob, 'something else');
    await world.clock.advance(2_000);
    const { source } = b.messenger.messages.get(bob, alice);
    const newest = source.get(source.ids.peek().at(-1)!)!;
    expect(newest).to.include({ text: 'something else' });
  });
});
