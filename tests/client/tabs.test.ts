import { expect } from '@open-wc/testing';
import { TAB_MESSAGES_VERSION } from '../../facts/version.ts';
import { createTabGroup } from '../../tabs/group.ts';
import { createFakeClock, createSeededRandom } from '../../mocks/index.ts';
import type { PageMoment, Page } from '../../ports/page.ts';
import type { TabChannel, TabGroup, TabLocks } from '../../ports/tabs.ts';
import { consoleOf } from '../setup.ts';
import { createTabsWorld, GROUP, type Seat, type TabsWorld } from './tabs-world.ts';

/** Two tabs, of which the first leads. */
async function pair(
  first: Parameters<TabsWorld['open']>[0] = {},
  second: Parameters<TabsWorld['open']>[0] = {},
): Promise<TabsWorld & { a: Seat; b: Seat }> {
  const world = createTabsWorld();
  const a = world.open(first);
  await world.clock.advance(10);
  const b = world.open(second);
  await world.clock.advance(10);
  expect([a.role, b.role]).to.deep.equal(['leader', 'follower']);
  world.forget();
  return { ...world, a, b };
}

/** Sends an anonymous or forged message on the channel of the tabs. */
function forge(world: TabsWorld): TabChannel {
  return world.browser.tab({ hasLocks: false }).openChannel(GROUP);
}

describe('The tabs of one browser', () => {
  it('elect one leader, and the others follow it (case 107)', async () => {
    const world = createTabsWorld();
    const a = world.open();
    await world.clock.advance(10);
    expect(a.take()).to.deep.equal(['lead']);
    const b = world.open();
    expect(b.role).to.equal('joining');
    await world.clock.advance(10);
    expect(b.take()).to.deep.equal(['follow tab 1']);
    expect(a.group.view.value).to.deep.include({ role: 'leader', tabs: 2, isOutdated: false });
    expect(b.group.view.value).to.deep.equal({ ...a.group.view.value, role: 'follower' });
    expect(a.group.view.value.epoch).to.be.greaterThan(0);
  });

  it('elect exactly one of ten that open at once', async () => {
    const world = createTabsWorld();
    for (let tab = 0; tab < 10; tab++) world.open();
    await world.clock.advance(100);
    const told = world.seats.map((seat) => seat.take().join());
    expect(told.filter((line) => line === 'lead').length).to.equal(1);
    expect(told.filter((line) => /^follow tab \d+$/.test(line)).length).to.equal(9);
    expect(new Set(world.seats.map(({ group }) => group.view.value.epoch)).size).to.equal(1);
    expect(world.seats.every(({ group }) => group.view.value.tabs === 10)).to.be.true;
    await world.clock.advance(60_000);
    expect(world.seats.flatMap((seat) => seat.take())).to.deep.equal([]);
  });

  it('notify the page when their view changes, and only then', async () => {
    const { clock, b } = await pair();
    const roles: string[] = [];
    const stop = b.group.view.subscribe(({ role }) => roles.push(role));
    await clock.advance(60_000);
    expect(roles).to.deep.equal(['follower']);
    b.tab.freeze();
    expect(roles).to.deep.equal(['follower', 'asleep']);
    stop();
    b.tab.back();
    await clock.advance(10);
    expect(roles).to.deep.equal(['follower', 'asleep']);
    expect(b.group.view.peek()).to.equal(b.group.view.value);
  });

  it('do not share a link with a group of another name', async () => {
    const world = createTabsWorld();
    world.open();
    const other = world.open({}, { name: 'wss://other.example' });
    await world.clock.advance(10);
    expect(other.take()).to.deep.equal(['lead']);
  });

  it('join once, however often they are asked to, and again after leaving', async () => {
    const { clock, a, b } = await pair();
    const told: string[] = [];
    const member = {
      lead: () => told.push('lead'),
      follow: () => told.push('follow'),
      rest: () => told.push('rest'),
      heard: () => undefined,
      left: () => undefined,
    };
    b.group.join(member);
    await clock.advance(10_000);
    expect(told).to.deep.equal([]);
    b.group.leave();
    b.group.leave();
    expect(told).to.deep.equal(['rest']);
    await clock.advance(10);
    expect(a.take()).to.deep.equal(['tab 2 left']);
    b.group.join(member);
    await clock.advance(10);
    expect(told).to.deep.equal(['rest', 'follow']);
  });

  it('exchange messages in order: a follower with the leader, the leader with one tab or all', async () => {
    const world = await pair();
    const { clock, a, b } = world;
    const c = world.open();
    await clock.advance(10);
    world.forget();
    b.group.say(1);
    b.group.say({ two: 2n.toString() }, c.group.id);
    a.group.say('all');
    a.group.say('only c', c.group.id);
    a.group.say('nobody', 'unknown');
    await clock.advance(10);
    expect(a.take()).to.deep.equal(['tab 2 says 1', 'tab 2 says {"two":"2"}']);
    expect(b.take()).to.deep.equal(['tab 1 says "all"']);
    expect(c.take()).to.deep.equal(['tab 1 says "all"', 'tab 1 says "only c"']);
  });

  it('let a follower speak to its leader as soon as it follows', async () => {
    const world = createTabsWorld();
    const a = world.open();
    await world.clock.advance(10);
    const tab = world.browser.tab();
    const group = createTabGroup({ name: 'wss://service.example', ...tab });
    group.say('too early');
    group.join({
      lead: () => undefined,
      follow: () => group.say('snapshot?'),
      rest: () => undefined,
      heard: () => undefined,
      left: () => undefined,
    });
    group.say('still too early');
    await world.clock.advance(10);
    expect(a.take()).to.deep.equal(['lead', 'nobody says "snapshot?"']);
  });

  it('contain an error that a member throws, and continue', async () => {
    const world = createTabsWorld();
    const errors: unknown[] = [];
    const onError = window.onerror;
    window.onerror = (...told) => errors.push(told[0]);
    const tab = world.browser.tab();
    const group = createTabGroup({ name: 'wss://service.example', ...tab });
    group.join({
      lead: () => {
        throw new Error('a mistake of the page');
      },
      follow: () => undefined,
      rest: () => undefined,
      heard: () => undefined,
      left: () => undefined,
    });
    await consoleOf(() => world.clock.advance(10));
    window.onerror = onError;
    expect(errors.map(String).join()).to.contain('a mistake of the page');
    expect(group.view.value.role).to.equal('leader');
    expect(world.browser.holderOf(GROUP)).to.equal(tab);
  });
});

