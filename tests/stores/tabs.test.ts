import { TAB_MESSAGES_VERSION } from '../../facts/version.ts';
import { expect, oneEvent } from '@open-wc/testing';
import type { AccountId, MessageId } from '../../facts/index.ts';
import type { ManagementCommand } from '../../protocol/index.ts';
import { consoleOf } from '../setup.ts';
import { CHANNEL_MS, storageWith } from './world.ts';
import * as scene from './tab-scene.ts';
import { badge, rows, same, statusOf, texts, troubledDisk } from './tab-scene.ts';
import type { Scene } from './tab-scene.ts';
import { createTabWorld, PASSWORD, SERVER } from './tab-world.ts';
import type { Profile, Tab, TabWorld } from './tab-world.ts';
import { engineOf } from '../engine.ts';

let world: TabWorld;
let home: Profile;
let away: Profile;

const asked = (): Promise<Scene> => scene.asked({ world, home, away });
const talking = (): Promise<Scene> => scene.talking({ world, home, away });

/** The frames of one kind that a service has received. */
function said(profile: Profile, variant: string, from = 0): readonly { body: Record<string, unknown> }[] {
  return world.simulation.frames.entries
    .slice(from)
    .filter(({ service, direction }) => service === profile.service.name && direction === 'in')
    .flatMap(({ frame }) => (frame?.variant === variant ? [frame as never] : []));
}

const now = (): number => world.simulation.frames.entries.length;

function claims(profile: Profile, from: number): readonly boolean[] {
  return said(profile, 'ConnectionManagement', from).flatMap(({ body }) => {
    const command = body['management_command'] as ManagementCommand;
    return 'ClaimSession' in command ? [command.ClaimSession.only_if_orphaned] : [];
  });
}

/** A profile that says which tab wrote which kind of record. */
function recordWrites(): string[] {
  const writes: string[] = [];
  home = world.profile('home', {
    storageOf: (inner, name) =>
      storageWith(
        {
          write: (batch) => {
            writes.push(...batch.map(({ put }) => `${name} ${put}`));
            return inner.write(batch);
          },
        },
        inner,
      ),
  });
  return writes;
}

beforeEach(() => {
  world = createTabWorld();
  home = world.profile('home');
  away = world.profile('away');
});

describe('two tabs on one account', () => {
  it('have one socket and show the same, link included (case 108)', async () => {
    const { one, other } = await talking();
    expect(home.service.sockets).to.have.length(1);
    expect(one.messenger.tabs.peek().role).to.equal('leader');
    expect(other.messenger.tabs.peek().role).to.equal('follower');
    expect(other.messenger.link.peek().state).to.equal('up');
    same(one, other);
  });

  it('get each notification once, and only the requesting tab an answer (case 105)', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    const before = other.messenger.sessions.signInView.peek();
    void bob.messenger.messages.send(bobby, alice, 'once');
    const entering = other.messenger.sessions.signIn({ server: SERVER, username: 'nobody', password: 'x' });
    await world.clock.advance(1_000);
    for (const tab of [one, other]) {
      expect(texts(tab, alice, bobby)).to.deep.equal(['once']);
      expect(tab.messenger.messages.unread(alice).peek()).to.equal(1);
    }
    expect((await entering).state).to.equal('failed');
    expect(before).to.deep.equal({ state: 'idle' });
    expect(one.messenger.sessions.signInView.peek().state).to.equal('done');
    expect(other.messenger.sessions.signInView.peek()).to.deep.include({
      state: 'failed',
      code: 'no-such-account',
    });
  });

  it('drop the badge at once where Accept is pressed, in the other within a turn, and send one request (script S9)', async () => {
    const { one, other, bob, alice, bobby } = await asked();
    expect([badge(one, alice), badge(other, alice)]).to.deep.equal([1, 1]);
    const before = now();
    other.messenger.requests.accept(alice, bobby);
    expect(badge(other, alice)).to.equal(0);
    await world.clock.settle();
    expect(badge(one, alice)).to.equal(0);
    // In no moment until the proof is it back.
    for (let passed = 0; passed < 300; passed += 1) {
      await world.clock.advance(1);
      expect([badge(one, alice), badge(other, alice)]).to.deep.equal([0, 0]);
    }
    expect(said(home, 'PeerRegister', before)).to.have.length(1);
    for (const tab of [one, other])
      expect(tab.messenger.peers.row(alice, bobby).relation).to.equal('contact');
    expect(bob.messenger.peers.row(bobby, alice).relation).to.equal('contact');
    same(one, other);
  });

  it('keep what a person has just done over an older patch of the leader', async () => {
    const { one, other, alice, bobby } = await asked();
    // Something changes in the leader; its word about it still shows the request as pending.
    engineOf(one.messenger).peers.typing(alice, bobby, world.clock.now());
    const seen: number[] = [];
    other.messenger.requests.pendingCount(alice).subscribe((count) => seen.push(count));
    other.messenger.requests.accept(alice, bobby);
    await world.clock.advance(1_000);
    expect(seen).to.deep.equal([1, 0]);
    same(one, other);
  });

  it('send what is written in either once, in order, and both show its status', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    const ids: MessageId[] = [];
    for (let n = 0; n < 10; n += 1) {
      void (n % 2 ? one : other).messenger.messages
        .send(alice, bobby, `message ${n}`)
        .then((id) => ids.push(id));
      await world.clock.advance(1);
    }
    await world.clock.advance(2_000);
    const expected = Array.from({ length: 10 }, (_, n) => `message ${n}`);
    for (const tab of [one, other]) {
      expect(texts(tab, alice, bobby)).to.deep.equal(expected);
      for (const id of ids) expect(statusOf(tab, alice, bobby, id)).to.equal('delivered');
    }
    expect(texts(bob, bobby, alice)).to.deep.equal(expected);
    expect(said(home, 'Message').length).to.equal(
      new Set(said(home, 'Message').map(({ body }) => String(body['message']))).size,
    );
    same(one, other);
  });

  it('retry a failed message once, whichever of them it is pressed in, and both at once', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    const stop = home.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['Message'],
      reason: 'CID 1 is not registered locally',
    });
    const id = await other.messenger.messages.send(alice, bobby, 'again');
    await world.clock.advance(1_000);
    expect(statusOf(one, alice, bobby, id)).to.equal('failed');
    stop();
    const before = now();
    for (const tab of [one, other, one]) tab.messenger.messages.retry(alice, bobby, id);
    await world.clock.advance(2_000);
    expect(statusOf(other, alice, bobby, id)).to.equal('delivered');
    expect(texts(bob, bobby, alice)).to.deep.equal(['again']);
    const sent = said(home, 'Message', before).filter(({ body }) =>
      new TextDecoder().decode(body['message'] as Uint8Array).includes('"again"'),
    );
    expect(sent).to.have.length(1);
  });
});

