import type { AccountId, MessageId } from '../../facts/index.ts';
import { rangesOf } from '../../facts/ranges.ts';
import type {
  ServiceOptions,
  SimulatedService,
  SimulatedRelay,
  Simulation,
  SimulationOptions,
} from '../../mocks/index.ts';
import type { FakeClock } from '../../mocks/index.ts';
import type { Relay } from '../../ports/relay.ts';
import type { Storage } from '../../ports/storage.ts';
import type { RequestBodies } from '../../protocol/index.ts';
import type { PayloadOf } from '../../protocol/payload.ts';
import { memory } from '../../storage/memory.ts';
import type { Messenger, Settings } from '../../stores/index.ts';
import { createWorld as createPublicWorld } from '../../testing/index.ts';
import type { WorldPage, World as PublicWorld } from '../../testing/index.ts';
import { createMessenger, engineOf } from '../engine.ts';

/** One browser of a test: a messenger on a simulated service. Reloading makes a new messenger on the same storage. */
export interface Browser {
  messenger: Messenger;
  readonly service: SimulatedService;
  readonly relay: SimulatedRelay | null;
  readonly storage: Storage;
  readonly page: WorldPage;
  /** Closes the page (its socket too) and opens it again. */
  reload(): Promise<void>;
  /** Closes the page: the socket goes, the session stays at the service. */
  closePage(): void;
  /** Puts a text on the page's socket, as if the service had sent it. */
  inject(text: string): void;
  openPage(): Promise<void>;
}

export interface World {
  readonly clock: FakeClock;
  readonly simulation: Simulation;
  readonly seed: number;
  browser(name: string, options?: BrowserOptions): Promise<Browser>;
  /** Signs a new account up in that browser and returns its CID. */
  account(browser: Browser, username: string): Promise<AccountId>;
  /** Makes two accounts contacts by asking and accepting, and waits until both know. */
  befriend(a: Browser, accountA: AccountId, b: Browser, accountB: AccountId): Promise<void>;
  /** Makes two accounts contacts, and waits until they have a channel and have told each other what they have. */
  connect(a: Browser, accountA: AccountId, b: Browser, accountB: AccountId): Promise<void>;
}

/** Longer than contacts take until they have a channel: the higher id dials after five seconds. */
export const CHANNEL_MS = 8_000;

export interface BrowserOptions {
  readonly service?: ServiceOptions;
  /** An existing service, for several browsers on one. */
  readonly on?: SimulatedService;
  readonly relay?: boolean;
  /** Makes another relay of the browser's, one that seals for instance. */
  readonly asRelay?: (relay: SimulatedRelay) => Relay;
  readonly storage?: Storage;
  readonly settings?: Partial<Settings>;
}

export const SERVER = '127.0.0.1:12349';

/** A world of browsers with one page each that shares nothing, and whose engine a test can read. */
export function createWorld(options: SimulationOptions & { seed?: number } = {}): World {
  const world = createPublicWorld(options);
  const { clock, simulation, seed } = world;
  return {
    clock,
    simulation,
    seed,
    async browser(name, { service, on, relay: hasRelay, asRelay, storage, settings } = {}) {
      const { newPage, ...made } = world.browser(name, {
        service,
        on,
        hasRelay,
        storage,
        settings,
        sharesLink: false,
        createMessenger: ({ relay, ...given }) =>
          createMessenger({ ...given, relay: relay && asRelay ? asRelay(relay as SimulatedRelay) : relay }),
      });
      const page = newPage();
      const browser: Browser = {
        messenger: page.messenger,
        service: made.service,
        relay: page.relay,
        storage: made.storage,
        page,
        inject: (text) => page.inject(text),
        closePage: () => browser.messenger.close(),
        openPage: async () => {
          page.load();
          browser.messenger = page.messenger;
          await clock.advance(1_000);
          openThreads(browser.messenger);
          await clock.advance(0);
        },
        reload: async () => {
          browser.closePage();
          await clock.advance(20);
          await browser.openPage();
        },
      };
      await clock.advance(50);
      return browser;
    },
    account: ({ page }, username) => signedUp(world, page, username),
    async connect(a, accountA, b, accountB) {
      await this.befriend(a, accountA, b, accountB);
      await clock.advance(CHANNEL_MS);
      const path = a.messenger.path(accountA, accountB).kind;
      if (path !== 'unknown-but-up') throw new Error(`The two have no channel: ${path}`);
    },
    async befriend(a, accountA, b, accountB) {
      a.messenger.requests.ask(accountA, accountB);
      await clock.advance(100);
      b.messenger.requests.accept(accountB, accountA);
      await clock.advance(100);
    },
  };
}

