import type { AccountId } from '../facts/ids.ts';
import { tell } from '../facts/listeners.ts';
import type { StorageView } from '../facts/view.ts';
import type { TabGroup } from '../ports/tabs.ts';
import { bounded } from '../stores/bounded.ts';
import { faceOf } from '../stores/cells.ts';
import { runCommand } from '../stores/commands.ts';
import type { Dispatch } from '../stores/commands.ts';
import type { Engine } from '../stores/engine.ts';
import type { Membership, Sharing } from '../stores/membership.ts';
import type { MessengerOptions } from '../stores/options.ts';
import { Forward, parseForwardedCommand, rowOf } from './forward.ts';
import { Leadership } from './leadership.ts';
import { Mirror } from './mirror.ts';
import type { Mirrored, PatchMessage } from './patch.ts';
import { guardedBackend, guardedClock, guardedRelay, sharedStorage } from './ports.ts';
import type { Permit } from './ports.ts';
import { Publisher } from './publish.ts';
import { Work } from './work.ts';
import type { WorkMessage } from './work.ts';
import { Writing } from './writing.ts';

/** What tabs say to each other about stores. */
type StoreMessage =
  /** The leader could not read what is stored so far. */
  | { readonly kind: 'storage'; readonly view: StorageView }
  /** A follower wants to know everything. */
  | { readonly kind: 'want' }
  | { readonly kind: 'ask'; readonly asked: unknown }
  | WorkMessage
  | PatchMessage;

/**
 * Shares one engine between the tabs of a browser: the tab that leads acts, and the others are its mirror. What a
 * person asks in a mirror is drawn there at once, asked of the leader once, and replaced by what that one says.
 */
export function share(group: TabGroup): Sharing {
  let engine: Engine | null = null;
  const mirrored: Mirrored = { isUp: false, fingerprints: new Map(), trusts: new Map() };
  const dropped = new Set<() => void>();
  const permit: Permit = {
    get isActing() {
      return engine?.core.isActing ?? false;
    },
    act(run, drop) {
      if (!permit.isActing) return drop?.();
      if (drop) dropped.add(drop);
      group.guard(() => {
        if (drop) dropped.delete(drop);
        run();
      });
    },
  };
  return {
    ports: (options) => ({
      ...options,
      backend: guardedBackend(options.backend, permit),
      clock: guardedClock(options.clock, permit),
      storage: sharedStorage(options.storage, permit, () => engine!),
      relay: options.relay ? guardedRelay(options.relay, permit, mirrored) : null,
    }),
    join(joined, options) {
      engine = joined;
      return member({ group, engine, options, mirrored, permit, drop });
    },
  };

  /** Drops what was held while the lease was in doubt. */
  function drop(): void {
    const all = [...dropped];
    dropped.clear();
    for (const run of all) tell(run);
  }
}

interface MemberOptions {
  readonly group: TabGroup;
  readonly engine: Engine;
  readonly options: MessengerOptions;
  readonly mirrored: Mirrored;
  readonly permit: Permit;
  drop(): void;
}

