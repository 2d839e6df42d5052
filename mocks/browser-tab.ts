import { tellAll } from '../facts/listeners.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { WebSocketLike } from '../ports/socket.ts';
import type { Page, PageMoment } from '../ports/page.ts';
import type { TabChannel, TabLocks } from '../ports/tabs.ts';

/** How a simulated tab starts. */
export interface SimulatedTabOptions {
  /** Whether the page has Web Locks: an insecure origin and an old browser have none. Default true. */
  readonly hasLocks?: boolean;
  /** Whether the page has `BroadcastChannel`; without it opening one throws. Default true. */
  readonly hasChannels?: boolean;
  /** Whether the page is on screen. Default true. */
  readonly isVisible?: boolean;
}

/**
 * One tab of a simulated browser. What its page sees (`clock`, `random`, `locks`, `openChannel`, `page`) has the names
 * that a group of tabs takes; the rest is what happens to it from outside.
 */
export interface SimulatedTab {
  /** Names the tab in a test's output: `tab 1`, `tab 2` … */
  readonly id: string;
  /** The browser's clock as this page sees it: its timers wait while the page sleeps, and die with it. */
  readonly clock: Clock;
  /** The browser's randomness. */
  readonly random: Random;
  /** Its Web Locks; null where it has none. */
  readonly locks: TabLocks | null;
  /** Opens a channel to all others of that name in the browser, those of this tab too. */
  readonly openChannel: (name: string) => TabChannel;
  /** The page's life, as its events tell it. */
  readonly page: Page;
  /** Whether code runs in it: neither stopped, frozen, cached nor gone. */
  readonly isAwake: boolean;
  /** Whether it was closed or died. */
  readonly isGone: boolean;
  /** A socket as this page has it: what comes waits while it stands still, and it closes when the page is gone. */
  socket(socket: PageSocket): PageSocket;
  /** Runs something as an event of the page would: soon, in order, after its sleep, and never in a dead page. */
  task(run: () => void): void;
  /** Another tab or window covers it. */
  hide(): void;
  /** It is on screen again. */
  show(): void;
  /** The browser freezes the page and tells it so. What reaches it waits for `back`. */
  freeze(): void;
  /** The page goes into the back/forward cache and is told so. Words for it are lost, the rest waits for `back`. */
  cache(): void;
  /** Frozen or cached no longer. */
  back(): void;
  /** The page is closed, and told so. A stopped one dies without a word. */
  close(): void;
  /** Its process dies without a word: its locks are free. */
  kill(): void;
  /**
   * Its process stands still and knows nothing of it (a debugger, SIGSTOP, a suspended machine): its locks stay,
   * what reaches it waits for `wake`.
   */
  stop(): void;
  /** Its process goes on, and everything that waited reaches it: in order of each sender, and of its arrival. */
  wake(): void;
}

/** A socket as a page has it. */
export type PageSocket = WebSocketLike;

/** What a tab asks of its browser. */
export interface TabHost {
  readonly clock: Clock;
  readonly random: Random;
  /** Whether timers of hidden pages run once a minute only. */
  isThrottling(): boolean;
  /** Hands `run` to the scheduler. */
  schedule(tab: string, run: () => void): void;
  /** Its locks and its place in every queue are free. */
  dropped(): void;
}

/** The page's life from inside the browser: what locks and channels use to reach it. */
export interface TabCore {
  readonly clock: Clock;
  readonly page: Page;
  readonly isAwake: boolean;
  readonly isGone: boolean;
  readonly isCached: boolean;
  readonly controls: Pick<
    SimulatedTab,
    'hide' | 'show' | 'freeze' | 'cache' | 'back' | 'close' | 'kill' | 'stop' | 'wake'
  >;
  /** Reaches the page soon: in order of its source, and when it runs. */
  deliver(source: string, run: () => void): void;
  /** Puts the timers where they belong now. */
  rearm(): void;
}

interface Delivery {
  readonly source: string;
  readonly run: () => void;
}

interface Timer {
  readonly due: number;
  readonly run: () => void;
  handle: unknown;
}

const MINUTE = 60_000;
/** The page's own events reach a frozen page too: `back` is one. */
const PAGE = 'page';

