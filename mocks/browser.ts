import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { TabChannel } from '../ports/tabs.ts';
import { createLockManager } from './browser-locks.ts';
import { createTabCore } from './browser-tab.ts';
import type { PageSocket, SimulatedTab, SimulatedTabOptions, TabCore } from './browser-tab.ts';
import { createSeededRandom } from './random.ts';

export type { PageSocket, SimulatedTab, SimulatedTabOptions } from './browser-tab.ts';

/** Options of `createBrowser`. */
export interface BrowserOptions {
  /** The clock of the machine, usually `createFakeClock()`. */
  readonly clock: Clock;
  /** The randomness of the pages. Default: seeded with 1. */
  readonly random?: Random;
  /**
   * Schedules one delivery (a message, a lock event, a timer) to a tab, or one of its requests to the browser: call
   * `run` at any time, but not within this call. The messages of one sender keep their order in any order of the
   * calls. Default: a microtask.
   */
  readonly schedule?: (tab: string, run: () => void) => void;
  /** Whether timers of hidden pages run only once a minute. Default false. */
  readonly isThrottling?: boolean;
}

/** A browser profile with any number of tabs of one origin. */
export interface SimulatedBrowser {
  /** Opens a tab. */
  tab(options?: SimulatedTabOptions): SimulatedTab;
  /** All tabs that were opened, including closed ones. */
  readonly tabs: readonly SimulatedTab[];
  /** The tab that holds this lock; null for none. */
  holderOf(lock: string): SimulatedTab | null;
  /** Whether timers of hidden pages run once a minute only, from now on. */
  throttle(isThrottling: boolean): void;
}

/**
 * A simulated browser: Web Locks, channels, timers and page events of any number of tabs that a test can hide,
 * freeze, cache, stop, close or kill, on its clock.
 */
export function createBrowser(options: BrowserOptions): SimulatedBrowser {
  const { clock, random = createSeededRandom(1) } = options;
  const schedule = options.schedule ?? ((_tab, run) => queueMicrotask(run));
  const manager = createLockManager();
  const tabs: SimulatedTab[] = [];
  const cores: TabCore[] = [];
  const users = new Map<object, SimulatedTab>();
  const channels = new Set<Channel>();
  let isThrottling = options.isThrottling ?? false;

  function openTab({ hasLocks = true, hasChannels = true, isVisible = true }: SimulatedTabOptions = {}) {
    const id = `tab ${tabs.length + 1}`;
    const sockets: PageSocket[] = [];
    const core = createTabCore(id, isVisible, {
      clock,
      random,
      schedule,
      isThrottling: () => isThrottling,
      dropped() {
        manager.drop(user);
        for (const channel of channels) if (channel.tab === core) channels.delete(channel);
        for (const socket of sockets.splice(0)) socket.close();
      },
    });
    const requests: (() => void)[] = [];
    const user = {
      get isGone() {
        return core.isGone;
      },
      send(run: () => void) {
        requests.push(run);
        schedule(id, () => requests.shift()?.());
      },
      receive: (run: () => void) => core.deliver('locks', run),
    };
    const tab: SimulatedTab = {
      id,
      clock: core.clock,
      random,
      locks: hasLocks ? manager.locksOf(user) : null,
      openChannel(name) {
        if (!hasChannels) throw new DOMException('No channels here.', 'SecurityError');
        const channel = new Channel(name, id, core, channels);
        if (!core.isGone) channels.add(channel);
        return channel;
      },
      page: core.page,
      get isAwake() {
        return core.isAwake;
      },
      get isGone() {
        return core.isGone;
      },
      socket(socket) {
        sockets.push(socket);
        return socketOf(core, socket);
      },
      task: (run) => core.deliver('tasks', run),
      ...core.controls,
    };
    users.set(user, tab);
    cores.push(core);
    tabs.push(tab);
    return tab;
  }

  return {
    tab: openTab,
    tabs,
    holderOf(lock) {
      const holder = manager.holderOf(lock);
      return holder === null ? null : (users.get(holder) ?? null);
    },
    throttle(isThrottlingNow) {
      isThrottling = isThrottlingNow;
      for (const core of cores) core.rearm();
    },
  };
}

/** The page's end of a socket. */
function socketOf(page: TabCore, socket: PageSocket): PageSocket {
  const end: PageSocket = {
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    send: (data) => socket.send(data),
    close: (code, reason) => socket.close(code, reason),
  };
  for (const name of ['onopen', 'onmessage', 'onclose', 'onerror'] as const)
    socket[name] = (event: unknown) => page.deliver('sockets', () => end[name]?.(event as never));
  return end;
}

/** A `BroadcastChannel`: to every other object of its name, also of the same tab. */
class Channel implements TabChannel {
  onmessage: ((event: never) => unknown) | null = null;
  readonly #name: string;
  readonly #sender: string;
  readonly tab: TabCore;
  readonly #all: Set<Channel>;
  #isClosed = false;

  constructor(name: string, sender: string, tab: TabCore, all: Set<Channel>) {
    this.#name = name;
    this.#sender = sender;
    this.tab = tab;
    this.#all = all;
  }

  postMessage(message: unknown): void {
    if (this.#isClosed) throw new DOMException('The channel is closed.', 'InvalidStateError');
    const kept = structuredClone(message);
    if (this.tab.isGone) return;
    for (const channel of this.#all) {
      if (channel === this || channel.#name !== this.#name || channel.tab.isCached) continue;
      channel.tab.deliver(`messages of ${this.#sender}`, () => {
        if (!channel.#isClosed) channel.onmessage?.({ data: structuredClone(kept) } as never);
      });
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#all.delete(this);
  }
}
