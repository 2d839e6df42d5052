import type { AccountId } from '../../facts/index.ts';
import type {
  SimulatedRelay,
  FakeClock,
  SimulatedBrowser,
  SimulatedService,
  SimulatedTab,
  Simulation,
} from '../../mocks/index.ts';
import type { Relay } from '../../ports/relay.ts';
import type { Storage } from '../../ports/storage.ts';
import type { TabChannel } from '../../ports/tabs.ts';
import type { Messenger } from '../../stores/index.ts';
import { createTabGroup } from '../../tabs/index.ts';
import { createWorld } from '../../testing/index.ts';
import type { WorldOptions, WorldPage } from '../../testing/index.ts';
import { createMessenger } from '../engine.ts';
import { openThreads, signedUp } from './world.ts';

/** One tab of a test. */
export interface Tab {
  readonly messenger: Messenger;
  readonly page: SimulatedTab;
  readonly relay: SimulatedRelay | null;
  readonly opened: WorldPage;
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
  account(tab: Tab, username: string): Promise<AccountId>;
}

export interface OpenOptions {
  readonly isVisible?: boolean;
  readonly hasLocks?: boolean;
  /** The version of the messages between tabs. */
  readonly version?: number;
  /** Which account the tab showed before a reload. */
  readonly remembers?: AccountId | (() => never);
  /** Whether a message of another tab reaches it. */
  readonly hears?: (message: unknown) => boolean;
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

/** A world of its own, or around what a scenario has set up: browsers with any number of tabs. */
export function createTabWorld(options: Pick<WorldOptions, 'seed' | 'within'> = {}): TabWorld {
  const world = createWorld({ ...options, createMessenger });
  const { clock, simulation, seed } = world;
  return {
    clock,
    simulation,
    seed,
    profile(name, { on, browser: profile, hasRelay, ...wraps }: ProfileOptions = {}) {
      const { storageOf = (inner) => inner, relayOf = (inner) => inner } = wraps;
      const browser = world.browser(name, { on, profile, hasRelay });
      const tabs: Tab[] = [];
      const newest = (): SimulatedTab => browser.profile!.tabs.at(-1)!;
      return {
        browser: browser.profile!,
        service: browser.service,
        storage: browser.storage,
        tabs,
        async open({ version, remembers, hears, ...tabOptions } = {}) {
          const opened = browser.newPage({
            ...tabOptions,
            createTabs: (group) => {
              const { openChannel } = group;
              return createTabGroup({
                ...group,
                memory: {
                  read: () => (typeof remembers === 'function' ? remembers() : (remembers ?? null)),
                  write: () => undefined,
                },
                ...(version ? { version } : {}),
                ...(hears && openChannel
                  ? { openChannel: (channel) => deaf(openChannel(channel), hears) }
                  : {}),
              });
            },
            createMessenger: ({ storage, relay, ...rest }) =>
              createMessenger({
                ...rest,
                storage: storageOf(storage, newest().id),
                relay: relay && relayOf(relay as SimulatedRelay, newest().id),
              }),
          });
          const tab: Tab = { messenger: opened.messenger, page: opened.tab!, relay: opened.relay, opened };
          tabs.push(tab);
          await clock.advance(500);
          openThreads(tab.messenger);
          await clock.advance(0);
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
    account: ({ opened }, username) => signedUp(world, opened, username),
  };
}

/** A channel on which some messages get lost. */
function deaf(channel: TabChannel, hears: (message: unknown) => boolean): TabChannel {
  const end: TabChannel = {
    onmessage: null,
    postMessage: (message) => channel.postMessage(message),
    close: () => channel.close(),
  };
  channel.onmessage = (event: { data: unknown }) => {
    if (hears((event.data as { body?: unknown }).body)) end.onmessage?.(event as never);
  };
  return end;
}
