/** A simulated world with real clients and stores, for stories and tests that need more than plain data. */
import { setTimeSource } from '../components/internal/ticker.ts';
import { assemblyOf } from '../core.ts';
import type { AccountId } from '../facts/index.ts';
import type {
  FakeClock,
  ServiceOptions,
  SimulatedRelay,
  SimulatedService,
  Simulation,
  SimulationOptions,
} from '../mocks/index.ts';
import type { Backend, Relay, Storage } from '../ports/index.ts';
import type { Engine, Messenger, Settings } from '../stores/index.ts';
import { assemble } from '../stores/index.ts';
import { createWorld } from '../testing/index.ts';
import type { WorldPage } from '../testing/index.ts';

/** One browser of the world: a messenger on a service of its own, or on one that it shares. */
export interface LiveBrowser {
  readonly messenger: Messenger;
  /** The engine behind it, which pages do not get. */
  readonly engine: Engine;
  readonly service: SimulatedService;
  readonly relay: SimulatedRelay | null;
  readonly storage: Storage;
  readonly page: WorldPage;
}

/** The world, on a clock that is advanced by hand. */
export interface Live {
  readonly clock: FakeClock;
  readonly simulation: Simulation;
  browser(name: string, options?: LiveBrowserOptions): Promise<LiveBrowser>;
  /** Creates an account in that browser, signed in. */
  account(browser: LiveBrowser, username: string, fullName?: string): Promise<AccountId>;
  /** Makes two accounts contacts by a request and its acceptance. */
  befriend(a: LiveBrowser, accountA: AccountId, b: LiveBrowser, accountB: AccountId): Promise<void>;
  /** Runs the clock with real time, `speed` times as fast, until the returned function is called. */
  run(speed?: number): () => void;
  /** Closes every messenger and gives the elements their own clock back. */
  close(): void;
}

/** Options of `live.browser`. */
export interface LiveBrowserOptions {
  readonly service?: ServiceOptions;
  readonly on?: SimulatedService;
  /** A backend in place of the simulated service. */
  readonly backend?: Backend;
  readonly relay?: boolean;
  /** Wraps the relay, for example in one that seals. */
  readonly asRelay?: (relay: SimulatedRelay) => Relay;
  readonly storage?: Storage;
  readonly settings?: Partial<Settings>;
}

/** The server's address in every story. */
export const SERVER = '127.0.0.1:12349';

/** Makes the world. The elements take the time from its clock, so that ages and countdowns are its own. */
export function createLive(
  options: SimulationOptions & { readonly seed?: number; readonly now?: number } = {},
): Live {
  const world = createWorld({ serverAddress: SERVER, ...options });
  const { clock, simulation } = world;
  const stops: (() => void)[] = [
    setTimeSource({
      now: () => clock.now(),
      elapsed: () => clock.elapsed(),
      every: (interval, run) => {
        let handle: unknown = null;
        const again = (): void => {
          handle = clock.setTimeout(() => {
            run();
            again();
          }, interval);
        };
        again();
        return () => clock.clearTimeout(handle);
      },
    }),
  ];
  const live: Live = {
    clock,
    simulation,
    async browser(name, { relay: hasRelay, asRelay, backend, ...browserOptions } = {}) {
      const engines: Engine[] = [];
      const browser = world.browser(name, {
        ...browserOptions,
        hasRelay,
        sharesLink: false,
        // The page's life cycle is that of the window that shows the story.
        createMessenger: ({ page: _page, ...given }) => {
          const relay = given.relay && asRelay ? asRelay(given.relay as SimulatedRelay) : given.relay;
          const assembled = assemble(assemblyOf({ ...given, backend: backend ?? given.backend, relay }));
          engines.push(assembled.engine);
          return assembled.messenger;
        },
      });
      const page = browser.newPage();
      await clock.advance(20);
      const { service, storage } = browser;
      return { messenger: page.messenger, engine: engines[0]!, service, relay: page.relay, storage, page };
    },
    async account({ page }, username, fullName = username) {
      const settled = clock.elapsed() + 500;
      const { account } = await page.signUp(username, { fullName, password: 'password' });
      await clock.advance(settled - clock.elapsed());
      return account;
    },
    async befriend(a, accountA, b, accountB) {
      a.messenger.requests.ask(accountA, accountB);
      await clock.advance(50);
      b.messenger.requests.accept(accountB, accountA);
      await clock.advance(500);
    },
    run(speed = 1) {
      let isRunning = true;
      let before = performance.now();
      const step = async (time: number): Promise<void> => {
        if (!isRunning) return;
        // A tab that was hidden does not catch up all at once.
        const passed = Math.min(250, Math.max(0, time - before)) * speed;
        before = time;
        await clock.advance(passed);
        requestAnimationFrame((next) => void step(next));
      };
      requestAnimationFrame((time) => void step(time));
      const stop = (): void => void (isRunning = false);
      stops.push(stop);
      return stop;
    },
    close() {
      world.close();
      for (const stop of stops) stop();
    },
  };
  return live;
}
