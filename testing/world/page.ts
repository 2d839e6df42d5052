import { citadel } from '../../client/index.ts';
import type { Messenger, MessengerOptions, Settings } from '../../core.ts';
import type {
  FakeClock,
  PageSocket,
  SimulatedBrowser,
  SimulatedRelay,
  SimulatedService,
  SimulatedTab,
} from '../../mocks/index.ts';
import type { Random } from '../../ports/random.ts';
import type { Storage } from '../../ports/storage.ts';
import { createTabGroup, type TabGroupOptions } from '../../tabs/index.ts';
import type { NetworkSwitch } from './network.ts';
import type { WorldBrowser, WorldPage, WorldPageOptions } from './interfaces.ts';
import { createPerson } from './person.ts';
import { untilSettled, type StorageCalls, type Wait } from './wait.ts';

/** What a page needs from its browser. */
export interface PageSetting {
  /** Names the browser. */
  readonly name: string;
  readonly browser: WorldBrowser;
  readonly seed: number;
  readonly serverAddress: string;
  readonly clock: FakeClock;
  readonly random: Random;
  readonly wait: Wait;
  readonly service: SimulatedService;
  readonly relay: SimulatedRelay | null;
  readonly storage: Storage;
  /** Where the calls of the storage are kept while they are answered; null where nothing waits for them. */
  readonly calls: StorageCalls | null;
  readonly settings: Partial<Settings> | undefined;
  readonly network: NetworkSwitch;
  /** The tabs of the browser; null: its pages share nothing. */
  readonly profile: SimulatedBrowser | null;
  createMessenger(options: MessengerOptions): Messenger;
}

const PASSWORD = 'correct horse';

/** Opens a tab and loads the page in it; no time passes. */
export function createPage(setting: PageSetting, options: WorldPageOptions = {}): WorldPage {
  const { name, seed, clock, random, wait, service, relay, profile, network } = setting;
  const { createTabs = createTabGroup, createMessenger = setting.createMessenger, ...tabOptions } = options;
  /** Which account the tab showed: survives its reloads, as sessionStorage does. */
  let remembered: string | null = null;
  let isOpen = false;
  let isShown = tabOptions.isVisible ?? true;
  let tab: SimulatedTab | null = null;
  let socket: PageSocket | null = null;
  let messenger!: Messenger;
  let opening!: Promise<unknown>;
  let endStorage = (): void => undefined;

  function load(): void {
    if (isOpen) {
      messenger.close();
      tab?.kill();
    }
    const loaded = profile?.tab({ ...tabOptions, isVisible: isShown }) ?? null;
    tab = loaded;
    const { storage, end } = mortal(setting.storage, setting.calls);
    endStorage = end;
    const pageClock = loaded?.clock ?? clock;
    const backend = citadel({
      url: service.url,
      clock: pageClock,
      random,
      openSocket: (url) => {
        const opened = network.socket(url, pageClock);
        return (socket = loaded ? loaded.socket(opened) : opened);
      },
      network,
    });
    messenger = createMessenger({
      backend,
      storage,
      relay,
      clock: pageClock,
      random,
      ...(setting.settings ? { settings: setting.settings } : {}),
      ...(loaded ? { tabs: createTabs(groupOptions(loaded)) } : { page: null }),
    });
    if (!loaded && !isShown) messenger.setVisible(false);
    isOpen = true;
    opening = messenger.open();
  }

  const groupOptions = (loaded: SimulatedTab): TabGroupOptions => ({
    name,
    ...loaded,
    random,
    memory: { read: () => remembered, write: (account) => void (remembered = account) },
  });

  const page: WorldPage = {
    get messenger() {
      return messenger;
    },
    get tab() {
      return tab;
    },
    relay,
    get isOpen() {
      return isOpen && tab?.isGone !== true;
    },
    get isVisible() {
      return page.isOpen && (tab ? tab.page.isVisible : isShown);
    },
    hide() {
      isShown = false;
      if (tab) tab.hide();
      else messenger.setVisible(false);
    },
    show() {
      isShown = true;
      if (tab) tab.show();
      else messenger.setVisible(true);
    },
    crash() {
      if (!isOpen) return;
      isOpen = false;
      endStorage();
      tab?.kill();
      // Ends the timers and relay subscriptions of a crashed page.
      messenger.close();
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      if (tab) tab.close();
      else messenger.leave();
    },
    async reload() {
      page.close();
      isShown = true;
      load();
      await untilSettled(wait, opening, `the page of ${name} has opened its messenger`);
    },
    load,
    inject: (text) => socket?.onmessage?.({ data: text } as never),
    async signUp(username, { fullName = capitalized(username), password = PASSWORD } = {}) {
      const entering = messenger.sessions.createAccount({
        server: setting.serverAddress,
        fullName,
        username,
        password,
      });
      const view = await untilSettled(wait, entering, `${username} is signed up`);
      if (view.state !== 'done')
        throw new Error(`${username} could not sign up: ${JSON.stringify(view)}. Seed ${seed}.`);
      return createPerson({ account: view.account, username, browser: setting.browser, page, wait, seed });
    },
  };
  load();
  return page;
}

/** The storage of one page: once the page has crashed, nothing is written or answered. */
function mortal(
  inner: Storage,
  calls: StorageCalls | null,
): { readonly storage: Storage; readonly end: () => void } {
  let isDead = false;
  const storage = new Proxy(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...parts: unknown[]): unknown => {
        if (isDead && name !== 'close') return new Promise(() => undefined);
        const answer = (value as (...all: unknown[]) => unknown).apply(target, parts);
        if (calls && answer instanceof Promise) {
          calls.add(answer);
          const forget = (): void => void calls.delete(answer);
          answer.then(forget, forget);
        }
        return answer;
      };
    },
  });
  return { storage, end: () => void (isDead = true) };
}

function capitalized(username: string): string {
  return username.charAt(0).toUpperCase() + username.slice(1);
}
