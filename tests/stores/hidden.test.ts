import { expect } from '@open-wc/testing';
import { citadel } from '../../client/index.ts';
import type { AccountId, LinkView, MessageId } from '../../facts/index.ts';
import { createFakeClock, createSeededRandom, hiddenAndHalfOpen } from '../../mocks/index.ts';
import type { FakeClock } from '../../mocks/index.ts';
import { decodePayload } from '../../protocol/payload.ts';
import type { Payload } from '../../protocol/payload.ts';
import { memory } from '../../storage/memory.ts';
import type { Messenger } from '../../stores/index.ts';
import { createMessenger } from '../engine.ts';
import type { Browser, World } from './world.ts';
import { sent, statuses, talking, texts } from './world.ts';

/** The payloads that a service's pages handed over since `from`, oldest first. */
function said(world: World, service: string, from = 0): Payload[] {
  return sent(world, service, 'Message')
    .slice(from)
    .flatMap(({ message }) => {
      const decoded = decodePayload(Uint8Array.from(message));
      return decoded.kind === 'payload' ? [decoded.payload] : [];
    });
}

/** Every status that any of the own messages of a conversation has from now on. */
function recordStatuses(messenger: Messenger, account: AccountId, peer: AccountId): Set<string> {
  const seen = new Set<string>();
  const source = messenger.messages.source(account, peer);
  const watched = new Set<MessageId>();
  source.ids.subscribe((ids) => {
    for (const id of ids) {
      if (watched.has(id)) continue;
      watched.add(id);
      const look = (): void => {
        const status = source.get(id)?.status;
        if (status) seen.add(status);
      };
      // What is drawn is what holds when the turn ends.
      source.watch(id, () => queueMicrotask(look));
      look();
    }
  });
  return seen;
}

/** The states of the link from now on, with their times. */
function recordLink(messenger: Messenger, clock: FakeClock): { at: number; state: LinkView['state'] }[] {
  const seen: { at: number; state: LinkView['state'] }[] = [];
  messenger.link.subscribe(({ state }) => void seen.push({ at: clock.now(), state }));
  return seen;
}

/** The clock of a page whose timers do not run while it is stopped: throttled to never, the worst that may be. */
function stopsWith(clock: FakeClock): { clock: FakeClock; stop(): void; go(): void } {
  let isStopped = false;
  let waiting: (() => void)[] = [];
  return {
    clock: {
      ...clock,
      now: () => clock.now(),
      setTimeout: (run, delay) =>
        clock.setTimeout(() => {
          if (isStopped) waiting.push(run);
          else run();
        }, delay),
      clearTimeout: (handle) => clock.clearTimeout(handle),
    } as FakeClock,
    stop: () => (isStopped = true),
    go() {
      isStopped = false;
      const due = waiting;
      waiting = [];
      for (const run of due) run();
    },
  };
}

