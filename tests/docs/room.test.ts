import { expect } from '@open-wc/testing';
import { createRoom } from '../../examples/backend/room-server.ts';
import { room } from '../../examples/backend/room.ts';
import type { AccountId } from '../../facts/index.ts';
import { createFakeClock, createSeededRandom } from '../../mocks/index.ts';
import { memory } from '../../storage/memory.ts';
import { createMessenger } from '../engine.ts';
import type { Messenger } from '../../stores/index.ts';
import { BACKEND_CONTRACT } from '../../testing/index.ts';
import { statuses, texts } from '../stores/world.ts';
import { signUp } from '../stores/sign-up.ts';

describe('the backend of docs/backends.md', () => {
  for (const { title, check } of BACKEND_CONTRACT)
    it(title, () => {
      const clock = createFakeClock();
      const { connect } = createRoom();
      return check({ browser: () => room(connect, clock), pass: () => clock.advance(5) });
    });

  it('carries messages and ticks between two people, named as the room names them', async () => {
    const clock = createFakeClock();
    const random = createSeededRandom(3);
    const { connect } = createRoom();
    const enter = async (username: string): Promise<[Messenger, AccountId]> => {
      const messenger = createMessenger({
        backend: room(connect, clock),
        storage: memory(),
        clock,
        random,
      });
      const account = await signUp(messenger, clock, username);
      return [messenger, account];
    };
    const [a, alice] = await enter('alice');
    const [b, bob] = await enter('bob');
    expect(bob).to.equal('bob@room-1');

    a.requests.ask(alice, bob);
    await clock.advance(50);
    b.requests.accept(bob, alice);
    await clock.advance(10_000);
    for (const text of ['one', 'two', 'three']) void a.messages.send(alice, bob, text);
    void b.messages.send(bob, alice, 'hello');
    await clock.advance(1_000);
    expect(statuses(a, alice, bob)).to.include.members([
      'one: delivered',
      'two: delivered',
      'three: delivered',
    ]);
    expect(statuses(b, bob, alice)).to.include('hello: delivered');
    const shown = texts(b, bob, alice).map(({ text }) => text);
    expect(shown.filter((text) => text !== 'hello')).to.deep.equal(['one', 'two', 'three']);
    expect(a.path(alice, bob)).to.deep.equal({ kind: 'relayed', by: 'server', name: 'the room' });
    a.close();
    b.close();
  });
});