describe('A leader', () => {
  it('lets go at once when its page goes, and the next one leads in a higher epoch', async () => {
    const { clock, a, b } = await pair();
    const { epoch } = a.group.view.value;
    a.tab.close();
    expect(a.take(), 'at once, within the event').to.deep.equal(['rest']);
    await clock.advance(10);
    expect(b.take()).to.deep.equal(['rest', 'lead']);
    expect(b.group.view.value.epoch).to.be.greaterThan(epoch);
    expect(b.group.view.value.tabs).to.equal(1);
  });

  for (const how of ['freeze', 'cache'] as const) {
    it(`lets go at once on ${how}, and joins anew when it is back (case 112)`, async () => {
      const { clock, browser, a, b } = await pair();
      a.tab[how]();
      expect(a.take(), 'at once, within the event').to.deep.equal(['rest']);
      expect(a.role).to.equal('asleep');
      await clock.advance(10);
      expect(browser.holderOf(GROUP)).to.equal(b.tab);
      expect(b.take()).to.deep.equal(['rest', 'lead']);
      await clock.advance(120_000);
      a.tab.back();
      await clock.advance(10);
      expect(a.take()).to.deep.equal(['follow tab 2']);
      expect(a.group.view.value.epoch).to.equal(b.group.view.value.epoch);
      expect([a, b].map(({ group }) => group.view.value.tabs)).to.deep.equal([2, 2]);
    });
  }

  it('that crashes frees the lock without a message, and a hidden follower may lead', async () => {
    const { clock, a, b } = await pair({}, { isVisible: false });
    a.tab.kill();
    await clock.advance(10);
    expect(a.take()).to.deep.equal([]);
    expect(b.take()).to.deep.equal(['lead']);
  });

  it('is replaced by the first follower that is awake, without waiting for those that sleep', async () => {
    const world = await pair();
    const c = world.open();
    const d = world.open();
    await world.clock.advance(10);
    world.b.tab.freeze();
    c.tab.cache();
    expect(world.b.role).to.equal('asleep');
    world.a.tab.kill();
    await world.clock.advance(10);
    expect(d.role).to.equal('leader');
    expect(world.b.take()).to.deep.equal(['rest']);
  });

  it('continues when a callback of the page throws', async () => {
    const world = await pair({}, { isVisible: false });
    const { clock, a } = world;
    const errors: unknown[] = [];
    const onError = window.onerror;
    window.onerror = (...told) => errors.push(told[0]);
    a.tab.stop();
    await clock.advance(6_000);
    a.tab.wake();
    const runs: number[] = [];
    await consoleOf(async () => {
      a.group.guard(() => {
        throw new Error('a mistake of the page');
      });
      a.group.guard(() => runs.push(1));
      await clock.advance(10);
    });
    a.group.guard(() => runs.push(2));
    window.onerror = onError;
    expect(errors.length).to.equal(1);
    expect(runs).to.deep.equal([1, 2]);
  });

  it('counts as alive after any message, not only after a heartbeat', async () => {
    const { clock, browser, a, b } = await pair();
    // Its own timers run once a minute; it sends only when it receives something.
    browser.throttle(true);
    a.tab.hide();
    for (let second = 0; second < 30; second++) {
      a.group.say(second);
      await clock.advance(1_000);
    }
    expect(b.take().filter((line) => !line.includes('says'))).to.deep.equal([]);
    expect(b.role).to.equal('follower');
  });

  it('sends a heartbeat whenever it has verified that it still leads, so that followers keep waiting', async () => {
    const { clock, browser, a, b } = await pair({}, { isVisible: false });
    browser.throttle(true);
    a.tab.hide();
    let runs = 0;
    const act = async (): Promise<void> => {
      a.group.guard(() => runs++);
      await clock.settle();
    };
    await clock.advance(5_100);
    await act();
    await clock.advance(3_900);
    b.tab.show();
    await clock.advance(1_200);
    // Five seconds since it last made sure, but not since it last spoke.
    await act();
    a.tab.stop();
    await clock.advance(4_500);
    expect(b.take()).to.deep.equal([]);
    a.tab.wake();
    await act();
    expect(runs).to.equal(3);
  });

  it('learns once that a follower closed, froze or crashed', async () => {
    const world = await pair();
    const { clock, a, b } = world;
    const c = world.open();
    const d = world.open();
    await clock.advance(10);
    expect(a.group.view.value.tabs).to.equal(4);
    b.tab.close();
    c.tab.freeze();
    d.tab.kill();
    await clock.advance(60_000);
    expect(a.take()).to.have.members(['tab 2 left', 'tab 3 left', 'tab 4 left']);
    expect(a.group.view.value.tabs).to.equal(1);
    c.tab.back();
    await clock.advance(10);
    expect(a.group.view.value.tabs).to.equal(2);
    c.tab.kill();
    await clock.advance(10);
    expect(a.take()).to.deep.equal(['tab 3 left']);
  });

  it('is not told that a stopped follower left, since that one is only silent', async () => {
    const { clock, a, b } = await pair();
    b.tab.stop();
    await clock.advance(600_000);
    expect(a.take()).to.deep.equal([]);
    b.tab.wake();
    await clock.advance(10);
    expect(b.take()).to.deep.equal([]);
    b.group.say('still here');
    await clock.advance(10);
    expect(a.take()).to.deep.equal(['tab 2 says "still here"']);
  });

  it('reports no tab that left before it became leader', async () => {
    const world = await pair();
    const c = world.open();
    await world.clock.advance(10);
    world.forget();
    world.a.tab.kill();
    await world.clock.advance(10);
    expect(world.b.take()).to.deep.equal(['lead']);
    expect(c.take()).to.deep.equal(['follow tab 2']);
    expect(world.b.group.view.value.tabs).to.equal(2);
  });
});

