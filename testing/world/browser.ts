import type { Messenger, MessengerOptions } from '../../core.ts';
import { createBrowser } from '../../mocks/index.ts';
import type { FakeClock, Simulation } from '../../mocks/index.ts';
import type { Random } from '../../ports/random.ts';
import { memory } from '../../storage/memory.ts';
import type { WorldBrowser, WorldBrowserOptions, WorldPage } from './interfaces.ts';
import { createNetwork } from './network.ts';
import { createPage } from './page.ts';
import { untilSettled, type StorageCalls, type Wait } from './wait.ts';

/** What a browser needs from its world. */
export interface BrowserSetting {
  readonly name: string;
  readonly seed: number;
  readonly serverAddress: string;
  readonly clock: FakeClock;
  readonly random: Random;
  readonly simulation: Simulation;
  readonly wait: Wait;
  readonly calls: StorageCalls;
  createMessenger(options: MessengerOptions): Messenger;
}

/** Makes a browser without a page. */
export function createWorldBrowser(setting: BrowserSetting, options: WorldBrowserOptions = {}): WorldBrowser {
  const { name, clock, random, simulation, wait } = setting;
  const { hasRelay = false, sharesLink = true, storage = memory(), settings } = options;
  const calls = options.waitsForStorage ? setting.calls : null;
  const { createMessenger = setting.createMessenger } = options;
  const service = options.on ?? simulation.service(name, options.service);
  const profile = sharesLink ? (options.profile ?? createBrowser({ clock, random })) : null;
  const network = createNetwork(service);
  const pages: WorldPage[] = [];

  const browser: WorldBrowser = {
    name,
    service,
    storage,
    profile,
    pages,
    newPage(pageOptions) {
      const relay = hasRelay ? simulation.relay(service) : null;
      if (!network.isOnline()) relay?.setUp(false);
      const page = createPage(
        { ...setting, browser, createMessenger, service, relay, storage, calls, settings, network, profile },
        pageOptions,
      );
      pages.push(page);
      return page;
    },
    async openPage(pageOptions) {
      const page = browser.newPage(pageOptions);
      // Only the first call opens the messenger; this one resolves with it.
      await untilSettled(wait, page.messenger.open(), `a page of ${name} has opened its messenger`);
      return page;
    },
    async signUp(username, signUpOptions) {
      const page = pages.find(({ isOpen }) => isOpen) ?? (await browser.openPage());
      return page.signUp(username, signUpOptions);
    },
    cutNetwork() {
      network.cut();
      for (const { relay } of pages) relay?.setUp(false);
    },
    restoreNetwork() {
      network.restore();
      for (const { relay } of pages) relay?.setUp(true);
    },
  };
  return browser;
}