describe('accounts and tabs', () => {
  it('two tabs register two people, and each shows its own account (case 102)', async () => {
    const one = await home.open();
    const other = await home.open();
    const alice = await world.account(one, 'alice');
    const anna = await world.account(other, 'anna');
    expect(one.messenger.sessions.current.peek()).to.equal(alice);
    expect(other.messenger.sessions.current.peek()).to.equal(anna);
    expect(one.messenger.sessions.accounts.peek()).to.have.members([alice, anna]);
    expect(home.service.sockets).to.have.length(1);
    same(one, other);
  });

  it('a leader without a session of its own forwards what comes for another tab (case 103)', async () => {
    const one = await home.open();
    const other = await home.open();
    const bob = await away.open();
    const anna = await world.account(other, 'anna');
    const bobby = await world.account(bob, 'bobby');
    bob.messenger.requests.ask(bobby, anna);
    await world.clock.advance(100);
    expect(badge(other, anna)).to.equal(1);
    expect(one.messenger.tabs.peek().role).to.equal('leader');
    expect(one.messenger.sessions.current.peek()).to.equal(null);
  });

  it('a tab shows the account again that it showed before a reload', async () => {
    const one = await home.open();
    const other = await home.open();
    await world.account(one, 'alice');
    const anna = await world.account(other, 'anna');
    other.page.close();
    const again = await home.open({ remembers: anna });
    expect(again.messenger.sessions.current.peek()).to.equal(anna);
  });

  it('an account that is exited in one tab disappears from all of them, and signing out affects no other account', async () => {
    const one = await home.open();
    const other = await home.open();
    const alice = await world.account(one, 'alice');
    const anna = await world.account(other, 'anna');
    one.messenger.sessions.exit(anna);
    await world.clock.advance(50);
    expect(other.messenger.sessions.accounts.peek()).to.deep.equal([alice]);
    expect(other.messenger.sessions.current.peek()).to.equal(alice);
    await Promise.all([other.messenger.sessions.signOut(alice), world.clock.advance(500)]);
    expect(one.messenger.sessions.accounts.peek()).to.deep.equal([]);
    expect(said(home, 'Disconnect').map(({ body }) => body['cid'])).to.deep.equal([alice]);
  });
});

describe('a lost message between tabs', () => {
  it('is noticed: the mirror is rebuilt with the next one', async () => {
    const { one, bob, alice, bobby } = await talking();
    let isLosing = true;
    const third = await home.open({
      hears: (word) => !(isLosing && JSON.stringify(word ?? null).includes('the lost one')),
    });
    void bob.messenger.messages.send(bobby, alice, 'the lost one');
    await world.clock.advance(500);
    expect(texts(third, alice, bobby)).to.deep.equal([]);
    isLosing = false;
    engineOf(one.messenger).peers.typing(alice, bobby, world.clock.now());
    await world.clock.advance(3_000);
    expect(texts(third, alice, bobby)).to.deep.equal(['the lost one']);
    same(one, third);
  });

  it('is requested again if it was part of a snapshot', async () => {
    const { one, alice, bobby } = await talking();
    let isLosing = true;
    const third = await home.open({
      hears: (word) => !(isLosing && (word as { kind?: string } | null)?.kind === 'patch'),
    });
    await world.clock.advance(1_000);
    expect(third.messenger.sessions.accounts.peek()).to.deep.equal([]);
    isLosing = false;
    await world.clock.advance(3_000);
    expect(third.messenger.peers.row(alice, bobby).relation).to.equal('contact');
    same(one, third);
  });
});

describe('tabs that are opened at once', () => {
  it('all show the account, even those opened before storage was read', async () => {
    home = world.profile('home', {
      storageOf: (inner) =>
        storageWith(
          {
            accounts: async () => {
              await new Promise((resolve) => void world.clock.setTimeout(() => resolve(undefined), 1_500));
              return inner.accounts();
            },
          },
          inner,
        ),
    });
    const first = await home.open();
    await world.clock.advance(2_000);
    const alice = await world.account(first, 'alice');
    first.page.close();
    await world.clock.advance(1_000);
    const tabs = [await home.open(), await home.open(), await home.open()];
    await world.clock.advance(5_000);
    for (const { messenger } of tabs) expect(messenger.sessions.current.peek()).to.equal(alice);
    same(...tabs);
  });
});

describe('a tab that comes later', () => {
  it('receives the whole state, open channels included (case 111)', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    for (let n = 0; n < 150; n += 1) void bob.messenger.messages.send(bobby, alice, `message ${n}`);
    await world.clock.advance(10_000);
    const late = await home.open();
    expect(late.messenger.path(alice, bobby).kind).to.equal('unknown-but-up');
    expect(texts(late, alice, bobby)).to.have.length(150);
    expect(late.messenger.messages.unread(alice).peek()).to.equal(150);
    same(one, other, late);
    await late.messenger.messages.send(alice, bobby, 'from the late one');
    await world.clock.advance(500);
    expect(texts(bob, bobby, alice).at(-1)).to.equal('from the late one');
    same(one, other, late);
  });

  it('loads older history for all', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    for (let n = 0; n < 250; n += 1) void bob.messenger.messages.send(bobby, alice, `message ${n}`);
    await world.clock.advance(10_000);
    one.messenger.messages.pass(alice, bobby);
    await world.clock.advance(100);
    one.page.close();
    other.page.close();
    const [first, second] = [await home.open(), await home.open()];
    await world.clock.advance(2_000);
    const before = texts(second, alice, bobby).length;
    expect(before).to.be.lessThan(200);
    await Promise.all([second.messenger.messages.loadOlder(alice, bobby), world.clock.advance(50)]);
    expect(texts(second, alice, bobby).length).to.be.greaterThan(before);
    same(first, second);
  });
});