describe('A silent leader', () => {
  it('is replaced by a visible follower after 5 s, with a higher epoch (case 107)', async () => {
    const { clock, browser, a, b } = await pair();
    const { epoch } = a.group.view.value;
    a.tab.stop();
    await clock.advance(4_900);
    expect(b.take()).to.deep.equal([]);
    expect(browser.holderOf(GROUP)).to.equal(a.tab);
    await clock.advance(95);
    expect(b.role).to.equal('taking-over');
    expect(browser.holderOf(GROUP)).to.equal(b.tab);
    await clock.advance(100);
    expect(b.take()).to.deep.equal(['rest', 'lead']);
    expect(b.group.view.value.epoch).to.be.greaterThan(epoch);
  });

  it('is not replaced by a hidden follower, but 5 s after that one is shown', async () => {
    const { clock, a, b } = await pair({}, { isVisible: false });
    a.tab.stop();
    await clock.advance(600_000);
    expect(b.take()).to.deep.equal([]);
    b.tab.show();
    await clock.advance(4_900);
    expect(b.take()).to.deep.equal([]);
    await clock.advance(300);
    expect(b.take()).to.deep.equal(['rest', 'lead']);
  });

  it('that was silent only because it is hidden answers a visible follower and keeps the lead', async () => {
    const { clock, browser, a, b } = await pair({}, { isVisible: false });
    browser.throttle(true);
    a.tab.hide();
    await clock.advance(50_000);
    b.tab.show();
    await clock.advance(3_000);
    b.tab.hide();
    await clock.advance(600_000);
    expect([...a.take(), ...b.take()]).to.deep.equal([]);
  });

  it('is replaced by a visible tab that is only joining and has never heard of it', async () => {
    const world = createTabsWorld();
    const a = world.open();
    await world.clock.advance(10);
    a.tab.stop();
    const b = world.open();
    await world.clock.advance(5_200);
    expect(b.take()).to.deep.equal(['lead']);
    expect(b.group.view.value.epoch, 'higher than one it has not heard of').to.be.greaterThan(
      a.group.view.value.epoch,
    );
  });

  it('is replaced once by two visible followers, and the other one follows', async () => {
    const world = await pair();
    const c = world.open();
    await world.clock.advance(10);
    world.forget();
    world.a.tab.stop();
    await world.clock.advance(6_000);
    const told = [world.b.take().join(), c.take().join()];
    expect(told.filter((line) => line.includes('lead'))).to.deep.equal(['rest,lead']);
    expect(told.filter((line) => line.includes('follow')).length).to.equal(1);
  });

  it('is not replaced by a follower that slept itself and has unread messages of the leader', async () => {
    const { clock, browser, a, b } = await pair();
    b.tab.stop();
    await clock.advance(20_000);
    b.tab.wake();
    await clock.advance(20_000);
    expect([...a.take(), ...b.take()]).to.deep.equal([]);
    expect(browser.holderOf(GROUP)).to.equal(a.tab);
  });

  it('rests when it learns of it, and follows the new one', async () => {
    const { clock, a, b } = await pair();
    a.tab.stop();
    await clock.advance(6_000);
    a.tab.wake();
    await clock.advance(10);
    expect(a.take()).to.deep.equal(['rest', 'follow tab 2']);
    expect(a.group.view.value).to.deep.equal({ ...b.group.view.value, role: 'follower' });
    await clock.advance(60_000);
    expect(a.take()).to.deep.equal([]);
  });

  it('does nothing as leader when it wakes after it was replaced (case 110)', async () => {
    const world = await pair();
    const { clock, a, b } = world;
    a.tab.stop();
    let runs = 0;
    let beats = 0;
    forge(world).onmessage = ({ data }: { data: { from: string; kind: string } }) => {
      if (data.from === a.group.id && data.kind === 'beat') beats += 1;
    };
    // A frame reaches it before it learns that its lock was stolen.
    a.tab.task(() => a.group.guard(() => runs++));
    b.group.say('please do it');
    await clock.advance(6_000);
    a.tab.wake();
    a.tab.task(() => a.group.guard(() => runs++));
    await clock.advance(60_000);
    expect([runs, beats]).to.deep.equal([0, 0]);
    expect(a.take()).to.deep.equal(['rest', 'follow tab 2']);
    expect(b.role).to.equal('leader');
  });

  it('that nobody replaced resumes after its sleep, with all work in order', async () => {
    const { clock, a, b } = await pair({}, { isVisible: false });
    a.tab.stop();
    const runs: string[] = [];
    a.tab.task(() => a.group.guard(() => runs.push('first')));
    b.group.say('a message');
    await clock.advance(600_000);
    a.tab.wake();
    a.tab.task(() => a.group.guard(() => runs.push(`second, after ${a.take().join()}`)));
    await clock.advance(10);
    expect(runs).to.deep.equal(['first', 'second, after tab 2 says "a message"']);
    expect(b.take()).to.deep.equal([]);
    expect(a.role).to.equal('leader');
  });

  it('that is hidden, with timers once a minute, goes on while nobody replaces it', async () => {
    const { clock, browser, a } = await pair({}, { isVisible: false });
    browser.throttle(true);
    a.tab.hide();
    await clock.advance(30_000);
    let runs = 0;
    a.tab.task(() => a.group.guard(() => runs++));
    await clock.advance(10);
    expect(runs).to.equal(1);
    expect(a.take()).to.deep.equal([]);
  });

  it('holds its work back until the browser has confirmed that it still owns the lock', async () => {
    const { clock, a } = await pair({}, { isVisible: false });
    a.tab.stop();
    await clock.advance(5_000);
    a.tab.wake();
    const runs: string[] = [];
    a.group.guard(() => runs.push('first'));
    a.group.guard(() => runs.push('second'));
    expect(runs).to.deep.equal([]);
    await clock.settle();
    expect(runs).to.deep.equal(['first', 'second']);
    a.group.guard(() => runs.push('at once'));
    expect(runs.length).to.equal(3);
  });

  it('ignores an answer of Web Locks that is older than its sleep', async () => {
    const clock = createFakeClock();
    // Every delivery is a task of its own, as in a browser.
    const schedule = (_tab: string, run: () => void): unknown => clock.setTimeout(run, 1);
    const world = createTabsWorld({ schedule }, clock);
    const a = world.open();
    await clock.advance(50);
    const b = world.open({ isVisible: false });
    await clock.advance(50);
    a.tab.stop();
    await clock.advance(6_000);
    a.tab.wake();
    let runs = 0;
    a.group.guard(() => runs++);
    a.tab.stop();
    await clock.advance(50);
    b.tab.show();
    await clock.advance(5_200);
    expect(b.role).to.equal('leader');
    a.tab.wake();
    await clock.advance(50);
    expect(runs).to.equal(0);
    expect(a.take()).to.deep.equal(['lead', 'rest', 'follow tab 2']);
  });

  it('drops held work when it gives up the lead meanwhile', async () => {
    const { clock, a } = await pair();
    a.tab.stop();
    await clock.advance(4_990);
    a.tab.wake();
    await clock.advance(0);
    a.tab.stop();
    await clock.advance(5_000);
    let runs = 0;
    a.tab.wake();
    a.group.guard(() => runs++);
    a.group.leave();
    await clock.advance(1_000);
    expect(runs).to.equal(0);
  });

  it('is not assumed when the time of day is set back or forward: both tabs continue', async () => {
    const world = createTabsWorld();
    const [a, b] = [world.open(), world.open()];
    await world.clock.advance(10);
    expect([a.role, b.role]).to.deep.equal(['leader', 'follower']);
    world.forget();
    let runs = 0;
    for (const shift of [-3_600_000, 3_600_000, -31_536_000_000, 63_072_000_000]) {
      world.clock.shift(shift);
      // At once: nothing has to be asked first.
      a.group.guard(() => runs++);
      await world.clock.advance(20_000);
    }
    expect(runs).to.equal(4);
    expect([...a.take(), ...b.take()]).to.deep.equal([]);
    expect([a.role, b.role]).to.deep.equal(['leader', 'follower']);
  });
});