/** Loads what a thread of each conversation opens with, as a person does who looks at all of them. */
export function openThreads({ sessions, messages }: Messenger): void {
  for (const account of sessions.accounts.peek())
    for (const peer of messages.list(account).ids.peek()) void messages.loadNewest(account, peer);
}

/** Signs a new account up, and lets what begins with it settle. */
export async function signedUp(
  { clock }: PublicWorld,
  page: WorldPage,
  username: string,
): Promise<AccountId> {
  const settled = clock.elapsed() + 3_000;
  const { account } = await page.signUp(username);
  await clock.advance(settled - clock.elapsed());
  return account;
}

/** Two contacts with a channel, each in a browser with a service of its own. `a` has the lower CID. */
export interface Two {
  readonly world: World;
  readonly a: Browser;
  readonly b: Browser;
  readonly alice: AccountId;
  readonly bob: AccountId;
}

/** Makes two contacts and waits for their channel. */
export async function talking({
  seed = 1,
  ...browsers
}: { seed?: number; a?: BrowserOptions; b?: BrowserOptions } = {}): Promise<Two> {
  const world = createWorld({ seed });
  const a = await world.browser('a', browsers.a);
  const b = await world.browser('b', browsers.b);
  const alice = await world.account(a, 'alice');
  const bob = await world.account(b, 'bobby');
  await world.connect(a, alice, b, bob);
  return { world, a, b, alice, bob };
}

/** A storage in memory of which some methods are replaced, also later on. */
export function storageWith(replaced: Partial<Storage>, inner: Storage = memory()): Storage {
  return new Proxy(inner, {
    get: (target, name: keyof Storage) => {
      const method = (replaced[name] ?? target[name]) as ((...parts: unknown[]) => unknown) | undefined;
      return method && ((...parts: unknown[]) => method.apply(target, parts));
    },
  });
}

/** Their receipt that says which of our messages were on their screen. */
export function readReceipt(
  { messenger }: Browser,
  account: AccountId,
  peer: AccountId,
  ...ids: readonly MessageId[]
): PayloadOf<'receipt'> {
  const conversation = engineOf(messenger).conversations.get(account, peer);
  const ranges = rangesOf(ids.map((id) => conversation.get(id)!.index!));
  return { v: 1, type: 'receipt', kind: 'read', stream: conversation.meta.stream, ranges, at: 1 };
}

/** The statuses of a conversation's own messages, in order, with their texts. */
export function statuses(messenger: Messenger, account: AccountId, peer: AccountId): string[] {
  return texts(messenger, account, peer).map(({ text, status }) => `${text}: ${status}`);
}

/** The rows of a conversation, in reading order. */
export function texts(
  messenger: Messenger,
  account: AccountId,
  peer: AccountId,
): { id: MessageId; text: string; status: string | null; own: boolean }[] {
  const source = messenger.messages.source(account, peer);
  return source.ids.peek().map((id) => {
    const { text, status, own } = source.get(id)!;
    return { id, text, status, own };
  });
}

/** The bodies of all requests of one variant that a service's pages have handed over, oldest first. */
export function sent<K extends keyof RequestBodies>(
  world: World,
  service: string,
  variant: K,
): RequestBodies[K][] {
  return world.simulation.frames.entries.flatMap((entry) =>
    entry.service === service && entry.direction === 'in' && entry.frame?.variant === variant
      ? [entry.frame.body as RequestBodies[K]]
      : [],
  );
}
