import type { Messenger, MessengerOptions, Settings } from '../../core.ts';
import type { AccountId, MessageId, ThreadMessage } from '../../facts/index.ts';
import type {
  ServiceOptions,
  SimulatedBrowser,
  SimulatedRelay,
  SimulatedService,
  SimulatedTab,
  SimulatedTabOptions,
} from '../../mocks/index.ts';
import type { Storage } from '../../ports/storage.ts';
import type { TabGroup } from '../../ports/tabs.ts';
import type { TabGroupOptions } from '../../tabs/index.ts';

/** Options of every wait. */
export interface WaitOptions {
  /** How long to wait at most, in milliseconds of the world's clock. Default 60,000. */
  readonly within?: number;
}

/** Who signs up. */
export interface SignUpOptions {
  /** Default: the username with a capital letter. */
  readonly fullName?: string;
  /** Default `correct horse`. */
  readonly password?: string;
}

/** Options of `browser.newPage` and `browser.openPage`. */
export interface WorldPageOptions extends SimulatedTabOptions {
  /** Makes this page's messenger. Default: the browser's. */
  readonly createMessenger?: (options: MessengerOptions) => Messenger;
  /** Makes this page's part in the group of tabs. Default: `createTabGroup`. */
  readonly createTabs?: (options: TabGroupOptions) => TabGroup;
}

/** One tab of a browser. What is loaded in it changes with `reload()`; the tab stays. */
export interface WorldPage {
  /** The messenger of the loaded page. After `crash()` and `close()`: the last one, which is closed. */
  readonly messenger: Messenger;
  /** The simulated tab, for other actions; null in a browser whose pages share nothing. */
  readonly tab: SimulatedTab | null;
  /** The connection to the relay, with its faults; null in a browser without one. */
  readonly relay: SimulatedRelay | null;
  /** Whether a page is loaded: not after `crash()` and `close()`. */
  readonly isOpen: boolean;
  /** Whether the page is on screen. */
  readonly isVisible: boolean;
  /** Hides the page. */
  hide(): void;
  /** Shows the page again. */
  show(): void;
  /** Crashes the page: nothing is hung up, and what was not stored yet is lost. */
  crash(): void;
  /** Closes the page, with an event: it hangs up if it is the last one. */
  close(): void;
  /** Loads the page again, also after a crash, and waits until its link is up or has failed with a reason. */
  reload(): Promise<void>;
  /** The same without passing time. The loaded page is closed without hanging up. */
  load(): void;
  /** Injects a text on the page's socket, as if the service had sent it. */
  inject(text: string): void;
  /** Creates an account in this page and signs it in. */
  signUp(username: string, options?: SignUpOptions): Promise<Person>;
}

/** Options of `world.browser`. */
export interface WorldBrowserOptions {
  /** Options of the browser's own service. */
  readonly service?: ServiceOptions;
  /** An existing service, for several browsers on one. */
  readonly on?: SimulatedService;
  /** Whether a relay carries what no channel does. Default false. */
  readonly hasRelay?: boolean;
  /** The storage of its pages. Default: `memory()`, which lasts as long as the browser. */
  readonly storage?: Storage;
  /**
   * Whether time stands still while the storage answers. A storage that answers in real time needs it, such as
   * `indexedDb()`: without it simulated seconds pass meanwhile, and the device is said to have failed. Default false.
   */
  readonly waitsForStorage?: boolean;
  /**
   * Whether its tabs share one link. Default true. Without it, each page is alone, as on a page without `tabs`: open
   * one only.
   */
  readonly sharesLink?: boolean;
  /** An existing simulated browser. */
  readonly profile?: SimulatedBrowser;
  /** The default settings of its accounts. */
  readonly settings?: Partial<Settings>;
  /** Makes its messengers. Default: the world's. */
  readonly createMessenger?: (options: MessengerOptions) => Messenger;
}

/** One browser of a world: a service, a storage that outlives its pages, and any number of tabs. */
export interface WorldBrowser {
  readonly name: string;
  readonly service: SimulatedService;
  readonly storage: Storage;
  /** The tabs behind the pages; null where the pages share nothing. */
  readonly profile: SimulatedBrowser | null;
  /** All pages, in the order in which they were opened. */
  readonly pages: readonly WorldPage[];
  /** Opens a page in a new tab, and waits until its link is up or has failed with a reason. */
  openPage(options?: WorldPageOptions): Promise<WorldPage>;
  /** The same without passing time. */
  newPage(options?: WorldPageOptions): WorldPage;
  /** Creates an account in the first page that is open, or in a new one, and signs it in. */
  signUp(username: string, options?: SignUpOptions): Promise<Person>;
  /** Cuts the network: every socket is lost without a close, none opens, and the relay is down. */
  cutNetwork(): void;
  /** Restores the network. */
  restoreNetwork(): void;
}

/** A person of a world: an account and a page. */
export interface Person {
  readonly account: AccountId;
  readonly username: string;
  readonly browser: WorldBrowser;
  /** The person's page. */
  readonly page: WorldPage;
  /** The messenger of that page. Throws where the page has crashed or is closed. */
  readonly messenger: Messenger;
  /** The same person at another page of their browser. */
  at(page: WorldPage): Person;
  /** Asks somebody to connect. */
  ask(peer: Person): void;
  /** Accepts somebody's request. */
  accept(peer: Person): void;
  /** Asks, lets the other accept, and waits until both have a channel. */
  connect(peer: Person, options?: WaitOptions): Promise<void>;
  /** Writes a message, and waits until it is stored or could not be. */
  write(peer: Person, text: string, options?: WaitOptions): Promise<MessageId>;
  /**
   * Marks all messages of the other person that this page shows as seen; returns the texts. Throws while the page is
   * hidden.
   */
  read(peer: Person): readonly string[];
  /** The conversation as the page shows it, in reading order. */
  messages(peer: Person): readonly ThreadMessage[];
  /** Hides the page. */
  hide(): void;
  /** Shows the page again. */
  show(): void;
  /** Crashes the page. */
  crash(): void;
  /** Closes the page. */
  close(): void;
  /** Loads the page again, also after a crash, and waits until its link is up or has failed with a reason. */
  reload(): Promise<void>;
  /** Waits until the other's request to connect is on screen. */
  untilAsked(by: Person, options?: WaitOptions): Promise<void>;
  /** Waits until both have a channel to each other, direct or not. */
  untilChannel(peer: Person, options?: WaitOptions): Promise<void>;
  /** Waits until both show the same messages. */
  untilSynced(peer: Person, options?: WaitOptions): Promise<void>;
  /** Waits until every message to the other is delivered or read. */
  untilDelivered(peer: Person, options?: WaitOptions): Promise<void>;
  /** Waits until every message to the other is read. */
  untilRead(peer: Person, options?: WaitOptions): Promise<void>;
}