describe('Messages between tabs', () => {
  it('of an older epoch are ignored, and their sender is corrected', async () => {
    const world = await pair();
    const { clock, a, b } = world;
    const channel = forge(world);
    const { epoch } = a.group.view.value;
    const told: { kind: string; epoch: number }[] = [];
    channel.onmessage = ({ data }: { data: { kind: string; epoch: number; to: string | null } }) => {
      if (data.to === 'ghost') told.push(data);
    };
    const ghost = { p2p: TAB_MESSAGES_VERSION, from: 'ghost', to: null };
    channel.postMessage({ ...ghost, epoch: epoch - 1, kind: 'beat', body: { tabs: ['ghost'], visible: [] } });
    channel.postMessage({ ...ghost, epoch: epoch - 1, kind: 'message', body: 'old news' });
    channel.postMessage({ ...ghost, from: a.group.id, epoch: epoch - 1, kind: 'message', body: 'old news' });
    channel.postMessage({ ...ghost, to: a.group.id, epoch, kind: 'message', body: 'I follow nobody' });
    await clock.advance(10);
    expect([...a.take(), ...b.take()]).to.deep.equal([]);
    expect(b.group.view.value.epoch).to.equal(epoch);
    expect(told.map(({ kind, epoch: known }) => [kind, known])).to.deep.equal([['stale', epoch]]);
  });

  it('that are malformed are ignored, whoever sends them', async () => {
    const world = await pair();
    const { clock, a, b } = world;
    const channel = forge(world);
    const { epoch } = a.group.view.value;
    const whole = {
      p2p: TAB_MESSAGES_VERSION,
      from: 'ghost',
      to: null,
      epoch: epoch + 5,
      kind: 'beat',
      body: null,
    };
    const messages: unknown[] = [
      ...[null, undefined, 7, 'message', [], {}, new Map(), { kind: 'beat' }],
      ...[null, '1', -1, 1.5, NaN, Infinity, Number.MAX_SAFE_INTEGER].map((p2p) => ({ ...whole, p2p })),
      ...[null, '1', -1, 1.5, NaN, Infinity, Number.MAX_SAFE_INTEGER].map((bad) => ({
        ...whole,
        epoch: bad,
      })),
      ...[null, 7, '', {}].map((from) => ({ ...whole, from })),
      ...[undefined, 7, {}].map((to) => ({ ...whole, to })),
      ...[null, 'dance', 7, undefined].map((kind) => ({ ...whole, kind })),
      ...[null, 7, {}, { life: 'x' }, { life: -1 }].map((body) => ({
        ...whole,
        to: a.group.id,
        epoch,
        kind: 'hello',
        body,
      })),
      { ...whole, to: a.group.id, epoch, kind: 'seen', body: {} },
    ];
    for (const message of messages) channel.postMessage(message);
    await clock.advance(10);
    expect([...a.take(), ...b.take()]).to.deep.equal([]);
    expect(a.group.view.value).to.deep.equal({ role: 'leader', epoch, tabs: 2, isOutdated: false });
    for (const body of [null, 'x', { tabs: 7, visible: {} }, { tabs: [7, {}], visible: [null] }])
      channel.postMessage({ ...whole, epoch: epoch - 1, from: a.group.id, body });
    await clock.advance(3_000);
    expect(b.role).to.equal('follower');
    expect(b.group.view.value.tabs).to.equal(2);
  });

  it('of a leader with a higher epoch make the leader with the lower one rest', async () => {
    const world = await pair();
    const { clock, a, b } = world;
    const { epoch } = a.group.view.value;
    forge(world).postMessage({
      p2p: TAB_MESSAGES_VERSION,
      from: 'ghost',
      to: null,
      epoch: epoch + 9,
      kind: 'beat',
      body: null,
    });
    await clock.settle();
    expect(a.take()[0]).to.equal('rest');
    expect(b.take()).to.include('follow nobody');
    // Nobody holds the lock for that leader: the next in the queue leads, in a higher epoch.
    await clock.advance(10);
    const leaders = [a, b].filter(({ role }) => role === 'leader');
    expect(leaders.length).to.equal(1);
    expect(leaders[0]!.group.view.value.epoch).to.be.greaterThan(epoch + 9);
  });

  it('of a leader whose clock was set back have a higher epoch than any it has received', async () => {
    const world = createTabsWorld();
    let shift = 3_600_000;
    const clock = { ...world.clock, now: () => world.clock.now() + shift };
    const first = world.open({}, { clock });
    await world.clock.advance(10);
    const second = world.open({}, { clock });
    await world.clock.advance(10);
    const { epoch } = second.group.view.value;
    shift = 0;
    first.tab.kill();
    await world.clock.advance(10);
    expect(second.role).to.equal('leader');
    expect(second.group.view.value.epoch).to.equal(epoch + 1);
  });

  it('of a follower that knows a higher epoch raise that of the leader that holds the lock', async () => {
    const world = createTabsWorld();
    let shift = 3_600_000;
    const now = { now: () => world.clock.now() + shift };
    const open = (): Seat => world.open({}, { clock: { ...world.clock, ...now } });
    const first = open();
    await world.clock.advance(10);
    const knowing = open();
    await world.clock.advance(10);
    const { epoch } = knowing.group.view.value;
    // The clock is set back, and a tab leads that has never heard of the first leader.
    knowing.tab.freeze();
    shift = 0;
    first.group.leave();
    const second = open();
    await world.clock.advance(10);
    expect(second.group.view.value.epoch).to.be.lessThan(epoch);
    world.forget();
    knowing.tab.back();
    await world.clock.advance(10);
    expect(knowing.take()).to.deep.equal(['follow tab 3']);
    expect(second.take()).to.deep.equal([]);
    expect(second.group.view.value.epoch).to.be.greaterThan(epoch);
    expect(knowing.group.view.value.epoch).to.equal(second.group.view.value.epoch);
  });

  it('of a follower that says hello again end its previous registration, once', async () => {
    const world = await pair();
    const { clock, a, b } = world;
    const tab = world.browser.tab();
    void tab.locks!.request(`${GROUP} tab ${b.group.id} 99`, {}, () => new Promise(() => undefined));
    await clock.settle();
    const { epoch } = a.group.view.value;
    const hello = { p2p: TAB_MESSAGES_VERSION, from: b.group.id, to: a.group.id, epoch, kind: 'hello' };
    const channel = tab.openChannel(GROUP);
    for (let time = 0; time < 2; time++)
      channel.postMessage({ ...hello, body: { life: 99, isVisible: true } });
    await clock.advance(10);
    expect(a.take()).to.deep.equal(['tab 2 left']);
    expect(a.group.view.value.tabs).to.equal(2);
  });

  it('that cannot be cloned throw at the sender', async () => {
    const { b } = await pair();
    expect(() => b.group.say(() => undefined)).to.throw(DOMException);
  });
});