describe('a page that is hidden', () => {
  it('sends no presence, alone or in a sync; after 90 s others see Reachable', async () => {
    const { world, a, b, alice, bob } = await talking();
    await world.clock.advance(50_000);
    expect(b.messenger.peers.row(bob, alice).presence).to.equal('online');
    a.messenger.setVisible(false);
    const before = sent(world, 'a', 'Message').length;
    // Something of bob's keeps the two in step meanwhile, so that alice answers a sync.
    b.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageNotification'], times: 1 });
    void b.messenger.messages.send(bob, alice, 'are you there?');
    await world.clock.advance(100);
    b.messenger.wake();
    await world.clock.advance(3 * 60_000);
    const payloads = said(world, 'a', before);
    expect(payloads.map(({ type }) => type)).to.include('sync');
    expect(payloads.filter(({ type }) => type === 'presence')).to.deep.equal([]);
    for (const payload of payloads)
      if (payload.type === 'sync') expect(payload).not.to.have.property('presence');
    expect(b.messenger.peers.row(bob, alice).presence).to.equal('reachable');
    a.messenger.setVisible(true);
    await world.clock.advance(100);
    expect(b.messenger.peers.row(bob, alice).presence, 'at once, not at the next beat').to.equal('online');
  });

  it('acknowledges what arrives, reports nothing as read, and counts it as unread at once', async () => {
    const { world, a, b, alice, bob } = await talking();
    a.messenger.setVisible(false);
    const unread: number[] = [];
    a.messenger.messages.unread(alice).subscribe((count) => {
      if (count !== unread.at(-1)) unread.push(count);
    });
    for (const text of ['one', 'two', 'three']) {
      void b.messenger.messages.send(bob, alice, text);
      await world.clock.advance(200);
    }
    await world.clock.advance(120_000);
    expect(unread).to.deep.equal([0, 1, 2, 3]);
    expect(statuses(b.messenger, bob, alice)).to.deep.equal([
      ...['one: delivered', 'two: delivered', 'three: delivered'],
    ]);
    expect(a.messenger.isVisible.peek()).to.equal(false);
  });

  it('probes, reads the lists and catches up when it comes back, even without a freeze event', async () => {
    for (const back of ['setVisible', 'wake'] as const) {
      const { world, a, b, alice, bob } = await talking();
      if (back === 'setVisible') a.messenger.setVisible(false);
      await world.clock.advance(70_000);
      const count = (): number[] =>
        (['GetSessions', 'ListAllPeers', 'ListRegisteredPeers'] as const).map(
          (variant) => sent(world, 'a', variant).length,
        );
      // Lost on its way, and nobody knows.
      a.service.faults.add({ kind: 'drop', direction: 'out', variants: ['MessageNotification'], times: 1 });
      void b.messenger.messages.send(bob, alice, 'lost at first');
      await world.clock.advance(2_000);
      const before = count();
      const questions = sent(world, 'a', 'Message').length;
      if (back === 'setVisible') a.messenger.setVisible(true);
      else a.messenger.wake();
      await world.clock.advance(50);
      expect(count()).to.deep.equal(before.map((number) => number + 1));
      expect(
        said(world, 'a', questions).map((payload) => payload.type === 'sync' && payload.kind),
      ).to.include('question');
      await world.clock.advance(90_000);
      expect(texts(a.messenger, alice, bob).map(({ text }) => text)).to.deep.equal(['lost at first']);
    }
  });

  it('stays correct without a timer: it catches up when it wakes, and nothing has failed', async () => {
    const real = createFakeClock({ macrotasks: false });
    const page = stopsWith(real);
    const scenario = await started(real, hiddenAndHalfOpen({ clock: real, seed: 3 }));
    const { alice, bob } = scenario;
    const messenger = open(page.clock, scenario);
    await signedIn(real, messenger, scenario);
    const seen = recordStatuses(messenger, alice.cid, bob.cid);
    messenger.setVisible(false);
    void messenger.messages.send(alice.cid, bob.cid, 'right before');
    page.stop();
    for (let minute = 0; minute < 30; minute += 1) {
      bob.write(alice.cid, `minute ${minute}`);
      await real.advance(60_000);
    }
    // Frames reach a page without timers, and are dealt with.
    expect(messenger.messages.unread(alice.cid).peek()).to.equal(30);
    expect(statuses(messenger, alice.cid, bob.cid)[0]).to.equal('right before: delivered');
    page.go();
    messenger.setVisible(true);
    await real.advance(10_000);
    expect(messenger.link.peek().state).to.equal('up');
    expect(messenger.sessions.get(alice.cid)!.state).to.equal('signed-in');
    expect([...seen].filter((status) => status === 'failed' || status === 'unconfirmed')).to.deep.equal([]);
    expect(bob.received.map(({ payload }) => payload.text)).to.deep.equal(['right before']);
  });
});

type HalfOpen = Awaited<ReturnType<typeof hiddenAndHalfOpen>>;

/** Lets a scenario begin. */
async function started(clock: FakeClock, beginning: Promise<HalfOpen>): Promise<HalfOpen> {
  await clock.advance(1_000);
  return beginning;
}

/** A messenger for the person whose screen is looked at. */
function open(clock: FakeClock, { alice }: HalfOpen): Messenger {
  const random = createSeededRandom(11);
  const messenger = createMessenger({
    backend: citadel({
      url: alice.service.url,
      clock,
      random,
      openSocket: (url) => alice.service.openSocket(url),
      network: { isOnline: () => true, watch: () => () => undefined },
    }),
    storage: memory(),
    clock,
    random,
  });
  void messenger.open();
  return messenger;
}

