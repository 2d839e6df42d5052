import { expect } from '@open-wc/testing';
import { cid } from '../../protocol/cid.ts';
import { cidOf, createFakeClock, createSeededRandom, createSimulation, sha3 } from '../../mocks/index.ts';
import { decode, defaultSecuritySettings, type RequestBodies } from '../../mocks/wire.ts';
import { createWorld, during, messageTo, openPage, SEED, variants } from './world.ts';

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function registration(username: string): Omit<RequestBodies['Register'], 'request_id'> {
  return {
    server_addr: '127.0.0.1:12349',
    full_name: username,
    username,
    proposed_password: new Uint8Array([1, 2, 3]),
    connect_after_register: true,
    session_security_settings: defaultSecuritySettings(),
    server_password: null,
  };
}

describe(`A simulated service (seed ${SEED})`, () => {
  it('derives a CID from a name as the real one does', () => {
    expect(cidOf('alice')).to.equal('12095806147926564911');
    expect(cidOf('bob')).to.equal('13102510480313128741');
    // The published test vector of the empty message.
    expect(hex(sha3(new Uint8Array()))).to.equal(
      'a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a',
    );
  });

  it('sends the same frames for the same seed', async () => {
    const texts = async (seed: number): Promise<string[]> => {
      const clock = createFakeClock({ now: 0 });
      const simulation = createSimulation({ clock, random: createSeededRandom(seed) });
      const page = openPage(simulation.service('one'));
      for (const name of ['anna', 'bert']) {
        page.socket.send(
          JSON.stringify({
            Request: { GetSessions: { request_id: '1b896200-6932-4bb1-843b-38c3f300b5ef', name } },
          }),
        );
        await clock.advance(30);
      }
      return simulation.frames.entries.map((entry) => `${entry.at} ${entry.text}`);
    };
    expect(await texts(5)).to.deep.equal(await texts(5));
    expect(await texts(5)).not.to.deep.equal(await texts(6));
  });

  it('lets three accounts sign in one after the other, and refuses two of three at once (case 143)', async () => {
    const { simulation, clock } = createWorld();
    const page = openPage(simulation.service('one'));
    await clock.advance(5);
    const ids = ['anna', 'bert', 'carl'].map((name) => page.send('Register', registration(name)));
    await clock.advance(100);
    const answers = ids.map((id) => page.answersTo(id)[0]?.variant);
    expect(answers.filter((variant) => variant === 'ConnectSuccess').length).to.equal(1);
    expect(answers.filter((variant) => variant === 'RegisterFailure').length).to.equal(2);
    for (const [index, name] of ['anna', 'bert', 'carl'].entries()) {
      if (answers[index] === 'ConnectSuccess') continue;
      const id = page.send('Register', registration(name));
      await clock.advance(100);
      expect(page.answersTo(id)[0]?.variant).to.equal('ConnectSuccess');
    }
  });

  it('refuses a name whose sign-in is under way, and a wrong address', async () => {
    const { simulation, clock } = createWorld();
    const service = simulation.service('one');
    const account = simulation.createAccount({ username: 'alice', service });
    const page = openPage(service);
    await clock.advance(5);
    const signIn: Omit<RequestBodies['Connect'], 'request_id'> = {
      username: 'alice',
      password: new TextEncoder().encode('password'),
      connect_mode: { Standard: { force_login: false } },
      udp_mode: 'Disabled',
      keep_alive_timeout: null,
      session_security_settings: defaultSecuritySettings(),
      server_password: null,
    };
    const first = page.send('Connect', signIn);
    const second = page.send('Connect', signIn);
    await clock.advance(50);
    expect(page.answersTo(first)[0]?.body).to.include({ cid: account });
    expect(page.answersTo(second)[0]?.body).to.include({
      message: 'Connection already in progress for user alice',
    });
    const nowhere = page.send('Register', { ...registration('zoe'), server_addr: '127.0.0.1:9' });
    await clock.advance(50);
    expect(page.answersTo(nowhere)[0]?.body).to.include({
      message: 'Socket error: Connection refused (os error 111)',
    });
  });

  it('accepts other CIDs and error texts', async () => {
    const world = createWorld();
    const number = cid('1037731213400421288');
    const service = world.simulation.service('one');
    world.simulation.createAccount({
      username: 'p2ptest1',
      service,
      cid: number,
      errors: { noChannel: 'Connection for {cid} not found' },
    });
    world.simulation.reserve('p2ptest2', { cid: cid('6730932744337814965') });
    const page = openPage(service);
    await world.clock.advance(5);
    const made = page.send('Register', registration('p2ptest2'));
    await world.clock.advance(50);
    expect(page.answersTo(made)[0]?.body.cid).to.equal('6730932744337814965');
  });

  it('cannot claim a session that died unnoticed, and clears it at the next sign-in', async () => {
    const world = createWorld();
    const { peer, service } = await world.person('alice');
    service.loseSession(peer.cid);
    expect(service.sessions).to.deep.equal([peer.cid]);
    peer.close();
    await world.clock.advance(5);
    await during(world.clock, peer.open());
    const [, refused] = peer.frames.slice(-2);
    expect(refused?.body).to.include({
      error: `Session ${peer.cid} is not claimable: SDK session is disconnected`,
    });
    await during(world.clock, peer.open());
    expect(peer.frames.at(-1)?.variant).to.equal('ConnectSuccess');
  });

  it('opens batched sessions without an owner, so that their notifications reach nobody', async () => {
    const world = createWorld();
    const { peer, service } = await world.person('alice');
    const other = world.simulation.createAccount({ username: 'bob', service, contacts: [] });
    const page = openPage(service);
    await world.clock.advance(5);
    const connect = {
      username: 'bob',
      password: new TextEncoder().encode('password'),
      connect_mode: { Standard: { force_login: false } },
      udp_mode: 'Disabled',
      keep_alive_timeout: null,
      session_security_settings: defaultSecuritySettings(),
      server_password: null,
      request_id: '1b896200-6932-4bb1-843b-38c3f300b5ef',
    };
    const id = page.send('Batched', {
      commands: [{ envelope: 'Request', variant: 'Connect', body: connect } as never],
    });
    await world.clock.advance(50);
    const [answer] = page.answersTo(id);
    if (answer?.variant !== 'BatchedResponse') throw new Error(answer?.variant);
    expect(answer.body.results.map((result) => result.variant)).to.deep.equal(['ConnectSuccess']);
    const claim = page.send('ConnectionManagement', {
      management_command: { ClaimSession: { session_cid: other, only_if_orphaned: true } },
    });
    await world.clock.advance(5);
    expect(page.answersTo(claim)[0]?.variant).to.equal('ConnectionManagementSuccess');
    expect(peer.cid).not.to.equal(other);
  });

  it('delivers concurrent messages in any order, and sequential ones in order', async () => {
    const world = createWorld();
    const alice = await world.person('alice');
    const bob = await world.person('bob', {}, { acknowledges: false });
    alice.peer.dial(bob.peer.cid);
    await world.clock.advance(300);
    const numbers = (): number[] =>
      bob.peer.frames
        .filter((frame) => frame.variant === 'MessageNotification')
        .map((frame) => Number(new TextDecoder().decode((frame.body as { message: Uint8Array }).message)));
    for (let i = 0; i < 60; i++) alice.peer.sayBytes(bob.peer.cid, new TextEncoder().encode(String(i)));
    await world.clock.advance(50);
    const sorted = Array.from({ length: 60 }, (_, index) => index);
    expect([...numbers()].sort((a, b) => a - b)).to.deep.equal(sorted);
    expect(numbers()).not.to.deep.equal(sorted);
    for (let i = 60; i < 120; i++) {
      await during(
        world.clock,
        alice.peer.request('Message', messageTo(alice.peer.cid, bob.peer.cid, String(i))),
      );
    }
    await world.clock.advance(50);
    expect(numbers().slice(60)).to.deep.equal(sorted.map((number) => number + 60));
  });

  it('cuts the socket at 16 MiB and reads what is just below', async () => {
    const { simulation, clock } = createWorld();
    const page = openPage(simulation.service('one'));
    await clock.advance(5);
    const frame = (length: number): string => {
      const head = '{"Request":{"GetSessions":{"request_id":"1b896200-6932-4bb1-843b-38c3f300b5ef","pad":"';
      return `${head}${'x'.repeat(length - head.length - 4)}"}}}`;
    };
    page.socket.send(frame(16 * 1024 * 1024));
    await clock.advance(5);
    expect(variants(page.frames)).to.contain('GetSessionsResponse');
    page.socket.send(frame(16 * 1024 * 1024 + 1));
    await clock.advance(5);
    expect(page.closes).to.deep.equal([1006]);
  });

  it('reads a binary frame that is UTF-8', async () => {
    const { simulation, clock } = createWorld();
    const page = openPage(simulation.service('one'));
    await clock.advance(5);
    const text = '{"Request":{"GetSessions":{"request_id":"1b896200-6932-4bb1-843b-38c3f300b5ef"}}}';
    page.socket.send(new TextEncoder().encode(text));
    await clock.advance(5);
    expect(variants(page.frames)).to.deep.equal(['ServiceConnectionAccepted', 'GetSessionsResponse']);
  });

  it('logs every frame in both directions, and tells subscribers', async () => {
    const { simulation, clock } = createWorld();
    const seen: string[] = [];
    const stop = simulation.frames.subscribe((entry) =>
      seen.push(`${entry.direction} ${entry.frame?.variant ?? 'none'}`),
    );
    const page = openPage(simulation.service('one'));
    await clock.advance(5);
    page.send('GetSessions', {});
    page.socket.send('nonsense');
    await clock.advance(5);
    expect(seen).to.deep.equal([
      'out ServiceConnectionAccepted',
      'in GetSessions',
      'in none',
      'out GetSessionsResponse',
    ]);
    stop();
    page.send('GetSessions', {});
    await clock.advance(5);
    expect(seen.length).to.equal(4);
    expect(simulation.frames.entries.length).to.equal(6);
    expect(
      simulation.frames.entries.every((entry) => entry.service === 'one' && entry.socket === page.socket.id),
    ).to.be.true;
    simulation.frames.clear();
    expect(simulation.frames.entries.length).to.equal(0);
  });
});