describe('when the tab that leads goes', () => {
  it('one that slept keeps what it has loaded, and a row far up leaves when its message is deleted', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    const send = async (from: number, upTo: number): Promise<void> => {
      for (let n = from; n < upTo; n += 1) void bob.messenger.messages.send(bobby, alice, `message ${n}`);
      await world.clock.advance(5_000);
    };
    await send(0, 30);
    expect(texts(other, alice, bobby)).to.have.length(30);
    other.page.freeze();
    await send(30, 40);
    one.page.close();
    await world.clock.advance(3_000);
    other.page.back();
    await world.clock.advance(3_000);
    expect(home.leader()).to.equal(other);
    const before = texts(other, alice, bobby);
    expect(before).to.have.length(40);
    bob.messenger.messages.delete(bobby, alice, rows(bob, bobby, alice)[3]!.id);
    await world.clock.advance(500);
    expect(texts(other, alice, bobby)).to.deep.equal(before.filter((text) => text !== 'message 3'));
    expect(other.messenger.messages.source(alice, bobby).ids.peek()).to.have.length(39);
  });

  it('one that comes back has the rows of the tab that leads now, although it had loaded more', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    bob.page.close();
    await world.clock.advance(500);
    for (let n = 0; n < 120; n += 1) void one.messenger.messages.send(alice, bobby, `message ${n}`);
    await world.clock.advance(500);
    expect(texts(one, alice, bobby)).to.have.length(120);
    one.page.freeze();
    other.page.close();
    const third = await home.open();
    await world.clock.advance(10_000);
    expect(home.leader()).to.equal(third);
    one.page.back();
    await world.clock.advance(3_000);
    const { ids } = one.messenger.messages.source(alice, bobby);
    expect(ids.peek()).to.deep.equal(third.messenger.messages.source(alice, bobby).ids.peek());
    expect(texts(one, alice, bobby)[0]).to.equal('message 20');
  });

  it('another one leads, claims every account back on its own socket, and nothing is asked twice (case 107)', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    const anna = await world.account(other, 'anna');
    const before = now();
    one.page.close();
    await world.clock.advance(3_000);
    expect(home.leader()).to.equal(other);
    expect(home.service.sockets).to.have.length(1);
    expect(claims(home, before)[0]).to.equal(true);
    for (const account of [alice, anna])
      expect(other.messenger.sessions.get(account)?.state).to.equal('signed-in');
    await other.messenger.messages.send(alice, bobby, 'after');
    await world.clock.advance(5_000);
    expect(texts(bob, bobby, alice)).to.deep.equal(['after']);
    expect(said(home, 'PeerRegister', before)).to.have.length(0);
    expect(said(home, 'Connect', before)).to.have.length(0);
  });

  it('the last tab hangs up, and another one does not (case 112)', async () => {
    const { one, other, alice, bobby } = await talking();
    one.page.close();
    await world.clock.advance(3_000);
    expect(said(home, 'PeerDisconnect')).to.have.length(0);
    expect(other.messenger.path(alice, bobby).kind).to.equal('unknown-but-up');
    other.page.close();
    await world.clock.advance(100);
    expect(said(home, 'PeerDisconnect').map(({ body }) => body['peer_cid'])).to.deep.equal([bobby]);
    expect(home.service.sockets).to.have.length(0);
  });

  it('into the back/forward cache, it gives up the lead and nothing else, and takes part again when it is back (case 112)', async () => {
    const { one, other } = await talking();
    one.page.cache();
    await world.clock.advance(3_000);
    expect(said(home, 'PeerDisconnect')).to.have.length(0);
    expect(home.leader()).to.equal(other);
    one.page.back();
    await world.clock.advance(3_000);
    expect(one.messenger.tabs.peek().role).to.equal('follower');
    same(other, one);
  });

  it('a frozen one gives up the lead at once, and follows when it resumes', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    one.page.freeze();
    await world.clock.advance(1_000);
    expect(home.leader()).to.equal(other);
    void bob.messenger.messages.send(bobby, alice, 'meanwhile');
    await world.clock.advance(1_000);
    one.page.back();
    await world.clock.advance(1_000);
    expect(texts(one, alice, bobby)).to.deep.equal(['meanwhile']);
    same(other, one);
  });

  it('is silent, it is replaced after 5 s by a visible one, which takes the accounts from its open socket (recorded: page-frozen-then-taken-over)', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    const before = now();
    one.page.stop();
    await world.clock.advance(2_900);
    expect(other.messenger.tabs.peek().role).to.equal('follower');
    await world.clock.advance(7_000);
    expect(other.messenger.tabs.peek().role).to.equal('leader');
    expect(claims(home, before)).to.deep.equal([true, false]);
    expect(other.messenger.sessions.get(alice)?.state).to.equal('signed-in');
    void bob.messenger.messages.send(bobby, alice, 'to whoever leads');
    await world.clock.advance(CHANNEL_MS);
    expect(texts(other, alice, bobby)).to.deep.equal(['to whoever leads']);
    // Awake again it does nothing in anybody's name, and follows.
    const awake = now();
    const epoch = other.messenger.tabs.peek().epoch;
    const socket = home.service.sockets.length;
    expect(socket).to.equal(2);
    one.page.wake();
    await world.clock.advance(3_000);
    expect(home.service.sockets).to.have.length(1);
    expect(claims(home, awake)).to.deep.equal([]);
    expect(said(home, 'PeerConnect', awake)).to.have.length(0);
    expect(other.messenger.tabs.peek()).to.deep.include({ role: 'leader', epoch });
    same(other, one);
  });

  it('with the service, the next one calls nobody signed in, not even while it reads what is stored', async () => {
    let isSlow = false;
    home = world.profile('home', {
      storageOf: (inner) =>
        storageWith(
          {
            accounts: async () => {
              if (isSlow)
                await new Promise((resolve) => void world.clock.setTimeout(() => resolve(undefined), 50));
              return inner.accounts();
            },
          },
          inner,
        ),
    });
    const { one, other, alice } = await talking();
    isSlow = true;
    one.page.kill();
    home.service.kill();
    for (let passed = 0; passed < 100; passed += 1) {
      await world.clock.advance(1);
      if (other.messenger.tabs.peek().role === 'leader')
        expect(other.messenger.sessions.get(alice)?.state, `after ${passed} ms`).to.equal('link-down');
    }
    expect(home.leader()).to.equal(other);
  });

  it('and comes back while it still reads storage, it starts once', async () => {
    home = world.profile('home', {
      storageOf: (inner) =>
        storageWith(
          {
            accounts: async () => {
              await new Promise((resolve) => void world.clock.setTimeout(() => resolve(undefined), 1_000));
              return inner.accounts();
            },
          },
          inner,
        ),
    });
    const one = await home.open();
    await world.clock.advance(5_000);
    await world.account(one, 'alice');
    one.page.freeze();
    await world.clock.advance(1_000);
    const before = now();
    for (let times = 0; times < 3; times += 1) {
      one.page.back();
      await world.clock.advance(300);
      one.page.freeze();
      await world.clock.advance(300);
    }
    one.page.back();
    await world.clock.advance(10_000);
    expect(home.service.sockets).to.have.length(1);
    expect(claims(home, before)).to.deep.equal([true]);
  });

  it('a tab that never heard of the silent one claims the accounts all the same', async () => {
    const one = await home.open();
    const alice = await world.account(one, 'alice');
    one.page.stop();
    const fresh = await home.open();
    await world.clock.advance(12_000);
    expect(fresh.messenger.sessions.get(alice)?.state).to.equal('signed-in');
  });

  it('crashes in the middle of sending: no loss, and no second effect (script S11)', async () => {
    for (let after = 0; after < 12; after += 1) {
      world = createTabWorld({ seed: after + 1 });
      home = world.profile('home');
      away = world.profile('away');
      const { one, other, bob, alice, bobby } = await talking();
      const written = ['one', 'two', 'three'];
      for (const text of written) void other.messenger.messages.send(alice, bobby, text);
      for (let n = 0; n < after; n += 1) await Promise.resolve();
      await world.clock.advance(after);
      one.page.kill();
      await world.clock.advance(90_000);
      expect(texts(bob, bobby, alice), `after ${after}`).to.deep.equal(written);
      expect(rows(other, alice, bobby).map(({ status }) => status)).to.deep.equal(
        written.map(() => 'delivered'),
      );
    }
  });

  it('and the tab in which a message was written crashes too, the next one sends what was stored', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    one.page.stop();
    void other.messenger.messages.send(alice, bobby, 'written');
    await world.clock.settle();
    other.page.kill();
    one.page.kill();
    const next = await home.open();
    await world.clock.advance(60_000);
    expect(texts(bob, bobby, alice)).to.deep.equal(['written']);
    expect(rows(next, alice, bobby)[0]?.status).to.equal('delivered');
  });

  it('a message that another tab stored before it crashed is sent', async () => {
    home = world.profile('home', {
      storageOf: (inner, name) =>
        storageWith(
          {
            // The write is done before anybody is told.
            write: async (batch) => {
              await inner.write(batch);
              if (name === 'tab 2') home.tabs[1]!.page.kill();
            },
          },
          inner,
        ),
    });
    const { other, bob, alice, bobby } = await talking();
    void other.messenger.messages.send(alice, bobby, 'stored');
    await world.clock.advance(5_000);
    expect(other.page.isGone).to.equal(true);
    expect(texts(bob, bobby, alice)).to.deep.equal(['stored']);
  });

  it('an unusable row is not taken over from a tab that crashed', async () => {
    const bad = '019bc119-4494-7000-a623-000000000001' as MessageId;
    home = world.profile('home', {
      storageOf: (inner, name) =>
        storageWith(
          {
            write: async (batch) => {
              await inner.write(batch);
              const [message] = batch.flatMap((one) => (one.put === 'message' ? [one.value] : []));
              if (name !== 'tab 2' || !message) return;
              await inner.write([{ put: 'message', value: { ...message, id: bad, facts: 'none' as never } }]);
              home.tabs[1]!.page.kill();
            },
          },
          inner,
        ),
    });
    const { one, other, bob, alice, bobby } = await talking();
    void other.messenger.messages.send(alice, bobby, 'stored');
    await world.clock.advance(5_000);
    expect(other.page.isGone).to.equal(true);
    expect(texts(bob, bobby, alice)).to.deep.equal(['stored']);
    expect(engineOf(one.messenger).conversations.get(alice, bobby).get(bad)).to.equal(undefined);
    expect(one.messenger.diagnostics.counters.peek().get('unusable-row')).to.equal(1);
  });
});