async function signedIn(clock: FakeClock, messenger: Messenger, { alice, bob }: HalfOpen): Promise<void> {
  await clock.advance(100);
  const { serverAddress: server, username, password } = alice;
  void messenger.sessions.signIn({ server, username, password });
  await clock.advance(20_000);
  expect(messenger.path(alice.cid, bob.cid).kind, 'they have a channel').to.equal('unknown-but-up');
}

describe('a socket that died while the page was hidden', () => {
  it('is found within 5 s of the return, replaced and claimed; the gap is filled and nothing falsely failed (script S12 hidden-and-half-open)', async () => {
    const clock = createFakeClock({ macrotasks: false });
    const scenario = await started(clock, hiddenAndHalfOpen({ clock, seed: 5 }));
    const { alice, bob } = scenario;
    const messenger = open(clock, scenario);
    await signedIn(clock, messenger, scenario);
    void messenger.messages.send(alice.cid, bob.cid, 'before');
    await clock.advance(100);
    const seen = recordStatuses(messenger, alice.cid, bob.cid);
    messenger.setVisible(false);
    await clock.advance(10_000);
    scenario.goHalfOpen();
    for (const text of ['first', 'second', 'third']) {
      bob.write(alice.cid, text);
      await clock.advance(1_000);
    }
    // The service says that it took them all, and the page believes in its socket.
    expect(bob.frames.filter(({ variant }) => variant === 'MessageSendSuccess').length).to.be.greaterThan(2);
    await clock.advance(57_000 - 400);
    expect(messenger.link.peek().state).to.equal('up');
    expect(messenger.messages.unread(alice.cid).peek()).to.equal(0);
    // What the person writes in the moment of coming back goes into the dead socket, too.
    void messenger.messages.send(alice.cid, bob.cid, 'into the void');
    await clock.advance(400);

    const links = recordLink(messenger, clock);
    const back = clock.now();
    messenger.setVisible(true);
    await clock.advance(5_000);
    const found = links.find(({ state }) => state !== 'up');
    expect(found, 'found within 5 s').to.not.equal(undefined);
    expect(found!.at - back).to.be.at.most(5_000);
    await clock.advance(5_000);
    expect(messenger.link.peek().state).to.equal('up');
    expect(messenger.sessions.get(alice.cid)!.state).to.equal('signed-in');
    expect(texts(messenger, alice.cid, bob.cid).map(({ text }) => text)).to.have.members([
      ...['before', 'into the void', 'first', 'second', 'third'],
    ]);
    expect(messenger.messages.unread(alice.cid).peek()).to.equal(3);
    await clock.advance(10_000);
    const own = statuses(messenger, alice.cid, bob.cid).filter((line) => !line.endsWith('null'));
    expect(own).to.deep.equal(['before: delivered', 'into the void: delivered']);
    expect([...seen].filter((status) => status === 'failed' || status === 'unconfirmed')).to.deep.equal([]);
    expect(bob.received.map(({ payload }) => payload.text)).to.deep.equal(['before', 'into the void']);
  });

  it('is found the same way when the network comes back, and reopened at once during a back-off', async () => {
    const { world, a, alice, bob }: { world: World; a: Browser; alice: AccountId; bob: AccountId } =
      await talking();
    const [dead] = a.service.sockets;
    dead!.freeze();
    a.messenger.wake(); // `online`
    await world.clock.advance(5_500);
    expect(a.messenger.sessions.get(alice)!.state).to.equal('signed-in');
    expect(a.service.sockets.map(({ id }) => id)).not.to.include(dead!.id);
    a.service.kill();
    await world.clock.advance(300_000);
    a.service.start({ signIns: 'work' });
    expect(a.messenger.link.peek().state).to.equal('reconnecting');
    a.messenger.wake();
    await world.clock.advance(20);
    expect(a.messenger.link.peek().state).to.equal('up');
    expect(a.messenger.peers.row(alice, bob).relation).to.equal('contact');
  });
});