describe('The stand-in for WebSocket', () => {
  it('behaves like the platform’s: states, events by property and by listener, sending and closing', async () => {
    const { simulation, clock } = createWorld();
    const service = simulation.service('one');
    const Socket = service.webSocket();
    const socket = new Socket('ws://127.0.0.1:8080');
    const events: string[] = [];
    socket.onopen = () => events.push(`open ${socket.readyState}`);
    socket.onmessage = ({ data }) => {
      const result = decode(data);
      events.push(result.ok ? result.frame.variant : 'broken');
    };
    socket.onclose = ({ code, wasClean }) => events.push(`close ${code} ${wasClean}`);
    socket.onerror = () => events.push('error');
    socket.addEventListener('message', () => events.push('heard'));
    expect(socket.readyState).to.equal(0);
    expect(() => socket.send('too early')).to.throw(DOMException);
    await clock.advance(5);
    const text = '{"Request":{"GetSessions":{"request_id":"1b896200-6932-4bb1-843b-38c3f300b5ef"}}}';
    socket.send(text);
    socket.send(new TextEncoder().encode(text));
    await clock.advance(5);
    expect(events).to.deep.equal([
      ...['open 1', 'ServiceConnectionAccepted', 'heard'],
      ...['GetSessionsResponse', 'heard', 'GetSessionsResponse', 'heard'],
    ]);
    expect(() => socket.close(1006)).to.throw(DOMException);
    socket.close(4000, 'done');
    expect(socket.readyState).to.equal(2);
    await clock.advance(5);
    expect(events.at(-1)).to.equal('close 4000 true');
    expect(socket.readyState).to.equal(3);
    expect(service.sockets.length).to.equal(0);
  });

  it('fails towards a service that does not run, and again when it is killed', async () => {
    const { simulation, clock } = createWorld();
    const service = simulation.service('one');
    const events: string[] = [];
    const open = (): void => {
      const socket = service.openSocket('ws://127.0.0.1:8080');
      socket.onopen = () => events.push('open');
      socket.onerror = () => events.push('error');
      socket.onclose = ({ code }) => events.push(`close ${code}`);
    };
    service.kill();
    open();
    await clock.advance(5);
    expect(events).to.deep.equal(['error', 'close 1006']);
    service.start();
    open();
    await clock.advance(5);
    service.kill();
    await clock.advance(5);
    expect(events.slice(2)).to.deep.equal(['open', 'error', 'close 1006']);
  });
});