/** One tab: what it does as it leads, follows or rests. */
function member({ group, engine, options, mirrored, permit, drop }: MemberOptions): Membership {
  const { core, sessions, routes, peers } = engine;
  const { writer } = core;
  let begun = (): void => undefined;
  const beginning = new Promise<void>((resolve) => (begun = resolve));
  let hasBegun = false;
  const say = (message: StoreMessage, to?: string): void => group.say(message, to);

  core.rest();
  const publisher = new Publisher(engine, options.relay ?? null, say);
  const forward = new Forward({
    engine,
    ask: (asked) => say({ kind: 'ask', asked }),
    guess: (run) => mirror.told(run),
  });
  const mirror = new Mirror({
    engine,
    mirrored,
    clock: options.clock,
    guesses: forward,
    accounts: publisher.accounts,
    isFollowing: () => group.view.peek().role === 'follower',
    ask: () => say({ kind: 'want' }),
    adopt: (message) => void forward.ask('adopt', { ...message, message }),
    shown: begin,
  });
  const writing = new Writing(engine, forward, bounded(options.storage, options.clock).storage);
  const work = new Work({ engine, publisher, isReady: (name) => leadership.isReady(name), say });
  const leadership: Leadership = new Leadership({ engine, publisher, say, begin, doAsked });

  core.journal.on('pair', ({ account, peer }) => {
    // A late change from when this tab was leader: resynchronise.
    if (!core.isActing && !mirror.isTold && !mirror.isAsking && !writing.isWriting(account, peer))
      mirror.want();
  });
  group.isAnyVisible.subscribe((isShown) => core.setAnyVisible(isShown));
  let isWaiting = false;
  group.view.subscribe(({ role }) => {
    if (isWaiting !== (isWaiting = role === 'other-tab') && isWaiting) void waitAlone();
  });
  sessions.current.subscribe((account) => {
    if (account) group.memory?.write(account);
  });

  const dispatch: Dispatch = (name, detail) => {
    const { isLocal, isRead, isAnswered } = rowOf(name);
    const hasNobody = group.view.peek().role === 'other-tab';
    // What is answered fails with a code if this tab leads no longer, and what is written here is adopted.
    if (core.isActing) return isLocal || isAnswered ? runCommand(engine, name, detail) : lead(name, detail);
    if (hasNobody && isRead) return runCommand(engine, name, detail);
    if (isLocal) return writing.send(detail as never) as never;
    return forward.ask(name, detail) as never;
  };

  /**
   * Carries a command out in this tab, which leads. While that is in doubt, after a sleep, it waits; if another tab
   * leads by then, that one is asked.
   */
  const lead: Dispatch = (name, detail) => {
    const run = () => runCommand(engine, name, detail);
    let isSure = false;
    permit.act(() => (isSure = true));
    if (isSure) return run();
    return new Promise<unknown>((resolve) =>
      permit.act(
        () => resolve(new Promise((answer) => answer(run()))),
        () => resolve(forward.ask(name, detail)),
      ),
    ) as never;
  };

  function doAsked(): void {
    work.run();
    forward.handOver((name) => leadership.isReady(name));
  }

  /** Another tab holds the link and cannot be followed: what is stored is shown, and nothing is done. */
  async function waitAlone(): Promise<void> {
    const since = core.now();
    // What the former leader told is no longer known.
    sessions.unlinked();
    for (const account of sessions.accounts.peek()) {
      routes.forgetAll(account);
      peers.unknown(account);
    }
    await engine.restore.run();
    if (group.view.peek().role !== 'other-tab') return;
    engine.setLink({ state: 'other-tab', since });
    begin();
  }

  /** Stored or mirrored data can be shown. */
  function begin(): void {
    if (hasBegun) return;
    hasBegun = true;
    let remembered: AccountId | null | undefined;
    // A memory that throws must not keep the page from showing something.
    tell(() => (remembered = group.memory?.read() as AccountId | null | undefined));
    const [first] = sessions.accounts.peek();
    if (remembered && sessions.has(remembered)) sessions.switchTo(remembered);
    else if (first && sessions.current.peek() === null) sessions.switchTo(first);
    begun();
  }

  function rest(): void {
    if (core.isActing) engine.stop();
    publisher.leave();
    work.rest();
    leadership.end();
    mirror.isAsking = true;
    drop();
  }

  function follow(): void {
    rest();
    mirror.want();
    forward.handOver();
  }

  function heard(from: string, said: StoreMessage): void {
    switch (said.kind) {
      case 'want':
        return leadership.tell(from);
      case 'storage':
        return writer.mirror(said.view);
      case 'ask': {
        const asked = parseForwardedCommand(said.asked);
        return asked ? work.take(from, asked) : undefined;
      }
      case 'started':
        return forward.started(said.number);
      case 'answer':
        return forward.answered(said.number, said.result);
      case 'patch':
        return mirror.heard(said);
    }
  }

  return {
    tabs: faceOf(group.view),
    dispatch,
    join() {
      group.join({
        lead: (hasTakenOver) => void leadership.begin(hasTakenOver),
        follow,
        rest,
        heard: (from, message) => heard(from, message as StoreMessage),
        left(tab) {
          publisher.leave(tab);
          void writing.tabLeft();
        },
      });
      return beginning;
    },
    leave() {
      rest();
      group.leave();
    },
    // Every tab is on every account of its browser: the last one that goes hangs up.
    isLast: () => core.isActing && group.view.peek().tabs < 2,
    locally: (run) => (core.isActing ? run() : mirror.told(run)),
    // The group knows of all its pages.
    setVisible: () => undefined,
  };
}
