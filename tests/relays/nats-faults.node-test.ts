import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { cid } from '../../protocol/cid.ts';
import { memoryKeys, prepareNats } from '../../relays/nats/index.ts';
import type { RelayAnswer } from '../../ports/relay.ts';
import { startServer, withoutServer } from './nats-server.ts';
import type { Server } from './nats-server.ts';
import { newAccount, person, wire } from './world.ts';
import type { Person } from './world.ts';

const accepted = { outcome: 'accepted' };

/** Resolves when anything is next handed to a socket. */
function nextFrame(): Promise<void> {
  const { send } = WebSocket.prototype;
  return new Promise((resolve) => {
    WebSocket.prototype.send = function (this: WebSocket, data: Parameters<WebSocket['send']>[0]) {
      WebSocket.prototype.send = send;
      send.call(this, data);
      resolve();
    };
  });
}

describe('The relay and a server that fails or forbids', { skip: withoutServer }, () => {
  const ends: (() => Promise<void> | void)[] = [];
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  async function aServer(config = ''): Promise<Server> {
    const server = await startServer(config);
    ends.push(() => server.end());
    return server;
  }
  function someone(server: Server, options: Parameters<typeof person>[1] = {}): Person {
    const made = person(server.url, options);
    ends.push(() => made.close());
    return made;
  }
  async function isUp(...people: Person[]): Promise<void> {
    for (const one of people) await one.until(() => one.relay.isUp, 'up');
  }
  /** Makes the person publish a key, by sending to somebody who has none. */
  async function introduced(one: Person): Promise<void> {
    await one.send(newAccount(), 'hello');
  }

  it('survives a restart of the server: accepted envelopes arrive, and others are reported and can be sent again', async () => {
    const server = await aServer();
    const [alice, bob] = [someone(server), someone(server)];
    await isUp(alice, bob);
    await introduced(bob);
    assert.deepEqual(await alice.send(bob, 'before', 'm1'), accepted);
    const ups: boolean[] = [];
    alice.relay.watch(() => ups.push(alice.relay.isUp));
    await server.kill();
    await alice.until(() => !alice.relay.isUp, 'down');
    assert.equal(alice.relay.problem?.code, 'connection-lost');
    assert.deepEqual(await alice.send(bob, 'during', 'm2'), {
      outcome: 'unanswered',
      cause: 'connection-lost',
    });
    await server.start();
    await isUp(alice, bob);
    assert.equal(alice.relay.problem, null);
    assert.deepEqual([ups[0], ups.at(-1)], [false, true]);
    assert.deepEqual(await alice.send(bob, 'during', 'm2'), accepted);
    bob.listen();
    await bob.until(() => bob.received.length === 2);
    assert.deepEqual(bob.received, ['before', 'during']);
  });

  it('keeps its place through restarts while it listens: each message once, in order', async () => {
    const server = await aServer();
    const [alice, bob] = [someone(server), someone(server)];
    await isUp(alice, bob);
    await introduced(bob);
    bob.listen();
    const texts = Array.from({ length: 300 }, (_, index) => `message ${index}`);
    const answers = new Map<string, number>();
    for (const [index, text] of texts.entries()) {
      if (index % 100 === 50) void server.kill().then(() => server.start());
      // Like an outbox: sends the same envelope until it is accepted.
      for (;;) {
        const answer: RelayAnswer = await alice.send(bob, text, text);
        answers.set(answer.outcome, (answers.get(answer.outcome) ?? 0) + 1);
        if (answer.outcome === 'accepted') break;
        await alice.until(() => alice.relay.isUp, 'up again');
      }
    }
    await bob.until(() => bob.received.length >= texts.length, 'all of them');
    assert.deepEqual(bob.received, texts);
    assert.ok((answers.get('unanswered') ?? 0) > 0, 'no restart met a message');
  });

  it('keeps trying when the server is down at the start', async () => {
    const server = await aServer();
    await server.stop();
    const alice = someone(server);
    await alice.until(() => alice.relay.problem !== null, 'a problem');
    assert.equal(alice.relay.isUp, false);
    assert.equal(alice.relay.problem?.code, 'relay-down');
    alice.listen();
    await server.start();
    await isUp(alice);
    assert.deepEqual(await alice.send(alice, 'to myself'), accepted);
    await alice.until(() => alice.received.length === 1);
  });

  it('tries again at once when it is told to', async () => {
    const server = await aServer();
    await server.stop();
    const never = { next: () => 0.999_999, bytes: (length: number) => new Uint8Array(length) };
    // A stopped clock: the pause between two attempts never ends by itself.
    let isPausing: () => void = () => undefined;
    const pausing = new Promise<void>((resolve) => (isPausing = resolve));
    const clock = {
      now: () => 0,
      elapsed: () => 0,
      setTimeout: () => isPausing(),
      clearTimeout: () => undefined,
    };
    const alice = someone(server, { clock, random: never });
    await pausing;
    await server.start();
    alice.relay.reconnect();
    await isUp(alice);
  });

  it('reports no answer as unanswered, since the envelope may have been accepted', async () => {
    const server = await aServer();
    const [alice, bob] = [someone(server, { answerWithin: 500 }), someone(server)];
    await isUp(alice, bob);
    await introduced(bob);
    assert.deepEqual(await alice.send(bob, 'first', 'm1'), accepted);
    server.freeze(true);
    const silent = await alice.send(bob, 'second', 'm2');
    server.freeze(false);
    assert.deepEqual(silent, { outcome: 'unanswered', cause: 'timeout' });
    assert.deepEqual(await alice.send(bob, 'second', 'm2'), accepted);
    bob.listen();
    await bob.until(() => bob.received.length >= 2);
    await alice.send(bob, 'third');
    await bob.until(() => bob.received.includes('third'));
    assert.deepEqual(bob.received, ['first', 'second', 'third']);
  });

  it('reports envelopes under way as unanswered when the connection is lost, and when it is closed', async () => {
    const server = await aServer();
    const [alice, bob] = [someone(server), someone(server)];
    await isUp(alice, bob);
    await introduced(bob);
    for (const [end, isLast] of [
      [() => server.kill(), false],
      [() => alice.close(), true],
    ] as const) {
      assert.deepEqual(await alice.send(bob, 'before'), accepted);
      // A server that stands still leaves it under way for as long as is needed.
      server.freeze(true);
      const handedOver = nextFrame();
      const answer = alice.send(bob, 'under way');
      await handedOver;
      await end();
      assert.deepEqual(await answer, { outcome: 'unanswered', cause: 'connection-lost' });
      await server.kill();
      await server.start();
      if (!isLast) await isUp(alice);
    }
    assert.deepEqual(await alice.send(bob, 'too late'), {
      outcome: 'unanswered',
      cause: 'connection-lost',
    });
  });

  it('refuses when the server is full, and the sender may try again', async () => {
    const server = await aServer();
    const [alice, bob] = [someone(server), someone(server)];
    await prepareNats({ servers: server.url }, { bytes: 100_000, perPair: 5 });
    await isUp(alice, bob);
    await introduced(bob);
    const large = 'x'.repeat(60_000);
    assert.deepEqual(await alice.send(bob, large), accepted);
    const full = await alice.send(bob, large);
    assert.deepEqual([full.outcome, full.outcome === 'refused' && full.code], ['refused', 'relay-full']);
    for (let i = 0; i < 4; i++) assert.deepEqual(await alice.send(bob, 'small'), accepted);
    const sixth = await alice.send(bob, 'small');
    assert.deepEqual([sixth.outcome, sixth.outcome === 'refused' && sixth.code], ['refused', 'relay-full']);
    // Whoever fetches makes room.
    bob.listen();
    await bob.until(() => bob.received.length === 5);
    assert.deepEqual(await alice.send(bob, large), accepted);
  });

  it('says so when JetStream is off', async () => {
    const server = await startServer('', { jetStream: false });
    ends.push(() => server.end());
    const alice = someone(server);
    await isUp(alice);
    const answer = await alice.send(newAccount(), 'hello');
    assert.equal(answer.outcome, 'refused');
    assert.ok(answer.outcome === 'refused' && answer.code === 'relay-not-ready');
    alice.listen();
    await alice.until(() => alice.relay.problem !== null, 'a problem');
    assert.equal(alice.relay.problem!.code, 'relay-not-ready');
  });

  describe('with the permissions of docs/relays.md', () => {
    const docs = readFileSync(new URL('../../docs/relays.md', import.meta.url), 'utf8');
    const config = /```conf\n(authorization[^`]*)```/.exec(docs)![1]!;
    const [ALICE, BOB] = [cid('1037731213400421288'), cid('6730932744337814965')];
    const alices = {
      user: 'alice',
      pass: 'change me too',
      inboxPrefix: '_INBOX_alice',
      account: ALICE,
      answerWithin: 2_000,
    };
    const bobs = {
      user: 'bob',
      pass: 'change me as well',
      inboxPrefix: '_INBOX_bob',
      account: BOB,
      answerWithin: 2_000,
    };
    const keeper = { user: 'keeper', pass: 'change me' };

    it('refuses with a code while the streams do not exist, and works once the keeper has made them', async () => {
      const server = await aServer(config);
      const [alice, bob] = [someone(server, alices), someone(server, bobs)];
      await isUp(alice, bob);
      const early = await alice.send(BOB, 'too early');
      assert.deepEqual(
        [early.outcome, early.outcome === 'refused' && early.code],
        ['refused', 'relay-not-ready'],
      );
      bob.listen();
      await bob.until(() => bob.relay.problem !== null, 'a problem');
      assert.equal(bob.relay.problem!.code, 'relay-not-ready');
      await prepareNats({ servers: server.url, ...keeper });
      await bob.until(() => bob.relay.problem === null, 'no problem any more');
      assert.deepEqual(await alice.send(BOB, 'in time'), accepted);
      assert.deepEqual(await bob.send(ALICE, 'and back'), accepted);
      await bob.until(() => bob.received.length === 1);
      alice.listen();
      await alice.until(() => alice.received.length === 1);
      // What others publish is heard: a changed key is told at once.
      const anew = someone(server, { ...bobs, keys: memoryKeys() });
      await isUp(anew);
      await anew.send(ALICE, 'from a new key');
      await alice.until(() => alice.relay.keys.trust(ALICE, BOB).state === 'changed');
    });

    it('prevent writing in another’s name, reading another’s messages, and publishing another’s key', async () => {
      const server = await aServer(config);
      await prepareNats({ servers: server.url, ...keeper });
      // Bob’s credentials, Alice’s account.
      const thief = someone(server, { ...bobs, account: ALICE });
      await isUp(thief);
      const answer = await thief.send(BOB, 'as Alice');
      assert.deepEqual(
        [answer.outcome, answer.outcome === 'refused' && answer.code],
        ['refused', 'forbidden'],
      );
      thief.listen();
      await thief.until(() => thief.relay.problem !== null, 'a problem');
      assert.equal(thief.relay.problem!.code, 'forbidden');
      const owner = await wire(server.url, keeper);
      ends.push(() => owner.close());
      assert.equal(await owner.stored(BOB), 0);
    });

    it('reports a wrong password', async () => {
      const server = await aServer(config);
      const alice = someone(server, { ...alices, pass: 'guess' });
      await alice.until(() => alice.relay.problem !== null, 'a problem');
      assert.equal(alice.relay.problem!.code, 'credentials-refused');
      assert.equal(alice.relay.isUp, false);
      await assert.rejects(prepareNats({ servers: server.url, user: 'keeper', pass: 'guess' }), {
        message: 'The relay does not accept these credentials.',
      });
      await server.stop();
      await assert.rejects(prepareNats({ servers: server.url, ...keeper }), /cannot be reached/);
    });
  });
});