describe('Whether a page is on screen', () => {
  it('is known to every tab: each tells when it is shown and hidden', async () => {
    const { clock, a, b } = await pair();
    a.tab.hide();
    await clock.advance(10);
    expect([a, b].map(({ group }) => group.isAnyVisible.value)).to.deep.equal([true, true]);
    b.tab.hide();
    expect(b.group.isAnyVisible.value).to.be.false;
    await clock.advance(10);
    expect([a, b].map(({ group }) => group.isAnyVisible.value)).to.deep.equal([false, false]);
    b.tab.show();
    expect(b.group.isAnyVisible.value, 'at once, of itself').to.be.true;
    await clock.advance(10);
    expect(a.group.isAnyVisible.value).to.be.true;
  });

  it('does not count tabs that are gone', async () => {
    const { clock, a, b } = await pair({ isVisible: false });
    expect(a.group.isAnyVisible.value).to.be.true;
    b.tab.kill();
    await clock.advance(10);
    expect(a.group.isAnyVisible.value).to.be.false;
  });
});

describe('Two versions of the library', () => {
  it('share one link: the other version waits and says so, and the older one is told that it is outdated', async () => {
    const world = createTabsWorld();
    const old = world.open({}, { version: 1 });
    await world.clock.advance(10);
    const young = world.open({}, { version: 2 });
    await world.clock.advance(60_000);
    expect([old.role, young.role]).to.deep.equal(['leader', 'other-tab']);
    expect([old.take(), young.take()]).to.deep.equal([['lead'], []]);
    expect([old, young].map(({ group }) => group.view.value.isOutdated)).to.deep.equal([true, false]);
    expect(old.group.view.value.tabs, 'whoever does not follow does not share').to.equal(1);
    old.tab.close();
    await world.clock.advance(10);
    expect(young.take()).to.deep.equal(['lead']);
  });

  it('never accept messages of each other, nor follow an older or newer version', async () => {
    const world = createTabsWorld();
    const young = world.open({}, { version: 2 });
    await world.clock.advance(10);
    const old = world.open({}, { version: 1 });
    const same = world.open({}, { version: 2 });
    await world.clock.advance(10);
    world.forget();
    young.group.say('for all');
    old.group.say('for nobody');
    await world.clock.advance(10);
    expect(old.role).to.equal('other-tab');
    expect(old.group.view.value.isOutdated).to.be.true;
    expect([old.take(), same.take(), young.take()]).to.deep.equal([[], ['tab 1 says "for all"'], []]);
  });

  it('replace each other only after silence', async () => {
    const world = createTabsWorld();
    const old = world.open({}, { version: 1 });
    await world.clock.advance(10);
    const young = world.open({}, { version: 2 });
    await world.clock.advance(10);
    old.tab.stop();
    await world.clock.advance(6_000);
    expect(young.role).to.equal('leader');
    old.tab.wake();
    await world.clock.advance(10);
    expect(old.role).to.equal('other-tab');
    expect(old.take()).to.deep.equal(['lead', 'rest']);
  });
});

