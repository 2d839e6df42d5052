/** A messenger with nothing chosen: the backend and the storage are passed in. */
import { systemClock, systemRandom } from './client/system.ts';
import type { Backend } from './ports/backend.ts';
import type { Clock } from './ports/clock.ts';
import type { Page } from './ports/page.ts';
import type { Random } from './ports/random.ts';
import type { Relay } from './ports/relay.ts';
import type { Storage } from './ports/storage.ts';
import type { TabGroup } from './ports/tabs.ts';
import type { Messenger } from './stores/api.ts';
import { assemble } from './stores/messenger.ts';
import type { AssemblyOptions } from './stores/messenger.ts';
import type { Settings } from './stores/options.ts';
import { browserPage } from './tabs/page.ts';
import { share } from './tabs/share.ts';

export type * from './stores/api.ts';
export type { DiagnosticCounter } from './stores/diagnostics.ts';
export { DEFAULT_SETTINGS, type Settings } from './stores/options.ts';
export { connectRequests, REQUEST_EVENTS } from './stores/connect-requests.ts';
export type { AccountDetail, MessageDetail, PeerDetail, RequestDetails } from './stores/connect-requests.ts';

/** What a messenger is made of. */
export interface MessengerOptions {
  /** The network: `citadel()`, `memory()`, or one of your own. */
  readonly backend: Backend;
  /** Where messages and accounts are kept: `indexedDb()`, `memory()`, or one of your own. */
  readonly storage: Storage;
  /** Carries messages when no channel does. Absent or null: none. */
  readonly relay?: Relay | null;
  /** What holds for an account until its person changes it, and for the whole messenger. */
  readonly settings?: Partial<Settings>;
  /** Shares the link with the other tabs of this browser. Absent or null: the page must not be open in two tabs. */
  readonly tabs?: TabGroup | null;
  /** The life of this page. Absent: the browser's own events. Null: it is on screen until `setVisible` says otherwise. */
  readonly page?: Page | null;
  /** Absent: the system's clock. */
  readonly clock?: Clock;
  /** Absent: the system's randomness. */
  readonly random?: Random;
}

/** Makes a messenger. It does nothing until it is opened, by `open()` or by the first element that shows it. */
export function createMessenger(options: MessengerOptions): Messenger {
  return assemble(assemblyOf(options)).messenger;
}

/** The same with everything chosen that was left out. */
export function assemblyOf({
  clock = systemClock,
  random = systemRandom,
  tabs = null,
  page = tabs?.page ?? browserPage(),
  ...options
}: MessengerOptions): AssemblyOptions {
  return { ...options, clock, random, page, sharing: tabs && share(tabs) };
}