describe('a tab that missed what happened while it slept', () => {
  it('leads with what is stored: evidence, deletions, settings', async () => {
    const { one, other, alice, bobby } = await talking();
    away.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'] });
    const id = await other.messenger.messages.send(alice, bobby, 'waits for its receipt');
    const gone = await other.messenger.messages.send(alice, bobby, 'is deleted meanwhile');
    await world.clock.advance(1_000);
    expect(statusOf(other, alice, bobby, id)).to.equal('sent');
    other.page.cache();
    away.service.faults.clear();
    one.messenger.messages.delete(alice, bobby, gone);
    one.messenger.settings.change(alice, { readReceipts: false });
    const anna = await world.account(one, 'anna');
    await world.clock.advance(120_000);
    expect(statusOf(one, alice, bobby, id)).to.equal('delivered');
    one.page.close();
    // Nobody can tell it anew.
    home.service.kill();
    other.page.back();
    await world.clock.advance(5_000);
    expect(other.messenger.tabs.peek().role).to.equal('leader');
    expect(statusOf(other, alice, bobby, id)).to.equal('delivered');
    expect(texts(other, alice, bobby)).to.deep.equal(['waits for its receipt']);
    expect(other.messenger.settings.of(alice).readReceipts).to.equal(false);
    expect(other.messenger.sessions.accounts.peek()).to.have.members([alice, anna]);
  });

  it('sends nothing that was delivered meanwhile', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    const stop = home.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Message'] });
    const id = await one.messenger.messages.send(alice, bobby, 'on its way');
    await world.clock.advance(1_000);
    expect(statusOf(other, alice, bobby, id)).to.equal('sending');
    other.page.cache();
    stop();
    await world.clock.advance(120_000);
    expect(statusOf(one, alice, bobby, id)).to.equal('delivered');
    one.page.close();
    const before = now();
    other.page.back();
    await world.clock.advance(60_000);
    expect(other.messenger.tabs.peek().role).to.equal('leader');
    expect(statusOf(other, alice, bobby, id)).to.equal('delivered');
    expect(engineOf(other.messenger).conversations.get(alice, bobby).queue).to.deep.equal([]);
    expect(texts(bob, bobby, alice)).to.deep.equal(['on its way']);
    const again = said(home, 'Message', before).filter(({ body }) =>
      new TextDecoder().decode(body['message'] as Uint8Array).includes('on its way'),
    );
    expect(again).to.deep.equal([]);
  });

  it('claims no account that was left or wiped meanwhile', async () => {
    const { one, other, alice } = await talking();
    const anna = await world.account(one, 'anna');
    other.page.cache();
    one.messenger.sessions.exit(anna);
    await Promise.all([one.messenger.sessions.signOut(alice, true), world.clock.advance(1_000)]);
    one.page.close();
    const before = now();
    other.page.back();
    await world.clock.advance(5_000);
    expect(other.messenger.sessions.accounts.peek()).to.deep.equal([]);
    expect(claims(home, before)).to.deep.equal([]);
  });

  it('does not lose what its person wrote the moment before, even where its disk failed', async () => {
    const disk = troubledDisk(() => Promise.reject(new Error('no')));
    home = world.profile('home', disk);
    const { one, other, bob, alice, bobby } = await talking();
    disk.isTroubled = true;
    void one.messenger.messages.send(alice, bobby, 'the moment before');
    one.page.freeze();
    await world.clock.advance(10_000);
    expect(home.leader()).to.equal(other);
    one.page.back();
    await world.clock.advance(10_000);
    expect(texts(bob, bobby, alice)).to.deep.equal(['the moment before']);
    expect(rows(one, alice, bobby)[0]).to.deep.include({ status: 'delivered', isStored: true });
    same(other, one);
  });

  it('does not lose what was on its screen the moment before it was stopped', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    const id = await bob.messenger.messages.send(bobby, alice, 'read');
    await world.clock.advance(500);
    one.messenger.messages.read(alice, bobby, id);
    one.page.stop();
    await world.clock.advance(10_000);
    expect(home.leader()).to.equal(other);
    expect(other.messenger.messages.unread(alice).peek()).to.equal(1);
    one.page.wake();
    await world.clock.advance(5_000);
    expect(other.messenger.messages.unread(alice).peek()).to.equal(0);
    expect(statusOf(bob, bobby, alice, id)).to.equal('read');
    same(other, one);
  });

  it('hands over what is asked in it before it learns that it was replaced', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    void bob.messenger.messages.send(bobby, alice, 'passed');
    await world.clock.advance(500);
    one.page.stop();
    await world.clock.advance(10_000);
    expect(home.leader()).to.equal(other);
    one.page.wake();
    one.messenger.messages.pass(alice, bobby);
    one.messenger.settings.pause(alice, bobby);
    void one.messenger.messages.send(alice, bobby, 'waits');
    await world.clock.advance(5_000);
    expect(other.messenger.messages.unread(alice).peek()).to.equal(0);
    expect(other.messenger.settings.of(alice).paused).to.deep.equal([bobby]);
    expect(texts(other, alice, bobby)).to.deep.equal(['passed', 'waits']);
    same(other, one);
  });

  it('writes nothing any more once it has let go', async () => {
    const writes = recordWrites();
    const { one, alice } = await talking();
    one.messenger.settings.change(alice, { typing: false });
    one.page.freeze();
    writes.length = 0;
    await world.clock.advance(1_000);
    expect(writes.filter((write) => write.startsWith('tab 1'))).to.deep.equal([]);
  });
});