describe('Without Web Locks', () => {
  const hasLocks = false;

  it('one tab leads by messages alone, and the others say so and do not follow', async () => {
    const world = createTabsWorld();
    const a = world.open({ hasLocks });
    await world.clock.advance(1_100);
    const b = world.open({ hasLocks });
    const c = world.open({ hasLocks });
    await world.clock.advance(60_000);
    expect([a, b, c].map(({ role }) => role)).to.deep.equal(['leader', 'other-tab', 'other-tab']);
    expect([a.take(), b.take(), c.take()]).to.deep.equal([['lead'], [], []]);
  });

  it('of any number that start at once the one with the lowest id leads', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const world = createTabsWorld({ random: createSeededRandom(seed) });
      for (let tab = 0; tab < 5; tab++) world.open({ hasLocks });
      await world.clock.advance(60_000);
      const lowest = world.seats.map(({ group }) => group.id).sort()[0];
      const leaders = world.seats.filter(({ role }) => role === 'leader');
      expect(leaders.map(({ group }) => group.id)).to.deep.equal([lowest]);
      expect(world.seats.flatMap((seat) => seat.take())).to.deep.equal(['lead']);
    }
  });

  it('of two that start at once only one leads, even when messages are slow', async () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const clock = createFakeClock();
      const schedule = (_tab: string, run: () => void): unknown => clock.setTimeout(run, 20);
      const world = createTabsWorld({ random: createSeededRandom(seed), schedule }, clock);
      world.open({ hasLocks });
      world.open({ hasLocks });
      await clock.advance(10_000);
      expect(world.seats.flatMap((seat) => seat.take())).to.deep.equal(['lead']);
    }
  });

  it('another one takes over after a bye, and after 5 s of silence', async () => {
    const world = createTabsWorld();
    const a = world.open({ hasLocks });
    await world.clock.advance(1_100);
    const b = world.open({ hasLocks });
    await world.clock.advance(100);
    a.tab.close();
    await world.clock.advance(1_100);
    expect(b.take()).to.deep.equal(['lead']);
    const c = world.open({ hasLocks });
    await world.clock.advance(100);
    b.tab.kill();
    await world.clock.advance(3_500);
    expect(c.role).to.equal('other-tab');
    await world.clock.advance(1_600);
    expect(c.take()).to.deep.equal(['lead']);
  });

  it('a leader that slept asks before it acts, and rests if it was replaced', async () => {
    const world = createTabsWorld();
    const a = world.open({ hasLocks });
    await world.clock.advance(1_100);
    const b = world.open({ hasLocks });
    await world.clock.advance(100);
    a.tab.stop();
    await world.clock.advance(7_000);
    expect(b.role).to.equal('leader');
    let runs = 0;
    a.tab.task(() => a.group.guard(() => runs++));
    a.tab.wake();
    await world.clock.advance(100);
    expect(runs).to.equal(0);
    expect([a.role, b.role]).to.deep.equal(['other-tab', 'leader']);
    expect(a.take()).to.deep.equal(['lead', 'rest']);
  });

  it('a leader that slept and was not replaced goes on', async () => {
    const world = createTabsWorld();
    const a = world.open({ hasLocks });
    await world.clock.advance(1_100);
    a.tab.stop();
    await world.clock.advance(60_000);
    a.tab.wake();
    let runs = 0;
    a.group.guard(() => runs++);
    expect(runs).to.equal(0);
    await world.clock.advance(100);
    expect(runs).to.equal(1);
    expect(a.role).to.equal('leader');
  });

  it('Web Locks that throw, as in a sandboxed frame, count as missing', async () => {
    const world = createTabsWorld();
    const refusing: TabLocks = { request: () => Promise.reject(new DOMException('No.', 'SecurityError')) };
    const throwing: TabLocks = {
      request: () => {
        throw new DOMException('No.', 'SecurityError');
      },
    };
    const a = world.open({}, { locks: refusing });
    await world.clock.advance(1_100);
    const b = world.open({}, { locks: throwing });
    await world.clock.advance(5_000);
    expect([a.role, b.role]).to.deep.equal(['leader', 'other-tab']);
  });
});

