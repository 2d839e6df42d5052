import { expect } from '@open-wc/testing';
import type { MemoryWorld } from '../../client/memory.ts';
import type { AccountId } from '../../facts/index.ts';
import { createFakeClock, createSeededRandom } from '../../mocks/index.ts';
import type { FakeClock } from '../../mocks/index.ts';
import { memory } from '../../storage/memory.ts';
import type { Messenger } from '../../stores/index.ts';
import { BACKEND_CONTRACT } from '../../testing/index.ts';
import { createMessenger } from '../engine.ts';
import { outliving } from './outliving-backend.ts';
import type { OutlivingBackend } from './outliving-backend.ts';
import { statuses } from './world.ts';
import { signUp } from './sign-up.ts';

interface Side {
  readonly messenger: Messenger;
  readonly backend: OutlivingBackend;
  readonly account: AccountId;
}

interface Sides {
  readonly clock: FakeClock;
  readonly world: MemoryWorld;
  readonly a: Side;
  readonly b: Side;
  readonly carol: AccountId;
}

/** Alice and bob, who have a channel, and carol, a contact of alice's who is away. */
async function sides(): Promise<Sides> {
  const clock = createFakeClock({ macrotasks: false });
  const random = createSeededRandom(6);
  const world: MemoryWorld = new Map();
  const enter = async (username: string): Promise<Side> => {
    const backend = outliving(clock, world);
    const messenger = createMessenger({ backend, storage: memory(), clock, random });
    const account = await signUp(messenger, clock, username);
    return { messenger, backend, account };
  };
  const a = await enter('alice');
  const b = await enter('bob');
  const c = await enter('carol');
  for (const { messenger, account } of [b, c]) {
    a.messenger.requests.ask(a.account, account);
    await clock.advance(50);
    messenger.requests.accept(account, a.account);
  }
  await clock.advance(10_000);
  void c.messenger.sessions.signOut(c.account);
  await clock.advance(10_000);
  return { clock, world, a, b, carol: c.account };
}

function stateOf({ messenger, account }: Side, peer: AccountId): unknown[] {
  return [messenger.route(account, peer), messenger.path(account, peer).kind];
}

function sessionOf({ messenger, account }: Side): string | undefined {
  return messenger.sessionRows.peek().find((row) => row.account === account)?.state;
}

const up = [{ route: 'channel', reason: 'channel-up' }, 'unknown-but-up'];

describe('a backend whose channels outlive the link', () => {
  for (const { title, check } of BACKEND_CONTRACT)
    it(title, () => {
      const clock = createFakeClock();
      const world: MemoryWorld = new Map();
      return check({
        browser: () => outliving(clock, world),
        cut: (backend) => (backend as OutlivingBackend).lose(),
        pass: () => clock.advance(5),
      });
    });
});

describe('a channel that outlives the link', () => {
  it('carries messages and receipts both ways while the link is down', async () => {
    const { clock, a, b, carol } = await sides();
    expect(stateOf(a, b.account)).to.deep.equal(up);
    a.backend.lose();
    await clock.advance(1_000);
    expect(a.messenger.link.peek().state).to.equal('reconnecting');
    expect(a.messenger.peers.row(a.account, b.account).presence).to.equal('online');
    expect(stateOf(a, b.account)).to.deep.equal(up);
    void a.messenger.messages.send(a.account, b.account, 'out');
    void b.messenger.messages.send(b.account, a.account, 'in');
    await clock.advance(1_000);
    expect(statuses(a.messenger, a.account, b.account)).to.have.members(['out: delivered', 'in: null']);
    expect(statuses(b.messenger, b.account, a.account)).to.have.members(['out: null', 'in: delivered']);
    expect(a.messenger.peers.row(a.account, b.account).presence).to.equal('online');
    // Of everybody else nothing is known without the link.
    expect(a.messenger.route(a.account, carol).reason).to.equal('link-down');
    expect(a.messenger.peers.row(a.account, carol).presence).to.equal('unknown');
  });

  it('is not dialled again when the link is back, and nothing is sent twice', async () => {
    const { clock, a, b } = await sides();
    a.backend.lose();
    void a.messenger.messages.send(a.account, b.account, 'out');
    await clock.advance(5_000);
    a.backend.asked.length = 0;
    a.backend.regain();
    await clock.advance(30);
    expect(sessionOf(a)).to.equal('signed-in');
    expect(stateOf(a, b.account)).to.deep.equal(up);
    await clock.advance(5_000);
    expect(a.backend.asked).to.include('claim').and.not.include('dial');
    expect(a.backend.asked.filter((name) => name === 'send').length).to.be.at.most(2);
    expect(statuses(a.messenger, a.account, b.account)).to.deep.equal(['out: delivered']);
  });

  it('that ends meanwhile is down: messages wait for the link, and go over the next channel', async () => {
    const { clock, a, b } = await sides();
    a.backend.lose();
    await clock.advance(1_000);
    void b.backend.hangUp(b.account, a.account);
    await clock.advance(10);
    expect(a.messenger.route(a.account, b.account).reason).to.equal('link-down');
    void a.messenger.messages.send(a.account, b.account, 'later');
    await clock.advance(1_000);
    expect(statuses(a.messenger, a.account, b.account)).to.deep.equal(['later: waiting']);
    a.backend.regain();
    await clock.advance(30_000);
    expect(statuses(a.messenger, a.account, b.account)).to.deep.equal(['later: delivered']);
  });

  it('is not used once the account was signed out elsewhere', async () => {
    const { clock, world, a, b } = await sides();
    a.backend.lose();
    const other = outliving(clock, world);
    other.open();
    await other.claim(a.account, true);
    await other.signOut(a.account);
    expect(stateOf(a, b.account)).to.deep.equal(up);
    a.backend.regain();
    await clock.advance(10_000);
    expect(sessionOf(a)).to.equal('signed-out-by-service');
    expect(a.messenger.route(a.account, b.account)).to.deep.equal({ route: 'none', reason: 'signed-out' });
    expect(a.messenger.path(a.account, b.account).kind).to.equal('none');
    void a.messenger.messages.send(a.account, b.account, 'no');
    await clock.advance(10_000);
    expect(statuses(a.messenger, a.account, b.account)).to.deep.equal(['no: waiting']);
  });
});
