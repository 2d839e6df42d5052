import { expect } from '@open-wc/testing';
import { memory as memoryBackend } from '../../client/memory.ts';
import type { MemoryWorld } from '../../client/memory.ts';
import type { Capabilities, AccountId } from '../../facts/index.ts';
import { createFakeClock, createSeededRandom } from '../../mocks/index.ts';
import type { FakeClock } from '../../mocks/index.ts';
import type { Backend } from '../../ports/index.ts';
import { memory } from '../../storage/memory.ts';
import type { Messenger } from '../../stores/index.ts';
import { createMessenger } from '../engine.ts';
import { signUp } from './sign-up.ts';

interface Side {
  readonly messenger: Messenger;
  readonly account: AccountId;
  /** How often the people of the server were asked for. */
  readonly asked: () => number;
}

/** Two contacts on a network that can do what it is told. */
async function contacts(
  capabilities: Partial<Capabilities>,
): Promise<{ clock: FakeClock; a: Side; b: Side }> {
  const clock = createFakeClock({ macrotasks: false });
  const random = createSeededRandom(3);
  const world: MemoryWorld = new Map();
  const enter = async (username: string): Promise<Side> => {
    let count = 0;
    const inner = memoryBackend(clock, world, capabilities);
    const people: Backend['people'] = (account) => {
      count += 1;
      return inner.people(account);
    };
    const backend = new Proxy(inner, {
      get(target, name: keyof Backend) {
        if (name === 'people') return people;
        const value: unknown = target[name];
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const messenger = createMessenger({ backend, storage: memory(), clock, random });
    const account = await signUp(messenger, clock, username);
    return { messenger, account, asked: () => count };
  };
  const a = await enter('alice');
  const b = await enter('bob');
  a.messenger.requests.ask(a.account, b.account);
  await clock.advance(50);
  b.messenger.requests.accept(b.account, a.account);
  await clock.advance(10_000);
  return { clock, a, b };
}

async function statusOfSent({ clock, a, b }: Awaited<ReturnType<typeof contacts>>, text: string) {
  const sending = a.messenger.messages.send(a.account, b.account, text);
  await clock.advance(70_000);
  const id = await sending;
  const { status, code } = a.messenger.messages.source(a.account, b.account).get(id)!;
  return { status, code };
}

describe('capabilities in the engine', () => {
  it('asks for people only where the backend lists them, and reads the contacts all the same', async () => {
    const listing = await contacts({});
    expect(listing.a.asked()).to.be.greaterThan(0);
    const { a, b } = await contacts({ listsPeople: false });
    await a.messenger.peers.refresh(a.account);
    expect(a.asked()).to.equal(0);
    expect(a.messenger.peers.loadState(a.account).peek().state).to.equal('loaded');
    expect(a.messenger.peers.row(a.account, b.account)).to.include({ name: 'bob', relation: 'contact' });
  });

  it('accepts no proof of delivery if the backend carries no receipts', async () => {
    expect((await statusOfSent(await contacts({}), 'Hello')).status).to.equal('delivered');
    const { status } = await statusOfSent(await contacts({ carriesReceipts: false }), 'Hello');
    expect(status).to.equal('sent');
  });

  it('gives up a message that is larger than the backend allows', async () => {
    const text = 'x'.repeat(2_000);
    expect((await statusOfSent(await contacts({}), text)).status).to.equal('delivered');
    const tooLarge = await statusOfSent(await contacts({ maxBodyBytes: 1_000 }), text);
    expect(tooLarge).to.deep.equal({ status: 'failed', code: 'too-large' });
  });
});