/** The life of one page: awake, hidden, frozen, cached, stopped, gone. */
export function createTabCore(id: string, isShown: boolean, host: TabHost): TabCore {
  const watchers = new Set<(moment: PageMoment) => void>();
  const timers = new Map<number, Timer>();
  const waiting: Delivery[] = [];
  const openedAt = host.clock.elapsed();
  let lastTimer = 0;
  let isVisible = isShown;
  let isStopped = false;
  let isGone = false;
  let sleep: 'frozen' | 'cached' | null = null;

  const isBlocked = (source: string): boolean => isStopped || (sleep !== null && source !== PAGE);

  function deliver(source: string, run: () => void): void {
    if (isGone) return;
    waiting.push({ source, run });
    host.schedule(id, () => pump(source));
  }

  /** The scheduler may mix the sources, never the order within one. */
  function pump(source: string): void {
    if (isBlocked(source)) return;
    const at = waiting.findIndex((delivery) => delivery.source === source);
    if (at >= 0) waiting.splice(at, 1)[0]!.run();
  }

  function resume(): void {
    for (const { source } of [...waiting]) host.schedule(id, () => pump(source));
  }

  function emit(moment: PageMoment): void {
    tellAll(watchers, moment);
  }

  function happen(run: () => void): void {
    if (isGone) return;
    if (isStopped) deliver(PAGE, run);
    else run();
  }

  function arm(handle: number, timer: Timer): void {
    host.clock.clearTimeout(timer.handle);
    const now = host.clock.elapsed();
    let at = Math.max(timer.due, now);
    if (!isVisible && host.isThrottling()) at = Math.ceil(at / MINUTE) * MINUTE;
    timer.handle = host.clock.setTimeout(() => {
      deliver('timers', () => {
        if (timers.delete(handle)) timer.run();
      });
    }, at - now);
  }

  function rearm(): void {
    const now = host.clock.elapsed();
    // What is due already is on its way.
    for (const [handle, timer] of timers) if (timer.due > now || !isVisible) arm(handle, timer);
  }

  function setVisible(isVisibleNow: boolean): void {
    happen(() => {
      if (isVisible === isVisibleNow) return;
      isVisible = isVisibleNow;
      for (const [handle, timer] of timers) arm(handle, timer);
      if (sleep === null) emit(isVisible ? 'shown' : 'hidden');
    });
  }

  function fallAsleep(how: 'frozen' | 'cached'): void {
    happen(() => {
      if (sleep !== null) return;
      emit(how);
      sleep = how;
    });
  }

  function kill(): void {
    if (isGone) return;
    isGone = true;
    waiting.length = 0;
    for (const { handle } of timers.values()) host.clock.clearTimeout(handle);
    timers.clear();
    host.dropped();
  }

  return {
    get isAwake() {
      return !isGone && !isBlocked('words');
    },
    get isGone() {
      return isGone;
    },
    get isCached() {
      return sleep === 'cached';
    },
    deliver,
    rearm,
    clock: {
      now: () => host.clock.now(),
      // Every page's own begins with the page.
      elapsed: () => host.clock.elapsed() - openedAt,
      setTimeout(run, delay) {
        const handle = ++lastTimer;
        if (isGone) return handle;
        const due = host.clock.elapsed() + Math.max(0, Number.isFinite(delay) ? delay : 0);
        const timer: Timer = { due, run, handle: null };
        timers.set(handle, timer);
        arm(handle, timer);
        return handle;
      },
      clearTimeout(handle) {
        host.clock.clearTimeout(timers.get(handle as number)?.handle);
        timers.delete(handle as number);
      },
    },
    page: {
      get isVisible() {
        return isVisible;
      },
      watch(listener) {
        watchers.add(listener);
        return () => watchers.delete(listener);
      },
    },
    controls: {
      hide: () => setVisible(false),
      show: () => setVisible(true),
      freeze: () => fallAsleep('frozen'),
      cache: () => fallAsleep('cached'),
      back: () =>
        happen(() => {
          if (sleep === null) return;
          sleep = null;
          emit('back');
          resume();
        }),
      close() {
        if (!isGone && !isStopped && sleep === null) emit('gone');
        kill();
      },
      kill,
      stop() {
        isStopped = true;
      },
      wake() {
        if (!isStopped) return;
        isStopped = false;
        resume();
      },
    },
  };
}
