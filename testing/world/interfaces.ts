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
  /** The messenger of what is loaded now. After `crash()` and `close()`: the last one, which is closed. */
  readonly messenger: Messenger;
  /** The simulated tab, for what has no verb here; null in a browser whose pages share nothing. */
  readonly tab: SimulatedTab | null;
  /** The way to the relay, with handles for what can go wrong; null in a browser without one. */
  readonly relay: SimulatedRelay | null;
  /** Whether something is loaded: not after `crash()` and `close()`. */
  readonly isOpen: boolean;
  /** Whether the page is on screen. */
  readonly isVisible: boolean;
  /** Another tab or window covers the page. */
  hide(): void;
  /** The page is on screen again. */
  show(): void;
  /** The page dies without a word: nothing is hung up, and what was not stored yet is lost. */
  crash(): void;
  /** A person closes the page: it is told so, hangs up if it is the last one, and ends. */
  close(): void;
  /** Loads the page again, also after a crash, and waits until its link is up, or it has said why not. */
  reload(): Promise<void>;
  /** The same at once: no time passes. What was loaded is closed without being told to hang up. */
  load(): void;
  /** Hands the page a text on its socket, as if the service had sent it. */
  inject(text: string): void;
  /** Creates an account in this page and signs it in. */
  signUp(username: string, options?: SignUpOptions): Promise<Person>;
}

/** Options of `world.browser`. */
export interface WorldBrowserOptions {
  /** How the browser's own service is. */
  readonly service?: ServiceOptions;
  /** A service that exists already, for several browsers on one. */
  readonly on?: SimulatedService;
  /** Whether a relay carries what no channel does. Default false. */
  readonly hasRelay?: boolean;
  /** Where its pages store what they know. Default: `memory()`, which lasts as long as the browser. */
  readonly storage?: Storage;
  /**
   * Whether its tabs share one link. Default true. Without it, each page is alone, as on a page without `tabs`: open
   * one only.
   */
  readonly sharesLink?: boolean;
  /** A simulated browser that exists already. */
  readonly profile?: SimulatedBrowser;
  /** What holds for its accounts until their persons change it. */
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
  /** Opens a page in a new tab, and waits until its link is up, or it has said why not. */
  openPage(options?: WorldPageOptions): Promise<WorldPage>;
  /** The same at once: no time passes. */
  newPage(options?: WorldPageOptions): WorldPage;
  /** Creates an account in the first page that is open, or in a new one, and signs it in. */
  signUp(username: string, options?: SignUpOptions): Promise<Person>;
  /** Takes the network away: every socket is gone without a word, none opens, and the relay is down. */
  cutNetwork(): void;
  /** Gives the network back. */
  restoreNetwork(): void;
}

/** A person of a world: an account, and the page at which they sit. */
export interface Person {
  readonly account: AccountId;
  readonly username: string;
  readonly browser: WorldBrowser;
  /** The page at which they sit. */
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
   * Everything that the other has written and that this page shows was on the screen; returns the texts. Throws while
   * the page is hidden: nothing can be read on it.
   */
  read(peer: Person): readonly string[];
  /** The conversation as the page shows it, in reading order. */
  messages(peer: Person): readonly ThreadMessage[];
  /** Another tab or window covers the page. */
  hide(): void;
  /** The page is on screen again. */
  show(): void;
  /** The page dies without a word. */
  crash(): void;
  /** Closes the page. */
  close(): void;
  /** Loads the page again, also after a crash, and waits until its link is up, or it has said why not. */
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
