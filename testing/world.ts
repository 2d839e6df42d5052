import { createMessenger as createReal } from '../core.ts';
import type { Messenger, MessengerOptions } from '../core.ts';
import { createFakeClock, createSeededRandom, createSimulation } from '../mocks/index.ts';
import type { FakeClock, Simulation, SimulationOptions } from '../mocks/index.ts';
import type { Random } from '../ports/random.ts';
import { createWorldBrowser } from './world/browser.ts';
import type {
  Person,
  SignUpOptions,
  WaitOptions,
  WorldBrowser,
  WorldBrowserOptions,
} from './world/interfaces.ts';
import { createWait, pass, type StorageCalls } from './world/wait.ts';

/** Options of `createWorld`. */
export interface WorldOptions extends SimulationOptions {
  /** The source of every delay and id: the same seed gives the same run. Default 1. */
  readonly seed?: number;
  /** The time of day at the beginning, in milliseconds since the epoch. Default: a fixed day in 2026. */
  readonly now?: number;
  /** Another clock: `createFakeClock()` also waits for real tasks, which msw needs. `now` is then the clock's. */
  readonly clock?: FakeClock;
  /** Makes every messenger of the world. Default: `createMessenger` of `p2p-elements/core`. */
  readonly createMessenger?: (options: MessengerOptions) => Messenger;
  /** An existing simulation, for example a scenario's, with its clock. */
  readonly within?: { readonly simulation: Simulation; readonly clock: FakeClock };
}

/** Options of `world.person`. */
export interface WorldPersonOptions extends WorldBrowserOptions, SignUpOptions {}

/** A small world: a simulated server and services, browsers with real messengers, and the people at them. */
export interface World {
  /** Part of every error message, so that a failed run can be repeated. */
  readonly seed: number;
  /** Advances only while something here waits or passes time. */
  readonly clock: FakeClock;
  /** The world's randomness, which the seed determines. */
  readonly random: Random;
  /** The server and the services, with their faults and every frame on their sockets. */
  readonly simulation: Simulation;
  /** Where accounts are made. */
  readonly serverAddress: string;
  /** Makes a browser, on a service of its own unless one is given. It has no page yet. */
  browser(name: string, options?: WorldBrowserOptions): WorldBrowser;
  /** Makes a browser of that name, opens a page in it, and signs a new person up. */
  person(username: string, options?: WorldPersonOptions): Promise<Person>;
  /** Lets time pass. */
  pass(ms: number): Promise<void>;
  /**
   * Waits until a custom condition is true. `until` completes the sentence "Waited … until"; `found` describes the
   * state instead.
   */
  until(
    until: string,
    isTrue: () => boolean,
    options?: WaitOptions & { found?: () => string },
  ): Promise<void>;
  /**
   * Waits until no frame has crossed any socket for two seconds. Timers may still run, for periodic checks and
   * requests.
   */
  untilQuiet(options?: WaitOptions): Promise<void>;
  /** Ends every page. */
  close(): void;
}

const SERVER_ADDRESS = '127.0.0.1:12349';
const QUIET_MS = 2_000;

/** Makes a world on a fake clock. Time passes only while something waits. */
export function createWorld(options: WorldOptions = {}): World {
  const { seed = 1, now, clock: own, within, createMessenger = createReal, ...simulationOptions } = options;
  const { serverAddress = SERVER_ADDRESS } = simulationOptions;
  const clock = within?.clock ?? own ?? createFakeClock({ macrotasks: false, now });
  // A simulation that exists already draws its own ids from its own seed.
  const random = createSeededRandom(within ? seed + 1_000_003 : seed);
  const simulation =
    within?.simulation ??
    createSimulation({ clock, random, options: { ...simulationOptions, serverAddress } });
  const calls: StorageCalls = new Set();
  /** Whether there is a browser for whose storage time stands still. */
  let isWaiting = false;
  const wait = createWait(clock, seed, calls);
  const browsers: WorldBrowser[] = [];

  const world: World = {
    seed,
    clock,
    random,
    simulation,
    serverAddress,
    browser(name, browserOptions) {
      const browser = createWorldBrowser(
        { name, seed, serverAddress, clock, random, simulation, wait, calls, createMessenger },
        browserOptions,
      );
      browsers.push(browser);
      isWaiting ||= browserOptions?.waitsForStorage === true;
      return browser;
    },
    async person(username, personOptions) {
      return world.browser(username, personOptions).signUp(username, personOptions);
    },
    pass: (ms) => (isWaiting ? pass(clock, ms, calls) : clock.advance(ms)),
    until: (until, isTrue, { found = () => 'it was not so', ...waitOptions } = {}) =>
      wait({ until, isTrue, found }, waitOptions),
    untilQuiet(waitOptions) {
      const { entries } = simulation.frames;
      let last = entries.at(-1);
      let since = clock.elapsed();
      return wait(
        {
          until: `no frame has crossed a socket for ${QUIET_MS} ms`,
          isTrue() {
            const newest = entries.at(-1);
            if (newest !== last) since = clock.elapsed();
            last = newest;
            return clock.elapsed() - since >= QUIET_MS;
          },
          found() {
            return `the last one was ${last?.frame?.variant ?? 'unreadable'} at ${last?.service}`;
          },
        },
        waitOptions,
      );
    },
    close() {
      for (const { pages } of browsers) for (const page of pages) page.crash();
    },
  };
  return world;
}
