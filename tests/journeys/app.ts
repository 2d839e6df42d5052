import type { Browser, BrowserContext, ElementHandle, Locator, Page } from 'puppeteer-core';
import { createSeededRandom, createSimulation } from '../../mocks/index.ts';
import type { ServiceOptions, SimulatedService, Simulation } from '../../mocks/index.ts';
import { realClock, serve } from '../../mocks/node.ts';
import type { Clock } from '../../ports/clock.ts';
import { openBrowser } from './browsers.ts';
import type { BrowserName, Visibility } from './browsers.ts';
import { servePages } from './pages.ts';

const SERVER = '127.0.0.1:12349';
export const PASSWORD = 'correct horse';

/** A message as it is drawn. */
export interface Drawn {
  readonly text: string;
  /** The status by its word; null for theirs. */
  readonly status: string | null;
}

declare global {
  /** In the page: see below. */
  var drawnThread: () => Drawn[];
  /** In the page: see below. */
  var drawnText: () => string;
  /** In the page: see below. */
  var findDrawn: (name: string, role?: string) => Element | null;
}

/** How often it is looked whether something has come. */
const LOOK_MS = 40;
const PATIENCE_MS = 30_000;
/** For so long a button is waited for to stand still. */
const PRESS_MS = 5_000;

/**
 * Waits until `check` finds something. It polls from outside: a hidden page has no animation frames, and its own
 * timers are throttled.
 * @throws Error when nothing has come in time; says `what`, and what was found instead.
 */
export async function until<Found>(
  what: string,
  check: () => Promise<Found> | Found,
  instead: () => unknown = () => 'nothing',
  patience = PATIENCE_MS,
): Promise<NonNullable<Found>> {
  const end = performance.now() + patience;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (performance.now() > end)
      throw new Error(`waited for ${what}, found ${JSON.stringify(await instead())}`);
    await new Promise((resolve) => realClock.setTimeout(() => resolve(undefined), LOOK_MS));
  }
}

/** Somebody's page, used by roles and names. Every wait is for a condition. */
export class App {
  readonly page: Page;
  /** What the page said on its console that nobody expected. */
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      // The browser itself reports every socket that could not be opened; Lit says once that it is in development.
      const isExpected = /WebSocket connection to|Lit is in dev mode/.test(message.text());
      if (['error', 'warn'].includes(message.type()) && !isExpected) this.complaints.push(message.text());
    });
  }

  async fill(name: string, text: string): Promise<void> {
    const field = await this.#locate(name, 'textbox');
    await field.fill(text);
  }

  async press(name: string): Promise<void> {
    // What is found may be drawn anew before it is pressed.
    const press = async (): Promise<boolean> => {
      const button = await this.#locate(name, 'button');
      return button
        .setTimeout(PRESS_MS)
        .click()
        .then(
          () => true,
          () => false,
        );
    };
    await until(`a button “${name}” that can be pressed`, press, () => this.text());
  }

  /**
   * Asked of the page itself: the accessibility tree waits for a frame, which a tab among many may not get, and that of
   * Firefox knows the light tree only.
   */
  async #locate(name: string, role: string): Promise<Locator<Element>> {
    await this.sees(name, role);
    const found = await this.page.evaluateHandle((...asked) => globalThis.findDrawn(...asked), name, role);
    return (found as ElementHandle).asLocator();
  }

  /** Waits until something of that name (and role) is drawn. */
  async sees(name: string, role?: string): Promise<void> {
    await until(
      `${role ?? 'something'} “${name}”`,
      () => this.has(name, role),
      () => this.text(),
    );
  }

  /** Waits until nothing of that name and role is drawn any more. */
  async misses(name: string, role: string): Promise<void> {
    await until(
      `no ${role} “${name}”`,
      async () => !(await this.has(name, role)),
      () => this.text(),
    );
  }

  /** Waits until the words are somewhere on the page. */
  async reads(words: string): Promise<void> {
    await until(
      `“${words}”`,
      async () => (await this.text()).includes(words),
      () => this.text(),
    );
  }

  /** Whether a thing of that name and role is there now. */
  has(name: string, role?: string): Promise<boolean> {
    // Asked of the page itself: for a hidden one, the browser's own accessibility tree waits for a frame.
    return this.page.evaluate((...asked) => globalThis.findDrawn(...asked) !== null, name, role);
  }

  /** All that is written on the page, shadow roots included. */
  text(): Promise<string> {
    return this.page.evaluate(() => globalThis.drawnText());
  }

  async signIn(username: string): Promise<void> {
    await this.fill('Username', username);
    await this.fill('Password', PASSWORD);
    await this.press('Sign in');
    await this.sees('Find people', 'button');
  }

  async createAccount(username: string, fullName: string): Promise<void> {
    await this.fill('Full name', fullName);
    await this.fill('Username', username);
    await this.fill('Password', PASSWORD);
    await this.press('Create account');
    await this.sees('Find people', 'button');
  }

  /** Opens a conversation from the list. */
  async choose(name: string): Promise<void> {
    await this.page.locator(`::-p-text(${name})`).click();
    await this.sees(`Conversation with ${name}`, 'log');
  }

  /** Writes into the composer, line by line, and presses Enter. */
  async write(to: string, text: string): Promise<void> {
    const field = await (await this.#locate(`Message ${to}`, 'textbox')).waitHandle();
    await (field as ElementHandle<HTMLElement>).focus();
    for (const [n, line] of text.split('\n').entries()) {
      if (n > 0) {
        await this.page.keyboard.down('Shift');
        await this.page.keyboard.press('Enter');
        await this.page.keyboard.up('Shift');
      }
      await this.page.keyboard.type(line);
    }
    await this.page.keyboard.press('Enter');
    await field.dispose();
  }

  /** The messages of the open conversation, as they are drawn now. */
  thread(): Promise<Drawn[]> {
    return this.page.evaluate(() => globalThis.drawnThread());
  }

  /** Waits until the thread shows these messages in this order, with these statuses. */
  async shows(...expected: readonly Drawn[]): Promise<void> {
    const wanted = JSON.stringify(expected);
    await until(
      wanted,
      async () => JSON.stringify(await this.thread()) === wanted,
      () => this.thread(),
    );
  }
}