describe('a tab that has led, followed, and leads again', () => {
  it('keeps the history that it had read', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    const written = Array.from({ length: 260 }, (_, n) => `message ${n}`);
    for (const text of written) void bob.messenger.messages.send(bobby, alice, text);
    await world.clock.advance(10_000);
    other.messenger.messages.pass(alice, bobby);
    await world.clock.advance(100);
    // The next leader has read one page only.
    other.page.kill();
    one.page.freeze();
    const next = await home.open();
    await world.clock.advance(1_000);
    expect(texts(next, alice, bobby).length).to.be.lessThan(200);
    one.page.back();
    await world.clock.advance(1_000);
    same(next, one);
    next.page.kill();
    await world.clock.advance(3_000);
    expect(one.messenger.tabs.peek().role).to.equal('leader');
    for (let pages = 0; pages < 3; pages += 1)
      await Promise.all([one.messenger.messages.loadOlder(alice, bobby), world.clock.advance(50)]);
    expect(texts(one, alice, bobby)).to.deep.equal(written);
  });
});

describe('a relay in several tabs', () => {
  it('carries messages of all of them through the leader, and each shows it', async () => {
    home = world.profile('home', { hasRelay: true });
    away = world.profile('away', { hasRelay: true });
    const { one, other, bob, alice, bobby } = await talking();
    one.messenger.settings.change(alice, { policy: 'relay-only' });
    await world.clock.advance(1_000);
    for (const tab of [one, other]) {
      expect(tab.messenger.route(alice, bobby).route).to.equal('relay');
      expect(tab.messenger.peers.row(alice, bobby).path).to.deep.equal({
        kind: 'relayed',
        by: 'relay',
        name: null,
      });
    }
    const id = await other.messenger.messages.send(alice, bobby, 'by relay');
    await world.clock.advance(5_000);
    expect(texts(bob, bobby, alice)).to.deep.equal(['by relay']);
    expect(statusOf(other, alice, bobby, id)).to.equal('delivered');
    one.relay!.setUp(false);
    await world.clock.advance(100);
    for (const tab of [one, other])
      expect(tab.messenger.route(alice, bobby)).to.deep.include({ route: 'none' });
    same(one, other);
  });
});

