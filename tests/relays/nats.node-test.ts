import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { AckPolicy, DeliverPolicy, ReplayPolicy, jetstreamManager } from '@nats-io/jetstream';
import type { AccountId } from '../../facts/ids.ts';
import { messageIdOf } from '../../facts/uuid.ts';
import { createSeededRandom } from '../../mocks/index.ts';
import { memoryKeys } from '../../relays/nats/index.ts';
import { startServer, withoutServer } from './nats-server.ts';
import type { Server } from './nats-server.ts';
import { newAccount, person, settableClock, textOf, wire } from './world.ts';
import type { Person, Wire } from './world.ts';

const DAY_MS = 86_400_000;
const SEED = Math.floor(Math.random() * 1_000_000);
const accepted = { outcome: 'accepted' };
const numbered = (count: number, word = 'message'): string[] =>
  Array.from({ length: count }, (_, index) => `${word} ${index}`);

describe(`The relay over a real nats-server (seed ${SEED})`, { skip: withoutServer }, () => {
  let server: Server;
  let owner: Wire;
  const opened: Person[] = [];

  before(async () => {
    server = await startServer();
    owner = await wire(server.url);
  });
  after(async () => {
    for (const one of opened) one.close();
    await owner?.close();
    await server?.end();
  });

  async function someone(options: Parameters<typeof person>[1] = {}): Promise<Person> {
    const made = person(server.url, options);
    opened.push(made);
    await made.until(() => made.relay.isUp, 'up');
    return made;
  }

  /** Two who have used the relay before: each has published a key, and knows the other's. */
  async function pair(): Promise<[Person, Person]> {
    const [alice, bob] = [await someone(), await someone()];
    await introduced(bob);
    assert.deepEqual(await alice.send(bob, 'hello'), accepted);
    const stop = bob.listen();
    await bob.until(() => bob.received.length === 1, 'the first message');
    stop();
    await allFetched(bob.account);
    bob.received.length = 0;
    bob.envelopes.length = 0;
    return [alice, bob];
  }

  /** Makes the person publish a key, by sending to somebody who has none. */
  async function introduced(one: Person): Promise<void> {
    assert.equal((await one.send(newAccount(), 'hello')).outcome, 'refused');
    assert.ok(one.relay.keys.own(one.account));
  }

  it('carries a body from one to the other without showing it to the server', async () => {
    const [alice, bob] = [await someone(), await someone()];
    const seen = owner.sniff(bob.account);
    bob.listen();
    await bob.until(() => bob.relay.keys.own(bob.account) !== null, 'own key');
    await introduced(bob);
    assert.deepEqual(await alice.send(bob, 'the weather is fine', 'm1'), accepted);
    await bob.until(() => bob.received.includes('the weather is fine'));
    const { from, to, id } = bob.envelopes.at(-1)!;
    assert.deepEqual([from, to, id], [alice.account, bob.account, 'm1']);
    assert.ok(seen.length > 0);
    for (const bytes of seen) assert.doesNotMatch(textOf(bytes), /weather/);
    assert.equal(alice.relay.privacy, 'sealed');
  });

  it('pins the first key it sees, on both sides, with the same fingerprints to compare', async () => {
    const [alice, bob] = await pair();
    const ours = alice.relay.keys.trust(alice.account, bob.account);
    assert.equal(ours.state, 'first-use');
    assert.match(ours.fingerprint!, /^(\d{5} ){5}\d{5}$/);
    assert.equal(ours.fingerprint, bob.relay.keys.ownFingerprint(bob.account));
    const theirs = bob.relay.keys.trust(bob.account, alice.account);
    assert.deepEqual(theirs, {
      state: 'first-use',
      fingerprint: alice.relay.keys.ownFingerprint(alice.account),
      offered: null,
    });
  });

  it('refuses to send to somebody who never used it, and looks again the next time', async () => {
    const [alice, bob] = [await someone(), await someone()];
    const answer = await alice.send(bob, 'hello');
    assert.deepEqual(answer, {
      outcome: 'refused',
      code: 'no-key',
      reason: null,
    });
    assert.equal(alice.relay.keys.trust(alice.account, bob.account).state, 'unknown');
    await introduced(bob);
    assert.deepEqual(await alice.send(bob, 'hello'), accepted);
  });

  it('looks up a key as soon as somebody asks how far it is trusted', async () => {
    const [alice, bob] = [await someone(), await someone()];
    await introduced(bob);
    const trust = (): string => alice.relay.keys.trust(alice.account, bob.account).state;
    assert.equal(trust(), 'unknown');
    await alice.until(() => trust() === 'first-use');
  });

  it('keeps a day of messages for somebody who is away, and hands each over once, in order', async () => {
    const [alice, bob] = await pair();
    bob.close();
    const texts = numbered(2_000);
    for (const text of texts) assert.deepEqual(await alice.send(bob, text), accepted);
    assert.equal(await owner.stored(bob.account), texts.length);
    await bob.reload();
    bob.listen();
    await bob.until(() => bob.received.length >= texts.length, 'all of them');
    assert.deepEqual(bob.received, texts);
    // Listening again brings nothing back: they were acknowledged.
    await bob.reload();
    bob.listen();
    await alice.send(bob, 'the end');
    await bob.until(() => bob.received.includes('the end'));
    assert.equal(bob.received.length, texts.length + 1);
    await allFetched(bob.account);
  });

  it('stores the same envelope once, however often it is sent', async () => {
    const [alice, bob] = await pair();
    for (let i = 0; i < 3; i++) assert.deepEqual(await alice.send(bob, 'once', 'same'), accepted);
    // Also by a page that was loaded anew in between.
    await alice.reload();
    assert.deepEqual(await alice.send(bob, 'once', 'same'), accepted);
    assert.equal(await owner.stored(bob.account), 1);
    bob.listen();
    await bob.until(() => bob.received.length > 0);
    assert.deepEqual(bob.received, ['once']);
  });

  it('cannot be blocked by somebody who uses an id first', async () => {
    const [alice, bob] = await pair();
    const mallory = await someone();
    assert.deepEqual(await mallory.send(bob, 'mine', 'same'), accepted);
    assert.deepEqual(await alice.send(bob, 'hers', 'same'), accepted);
    bob.listen();
    await bob.until(() => bob.received.length === 2);
    assert.deepEqual(bob.received, ['mine', 'hers']);
    assert.deepEqual(
      bob.envelopes.map(({ from }) => from),
      [mallory.account, alice.account],
    );
  });

  it('hands over again what could not be stored, before everything after it', async () => {
    const [alice, bob] = await pair();
    let failures = 2;
    const tried: string[] = [];
    bob.store = async (text) => {
      tried.push(text);
      if (text === 'first' && failures-- > 0) throw new Error('disk full');
    };
    for (const text of ['first', 'second', 'third']) await alice.send(bob, text);
    bob.listen();
    await bob.until(() => bob.received.length === 3, 'all three');
    assert.deepEqual(tried, ['first', 'first', 'first', 'second', 'third']);
    assert.equal(bob.count('offered-again'), 2);
    assert.equal(bob.count('repeated'), 0);
    await allFetched(bob.account);
  });

  it('acknowledges only what was stored: a page that goes in the middle gets it again', async () => {
    const [alice, bob] = await pair();
    let isAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    bob.store = () => {
      isAsked();
      return new Promise(() => undefined);
    };
    bob.listen();
    await alice.send(bob, 'in the middle');
    await asked;
    assert.equal(await owner.stored(bob.account), 1);
    bob.store = () => Promise.resolve();
    await bob.reload();
    bob.listen();
    await bob.until(() => bob.received.length > 0);
    assert.deepEqual(bob.received, ['in the middle']);
  });

  it('continues at once where a page stopped listening', async () => {
    const [alice, bob] = await pair();
    for (const text of ['first', 'second']) await alice.send(bob, text);
    const start = performance.now();
    let stop = bob.listen();
    await bob.until(() => bob.received.length === 1);
    stop();
    stop = bob.listen();
    await bob.until(() => bob.received.length === 2);
    // Not after the fifteen seconds for which the server waits for an acknowledgement.
    assert.ok(performance.now() - start < 8_000);
    assert.deepEqual(bob.received, ['first', 'second']);
    stop();
  });

  it('acknowledges again, without handing over, what was received when the page went before it could say so', async () => {
    const [alice, bob] = await pair();
    const [envelope] = await captured(alice, bob, 'received');
    await owner.put(bob.account, alice.account, envelope!);
    await bob.until(() => bob.count('repeated') === 1);
    assert.deepEqual(bob.received, ['received']);
    await allFetched(bob.account);
  });

  it('drops and counts envelopes sealed for a lost key', async () => {
    const [alice, bob] = await pair();
    await alice.send(bob, 'for the old key');
    const again = await someone({ account: bob.account, keys: memoryKeys() });
    again.listen();
    await again.until(() => again.count('not-for-this-key') === 1);
    assert.deepEqual(again.received, []);
    await allFetched(bob.account);
  });

  it('drops envelopes whose claimed sender has another key, known or unknown', async () => {
    const [alice, bob] = await pair();
    const [mallory, carol, stranger] = [await someone(), await someone(), await someone()];
    await introduced(stranger);
    const [envelope] = await captured(mallory, bob, 'I am Mallory');
    await owner.put(bob.account, alice.account, envelope!);
    await bob.until(() => bob.count('forged') === 1);
    await owner.put(bob.account, stranger.account, envelope!);
    await bob.until(() => bob.count('forged') === 2);
    // Nor somebody whose key nobody knows.
    await owner.put(bob.account, newAccount(), envelope!);
    await bob.until(() => bob.count('forged') === 3);
    assert.deepEqual(bob.received, ['I am Mallory']);
    assert.equal(bob.relay.keys.trust(bob.account, alice.account).state, 'first-use');
    assert.equal(bob.relay.keys.trust(bob.account, carol.account).state, 'unknown');
    assert.deepEqual(await bob.send(alice, 'still open'), accepted);
  });

  it('drops an envelope of which a single byte was changed, or that was put under another name', async () => {
    const [alice, bob] = await pair();
    const mallory = await someone();
    await introduced(mallory);
    const [envelope] = await captured(alice, bob, 'as it was');
    // The encapsulated key, the id, and the sealed part, from its first to its last byte.
    let forged = 0;
    for (const at of [80, 141, 150, envelope!.length - 1]) {
      const changed = envelope!.slice();
      changed[at]! ^= 1;
      await owner.put(bob.account, alice.account, changed);
      forged += 1;
      await bob.until(() => bob.count('forged') === forged, `byte ${at}`);
    }
    await owner.put(bob.account, mallory.account, envelope!);
    await bob.until(() => bob.count('forged') === forged + 1, 'another name');
    assert.deepEqual(bob.received, ['as it was']);
  });

  it('drops a replayed envelope: later, after a reload, and after its memory was cleared', async () => {
    const clock = settableClock();
    const [alice, bob] = [await someone(), await someone({ clock })];
    await introduced(bob);
    const [envelope] = await captured(alice, bob, 'pay ten');
    for (const times of [1, 2]) {
      await owner.put(bob.account, alice.account, envelope!);
      await bob.until(() => bob.count('repeated') === times);
    }
    await bob.reload();
    bob.listen();
    await owner.put(bob.account, alice.account, envelope!);
    await bob.until(() => bob.count('repeated') === 1, 'after a reload');
    // Long after, what was opened is forgotten, but not how old it was.
    clock.forward(100 * DAY_MS);
    await bob.reload();
    bob.listen();
    await owner.put(bob.account, alice.account, envelope!);
    await bob.until(() => bob.count('repeated') === 1, 'after it was forgotten');
    assert.equal(await bob.keys.wasOpened(bob.account, { id: 'other', sender: 'other', sealedAt: 0 }), false);
    assert.deepEqual(bob.received, ['pay ten']);
    await alice.send(bob, 'something new');
    await bob.until(() => bob.received.includes('something new'));
  });

  it('accepts new envelopes of a sender whose clock was set back by a year', async () => {
    const clocks = [settableClock(), settableClock()] as const;
    const [alice, bob] = [await someone({ clock: clocks[0] }), await someone({ clock: clocks[1] })];
    await introduced(bob);
    // Ids of one device are never older than those before.
    const began = clocks[0].now();
    const id = (n: number) => messageIdOf(began, n, new Uint8Array(16).fill(n));
    bob.listen();
    await alice.send(bob, 'before', id(1));
    // One after the other: when the second is here, the first is noted as opened.
    await alice.send(bob, 'noted', `${id(1)}:2`);
    await bob.until(() => bob.received.includes('noted'));
    // The recipient has forgotten what it opened, but not how old it was.
    clocks[1].forward(100 * DAY_MS);
    await bob.reload();
    bob.listen();
    clocks[0].forward(-365 * DAY_MS);
    await alice.send(bob, 'after', id(2));
    // What has an id without a time is no older than what was sealed before it.
    await alice.send(bob, 'a receipt', crypto.randomUUID());
    await alice.send(bob, 'the last', id(3));
    // What was opened just before the reload may come again, no more.
    await bob.until(() => bob.received.includes('the last') || bob.count('repeated') > 1);
    assert.deepEqual(bob.received, ['before', 'noted', 'after', 'a receipt', 'the last']);
  });

  it('holds what comes from a changed key until the person accepts it, and blocks nobody else', async () => {
    const [alice, bob] = await pair();
    const carol = await someone();
    bob.listen();
    await alice.send(bob, 'from the old key');
    await bob.until(() => bob.received.length === 1);
    const before = alice.relay.keys.ownFingerprint(alice.account);
    const anew = await someone({ account: alice.account, keys: memoryKeys() });
    for (const text of ['first', 'second']) assert.deepEqual(await anew.send(bob, text), accepted);
    await carol.send(bob, 'from Carol');
    await bob.until(() => bob.received.includes('from Carol'));
    assert.deepEqual(bob.received, ['from the old key', 'from Carol']);
    assert.equal(bob.count('held'), 2);
    assert.deepEqual(bob.relay.keys.trust(bob.account, alice.account), {
      state: 'changed',
      fingerprint: before,
      offered: anew.relay.keys.ownFingerprint(alice.account),
    });
    assert.deepEqual(await bob.send(alice, 'to whom?'), {
      outcome: 'refused',
      code: 'key-changed',
      reason: null,
    });
    // It waits through a reload too, on this device: the server has nothing left to lose.
    await allFetched(bob.account);
    await bob.reload();
    bob.listen();
    await anew.send(bob, 'third');
    await bob.until(() => bob.count('held') === 1);
    const shown = bob.relay.keys.trust(bob.account, alice.account).offered!;
    await bob.relay.keys.accept(bob.account, alice.account, shown);
    await anew.send(bob, 'fourth');
    await bob.until(() => bob.received.includes('fourth'));
    assert.deepEqual(bob.received.slice(2), ['first', 'second', 'third', 'fourth']);
    assert.deepEqual(bob.relay.keys.trust(bob.account, alice.account), {
      state: 'proven',
      fingerprint: shown,
      offered: null,
    });
    assert.deepEqual(await bob.send(alice, 'to the new key'), accepted);
    assert.deepEqual(await bob.keys.held(bob.account), []);
  });

  it('hands over held envelopes repeatedly until they are stored, and then later ones', async () => {
    const [alice, bob] = await pair();
    bob.listen();
    const anew = await someone({ account: alice.account, keys: memoryKeys() });
    await anew.send(bob, 'held');
    await bob.until(() => bob.count('held') === 1);
    let failures = 2;
    bob.store = async (text) => {
      if (text === 'held' && failures-- > 0) throw new Error('disk full');
    };
    await bob.relay.keys.accept(bob.account, alice.account);
    // Nothing else has to come for that.
    await bob.until(() => bob.received.includes('held'));
    await anew.send(bob, 'later');
    await bob.until(() => bob.received.length === 2);
    assert.deepEqual(bob.received, ['held', 'later']);
  });

  it('accepts no key that the person has not seen', async () => {
    const [alice, bob] = await pair();
    bob.listen();
    const second = await someone({ account: alice.account, keys: memoryKeys() });
    await second.send(bob, 'second key');
    const offered = (): string | null => bob.relay.keys.trust(bob.account, alice.account).offered;
    await bob.until(() => offered() === second.relay.keys.ownFingerprint(alice.account));
    const shown = offered()!;
    const third = await someone({ account: alice.account, keys: memoryKeys() });
    await third.send(bob, 'third key');
    await bob.until(() => offered() === third.relay.keys.ownFingerprint(alice.account));
    await assert.rejects(
      bob.relay.keys.accept(bob.account, alice.account, shown),
      /compare the fingerprints/,
    );
    assert.equal(bob.relay.keys.trust(bob.account, alice.account).state, 'changed');
    // The pinned one was right after all: what is offered is refused.
    const pinned = bob.relay.keys.trust(bob.account, alice.account).fingerprint!;
    await bob.relay.keys.accept(bob.account, alice.account, pinned);
    assert.deepEqual(bob.relay.keys.trust(bob.account, alice.account), {
      state: 'proven',
      fingerprint: pinned,
      offered: null,
    });
    assert.deepEqual(bob.received, []);
    await assert.rejects(bob.relay.keys.accept(bob.account, newAccount()), /no key/);
  });

  it('accepts a key that a channel proves, and lets another one wait for the person', async () => {
    const [alice, bob] = await pair();
    const { keys } = bob.relay;
    const state = (): string => keys.trust(bob.account, alice.account).state;
    keys.learn(bob.account, alice.account, 'p256.nonsense');
    await bob.until(() => bob.count('malformed-key') === 1);
    assert.equal(state(), 'first-use');
    keys.learn(bob.account, alice.account, alice.relay.keys.own(alice.account)!);
    await bob.until(() => state() === 'proven');
    const other = await someone();
    await introduced(other);
    keys.learn(bob.account, alice.account, other.relay.keys.own(other.account)!);
    await bob.until(() => state() === 'changed');
    assert.equal(
      keys.trust(bob.account, alice.account).offered,
      other.relay.keys.ownFingerprint(other.account),
    );
    // The channel takes it back.
    keys.learn(bob.account, alice.account, alice.relay.keys.own(alice.account)!);
    await bob.until(() => state() === 'proven');
    await bob.reload();
    await bob.until(() => bob.relay.keys.trust(bob.account, alice.account).state === 'proven', 'kept');
  });

  it('reports at once that another key was published in place of the pinned one, and of our own', async () => {
    const [alice, bob] = await pair();
    await bob.send(alice, 'hello back');
    const impostor = await someone({ account: alice.account, keys: memoryKeys() });
    await introduced(impostor);
    await bob.until(() => bob.relay.keys.trust(bob.account, alice.account).state === 'changed');
    await alice.until(() => alice.count('own-key-replaced') === 1);
  });

  it('drops hostile bytes of every kind, counts them, and goes on', async () => {
    const [alice, bob] = await pair();
    const random = createSeededRandom(SEED);
    const [envelope] = await captured(alice, bob, 'genuine');
    const from = alice.account;
    const hostile: Uint8Array[] = [new Uint8Array(0), new Uint8Array(900_000), random.bytes(900_000)];
    for (let i = 0; i < 60; i++) hostile.push(random.bytes(Math.floor(random.next() * 400)));
    for (let end = 1; end < envelope!.length; end += 7) hostile.push(envelope!.slice(0, end));
    for (const version of [0, 2, 255]) hostile.push(Uint8Array.of(version, ...envelope!.slice(1)));
    const empty = envelope!.slice();
    empty[139] = 0;
    const long = envelope!.slice();
    long[139] = 255;
    const notUtf8 = envelope!.slice();
    notUtf8[140] = 0xff;
    const noPoint = envelope!.slice();
    noPoint.fill(1, 2, 66);
    hostile.push(empty, long, notUtf8, noPoint);
    for (const bytes of hostile) await owner.put(bob.account, from, bytes);
    await owner.put(bob.account, 'nobody', envelope!);
    await owner.put(bob.account, '00', envelope!);
    await alice.send(bob, 'still here');
    await bob.until(() => bob.received.includes('still here'));
    assert.deepEqual(bob.received, ['genuine', 'still here']);
    const dropped = (['malformed', 'unsupported', 'forged', 'not-for-this-key'] as const).map((what) =>
      bob.count(what),
    );
    assert.equal(
      dropped.reduce((sum, count) => sum + count, 0),
      hostile.length + 2,
    );
    assert.equal(bob.count('offered-again'), 0);
    await allFetched(bob.account);
  });

  it('ignores an invalid published key', async () => {
    const [alice, bob] = await pair();
    const broken = newAccount();
    for (const text of ['', 'p256.', `p256.${'A'.repeat(87)}`, 'x'.repeat(200)]) {
      owner.connection.publish(`p2p.key.${broken}`, text);
      await owner.connection.flush();
      const answer = await alice.send(broken, 'hello');
      assert.equal(answer.outcome, 'refused', text);
    }
    // Also in the place of a good one, before our eyes.
    owner.connection.publish(`p2p.key.${bob.account}`, 'nonsense');
    const counted = alice.count('malformed-key');
    await alice.until(() => alice.count('malformed-key') > counted);
    assert.equal(alice.relay.keys.trust(alice.account, bob.account).state, 'first-use');
  });

  it('serves several accounts over one connection', async () => {
    const [alice, bob] = await pair();
    const other = newAccount();
    const heard: string[] = [];
    bob.listen();
    const stop = bob.relay.subscribe(other, async ({ to, body }) => {
      heard.push(`${to === other} ${textOf(body)}`);
    });
    await bob.relay.send({ id: 'x', from: other, to: other, body: new Uint8Array(0) });
    await alice.send(other, 'for the other');
    await alice.send(bob, 'for Bob');
    await bob.until(() => bob.received.length === 1);
    await bob.until(() => heard.length === 2);
    assert.deepEqual([bob.received, heard], [['for Bob'], ['true ', 'true for the other']]);
    assert.throws(() => bob.listen(), /already has a subscriber/);
    stop();
    await alice.send(other, 'later');
    await alice.send(bob, 'last');
    await bob.until(() => bob.received.length === 2);
    assert.equal(heard.length, 2);
  });

  it('uses an existing consumer with the same settings, and reports one with others', async () => {
    const [alice] = await pair();
    const manager = await jetstreamManager(owner.connection);
    const [other, wrong] = [newAccount(), newAccount()];
    const config = {
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      // Cannot be changed any more.
      replay_policy: ReplayPolicy.Original,
    };
    const made = { ...config, durable_name: other, filter_subject: `p2p.msg.${other}.*`, max_ack_pending: 1 };
    await manager.consumers.add('P2P_MESSAGES', made);
    const filter_subject = `p2p.msg.${newAccount()}.*`;
    await manager.consumers.add('P2P_MESSAGES', { ...config, durable_name: wrong, filter_subject });
    const [bob, carol] = [await someone({ account: other }), await someone({ account: wrong })];
    bob.listen();
    carol.listen();
    await introduced(bob);
    assert.deepEqual(await alice.send(bob, 'hello'), accepted);
    await bob.until(() => bob.received.length === 1);
    assert.equal(bob.relay.problem, null);
    await carol.until(() => carol.relay.problem !== null, 'a problem');
    assert.equal(carol.relay.problem!.code, 'unknown');
    assert.ok(carol.relay.problem!.reason, 'in the server’s own words');
  });

  it('forgets an account that is wiped', async () => {
    const [, bob] = await pair();
    const stop = bob.listen();
    await assert.rejects(bob.relay.wipe(bob.account), /Unsubscribe/);
    stop();
    const before = bob.relay.keys.own(bob.account);
    assert.ok(before);
    await bob.relay.wipe(bob.account);
    assert.equal(bob.relay.keys.own(bob.account), null);
    await introduced(bob);
    assert.notEqual(bob.relay.keys.own(bob.account), before);
  });

  it('refuses permanently what is too large for the server, before it is sent', async () => {
    const [alice, bob] = await pair();
    const answer = await alice.send(bob, 'x'.repeat(1_048_576));
    assert.deepEqual(answer, {
      outcome: 'refused',
      code: 'too-large',
      reason: null,
    });
    assert.ok(alice.relay.isUp);
    const invalid = await alice.send(bob, 'x', 'x'.repeat(256));
    assert.deepEqual(invalid, { outcome: 'refused', code: 'invalid', reason: null });
    assert.deepEqual(await alice.send(bob, 'x', 'é'.repeat(127)), accepted);
  });

  /** What lies at the server when a message is on its way, taken down by its owner; Bob listens, and receives it. */
  async function captured(from: Person, to: Person, text: string): Promise<Uint8Array[]> {
    const seen = owner.sniff(to.account);
    // The subscription has reached the server before anything is sent.
    await owner.connection.flush();
    to.listen();
    assert.deepEqual(await from.send(to, text), accepted);
    await to.until(() => to.received.includes(text));
    return seen;
  }

  /** Resolves when the server keeps nothing more for the account. */
  async function allFetched(account: AccountId): Promise<void> {
    // An acknowledgement is not answered: the server is asked until it has counted it.
    for (let times = 0; times < 500; times++) if ((await owner.stored(account)) === 0) return;
    assert.equal(await owner.stored(account), 0);
  }
});
