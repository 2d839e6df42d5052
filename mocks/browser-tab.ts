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
 * One tab of a simulated browser. The members for its page (`clock`, `random`, `locks`, `openChannel`, `page`) have
 * the names of the options of a group of tabs; the rest controls it from outside.
 */
export interface SimulatedTab {
  /** The name of the tab in test output: `tab 1`, `tab 2` … */
  readonly id: string;
  /** The browser's clock as this page sees it: its timers wait while the page sleeps, and die with it. */
  readonly clock: Clock;
  /** The browser's randomness. */
  readonly random: Random;
  /** Its Web Locks; null where it has none. */
  readonly locks: TabLocks | null;
  /** Opens a channel to all others of that name in the browser, also in this tab. */
  readonly openChannel: (name: string) => TabChannel;
  /** The page's life cycle events. */
  readonly page: Page;
  /** Whether its code runs: it is neither stopped, frozen, cached nor gone. */
  readonly isAwake: boolean;
  /** Whether it was closed or crashed. */
  readonly isGone: boolean;
  /** Wraps a socket for this page: incoming texts wait while the page is stopped, and it closes with the page. */
  socket(socket: PageSocket): PageSocket;
  /** Runs something like an event of the page: soon, in order, after its sleep, and never in a crashed page. */
  task(run: () => void): void;
  /** Hides the page. */
  hide(): void;
  /** Shows the page again. */
  show(): void;
  /** Freezes the page with an event. What reaches it waits for `back`. */
  freeze(): void;
  /** Puts the page into the back/forward cache, with an event. Messages for it are lost, the rest waits for `back`. */
  cache(): void;
  /** Resumes a frozen or cached page. */
  back(): void;
  /** Closes the page, with an event unless it is stopped. */
  close(): void;
  /** Kills its process without an event; its locks are released. */
  kill(): void;
  /**
   * Stops its process without an event (a debugger, SIGSTOP, a suspended machine): its locks stay, and what reaches
   * it waits for `wake`.
   */
  stop(): void;
  /** Resumes its process and delivers everything that waited, in the order of each sender and of arrival. */
  wake(): void;
}

/** A socket of a page. */
export type PageSocket = WebSocketLike;

/** What a tab needs from its browser. */
export interface TabHost {
  readonly clock: Clock;
  readonly random: Random;
  /** Whether timers of hidden pages run only once a minute. */
  isThrottling(): boolean;
  /** Hands `run` to the scheduler. */
  schedule(tab: string, run: () => void): void;
  /** Releases its locks and lock requests. */
  dropped(): void;
}

/** The page from inside the browser: how locks and channels reach it. */
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
  /** Delivers to the page soon, in the order of the source, and only while it runs. */
  deliver(source: string, run: () => void): void;
  /** Moves the timers according to the page's state. */
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
/** The page's own events also reach a frozen page, since `back` is one. */
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

  /** The scheduler may reorder sources, never the order within one. */
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
    // What is due is already being delivered.
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
      return !isGone && !isBlocked('messages');
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