describe('a command of a follower', () => {
  it('runs once through a change of leaders: if it was not started, the next one runs it (case 110)', async () => {
    const { one, other, bob, alice, bobby } = await asked();
    one.page.stop();
    const before = now();
    other.messenger.requests.accept(alice, bobby);
    expect(badge(other, alice)).to.equal(0);
    await world.clock.advance(12_000);
    expect(home.leader()).to.equal(other);
    one.page.wake();
    await world.clock.advance(12_000);
    expect(said(home, 'PeerRegister', before)).to.have.length(1);
    expect(bob.messenger.peers.row(bobby, alice).relation).to.equal('contact');
    same(other, one);
  });

  it('runs once too if a third tab leads then and the requesting tab is hidden (case 110)', async () => {
    const { one, other, bob, alice, bobby } = await asked();
    const third = await home.open();
    other.page.hide();
    one.page.stop();
    const before = now();
    other.messenger.requests.accept(alice, bobby);
    await world.clock.advance(12_000);
    expect(home.leader()).to.equal(third);
    expect(said(home, 'PeerRegister', before)).to.have.length(1);
    one.page.wake();
    await world.clock.advance(12_000);
    expect(said(home, 'PeerRegister', before)).to.have.length(1);
    expect(bob.messenger.peers.row(bobby, alice).relation).to.equal('contact');
    same(third, one, other);
  });

  it('is not repeated by a later leader once it has begun, however it ended (case 109)', async () => {
    const { one, other, alice } = await talking();
    home.service.faults.add({ kind: 'drop', direction: 'out', variants: ['DisconnectNotification'] });
    const before = now();
    const leaving = other.messenger.sessions.signOut(alice);
    await world.clock.advance(100);
    one.page.kill();
    await world.clock.advance(30_000);
    expect((await leaving).ok).to.equal(false);
    expect(said(home, 'Disconnect', before)).to.have.length(1);
  });

  it('while nobody leads waits for the next leader, its link included', async () => {
    const one = await home.open();
    const other = await home.open();
    const third = await home.open();
    const latency = home.service.faults.add({
      kind: 'delay',
      direction: 'out',
      variants: ['ServiceConnectionAccepted'],
      delay: 2_000,
    });
    one.page.kill();
    const entering = third.messenger.sessions.createAccount({
      server: SERVER,
      username: 'anna',
      fullName: 'Anna',
      password: PASSWORD,
    });
    await world.clock.advance(10_000);
    latency();
    expect((await entering).state).to.equal('done');
    expect(other.messenger.tabs.peek().role).to.equal('leader');
    expect(third.messenger.sessions.current.peek()).to.not.equal(null);
  });

  it('waits for the claims of the next leader too', async () => {
    const { one, alice } = await talking();
    const third = await home.open();
    home.service.faults.add({
      kind: 'delay',
      direction: 'out',
      variants: ['ConnectionManagementSuccess'],
      delay: 2_000,
    });
    one.page.kill();
    await world.clock.advance(100);
    const before = now();
    const leaving = third.messenger.sessions.signOut(alice);
    await world.clock.advance(1_000);
    expect(said(home, 'Disconnect', before)).to.have.length(0);
    await world.clock.advance(10_000);
    expect((await leaving).ok).to.equal(true);
    expect(said(home, 'Disconnect', before)).to.have.length(1);
  });

  it('to a leader without a link is answered after a while, and a message is shown at once', async () => {
    const { one, other, alice, bobby } = await talking();
    const third = await home.open();
    home.service.faults.add({ kind: 'drop', direction: 'out', variants: ['ServiceConnectionAccepted'] });
    one.page.kill();
    await world.clock.advance(100);
    expect(home.leader()).to.equal(other);
    const entering = third.messenger.sessions.signIn({
      server: SERVER,
      username: 'anna',
      password: PASSWORD,
    });
    void third.messenger.messages.send(alice, bobby, 'waits');
    await world.clock.advance(50);
    expect(texts(other, alice, bobby)).to.deep.equal(['waits']);
    await world.clock.advance(6_000);
    expect(other.messenger.link.peek().state).to.equal('connecting');
    expect(await Promise.race([entering, Promise.resolve('open')])).to.deep.include({
      state: 'failed',
      code: 'link-down',
    });
  });

  it('to a leader that gives up the lead before starting it is run by another one, and not by the first one later', async () => {
    const { one, other, alice } = await talking();
    const third = await home.open();
    const anna = await world.account(one, 'anna');
    one.page.freeze();
    const latency = home.service.faults.add({
      kind: 'delay',
      direction: 'out',
      variants: ['ServiceConnectionAccepted'],
      delay: 2_000,
    });
    await world.clock.advance(100);
    expect(home.leader()).to.equal(other);
    const leaving = third.messenger.sessions.signOut(anna);
    await world.clock.advance(100);
    const before = now();
    other.page.freeze();
    latency();
    await world.clock.advance(10_000);
    expect(home.leader()).to.equal(third);
    expect((await leaving).ok).to.equal(true);
    other.page.back();
    await world.clock.advance(1_000);
    third.page.kill();
    await world.clock.advance(10_000);
    expect(home.leader()).to.equal(other);
    expect(other.messenger.sessions.get(alice)?.state).to.equal('signed-in');
    expect(said(home, 'Disconnect', before)).to.have.length(1);
  });

  it('that throws in the leader is answered all the same, and the leader logs the error', async () => {
    home = world.profile('home', {
      storageOf: (inner) => storageWith({ wipe: () => Promise.reject(new Error('not wiped')) }, inner),
    });
    const { other, alice } = await talking();
    let isAnswered = false;
    const said = await consoleOf(async () => {
      const told = oneEvent(window, 'unhandledrejection');
      void other.messenger.sessions.signOut(alice, true).then(() => (isAnswered = true));
      await world.clock.advance(5_000);
      await told;
    });
    expect(isAnswered).to.equal(true);
    expect(said.join('\n')).to.include('Error: not wiped');
  });

  it('reads the lists: the leader asks the service, and the asker shows them', async () => {
    const { one, other, alice } = await talking();
    const before = now();
    await Promise.all([other.messenger.peers.refresh(alice), world.clock.advance(1_000)]);
    expect(said(home, 'ListAllPeers', before)).to.have.length(1);
    expect(other.messenger.peers.loadState(alice).peek().state).to.equal('loaded');
    same(one, other);
  });

  it('to sign in is answered when the account is there', async () => {
    const { other } = await asked();
    const held: boolean[] = [];
    other.messenger.sessions.signInView.subscribe((view) => {
      if (view.state === 'done') held.push(other.messenger.sessions.has(view.account));
    });
    await world.account(other, 'anna');
    expect(held).to.deep.equal([true]);
  });

  it('to a leader that has gone meanwhile settles as unanswered', async () => {
    const one = await home.open();
    const other = await home.open();
    home.service.faults.add({ kind: 'drop', direction: 'in', variants: ['Connect'] });
    const entering = other.messenger.sessions.signIn({
      server: SERVER,
      username: 'alice',
      password: PASSWORD,
    });
    await world.clock.advance(100);
    one.page.kill();
    await world.clock.advance(10_000);
    expect(await entering).to.deep.include({ state: 'failed', code: 'connection-lost' });
    expect(other.messenger.sessions.signInView.peek().state).to.equal('failed');
  });
});