describe('Without channels', () => {
  for (const [why, options] of [
    ['there are none', { openChannel: null }],
    [
      'opening one throws, as in a sandboxed frame',
      {
        openChannel: () => {
          throw new DOMException('No.', 'SecurityError');
        },
      },
    ],
  ] as const) {
    it(`every tab is alone at once where ${why}`, async () => {
      const world = createTabsWorld();
      const a = world.open({}, options);
      expect(a.take()).to.deep.equal(['lead']);
      expect(a.group.view.value).to.deep.include({ role: 'alone', tabs: 1 });
      let runs = 0;
      await world.clock.advance(600_000);
      a.group.guard(() => runs++);
      expect(runs).to.equal(1);
      a.group.say('to nobody');
      a.tab.freeze();
      expect(a.take()).to.deep.equal(['rest']);
      expect(a.role).to.equal('asleep');
      a.group.guard(() => runs++);
      expect(runs).to.equal(1);
      a.tab.back();
      expect(a.take()).to.deep.equal(['lead']);
    });
  }
});

describe('A page', () => {
  it('handles repeated freeze and resume events, in any order with changes of its visibility', async () => {
    const world = await pair();
    const { clock, b } = world;
    const watchers: ((moment: PageMoment) => void)[] = [];
    const page: Page = {
      isVisible: true,
      watch: (run) => {
        watchers.push(run);
        return () => undefined;
      },
    };
    const c = world.open({}, { page });
    await clock.advance(10);
    c.take();
    const happen = (...moments: PageMoment[]): void =>
      moments.forEach((moment) => watchers.forEach((run) => run(moment)));
    happen('cached', 'hidden', 'frozen', 'shown');
    expect(c.take()).to.deep.equal(['rest']);
    await clock.advance(10);
    happen('back', 'back', 'shown');
    await clock.advance(10);
    expect(c.take()).to.deep.equal(['follow tab 1']);
    expect(world.a.take()).to.deep.equal(['tab 3 left']);
    expect(b.take()).to.deep.equal([]);
  });

  it('leaves no timer, no lock and no lock request behind', async () => {
    const world = await pair();
    const c = world.open();
    await world.clock.advance(10);
    for (const { group } of [world.a, world.b, c]) group.leave();
    await world.clock.advance(10);
    const lives = world.seats.map(({ group }) => `${GROUP} tab ${group.id} 1`);
    for (const lock of [GROUP, ...lives]) expect(world.browser.holderOf(lock), lock).to.equal(null);
    expect(world.clock.pending).to.equal(0);
    await world.clock.advance(60_000);
    expect(world.seats.map(({ part }) => part)).to.deep.equal(['rest', 'rest', 'rest']);
  });
});

