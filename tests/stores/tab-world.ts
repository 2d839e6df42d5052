import { citadel } from '../../client/index.ts';
import { createTabGroup } from '../../tabs/group.ts';
import type { Cid } from '../../facts/index.ts';
import type {
  SimulatedRelay,
  FakeClock,
  SimulatedBrowser,
  SimulatedService,
  SimulatedTab,
  Simulation,
} from '../../mocks/index.ts';
import { createBrowser, createFakeClock, createSeededRandom, createSimulation } from '../../mocks/index.ts';
import type { Relay } from '../../ports/relay.ts';
import type { Storage } from '../../ports/storage.ts';
import type { TabChannel } from '../../ports/tabs.ts';
import { memory } from '../../storage/memory.ts';
import { createMessenger } from '../engine.ts';
import type { Messenger } from '../../stores/index.ts';

/** One tab of a test. */
export interface Tab {
  readonly messenger: Messenger;
  readonly page: SimulatedTab;
  readonly relay: SimulatedRelay | null;
}

/** One browser profile with any number of tabs, on a simulated service. */
export interface Profile {
  readonly browser: SimulatedBrowser;
  readonly service: SimulatedService;
  readonly storage: Storage;
  readonly tabs: Tab[];
  /** Opens a tab and lets it find its place. */
  open(options?: OpenOptions): Promise<Tab>;
  /** The tab that leads. */
  leader(): Tab;
}

/** Several browsers on one server. */
export interface TabWorld {
  readonly clock: FakeClock;
  readonly simulation: Simulation;
  readonly seed: number;
  profile(name: string, options?: ProfileOptions): Profile;
  account(tab: Tab, username: string): Promise<Cid>;
}

export interface OpenOptions {
  readonly isVisible?: boolean;
  readonly hasLocks?: boolean;
  /** The version of the words between tabs. */
  readonly version?: number;
  /** Which account the tab showed before a reload. */
  readonly remembers?: Cid | (() => never);
  /** Whether a word of another tab reaches it. */
  readonly hears?: (word: unknown) => boolean;
}

export interface ProfileOptions {
  readonly on?: SimulatedService;
  /** A browser that is there already, of a scenario for instance. */
  readonly browser?: SimulatedBrowser;
  /** The storage as a tab has it; all tabs share what is behind it. */
  readonly storageOf?: (inner: Storage, tab: string) => Storage;
  /** Whether a relay carries what no channel does. */
  readonly hasRelay?: boolean;
  /** The relay as a tab has it. */
  readonly relayOf?: (inner: SimulatedRelay, tab: string) => Relay;
}

export const SERVER = '127.0.0.1:12349';
export const PASSWORD = 'correct horse';

/** A world of its own, or around what a scenario has set up. */
export function createTabWorld({
  seed = 1,
  clock = createFakeClock({ macrotasks: false }),
  simulation: given,
}: { seed?: number; clock?: FakeClock; simulation?: Simulation } = {}): TabWorld {
  // A simulation that is there already draws its own ids from its own seed.
  const random = createSeededRandom(given ? seed + 1_000_003 : seed);
  const simulation = given ?? createSimulation({ clock, random, options: {} });
  return {
    clock,
    simulation,
    seed,
    profile(name, options: ProfileOptions = {}) {
      const { on, browser = createBrowser({ clock, random }), hasRelay = false } = options;
      const { storageOf = (inner) => inner, relayOf = (inner) => inner } = options;
      const storage = memory();
      const service = on ?? simulation.service(name);
      const Socket = service.webSocket();
      const tabs: Tab[] = [];
      return {
        browser,
        service,
        storage,
        tabs,
        async open({ version, remembers, hears, ...options } = {}) {
          const page = browser.tab(options);
          const relay = hasRelay ? simulation.relay(service) : null;
          const messenger = createMessenger({
            backend: citadel({
              url: service.url,
              clock: page.clock,
              random,
              openSocket: (url) => page.socket(new Socket(url)),
              network: { isOnline: () => true, watch: () => () => undefined },
            }),
            storage: storageOf(storage, page.id),
            relay: relay && relayOf(relay, page.id),
            clock: page.clock,
            random,
            tabs: createTabGroup({
              name,
              ...page,
              random,
              memory: {
                read: () => (typeof remembers === 'function' ? remembers() : (remembers ?? null)),
                write: () => undefined,
              },
              ...(version ? { version } : {}),
              ...(hears ? { openChannel: (channel) => deaf(page.openChannel(channel), hears) } : {}),
            }),
          });
          const tab: Tab = { messenger, page, relay };
          tabs.push(tab);
          void messenger.open();
          await clock.advance(500);
          return tab;
        },
        leader() {
          const leaders = tabs.filter(
            ({ messenger, page }) => page.isAwake && messenger.tabs.peek().role === 'leader',
          );
          if (leaders.length !== 1) throw new Error(`${leaders.length} tabs lead`);
          return leaders[0]!;
        },
      };
    },
    async account({ messenger }, username) {
      const entered = messenger.sessions.createAccount({
        server: SERVER,
        fullName: username.charAt(0).toUpperCase() + username.slice(1),
        username,
        password: PASSWORD,
      });
      await clock.advance(3_000);
      const view = await entered;
      if (view.state !== 'done') throw new Error(`${username} could not sign up: ${JSON.stringify(view)}`);
      return view.account;
    },
  };
}

/** A channel on which some words get lost. */
function deaf(channel: TabChannel, hears: (word: unknown) => boolean): TabChannel {
  const end: TabChannel = {
    onmessage: null,
    postMessage: (word) => channel.postMessage(word),
    close: () => channel.close(),
  };
  channel.onmessage = (event: { data: unknown }) => {
    if (hears((event.data as { word?: unknown }).word)) end.onmessage?.(event as never);
  };
  return end;
}