describe('a command in a tab that slept and no longer leads', () => {
  /** Runs a command in the former leader the moment it wakes, while it still considers itself leader. */
  async function pressed<Answer>(
    press: (tab: Tab, account: AccountId) => Promise<Answer>,
  ): Promise<Answer | 'open'> {
    const { one, other, alice } = await talking();
    one.page.stop();
    await world.clock.advance(12_000);
    expect(home.leader()).to.equal(other);
    const before = now();
    one.page.wake();
    expect(one.messenger.tabs.peek().role).to.equal('leader');
    const answer = press(one, alice);
    await world.clock.advance(12_000);
    expect(one.messenger.tabs.peek().role).to.equal('follower');
    expect(said(home, 'Connect', before)).to.have.length(0);
    expect(said(home, 'Disconnect', before)).to.have.length(0);
    expect(other.messenger.sessions.get(alice)?.state).to.equal('signed-in');
    same(other, one);
    return Promise.race([answer, Promise.resolve('open' as const)]);
  }

  it('fails with a code if it is a sign-in, and the form shows it', async () => {
    const view = await pressed(({ messenger }) =>
      messenger.sessions.signIn({ server: SERVER, username: 'anna', password: PASSWORD }),
    );
    const failed = {
      state: 'failed',
      username: 'anna',
      code: 'link-down',
      reason: null,
    };
    expect(view).to.deep.equal(failed);
    expect(home.tabs[0]!.messenger.sessions.signInView.peek()).to.deep.equal(failed);
  });

  it('fails with a code if the service was busy when the lead was lost', async () => {
    const { one, other } = await talking();
    home.service.faults.add({
      kind: 'refuse',
      direction: 'in',
      variants: ['Connect'],
      reason: 'Localhost is already trying to connect',
    });
    const entering = one.messenger.sessions.signIn({ server: SERVER, username: 'anna', password: PASSWORD });
    await world.clock.advance(100);
    expect(one.messenger.sessions.signInView.peek().state).to.equal('busy');
    one.page.freeze();
    await world.clock.advance(1_000);
    expect(home.leader()).to.equal(other);
    one.page.back();
    await world.clock.advance(12_000);
    expect(await Promise.race([entering, Promise.resolve('open')])).to.deep.include({
      state: 'failed',
      reason: null,
    });
    same(other, one);
  });

  it('fails with a code if it is a sign-out, and the account stays', async () => {
    const answer = await pressed((tab, account) => tab.messenger.sessions.signOut(account));
    expect(answer).to.deep.equal({
      ok: false,
      failure: { kind: 'not-sent', code: 'link-down', reason: null },
    });
  });
});

describe('storage of several tabs', () => {
  it('is written by the leader only, except for a new message of a person', async () => {
    const writes = recordWrites();
    const { bob, other, alice, bobby } = await talking();
    writes.length = 0;
    void bob.messenger.messages.send(bobby, alice, 'theirs');
    await other.messenger.messages.send(alice, bobby, 'ours');
    await world.clock.advance(2_000);
    other.messenger.messages.read(alice, bobby, rows(other, alice, bobby)[0]!.id);
    await world.clock.advance(2_000);
    expect(writes.filter((write) => write.startsWith('tab 2'))).to.deep.equal(['tab 2 message']);
    expect(writes.filter((write) => write.startsWith('tab 1')).length).to.be.greaterThan(3);
  });

  it('that fails in a follower does not lose what is written there: the leader writes and sends it', async () => {
    home = world.profile('home', {
      storageOf: (inner, name) =>
        name === 'tab 2' ? storageWith({ write: () => Promise.reject(new Error('no')) }, inner) : inner,
    });
    const { other, bob, alice, bobby } = await talking();
    const id = await other.messenger.messages.send(alice, bobby, 'ours');
    await world.clock.advance(2_000);
    expect(statusOf(other, alice, bobby, id)).to.equal('delivered');
    expect(rows(other, alice, bobby)[0]!.isStored).to.equal(true);
    expect(texts(bob, bobby, alice)).to.deep.equal(['ours']);
  });
});

