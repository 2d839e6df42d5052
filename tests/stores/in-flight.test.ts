import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { notSent, refused } from '../../client/index.ts';
import { memory as memoryBackend } from '../../client/memory.ts';
import type { MemoryWorld } from '../../client/memory.ts';
import type { AccountId, MessageId } from '../../facts/index.ts';
import { createFakeClock, createSeededRandom } from '../../mocks/index.ts';
import type { FakeClock } from '../../mocks/index.ts';
import type { Answer, Backend, FailureCode } from '../../ports/backend.ts';
import type { Random } from '../../ports/random.ts';
import type { Relay } from '../../ports/relay.ts';
import type { Storage } from '../../ports/storage.ts';
import { decodePayload } from '../../protocol/payload.ts';
import { memory } from '../../storage/memory.ts';
import type { Messenger } from '../../stores/index.ts';
import { createMessenger } from '../engine.ts';
import { statuses, storageWith, texts } from './world.ts';
import { signUp } from './sign-up.ts';

const LATENCY_MS = 50;

/** One body on an ordered channel. */
interface Item {
  readonly text: string | null;
  /** Hands it over, unless it is withdrawn by then. */
  readonly leave: () => boolean;
  readonly carry: () => Promise<Answer>;
  readonly settle: (answer: Answer) => void;
}

