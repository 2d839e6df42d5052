import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { launch } from 'puppeteer-core';
import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import { createServer } from 'vite';
import { createSeededRandom, createSimulation } from '../../mocks/index.ts';
import type { ServiceOptions, SimulatedService, Simulation } from '../../mocks/index.ts';
import { realClock, serve } from '../../mocks/node.ts';
import type { Clock } from '../../ports/clock.ts';

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
}

/** Somebody's page, used as a person uses it: by roles and names. Every wait is for a reason. */
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
    await this.page.locator(aria(name, 'textbox')).fill(text);
  }

  async press(name: string): Promise<void> {
    await this.page.locator(aria(name, 'button')).click();
  }

  /** Waits until something of that name (and role) is drawn. */
  async sees(name: string, role?: string): Promise<void> {
    await this.page.locator(aria(name, role)).wait();
  }

  /** Waits until the words are somewhere on the page. */
  async reads(words: string): Promise<void> {
    await this.page.locator(`::-p-text(${words})`).wait();
  }

  /** Whether a thing of that name and role is there now. */
  async has(name: string, role: string): Promise<boolean> {
    return (await this.page.$(aria(name, role))) !== null;
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
    const field = await this.page.locator(aria(`Message ${to}`, 'textbox')).waitHandle();
    await field.focus();
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
    try {
      await this.page.waitForFunction(
        (wanted: string) => JSON.stringify(globalThis.drawnThread()) === wanted,
        {},
        JSON.stringify(expected),
      );
    } catch (cause) {
      const found = JSON.stringify(await this.thread());
      throw new Error(`expected ${JSON.stringify(expected)}, found ${found}`, { cause });
    }
  }
}

/** One test's people: services on real sockets on one server, and a browser for each person. */
export interface World {
  readonly seed: number;
  readonly simulation: Simulation;
  service(name: string, options?: ServiceOptions): Promise<SimulatedService>;
  /** A browser of its own, with nothing stored, on that service. */
  person(service: SimulatedService): Promise<App>;
  /** One more tab of that person's browser. */
  tab(app: App): Promise<App>;
  /** Closes the page, as a person does, and says how it is opened again. */
  leave(app: App): Promise<Left>;
  /** The page's process dies: nothing is said to anybody. */
  crash(app: App): Promise<Left>;
  close(): Promise<void>;
}

/** A page that is gone; its browser is not, with all that it stores. */
export interface Left {
  back(): Promise<App>;
}

/** What all tests share: the app page behind a port, and Chromium. */
export interface Lab {
  world(): World;
  close(): Promise<void>;
}

export async function openLab(): Promise<Lab> {
  const [pages, browser] = await Promise.all([servePages(), openBrowser()]);
  return {
    world: () => createWorld(pages.url, browser),
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

function createWorld(pagesUrl: string, browser: Browser): World {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));
  const simulation = createSimulation({ clock, random: createSeededRandom(seed) });
  const served: { service: SimulatedService; url: string; close(): Promise<void> }[] = [];
  const contexts: BrowserContext[] = [];

  async function open(context: BrowserContext, url: string): Promise<App> {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    // One window has the focus at a time; without this, nothing is ever read in the other one.
    const session = await page.createCDPSession();
    await session.send('Emulation.setFocusEmulationEnabled', { enabled: true });
    await page.evaluateOnNewDocument(`globalThis.drawnThread = ${drawnThread.toString()}`);
    const app = new App(page);
    await page.goto(url);
    return app;
  }

  return {
    seed,
    simulation,
    async service(name, options) {
      const service = simulation.service(name, options);
      served.push({ service, ...(await serve(service)) });
      return service;
    },
    async person(service) {
      const { url } = served.find((one) => one.service === service)!;
      const context = await browser.createBrowserContext();
      contexts.push(context);
      return open(context, `${pagesUrl}?service=${url}&server=${SERVER}`);
    },
    tab: (app) => open(app.page.browserContext(), app.page.url()),
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

function aria(name: string, role?: string): string {
  return `::-p-aria([name="${name}"]${role ? `[role="${role}"]` : ''})`;
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

async function servePages(): Promise<{ url: string; close(): Promise<void> }> {
  const server = await createServer({
    configFile: fileURLToPath(new URL('../../examples/messenger/vite.config.ts', import.meta.url)),
    cacheDir: fileURLToPath(new URL('../../.cache/vite-journeys', import.meta.url)),
    server: { port: 0, host: '127.0.0.1', hmr: false, ws: false, watch: null },
    logLevel: 'error',
    clearScreen: false,
    // Nothing is edited meanwhile: without its client, Vite opens no socket of its own.
    plugins: [
      {
        name: 'no-vite-client',
        transformIndexHtml: {
          order: 'post',
          handler: (html) => html.replace(/<script[^>]*@vite\/client[^>]*><\/script>/, ''),
        },
      },
    ],
  });
  await server.listen();
  const { port } = server.httpServer!.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

function openBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROME_PATH'];
  if (!executablePath) throw new Error('CHROME_PATH has to name a Chromium.');
  return launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