describe('a hidden tab', () => {
  it('counts what arrives as unread in every tab, and no read receipt is sent while all are hidden', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    one.page.hide();
    other.page.hide();
    await world.clock.advance(100);
    expect(one.messenger.isAnyVisible.peek()).to.equal(false);
    void bob.messenger.messages.send(bobby, alice, 'unseen');
    await world.clock.advance(500);
    for (const tab of [one, other]) expect(tab.messenger.messages.unread(alice).peek()).to.equal(1);
    other.page.show();
    await world.clock.advance(100);
    expect(one.messenger.isAnyVisible.peek()).to.equal(true);
    other.messenger.messages.read(alice, bobby, rows(other, alice, bobby)[0]!.id);
    expect(other.messenger.messages.unread(alice).peek()).to.equal(0);
    await world.clock.advance(1_500);
    expect(one.messenger.messages.unread(alice).peek()).to.equal(0);
    expect(rows(bob, bobby, alice)[0]!.status).to.equal('read');
  });

  it('hands what was on its screen to the hidden leader at once, which reports it', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    for (const text of ['one', 'two']) void bob.messenger.messages.send(bobby, alice, text);
    await world.clock.advance(1_000);
    one.page.hide();
    await world.clock.advance(100);
    other.messenger.messages.read(alice, bobby, rows(other, alice, bobby)[0]!.id);
    other.page.hide();
    await world.clock.advance(200);
    expect(rows(bob, bobby, alice).map(({ status }) => status)).to.deep.equal(['read', 'delivered']);
    for (const tab of [one, other]) expect(tab.messenger.messages.unread(alice).peek()).to.equal(1);
  });

  it('asks the leader to record what was on its screen, and for no snapshot', async () => {
    const words: string[] = [];
    const hears = (word: unknown): boolean => {
      words.push((word as { kind?: string } | null)?.kind ?? '');
      return true;
    };
    const { other, bob, alice, bobby } = await scene.talking({ world, home, away, hears });
    void bob.messenger.messages.send(bobby, alice, 'one');
    await world.clock.advance(1_000);
    words.length = 0;
    other.messenger.messages.read(alice, bobby, rows(other, alice, bobby)[0]!.id);
    await world.clock.advance(2_000);
    expect(rows(bob, bobby, alice)[0]!.status).to.equal('read');
    expect(words).to.include('ask');
    expect(words).not.to.include('want');
  });

  it('merges what several tabs had on their screens', async () => {
    const { one, other, bob, alice, bobby } = await talking();
    for (const text of ['one', 'two', 'three']) void bob.messenger.messages.send(bobby, alice, text);
    await world.clock.advance(1_000);
    one.messenger.messages.read(alice, bobby, rows(one, alice, bobby)[0]!.id);
    other.messenger.messages.read(alice, bobby, rows(other, alice, bobby)[2]!.id);
    await world.clock.advance(1_500);
    expect(rows(bob, bobby, alice).map(({ status }) => status)).to.deep.equal(['read', 'delivered', 'read']);
    for (const tab of [one, other]) expect(tab.messenger.messages.unread(alice).peek()).to.equal(1);
    other.messenger.messages.pass(alice, bobby);
    await world.clock.advance(100);
    for (const tab of [one, other]) expect(tab.messenger.messages.unread(alice).peek()).to.equal(0);
    await world.clock.advance(70_000);
    expect(rows(bob, bobby, alice)[1]!.status).to.equal('delivered');
  });

  it('reports presence as long as one tab is on screen', async () => {
    const { one, bob, alice, bobby } = await talking();
    one.page.hide();
    await world.clock.advance(200_000);
    expect(bob.messenger.peers.row(bobby, alice).presence).to.equal('online');
  });

  it('that leads and is throttled is replaced by one on screen', async () => {
    const { one, other } = await talking();
    home.browser.throttle(true);
    one.page.hide();
    await world.clock.advance(70_000);
    expect(home.leader()).to.equal(other);
    expect(home.service.sockets).to.have.length(1);
    same(other, one);
  });
});

describe('without Web Locks, or beside another version', () => {
  it('one tab holds the socket, the others say so, show what is stored, and keep what is written', async () => {
    const one = await home.open({ hasLocks: false });
    await world.clock.advance(2_000);
    const alice = await world.account(one, 'alice');
    const other = await home.open({ hasLocks: false });
    await world.clock.advance(2_000);
    expect(other.messenger.tabs.peek().role).to.equal('other-tab');
    expect(other.messenger.link.peek().state).to.equal('other-tab');
    expect(other.messenger.sessions.accounts.peek()).to.deep.equal([alice]);
    expect(home.service.sockets).to.have.length(1);
    one.page.close();
    await world.clock.advance(10_000);
    expect(other.messenger.tabs.peek().role).to.equal('leader');
    expect(other.messenger.sessions.get(alice)?.state).to.equal('signed-in');
  });

  it('a tab that waits reads by itself what is stored of a conversation', async () => {
    const { one, alice, bobby } = await talking();
    for (let n = 0; n < 120; n += 1) {
      void one.messenger.messages.send(alice, bobby, `message ${n}`);
      await world.clock.advance(2);
    }
    await one.messenger.stored();
    const newer = await home.open({ version: TAB_MESSAGES_VERSION + 1 });
    expect(newer.messenger.tabs.peek().role).to.equal('other-tab');
    await newer.messenger.messages.loadNewest(alice, bobby);
    expect(newer.messenger.messages.source(alice, bobby).ids.peek()).to.have.length(100);
  });

  it('what is written in a tab that waits is stored, and sent when it becomes leader', async () => {
    const { one, bob, alice, bobby } = await talking();
    const newer = await home.open({ version: TAB_MESSAGES_VERSION + 1 });
    expect(newer.messenger.tabs.peek().role).to.equal('other-tab');
    expect(one.messenger.tabs.peek().isOutdated).to.equal(true);
    // The older one continues alone.
    await one.messenger.messages.send(alice, bobby, 'from the older one');
    await world.clock.advance(500);
    const id = await newer.messenger.messages.send(alice, bobby, 'from the newer one');
    await world.clock.advance(500);
    expect(statusOf(newer, alice, bobby, id)).to.equal('waiting');
    expect(texts(bob, bobby, alice)).to.deep.equal(['from the older one']);
    for (const tab of home.tabs) if (tab !== newer) tab.page.close();
    await world.clock.advance(10_000);
    expect(newer.messenger.tabs.peek().role).to.equal('leader');
    expect(texts(bob, bobby, alice)).to.deep.equal(['from the older one', 'from the newer one']);
    expect(texts(newer, alice, bobby)).to.deep.equal(['from the older one', 'from the newer one']);
    expect(home.service.sockets).to.have.length(1);
  });
});