/** An ordered channel with a latency, and what becomes of the bodies on it. */
class Channel {
  readonly handedOver: string[] = [];
  readonly accepted: string[] = [];
  most = 0;
  /** Why a message is refused, by its text; null lets it pass. */
  refusal: (text: string) => FailureCode | null = () => null;
  /** Bodies stand in line here, and leave one by one. */
  isQueueing = false;
  /** No channel comes up any more. */
  isCut = false;
  readonly #items: Item[] = [];
  #isBroken = false;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  over(backend: Backend): Backend {
    const send: Backend['send'] = (account, peer, body, options) => {
      const { requestId } = options;
      const text = textOf(body);
      const leave = (): boolean => {
        if (options.isWithdrawn?.()) return false;
        options.handedOver?.();
        if (text !== null) this.handedOver.push(text);
        return true;
      };
      const carry = (): Promise<Answer> => backend.send(account, peer, body, { requestId });
      if (!this.isQueueing && !leave()) return Promise.resolve(notSent('withdrawn'));
      return new Promise((settle) => this.#put({ text, leave, carry, settle }));
    };
    const isCut = (): boolean => this.isCut;
    return new Proxy(backend, {
      get(target, name: keyof Backend) {
        if (name === 'send') return send;
        if (name === 'dial' && isCut()) return () => Promise.resolve(refused('timed-out'));
        const value: unknown = target[name];
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  #put(item: Item): void {
    this.#items.push(item);
    this.most = Math.max(this.most, this.#items.filter(({ text }) => text !== null).length);
    if (this.#items.length === 1) this.#later();
  }

  #later(): void {
    this.#clock.setTimeout(() => void this.#step(), LATENCY_MS);
  }

  async #step(): Promise<void> {
    const { text, leave, carry, settle } = this.#items[0]!;
    const hasLeft = !this.isQueueing || leave();
    const code = this.#isBroken ? 'unknown' : text === null || !hasLeft ? null : this.refusal(text);
    const answer = !hasLeft ? notSent('withdrawn') : code ? refused(code) : await carry();
    // A body that nobody can accept is no reason to hold those behind it up, and what has not left yet is withdrawn.
    if (!answer.ok && code !== 'invalid' && !this.isQueueing) this.#isBroken = true;
    if (answer.ok && text !== null) this.accepted.push(text);
    this.#items.shift();
    if (this.#items.length > 0) this.#later();
    else this.#isBroken = false;
    settle(answer);
  }
}

function textOf(body: Uint8Array): string | null {
  const read = decodePayload(body);
  return read.kind === 'payload' && read.payload.type === 'message' ? read.payload.text : null;
}

interface Pair {
  readonly clock: FakeClock;
  readonly channel: Channel;
  readonly a: Messenger;
  readonly b: Messenger;
  readonly bobsBackend: Backend;
  readonly alice: AccountId;
  readonly bob: AccountId;
}

/** Two contacts, of whom alice sends over an ordered channel. */
async function twoOnAChannel(
  maxInFlight: number,
  {
    storage = memory(),
    relay = null,
    random = createSeededRandom(4),
  }: { storage?: Storage; relay?: Relay | null; random?: Random } = {},
): Promise<Pair> {
  const clock = createFakeClock({ macrotasks: false });
  const world: MemoryWorld = new Map();
  const channel = new Channel(clock);
  const enter = async (
    username: string,
    backend: Backend,
    rest: { storage: Storage; relay: Relay | null },
  ): Promise<[Messenger, AccountId]> => {
    const messenger = createMessenger({ backend, clock, random, ...rest });
    const account = await signUp(messenger, clock, username);
    return [messenger, account];
  };
  const bobsBackend = memoryBackend(clock, world);
  const [a, alice] = await enter('alice', channel.over(memoryBackend(clock, world, { maxInFlight })), {
    storage,
    relay,
  });
  const [b, bob] = await enter('bob', bobsBackend, { storage: memory(), relay: null });
  a.requests.ask(alice, bob);
  await clock.advance(50);
  b.requests.accept(bob, alice);
  await clock.advance(10_000);
  return { clock, channel, a, b, bobsBackend, alice, bob };
}

/** Writes ten messages at once. */
function writeTen(pair: Pair): string[] {
  return write(pair, 10);
}

function write({ a, alice, bob }: Pair, count: number): string[] {
  const written = Array.from({ length: count }, (_, n) => `message ${n}`);
  for (const text of written) void a.messages.send(alice, bob, text);
  return written;
}

describe('several messages in flight', () => {
  it('are handed over in order, as many at a time as the backend keeps in order', async () => {
    const pair = await twoOnAChannel(4);
    const written = writeTen(pair);
    await pair.clock.advance(LATENCY_MS - 1);
    expect(pair.channel.handedOver).to.deep.equal(written.slice(0, 4));
    await pair.clock.advance(2_000);
    expect(pair.channel.most).to.equal(4);
    expect(pair.channel.accepted).to.deep.equal(written);
    expect(statuses(pair.a, pair.alice, pair.bob)).to.deep.equal(written.map((text) => `${text}: delivered`));
  });

  it('are limited to one if the backend says so', async () => {
    const pair = await twoOnAChannel(1);
    const written = writeTen(pair);
    await pair.clock.advance(2_000);
    expect(pair.channel.most).to.equal(1);
    expect(pair.channel.accepted).to.deep.equal(written);
  });

  it('have each attempt in storage before it leaves', async () => {
    const storage = memory();
    const pair = await twoOnAChannel(4, { storage });
    writeTen(pair);
    await pair.clock.advance(LATENCY_MS - 1);
    const ids = texts(pair.a, pair.alice, pair.bob).map(({ id }) => id);
    const attempts = await Promise.all(
      ids.map(async (id) => {
        const stored = await storage.message(pair.alice, pair.bob, id);
        return stored!.facts.filter(({ type }) => type === 'attempted').length;
      }),
    );
    expect(attempts).to.deep.equal([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  });

  it('are all sent again, in order, where one of them was refused', async () => {
    const pair = await twoOnAChannel(4);
    let refusals = 1;
    pair.channel.refusal = (text) => (text === 'message 1' && refusals-- > 0 ? 'unknown' : null);
    const written = writeTen(pair);
    await pair.clock.advance(LATENCY_MS * 4 + 10);
    // What stood behind it was not accepted either, and nothing more was handed over.
    expect(pair.channel.accepted).to.deep.equal(written.slice(0, 1));
    expect(pair.channel.handedOver).to.deep.equal(written.slice(0, 5));
    await pair.clock.advance(20_000);
    expect(pair.channel.accepted).to.deep.equal(written);
  });

  it('are sent again once all of them are answered, and not before, however short the pause', async () => {
    const seeded = createSeededRandom(4);
    const random: Random = { bytes: (length) => seeded.bytes(length), next: () => 0 };
    const pair = await twoOnAChannel(4, { random });
    let refusals = 1;
    pair.channel.refusal = () => (refusals-- > 0 ? 'unknown' : null);
    const written = writeTen(pair);
    await pair.clock.advance(20_000);
    expect(pair.channel.handedOver).to.deep.equal([...written.slice(0, 4), ...written]);
    expect(pair.channel.accepted).to.deep.equal(written);
  });

  it('are withdrawn if they wait behind one that was refused', async () => {
    const pair = await twoOnAChannel(4);
    pair.channel.isQueueing = true;
    let refusals = 1;
    pair.channel.refusal = (text) => (text === 'message 1' && refusals-- > 0 ? 'unknown' : null);
    const written = writeTen(pair);
    await pair.clock.advance(20_000);
    expect(pair.channel.handedOver).to.deep.equal([...written.slice(0, 2), ...written.slice(1)]);
    expect(pair.channel.accepted).to.deep.equal(written);
  });

  it('continue without one that cannot be accepted', async () => {
    const pair = await twoOnAChannel(4);
    pair.channel.refusal = (text) => (text === 'message 1' ? 'invalid' : null);
    const written = writeTen(pair);
    await pair.clock.advance(2_000);
    expect(pair.channel.accepted).to.deep.equal(written.filter((text) => text !== 'message 1'));
    expect(statuses(pair.a, pair.alice, pair.bob)[1]).to.equal('message 1: failed');
  });

  it('wait for one whose attempt this device could not save', async () => {
    const replaced: Partial<Storage> = {};
    const inner = memory();
    const pair = await twoOnAChannel(4, { storage: storageWith(replaced, inner) });
    // More than are written ahead together.
    const written = write(pair, 120);
    await pair.clock.settle();
    await pair.clock.advance(LATENCY_MS + 1);
    // Four are under way or answered; from here on nothing can be saved for a while.
    replaced.write = () => Promise.reject(Object.assign(new Error('Full.'), { code: 'quota' }));
    await pair.clock.advance(1_000);
    const until = pair.channel.accepted.length;
    expect(until).to.be.within(1, 50);
    expect(pair.channel.accepted).to.deep.equal(written.slice(0, until));
    delete replaced.write;
    await pair.clock.advance(60_000);
    expect(pair.channel.accepted).to.deep.equal(written);
  });

  it('wait for one whose attempt was not saved, also where that of the next one was', async () => {
    const replaced: Partial<Storage> = {};
    const inner = memory();
    const pair = await twoOnAChannel(4, { storage: storageWith(replaced, inner) });
    const written = writeTen(pair);
    await pair.clock.advance(LATENCY_MS - 1);
    // The attempt of the fifth hangs, and that of the sixth is put meanwhile.
    let fail = (): void => undefined;
    replaced.write = (batch) => {
      const isFifth = batch.some((one) => one.put === 'message' && one.value.text === 'message 4');
      if (!isFifth) return inner.write(batch);
      delete replaced.write;
      return new Promise((_, reject) => (fail = () => reject(new Error('Full.'))));
    };
    await pair.clock.advance(LATENCY_MS + 2);
    expect(pair.channel.accepted).to.deep.equal(written.slice(0, 2));
    fail();
    await pair.clock.advance(60_000);
    expect(pair.channel.accepted).to.deep.equal(written);
  });

  it('are answered before anything takes another route', async () => {
    const relayed: string[] = [];
    const log: string[] = [];
    const relay: Relay = {
      name: 'the relay',
      isUp: true,
      send: ({ body }) => {
        const text = textOf(body);
        if (text !== null) relayed.push(text);
        if (text !== null) log.push(`relay ${text}`);
        return Promise.resolve({ outcome: 'accepted' });
      },
      subscribe: () => () => undefined,
      watch: () => () => undefined,
    };
    const pair = await twoOnAChannel(4, { relay });
    // A word of theirs: their page is there, and the channel is the better way.
    void pair.b.messages.send(pair.bob, pair.alice, 'hello');
    await pair.clock.advance(1_000);
    expect(pair.a.route(pair.alice, pair.bob).route).to.equal('channel');
    pair.channel.refusal = (text) => {
      log.push(`channel ${text}`);
      return null;
    };
    const written = ['one', 'two'];
    for (const text of written) void pair.a.messages.send(pair.alice, pair.bob, text);
    await pair.clock.advance(LATENCY_MS - 1);
    expect(pair.channel.handedOver).to.deep.equal(written);
    // The channel ends under them, for good.
    pair.channel.isCut = true;
    void pair.bobsBackend.hangUp(pair.bob, pair.alice);
    await pair.clock.settle();
    void pair.a.messages.send(pair.alice, pair.bob, 'later');
    await pair.clock.settle();
    expect(relayed).to.deep.equal([]);
    await pair.clock.advance(30_000);
    const first = [...new Set([...pair.channel.accepted, ...relayed])];
    expect(first).to.deep.equal([...written, 'later']);
  });

  it('arrive in the order in which they were written, whatever is refused, deleted or lost', async () => {
    const step = fc.record({
      write: fc.integer({ min: 0, max: 4 }),
      pause: fc.integer({ min: 0, max: 200 }),
      fault: fc.constantFrom('none', 'none', 'refuse', 'hang-up', 'delete', 'disk' as const),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 3, maxLength: 12 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer(),
        async (steps, maxInFlight, seed) => {
          const replaced: Partial<Storage> = {};
          const pair = await twoOnAChannel(maxInFlight, {
            storage: storageWith(replaced),
            random: createSeededRandom(seed),
          });
          const { clock, channel, a, alice, bob } = pair;
          let count = 0;
          let refusals = 0;
          channel.refusal = () => (refusals > 0 && refusals-- > 0 ? 'unknown' : null);
          const deleted = new Set<string>();
          for (const { write, pause, fault } of steps) {
            for (let n = 0; n < write; n += 1) void a.messages.send(alice, bob, String((count += 1)));
            await clock.advance(Math.floor(pause / 2));
            if (fault === 'refuse') refusals = 1;
            if (fault === 'hang-up') void pair.bobsBackend.hangUp(bob, alice);
            if (fault === 'disk') replaced.write = () => Promise.reject(new Error('Full.'));
            else delete replaced.write;
            if (fault === 'delete') {
              const waiting = texts(a, alice, bob)
                .filter(({ status }) => status === 'waiting')
                .at(-1);
              if (waiting) {
                deleted.add(waiting.text);
                a.messages.delete(alice, bob, waiting.id as MessageId);
              }
            }
            await clock.advance(Math.ceil(pause / 2));
          }
          delete replaced.write;
          refusals = 0;
          await clock.advance(5 * 60_000);
          const accepted = channel.accepted.map(Number);
          // A message whose answer was lost may be accepted twice: what counts is when it first was.
          const first = [...new Set(accepted)];
          expect(first).to.deep.equal([...first].sort((x, y) => x - y));
          for (let n = 1; n <= count; n += 1)
            if (!deleted.has(String(n))) expect(first, `message ${n}`).to.include(n);
          expect(channel.most).to.be.at.most(maxInFlight);
          a.close();
          pair.b.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});
