import { expect } from '@open-wc/testing';
import { SERVER, createLive } from '../../.storybook/live.ts';
import { connectRequests } from '../../stores/connect-requests.ts';
import type { AccountId } from '../../facts/index.ts';
import type { Two } from './world.ts';
import { sent, statuses, talking, texts } from './world.ts';

const MEANT = [
  'ask',
  'accept',
  'decline',
  'withdraw',
  'typing',
  'discover',
  'pause',
  'resume',
  'sign-out',
] as const;

describe('an account that is open elsewhere', () => {
  it('is not acted for, whatever is asked for, until Use here', async () => {
    const live = createLive();
    const browser = await live.browser('our browser');
    const friends = await live.browser('their browser');
    const account = await live.account(browser, 'alice', 'Alice Example');
    const friend = await live.account(friends, 'bobby', 'Bob Example');
    const asker = await live.account(friends, 'carol', 'Carol Example');
    await live.befriend(browser, account, friends, friend);
    friends.messenger.requests.ask(asker, account);
    await live.clock.advance(5_000);
    const other = await live.browser('other', { on: browser.service });
    void other.messenger.sessions.signIn({ server: SERVER, username: 'alice', password: 'password' });
    await live.clock.advance(1_000);
    const { messenger } = await live.browser('again', { on: browser.service, storage: browser.storage });
    browser.messenger.close();
    await live.clock.advance(8_000);
    expect(messenger.sessions.get(account)?.state).to.equal('open-elsewhere');
    other.messenger.close();
    await live.clock.advance(10);
    void messenger.sessions.signOut(account);
    await live.clock.advance(10);
    // Nothing is wrong with the connection.
    expect(messenger.sessions.get(account)?.note).to.equal(null);
    const before = live.simulation.frames.entries.length;
    const page = new EventTarget();
    const stop = connectRequests(page, messenger);
    for (const peer of [friend, asker])
      for (const verb of MEANT) {
        const detail = { account, peer };
        page.dispatchEvent(new CustomEvent(`p2p-${verb}-request`, { detail, cancelable: true }));
      }
    void messenger.messages.send(account, friend, 'in nobody’s name');
    messenger.routes.hangUp(account, friend);
    void messenger.peers.refresh(account);
    await live.clock.advance(120_000);
    const sent = live.simulation.frames.entries.slice(before).filter(({ frame }) => {
      const body = frame?.body as { cid?: AccountId } | undefined;
      return frame?.envelope === 'Request' && body?.cid === account;
    });
    expect(sent.map(({ frame }) => frame?.variant)).to.deep.equal([]);
    stop();
    live.close();
  }).timeout(30_000);
});

describe('an account that was hidden', () => {
  it('has its channels hung up and is not acted for otherwise, whatever is asked for', async () => {
    const { world, a, b, alice, bob } = await talking();
    const asker = await world.account(b, 'carol');
    const other = await world.account(b, 'davey');
    b.messenger.requests.ask(asker, alice);
    await world.clock.advance(2_000);
    expect(a.messenger.peers.row(alice, asker).relation).to.equal('pending');
    a.messenger.sessions.exit(alice);
    await world.clock.advance(2_000);
    expect(sent(world, 'a', 'PeerDisconnect').map(({ peer_cid }) => peer_cid)).to.deep.equal([bob]);
    const from = world.simulation.frames.entries.length;
    a.messenger.requests.accept(alice, asker);
    a.messenger.requests.ask(alice, other);
    a.messenger.routes.hangUp(alice, bob);
    a.messenger.typing(alice, bob);
    void a.messenger.messages.send(alice, bob, 'in nobody’s name');
    void a.messenger.peers.refresh(alice);
    await world.clock.advance(120_000);
    const said = world.simulation.frames.entries.slice(from).filter(({ service, direction, frame }) => {
      const body = frame?.body as { cid?: AccountId } | undefined;
      return service === 'a' && direction === 'in' && body?.cid === alice;
    });
    expect(said.map(({ frame }) => frame?.variant)).to.deep.equal([]);
  });

  it('sends nothing to a relay, neither what waited nor what is written meanwhile', async () => {
    const { world, a, b, alice, bob } = await related();
    b.service.kill();
    await world.clock.advance(200_000);
    expect(a.messenger.path(alice, bob).kind).not.to.equal('unknown-but-up');
    a.relay!.setUp(false);
    void a.messenger.messages.send(alice, bob, 'one');
    await world.clock.advance(1_000);
    a.messenger.sessions.exit(alice);
    await world.clock.advance(1_000);
    a.relay!.setUp(true);
    void a.messenger.messages.send(alice, bob, 'two');
    await world.clock.advance(120_000);
    expect(statuses(a.messenger, alice, bob)).to.deep.equal(['one: waiting', 'two: waiting']);
    expect(a.messenger.route(alice, bob)).to.deep.equal({ route: 'none', reason: 'signed-out' });
  });
});

