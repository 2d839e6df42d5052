/** A simulated world with real clients and stores in it, for stories and tests that need more than plain data. */
import { citadel } from '../client/index.ts';
import { setTimeSource } from '../components/internal/ticker.ts';
import type { Cid } from '../facts/index.ts';
import { createFakeClock, createSeededRandom, createSimulation } from '../mocks/index.ts';
import type {
  FakeClock,
  ServiceOptions,
  SimulatedRelay,
  SimulatedService,
  Simulation,
  SimulationOptions,
} from '../mocks/index.ts';
import type { Backend, Relay, Storage } from '../ports/index.ts';
import { memory } from '../storage/memory.ts';
import type { Engine, Messenger, Settings } from '../stores/index.ts';
import { assemblyOf } from '../core.ts';
import { assemble } from '../stores/index.ts';

/** One browser of the world: a messenger on a service of its own, or on one that it shares. */
export interface LiveBrowser {
  readonly messenger: Messenger;
  /** What is behind it, which no page gets to see. */
  readonly engine: Engine;
  readonly service: SimulatedService;
  readonly relay: SimulatedRelay | null;
  readonly storage: Storage;
}

/** The world, on a clock that moves when it is told to. */
export interface Live {
  readonly clock: FakeClock;
  readonly simulation: Simulation;
  browser(name: string, options?: LiveBrowserOptions): Promise<LiveBrowser>;
  /** Creates an account in that browser, signed in. */
  account(browser: LiveBrowser, username: string, fullName?: string): Promise<Cid>;
  /** Makes two accounts contacts, by asking and accepting. */
  befriend(a: LiveBrowser, accountA: Cid, b: LiveBrowser, accountB: Cid): Promise<void>;
  /** Lets the clock follow real time, `speed` times as fast, until the returned function is called. */
  run(speed?: number): () => void;
  /** Closes every messenger and gives the elements their own clock back. */
  close(): void;
}

/** Options of `live.browser`. */
export interface LiveBrowserOptions {
  readonly service?: ServiceOptions;
  readonly on?: SimulatedService;
  /** Another network than the simulated service. */
  readonly backend?: Backend;
  readonly relay?: boolean;
  /** Makes another relay of it, as one that seals. */
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
  const { seed = 1, now, ...simulationOptions } = options;
  const clock = createFakeClock({ macrotasks: false, ...(now === undefined ? {} : { now }) });
  const random = createSeededRandom(seed);
  const simulation = createSimulation({
    clock,
    random,
    options: { serverAddress: SERVER, ...simulationOptions },
  });
  const messengers: Messenger[] = [];
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
    async browser(name, browserOptions = {}) {
      const service = browserOptions.on ?? simulation.service(name, browserOptions.service);
      const relay = browserOptions.relay ? simulation.relay(service) : null;
      const { storage = memory(), settings, asRelay = (plain: Relay): Relay => plain } = browserOptions;
      const backend =
        browserOptions.backend ??
        citadel({ url: service.url, clock, random, openSocket: (url) => service.openSocket(url) });
      const { messenger, engine } = assemble(
        assemblyOf({
          backend,
          storage,
          relay: relay && asRelay(relay),
          clock,
          random,
          ...(settings ? { settings } : {}),
        }),
      );
      messengers.push(messenger);
      void messenger.open();
      await clock.advance(20);
      return { messenger, engine, service, relay, storage };
    },
    async account({ messenger }, username, fullName = username) {
      const entering = messenger.sessions.createAccount({
        server: SERVER,
        fullName,
        username,
        password: 'password',
      });
      await clock.advance(500);
      const view = await entering;
      if (view.state !== 'done') throw new Error(`${username} could not be created: ${view.state}`);
      return view.account;
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
        // A tab that was hidden does not make up for all of it at once.
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
      for (const messenger of messengers) messenger.close();
      for (const stop of stops) stop();
    },
  };
  return live;
}