/** One test's people: services on real sockets on one server, and a browser for each person. */
export interface World {
  readonly seed: number;
  readonly simulation: Simulation;
  /** Every page that was opened. */
  readonly apps: readonly App[];
  service(name: string, options?: ServiceOptions): Promise<SimulatedService>;
  /** A browser of its own, with nothing stored, on that service. */
  person(service: SimulatedService, how?: OpenOptions): Promise<App>;
  /** One more tab of that person's browser, in front of the others. */
  tab(app: App, how?: OpenOptions): Promise<App>;
  /** Closes the page like a person, and returns how to open it again. */
  leave(app: App): Promise<Left>;
  /** Kills the page's process. */
  crash(app: App): Promise<Left>;
  close(): Promise<void>;
}

/** How a page is opened. */
export interface OpenOptions {
  /** In a window of its own beside the others, where it hides none of them. */
  readonly isBeside?: boolean;
  /** Another page than the app's, by its name. */
  readonly page?: string;
  /** Runs in the page before anything else does. */
  readonly first?: () => void;
}

/** A page that is gone; its browser is not, with all that it stores. */
export interface Left {
  back(): Promise<App>;
}

/** What all tests share: the app page behind a port, and a browser. */
export interface Lab {
  world(): World;
  close(): Promise<void>;
}

export interface LabOptions {
  /** Default `chrome`. */
  readonly browser?: BrowserName;
  /** Default `shown`. */
  readonly visibility?: Visibility;
  /** Further pages, by name: their folders. */
  readonly pages?: Readonly<Record<string, URL>>;
}

export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const { browser: name = 'chrome', visibility = 'shown' } = options;
  const [pages, browser] = await Promise.all([servePages(options.pages), openBrowser(name, visibility)]);
  return {
    world: () => createWorld(pages.url, browser, name, visibility),
    async close() {
      await browser.close();
      await pages.close();
    },
  };
}

/** The real clock; what a service still had in mind when a test is over keeps nobody waiting. */
const clock: Clock = {
  ...realClock,
  setTimeout: (run, delay) => (realClock.setTimeout(run, delay) as NodeJS.Timeout).unref(),
};

