import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { citadel, systemClock as clock, systemRandom as random } from '../../client/index.ts';
import type { AccountId } from '../../facts/ids.ts';
import { createSimulation } from '../../mocks/index.ts';
import type { SimulatedService, Simulation } from '../../mocks/index.ts';
import { memoryKeys, nats } from '../../relays/nats/index.ts';
import type { KeyStore, NatsRelay } from '../../relays/nats/index.ts';
import type { Storage } from '../../ports/storage.ts';
import { memory } from '../../storage/memory.ts';
import { createMessenger } from '../engine.ts';
import type { Messenger } from '../../stores/index.ts';
import { startServer, withoutServer } from './nats-server.ts';
import type { Server } from './nats-server.ts';

interface Browser {
  readonly service: SimulatedService;
  readonly storage: Storage;
  readonly keys: KeyStore;
  messenger: Messenger;
  relay: NatsRelay;
  account: AccountId;
}

describe('Two messengers without a channel, over a real nats-server', { skip: withoutServer }, () => {
  let server: Server;
  let simulation: Simulation;
  const browsers: Browser[] = [];

  before(async () => {
    server = await startServer();
    simulation = createSimulation({ clock, random });
  });
  after(async () => {
    browsers.forEach(close);
    await server?.end();
  });

  /** Waits for other processes: polls every few milliseconds, for at most half a minute. */
  async function until(condition: () => boolean, what: string): Promise<void> {
    const end = performance.now() + 30_000;
    while (!condition()) {
      if (performance.now() > end) assert.fail(`never: ${what}`);
      await pause(5);
    }
  }

  function open(browser: Omit<Browser, 'messenger' | 'relay'>): Pick<Browser, 'messenger' | 'relay'> {
    const { service, storage, keys } = browser;
    const Socket = service.webSocket();
    const kept = { ...keys, close: () => undefined };
    const relay = nats({ servers: server.url, keys: kept, clock, random });
    const backend = citadel({
      url: service.url,
      clock,
      random,
      openSocket: (url) => new Socket(url),
      network: { isOnline: () => true, watch: () => () => undefined },
    });
    // No channel is ever dialled: everything goes through the relay.
    const messenger = createMessenger({
      backend,
      storage,
      relay,
      clock,
      random,
      settings: { policy: 'relay-only' },
    });
    void messenger.open();
    return { messenger, relay };
  }
  function close({ messenger, relay }: Browser): void {
    messenger.close();
    relay.close();
  }

  async function someone(username: string): Promise<Browser> {
    const service = simulation.service(username);
    const blank = { service, storage: memory(), keys: memoryKeys(), account: '' as AccountId };
    const browser: Browser = { ...blank, ...open(blank) };
    browsers.push(browser);
    await until(() => browser.messenger.link.value.state === 'up', 'the service');
    const entered = await browser.messenger.sessions.createAccount({
      server: '127.0.0.1:12349',
      fullName: username,
      username,
      password: 'correct horse',
    });
    assert.ok(entered.state === 'done');
    browser.account = entered.account;
    return browser;
  }

  const rows = ({ messenger, account }: Browser, { account: peer }: Browser) => {
    const source = messenger.messages.source(account, peer);
    return source.ids.peek().map((id) => source.get(id)!);
  };
  const isContact = ({ messenger, account }: Browser, { account: peer }: Browser): boolean =>
    messenger.route(account, peer).route === 'relay';

  it('deliver what is written, in order, with receipts of both kinds, also to a page that was closed', async () => {
    const [alice, bob] = [await someone('alice'), await someone('bob')];
    alice.messenger.requests.ask(alice.account, bob.account);
    await until(
      () => bob.messenger.requests.pendingCount(bob.account).value === 1,
      'Alice’s request at Bob’s',
    );
    bob.messenger.requests.accept(bob.account, alice.account);
    await until(() => isContact(alice, bob) && isContact(bob, alice), 'contacts with a relay between them');

    // Bob’s page is closed; half of it is written now, the other half when he is back.
    await until(() => bob.relay.keys.own(bob.account) !== null, 'Bob’s key');
    await until(
      () => alice.relay.keys.trust(alice.account, bob.account).state === 'first-use',
      'Bob’s key at Alice’s',
    );
    close(bob);
    const texts = Array.from({ length: 20 }, (_, index) => `message ${index}`);
    for (const text of texts.slice(0, 10))
      await alice.messenger.messages.send(alice.account, bob.account, text);
    await until(
      () => rows(alice, bob).every(({ status }) => status === 'sent'),
      'one tick each while Bob is away',
    );
    Object.assign(bob, open(bob));
    await until(() => rows(bob, alice).length === 10, 'the first half at Bob’s');
    for (const text of texts.slice(10)) await alice.messenger.messages.send(alice.account, bob.account, text);
    await until(() => rows(alice, bob).length === 20, 'all rows at Alice’s');
    await until(() => rows(alice, bob).every(({ status }) => status === 'delivered'), 'all delivered');
    assert.deepEqual(
      rows(bob, alice).map(({ text }) => text),
      texts,
    );

    // Reading is told over the relay, and so is an answer.
    for (const { id } of rows(bob, alice)) bob.messenger.messages.read(bob.account, alice.account, id);
    await until(() => rows(alice, bob).every(({ status }) => status === 'read'), 'all read');
    await bob.messenger.messages.send(bob.account, alice.account, 'all there');
    await until(() => rows(alice, bob).at(-1)!.text === 'all there', 'the answer');
    await until(() => rows(bob, alice).at(-1)!.status === 'delivered', 'the answer delivered');
    // There never was a channel.
    assert.deepEqual(alice.messenger.path(alice.account, bob.account), { kind: 'none' });
    for (const { relay } of [alice, bob]) {
      assert.equal(relay.counts.get('forged') ?? 0, 0);
      assert.equal(relay.counts.get('malformed') ?? 0, 0);
    }
  });
});
