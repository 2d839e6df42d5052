import { expect } from '@open-wc/testing';
import type { AccountId } from '../../facts/index.ts';
import type { SimulatedRelay } from '../../mocks/index.ts';
import type { Relay, RelayTrust } from '../../ports/relay.ts';
import { createWorld, statuses } from './world.ts';

/** A relay that seals, as far as its users see: whose keys it was told, and what it thinks of each. */
function sealing(name: string): {
  asRelay: (relay: SimulatedRelay) => Relay;
  learned: string[];
  trust(state: RelayTrust['state']): void;
} {
  const learned: string[] = [];
  const watchers = new Set<() => void>();
  let state: RelayTrust['state'] = 'first-use';
  return {
    learned,
    trust(next) {
      state = next;
      for (const watcher of watchers) watcher();
    },
    asRelay: (relay) => ({
      name: relay.name,
      get isUp() {
        return relay.isUp;
      },
      privacy: 'It sees who writes to whom, never what.',
      keys: {
        own: () => `key of ${name}`,
        ownFingerprint: () => '11111 22222',
        learn: (account, peer, key) => void learned.push(`${account} ${peer} ${key}`),
        trust: () => ({ state, fingerprint: '33333', offered: state === 'changed' ? '44444' : null }),
        accept: async () => {
          state = 'proven';
          for (const watcher of watchers) watcher();
        },
      },
      send: (envelope) => relay.send(envelope),
      subscribe: (account, receive) => relay.subscribe(account, receive),
      watch: (changed) => {
        watchers.add(changed);
        const stop = relay.watch(changed);
        return () => {
          watchers.delete(changed);
          stop();
        };
      },
    }),
  };
}

async function sealed() {
  const world = createWorld();
  const keys = { a: sealing('a'), b: sealing('b') };
  const a = await world.browser('a', { relay: true, asRelay: keys.a.asRelay });
  const b = await world.browser('b', { relay: true, asRelay: keys.b.asRelay });
  const alice = await world.account(a, 'alice');
  const bob = await world.account(b, 'bobby');
  return { world, keys, a, b, alice, bob };
}

describe('the keys of a relay that seals', () => {
  it('are exchanged over a channel, which proves the sender, and never accepted from the relay itself', async () => {
    const { world, keys, a, b, alice, bob } = await sealed();
    for (const { messenger } of [a, b])
      for (const account of messenger.sessions.accounts.peek())
        messenger.settings.change(account, { policy: 'relay-only' });
    await world.befriend(a, alice, b, bob);
    void a.messenger.messages.send(alice, bob, 'through the relay');
    await world.clock.advance(60_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['through the relay: delivered']);
    // A question over the relay carries the key too: nothing is made of it.
    b.closePage();
    void a.messenger.messages.send(alice, bob, 'another');
    await world.clock.advance(1_000);
    a.relay!.setUp(false);
    a.relay!.setUp(true);
    await b.openPage();
    await world.clock.advance(10_000);
    expect(statuses(a.messenger, alice, bob).at(-1)).to.equal('another: delivered');
    expect([...keys.a.learned, ...keys.b.learned]).to.deep.equal([]);

    for (const { messenger } of [a, b])
      for (const account of messenger.sessions.accounts.peek())
        messenger.settings.change(account, { policy: 'prefer-direct' });
    await world.clock.advance(20_000);
    expect(new Set(keys.a.learned)).to.deep.equal(new Set([`${alice} ${bob} key of b`]));
    expect(new Set(keys.b.learned)).to.deep.equal(new Set([`${bob} ${alice} key of a`]));
  });

  it('that changed hold messages for the relay, are reported, and release them once the person has compared them', async () => {
    const { world, keys, a, b, alice, bob } = await sealed();
    await world.connect(a, alice, b, bob);
    b.closePage();
    a.service.kill();
    keys.a.trust('changed');
    void a.messenger.messages.send(alice, bob, 'hello');
    await world.clock.advance(60_000);
    expect(a.messenger.route(alice, bob)).to.deep.equal({ route: 'none', reason: 'key-changed' });
    expect(a.messenger.trust(alice, bob)).to.deep.equal({
      state: 'changed',
      fingerprint: '33333',
      offered: '44444',
    });
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['hello: waiting']);
    expect(waitsFor(a.messenger, alice, bob)).to.equal('key-changed');
    await a.messenger.acceptKey(alice, bob);
    expect(a.messenger.route(alice, bob).route).to.equal('relay');
  });

  it('are not exchanged if the relay does not seal', async () => {
    const world = createWorld();
    const a = await world.browser('a', { relay: true });
    const alice = await world.account(a, 'alice');
    expect(a.messenger.trust(alice, '5' as AccountId)).to.equal(null);
    await a.messenger.acceptKey(alice, '5' as AccountId);
  });
});

function waitsFor(
  messenger: Parameters<typeof statuses>[0],
  account: AccountId,
  peer: AccountId,
): string | null | undefined {
  const source = messenger.messages.source(account, peer);
  return source.get(source.ids.peek().at(-1)!)!.waiting?.reason;
}

describe('a relay that neither answers nor fails', () => {
  for (const [way, send] of [
    ['says nothing', () => new Promise<never>(() => undefined)],
    ['rejects', () => Promise.reject(new Error('No.'))],
    [
      'throws at once',
      () => {
        throw new Error('Thrown.');
      },
    ],
  ] as const)
    it(`and ${way} does not block other routes`, async () => {
      let isBroken = false;
      const world = createWorld();
      const asRelay = (relay: SimulatedRelay): Relay => ({
        name: relay.name,
        isUp: true,
        send: (envelope) => (isBroken ? send() : relay.send(envelope)),
        subscribe: (account, receive) => relay.subscribe(account, receive),
        watch: (changed) => relay.watch(changed),
      });
      const a = await world.browser('a', { relay: true, asRelay });
      const b = await world.browser('b', { relay: true });
      const alice = await world.account(a, 'alice');
      const bob = await world.account(b, 'bobby');
      await world.connect(a, alice, b, bob);
      b.closePage();
      await world.clock.advance(100_000);
      isBroken = true;
      void a.messenger.messages.send(alice, bob, 'one');
      await world.clock.advance(1_000);
      await b.openPage();
      await world.clock.advance(120_000);
      expect(statuses(a.messenger, alice, bob)).to.deep.equal(['one: delivered']);
    });
});