function createWorld(
  pagesUrl: string,
  browser: Browser,
  browserName: BrowserName,
  visibility: Visibility,
): World {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));
  const simulation = createSimulation({ clock, random: createSeededRandom(seed) });
  const served: { service: SimulatedService; url: string; close(): Promise<void> }[] = [];
  const contexts: BrowserContext[] = [];
  const apps: App[] = [];

  async function open(
    context: BrowserContext,
    address: string,
    { isBeside = false, page: other, first }: OpenOptions = {},
  ): Promise<App> {
    const page = await context.newPage(isBeside ? { type: 'window' } : undefined);
    page.setDefaultTimeout(PATIENCE_MS);
    if (visibility === 'shown') {
      // One window has the focus at a time; without this, nothing is ever read in the other one.
      const session = await page.createCDPSession();
      await session.send('Emulation.setFocusEmulationEnabled', { enabled: true });
    } else {
      // Who looks at a window looks at it: which one of them has the keyboard is not what is tried here.
      await page.evaluateOnNewDocument(() => {
        document.hasFocus = () => document.visibilityState === 'visible';
      });
    }
    for (const [name, run] of Object.entries({ drawnThread, drawnText, findDrawn }))
      await page.evaluateOnNewDocument(`globalThis.${name} = ${run.toString()}`);
    if (first) await page.evaluateOnNewDocument(first);
    const app = new App(page);
    apps.push(app);
    const url = new URL(address);
    if (other !== undefined) url.pathname = `/${other}/`;
    await page.goto(url.href);
    return app;
  }

  return {
    seed,
    simulation,
    apps,
    async service(name, options) {
      const service = simulation.service(name, options);
      served.push({ service, ...(await serve(service)) });
      return service;
    },
    async person(service, how) {
      const { url } = served.find((one) => one.service === service)!;
      const context = await browser.createBrowserContext();
      contexts.push(context);
      return open(context, `${pagesUrl}?service=${url}&server=${SERVER}`, how);
    },
    tab: (app, how) => open(app.page.browserContext(), app.page.url(), how),
    async leave({ page }) {
      const context = page.browserContext();
      const url = page.url();
      await page.close();
      return { back: () => open(context, url) };
    },
    async crash({ page }) {
      const context = page.browserContext();
      const url = page.url();
      const died = once(page, 'error');
      const session = await page.createCDPSession();
      // It never answers: what would answer is gone.
      session.send('Page.crash').catch(() => undefined);
      await died;
      return { back: () => open(context, url) };
    },
    async close() {
      await Promise.all(contexts.map((context) => context.close()));
      await Promise.all(served.map((one) => one.close()));
    },
  };
}

function once(page: Page, event: 'error'): Promise<unknown> {
  return new Promise((resolve) => page.once(event, resolve));
}

/** Runs in the page: every message of the thread, by roles, through all shadow roots. */
function drawnThread(): Drawn[] {
  const deep = (root: ParentNode, selector: string): Element[] => [
    ...root.querySelectorAll(selector),
    ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) =>
      shadowRoot ? deep(shadowRoot, selector) : [],
    ),
  ];
  return deep(document, '[role="article"]').map((row) => ({
    text: row.querySelector('[part~="text"]')?.textContent ?? '',
    status: deep(row, '[role="img"]')[0]?.getAttribute('aria-label') ?? null,
  }));
}

/** Runs in the page: all its text, through all shadow roots. */
function drawnText(): string {
  const texts = (node: Node): string[] => {
    if (node instanceof Text) return [node.data.trim()];
    if (node instanceof HTMLStyleElement || node instanceof HTMLScriptElement) return [];
    const inside = node instanceof Element ? (node.shadowRoot ?? node) : node;
    return [...inside.childNodes].flatMap(texts);
  };
  return texts(document.body).filter(Boolean).join(' ');
}

/** Runs in the page: what is rendered with that accessible name, and role, through all shadow roots. */
function findDrawn(name: string, role?: string): Element | null {
  const implied: Readonly<Record<string, string>> = {
    BUTTON: 'button',
    INPUT: 'textbox',
    TEXTAREA: 'textbox',
    SECTION: 'region',
  };
  const textOf = (node: Node): string => {
    if (node instanceof Text) return node.data;
    if (node instanceof Element && node.getAttribute('aria-hidden') === 'true') return '';
    return [...(node instanceof Element ? (node.shadowRoot ?? node) : node).childNodes].map(textOf).join('');
  };
  const nameOf = (element: Element): string | null => {
    const label = element.getAttribute('aria-label');
    if (label !== null) return label;
    const named = element instanceof HTMLInputElement ? element.labels?.[0] : element;
    return named && (named !== element || element.tagName === 'BUTTON') ? textOf(named) : null;
  };
  const isIt = (element: Element): boolean => {
    const own = element.getAttribute('role') ?? implied[element.tagName];
    if (role !== undefined && own !== (role === 'image' ? 'img' : role)) return false;
    return nameOf(element)?.replace(/\s+/g, ' ').trim() === name && element.checkVisibility();
  };
  const findIn = (root: ParentNode): Element | null => {
    for (const element of root.querySelectorAll('*')) {
      if (isIt(element)) return element;
      const inside = element.shadowRoot && findIn(element.shadowRoot);
      if (inside) return inside;
    }
    return null;
  };
  return findIn(document);
}