describe('an account that another browser has taken and signed out', () => {
  it('fetches nothing from a relay until it is signed in again, since another browser may be using it', async () => {
    const { world, a, b, alice, bob } = await related();
    const other = await world.browser('other', { on: a.service });
    void other.messenger.sessions.signIn({ server: SERVER, username: 'alice', password: 'correct horse' });
    await world.clock.advance(1_000);
    void other.messenger.sessions.signOut(alice);
    await world.clock.advance(70_000);
    expect(a.messenger.sessions.get(alice)?.state).to.equal('signed-out-by-service');
    b.messenger.settings.change(bob, { policy: 'relay-only' });
    void b.messenger.messages.send(bob, alice, 'one');
    await world.clock.advance(10_000);
    expect(texts(a.messenger, alice, bob)).to.deep.equal([]);
    expect(statuses(b.messenger, bob, alice)).to.deep.equal(['one: sent']);
    void a.messenger.sessions.signIn({ server: SERVER, username: 'alice', password: 'correct horse' });
    await world.clock.advance(10_000);
    expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.deep.equal(['one']);
    expect(statuses(b.messenger, bob, alice)).to.deep.equal(['one: delivered']);
  });
});

/** Two contacts, each in a browser with a relay. */
const related = (): Promise<Two> => talking({ a: { relay: true }, b: { relay: true } });

describe('an account that was signed in at the service already', () => {
  it('is signed in, and its note says that the password was not checked', async () => {
    const live = createLive();
    const browser = await live.browser('our browser');
    const account = await live.account(browser, 'alice', 'Alice Example');
    expect(browser.messenger.sessions.get(account)?.note).to.equal(null);
    const other = await live.browser('other', { on: browser.service });
    const entering = other.messenger.sessions.signIn({
      server: SERVER,
      username: 'alice',
      password: 'wrong',
    });
    await live.clock.advance(1_000);
    expect((await entering).state).to.equal('done');
    const session = other.messenger.sessions.get(account)!;
    expect(session.state).to.equal('signed-in');
    expect(session.note).to.equal('not-checked');
    live.close();
  });
});

describe('two copies of the library on one page', () => {
  it('carry a request out once', async () => {
    const copy = new URL('../../stores/connect-requests.ts?copy', import.meta.url).href;
    const { connectRequests: again } = (await import(copy)) as { connectRequests: typeof connectRequests };
    expect(again).not.to.equal(connectRequests);
    let asked = 0;
    const messenger = { requests: { ask: () => (asked += 1) } } as never;
    const page = new EventTarget();
    connectRequests(page, messenger);
    again(page, messenger);
    page.dispatchEvent(
      new CustomEvent('p2p-ask-request', { detail: { account: '1', peer: '2' }, cancelable: true }),
    );
    await Promise.resolve();
    await Promise.resolve();
    expect(asked).to.equal(1);
  });
});
