import { systemClock, systemRandom } from '../client/system.ts';
import { tell } from '../facts/listeners.ts';
import { TAB_MESSAGES_VERSION } from '../facts/version.ts';
import type { TabsView } from '../facts/view.ts';
import type { PageMoment } from '../ports/page.ts';
import type { TabGroup, TabMember } from '../ports/tabs.ts';
import { ANSWER_MS, createElection } from './election.ts';
import { createFollowers } from './followers.ts';
import { createGroupView } from './group-view.ts';
import { KnownLeader } from './known-leader.ts';
import { createLease } from './lease.ts';
import { browserChannels, browserLocks, browserPage } from './page.ts';
import type { TabGroupOptions } from './options.ts';
import { createPulse } from './pulse.ts';
import { createWire } from './wire.ts';
import { parseHello, type Beat, type Envelope } from './envelope.ts';

/** A leader that is silent for longer is replaced by a visible tab. */
const SILENCE_MS = 5_000;
/** The names of locks may not start with a dash, and an origin may have other things named like the service. */
const PREFIX = 'p2p-elements ';

/** The tabs of one browser that share one link: one of them leads, by Web Locks where there are some. */
export function createTabGroup(options: TabGroupOptions): TabGroup {
  const { clock = systemClock, random = systemRandom, version = TAB_MESSAGES_VERSION } = options;
  const { locks = browserLocks(), openChannel = browserChannels(), page = browserPage() } = options;
  const name = PREFIX + options.name;
  const id = Array.from(random.bytes(8), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const { view, isAnyVisible, ...shown } = createGroupView(id, () => page.isVisible);

  let member: TabMember | null = null;
  let unwatch: (() => void) | null = null;
  let isAwake = false;
  /** Counts the times that this tab took part. */
  let life = 0;
  /** Whether the lock of this life is held, so that the leader can watch it. */
  let isAlive = false;
  /** What the member was told last. */
  let part: 'leading' | 'following' | null = null;
  let isTakingOver = false;
  const leader = new KnownLeader();

  const wire = createWire({ name, id, version, openChannel, epoch: () => leader.epoch, hear });
  const { post } = wire;
  const election = createElection({
    locks,
    name,
    id,
    clock,
    onAlive() {
      isAlive = true;
      meet();
    },
    onWon,
    onLost() {
      rest();
      search();
      election.enter(life);
    },
    claim: () => post('claim'),
    echo: wire.echo,
  });
  const pulse = createPulse({
    clock,
    task: () => {
      if (!isAwake || !wire.isOpen) return null;
      if (part === 'leading') return 'beat';
      return page.isVisible ? 'listen' : null;
    },
    limit: () => (election.canFollow ? SILENCE_MS : SILENCE_MS - ANSWER_MS),
    onBeat: () =>
      guard(() => {
        lease.renew();
        sayBeat();
      }),
    onSilence: takeOver,
    onSlept: notice,
  });
  const lease = createLease(clock, (done) => election.verify(done), sayBeat);
  const followers = createFollowers(
    name,
    () => (election.canFollow ? locks : null),
    (tab) => {
      guard(() => tell(() => member?.left(tab)));
      guard(sayBeat);
    },
  );

  /** Only ever within the lease. */
  function sayBeat(): void {
    const visible = page.isVisible ? [id, ...followers.visible] : followers.visible;
    post('beat', { tabs: [id, ...followers.ids], visible } satisfies Beat);
    show();
  }

  function show(): void {
    shown.show({
      role: roleNow(),
      epoch: leader.epoch,
      ...(part === 'leading' ? { tabs: followers.ids, visible: followers.visible } : leader.beat),
    });
  }

  function roleNow(): TabsView['role'] {
    if (member !== null && !isAwake) return 'asleep';
    if (part === 'leading') return wire.isOpen ? 'leader' : 'alone';
    if (isTakingOver) return 'taking-over';
    if (part === 'following') return 'follower';
    return leader.id !== null && leader.isForeign ? 'other-tab' : 'joining';
  }

  function wake(): void {
    isAwake = true;
    life += 1;
    if (!wire.open()) return onWon();
    search();
    election.enter(life);
  }

  /** Nobody is known to lead. */
  function search(): void {
    leader.forget();
    isTakingOver = false;
    show();
    notice();
    pulse.arm();
  }

  /** Gives up this tab's role. */
  function rest(): void {
    const had = part;
    part = null;
    lease.end();
    followers.clear();
    if (had !== null) tell(() => member?.rest());
  }

  function sleep(): void {
    if (!isAwake) return;
    isAwake = false;
    rest();
    post('bye');
    election.leave();
    wire.close();
    isAlive = isTakingOver = false;
    leader.forget();
    pulse.arm();
    show();
  }

  function onWon(): void {
    // Must also be higher than that of a frozen leader this tab has never heard of.
    leader.become(id, Math.max(leader.epoch + 1, Math.floor(clock.now())));
    const hasTakenOver = isTakingOver;
    isTakingOver = false;
    part = 'leading';
    followers.clear();
    lease.start();
    sayBeat();
    pulse.arm();
    tell(() => member?.lead(hasTakenOver));
  }

  function takeOver(): void {
    leader.lose();
    isTakingOver = true;
    pulse.heard();
    rest();
    show();
    if (election.canFollow) post('claim');
    election.takeOver();
  }

  /** This tab was not listening: count the leader's silence from now on. */
  function notice(): void {
    pulse.heard();
    post('ask');
  }

  function hear(heard: Envelope): void {
    if (heard.p2p > version) shown.showOutdated();
    if (part === 'leading') hearAsLeader(heard);
    else hearAsOther(heard);
  }

  function hearAsLeader(heard: Envelope): void {
    const { from, kind } = heard;
    if (heard.to !== null && heard.to !== id) return;
    const isMine = heard.to === id && heard.epoch === leader.epoch && heard.p2p === version;
    if (kind === 'beat') {
      const { epoch } = leader;
      const isHigher = heard.epoch > epoch || (heard.epoch === epoch && !election.canFollow && from < id);
      if (!isHigher) return heard.epoch < epoch ? guard(sayBeat) : undefined;
      rest();
      election.leave();
      isAlive = false;
      life += 1;
      search();
      election.enter(life);
      hearLeader(heard);
    } else if (kind === 'ask' || kind === 'claim') {
      guard(sayBeat);
    } else if (kind === 'stale') {
      if (heard.epoch < leader.epoch) return;
      // The clock was set back, or another one has led in this very millisecond.
      lease.doubt();
      guard(() => {
        leader.become(id, Math.max(leader.epoch, heard.epoch) + 1);
        sayBeat();
      });
    } else if (kind === 'hello') {
      const hello = parseHello(heard.body);
      if (isMine && hello) followers.add(from, hello);
      guard(sayBeat);
    } else if (kind === 'seen') {
      followers.seen(from, heard.body === true);
      guard(sayBeat);
    } else if (kind === 'bye') {
      followers.remove(from);
    } else if (kind === 'message' && isMine && followers.has(from)) {
      guard(() => tell(() => member?.heard(from, heard.body)));
    }
  }

  function hearAsOther(heard: Envelope): void {
    const { from, kind, to, body } = heard;
    const isLeaders = leader.hasSaid(heard);
    if (isLeaders) pulse.heard();
    if (kind === 'beat') {
      hearLeader(heard);
    } else if (kind === 'claim') {
      pulse.heard();
      election.rival(from);
    } else if (kind === 'bye' && from === leader.id) {
      leader.lose();
      rest();
      // The place in the queue for the lock stays; messages have no queue.
      if (election.canFollow) search();
      else takeOver();
    } else if (kind === 'message' && isLeaders && part === 'following' && (to === null || to === id)) {
      tell(() => member?.heard(from, body));
    }
  }

  function hearLeader(heard: Envelope): void {
    const isOld = leader.hasPassed(heard);
    if (isOld && election.canFollow) return post('stale', null, heard.from);
    if (isOld && pulse.silence < SILENCE_MS) return;
    const isNew = leader.take(heard, heard.p2p !== version || !election.canFollow);
    pulse.heard();
    election.yield();
    // A lock that is being stolen cannot be given back; a claim without locks has just been answered.
    if (!election.canFollow) isTakingOver = false;
    if (isNew && part === 'following') part = null;
    meet();
  }

  /** Follows the leader, once each knows of the other. */
  function meet(): void {
    const follows = leader.id;
    if (follows === null || part !== null || isTakingOver) return show();
    if (leader.isForeign || !isAlive) return show();
    part = 'following';
    post('hello', { life, isVisible: page.isVisible }, follows);
    show();
    tell(() => member?.follow(follows));
  }

  function happened(moment: PageMoment): void {
    if (moment === 'online') return;
    if (moment === 'back') {
      if (!isAwake) wake();
    } else if (moment !== 'shown' && moment !== 'hidden') {
      sleep();
    } else if (isAwake) {
      if (part === 'leading') {
        show();
        return guard(sayBeat);
      }
      if (part === 'following') post('seen', page.isVisible, leader.id);
      if (page.isVisible) notice();
      pulse.arm();
      show();
    }
  }

  function guard(run: () => void): void {
    if (part !== 'leading') return;
    if (wire.isOpen) lease.run(run);
    else run();
  }

  return {
    id,
    view,
    page,
    memory: options.memory ?? null,
    isAnyVisible,
    join(joining) {
      const isNew = member === null;
      member = joining;
      if (!isNew) return;
      unwatch = page.watch(happened);
      wake();
    },
    leave() {
      if (member === null) return;
      sleep();
      member = null;
      unwatch?.();
      show();
    },
    say(message, to) {
      if (part === 'following') post('message', message, leader.id);
      else if (part === 'leading' && (to === undefined || followers.has(to)))
        post('message', message, to ?? null);
    },
    guard: (run) => guard(() => tell(run)),
  };
}