describe('In a real browser', () => {
  interface RealSeat {
    group: TabGroup;
    told: string[];
  }

  /** Resolves once the condition holds, within the runner's own time limit. */
  async function until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise((resolve) => requestAnimationFrame(resolve));
  }

  function open(name: string): RealSeat {
    const group = createTabGroup({ name });
    const told: string[] = [];
    group.join({
      lead: () => told.push('lead'),
      follow: (leader) => told.push(`follow ${leader}`),
      rest: () => told.push('rest'),
      heard: (from, word) => told.push(`${from} says ${String(word)}`),
      left: (tab) => told.push(`${tab} left`),
    });
    return { group, told };
  }

  it('two groups elect one leader, talk, and change over', async () => {
    const name = `real ${crypto.randomUUID()}`;
    const a = open(name);
    await until(() => a.told.includes('lead'));
    const b = open(name);
    await until(() => b.told.length > 0);
    expect(b.told).to.deep.equal([`follow ${a.group.id}`]);
    await until(() => a.group.view.value.tabs === 2);
    a.group.say('hello');
    b.group.say('there');
    await until(() => a.told.length > 1 && b.told.length > 1);
    expect(a.told).to.deep.equal(['lead', `${b.group.id} says there`]);
    expect(b.told[1]).to.equal(`${a.group.id} says hello`);
    a.group.leave();
    await until(() => b.told.includes('lead'));
    expect(b.told.slice(2)).to.deep.equal(['rest', 'lead']);
    expect(b.group.view.value.epoch).to.be.greaterThan(0);
    b.group.leave();
  });

  it('a leader whose lock was stolen rests and follows the tab that stole it', async () => {
    const name = `real ${crypto.randomUUID()}`;
    const a = open(name);
    await until(() => a.told.includes('lead'));
    let letGo: (() => void) | null = null;
    const theft = navigator.locks.request(
      `p2p-elements ${name}`,
      { steal: true },
      () => new Promise<void>((resolve) => (letGo = resolve)),
    );
    await until(() => a.told.includes('rest') && letGo !== null);
    expect(a.group.view.value.role).to.equal('joining');
    letGo!();
    await theft;
    await until(() => a.told.length > 2);
    expect(a.told).to.deep.equal(['lead', 'rest', 'lead']);
    a.group.leave();
  });

  it('a leader that slept asks the real Web Locks and hears of a stolen lock before their answer', async () => {
    const name = `real ${crypto.randomUUID()}`;
    let shift = 0;
    const clock = {
      now: () => Date.now(),
      elapsed: () => performance.now() + shift,
      setTimeout: (run: () => void, delay: number) => setTimeout(run, delay),
      clearTimeout: (handle: unknown) => clearTimeout(handle as number),
    };
    const group = createTabGroup({ name, clock });
    const told: string[] = [];
    group.join({
      lead: () => told.push('lead'),
      follow: () => told.push('follow'),
      rest: () => told.push('rest'),
      heard: () => undefined,
      left: () => undefined,
    });
    await until(() => told.includes('lead'));
    shift += 10_000;
    let runs = 0;
    group.guard(() => runs++);
    expect(runs).to.equal(0);
    await until(() => runs === 1);
    // Another page would take it while this one sleeps; here both happen in one turn, the theft first.
    shift += 10_000;
    let letGo = (): void => undefined;
    const theft = navigator.locks.request(
      `p2p-elements ${name}`,
      { steal: true },
      () => new Promise<void>((resolve) => (letGo = resolve)),
    );
    group.guard(() => runs++);
    await until(() => told.includes('rest'));
    await navigator.locks.request(`settled ${name}`, () => undefined);
    expect(runs).to.equal(1);
    group.leave();
    letGo();
    await theft;
  });

  it('the page reports freeze, resume and visibility', async () => {
    const name = `real ${crypto.randomUUID()}`;
    const a = open(name);
    await until(() => a.told.includes('lead'));
    document.dispatchEvent(new Event('freeze'));
    expect(a.told).to.deep.equal(['lead', 'rest']);
    expect(a.group.view.value.role).to.equal('asleep');
    document.dispatchEvent(new Event('resume'));
    await until(() => a.told.length === 3);
    window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    expect(a.told).to.deep.equal(['lead', 'rest', 'lead', 'rest']);
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }));
    expect(a.group.view.value.role).to.equal('asleep');
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await until(() => a.told.length === 5);
    window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: false }));
    expect(a.told.slice(3)).to.deep.equal(['rest', 'lead', 'rest']);
    a.group.leave();
  });
});
