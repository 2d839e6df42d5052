import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { launch } from 'puppeteer-core';
import type { Browser } from 'puppeteer-core';
import { build } from 'vite';
import { installed } from './installed.ts';

/** What a page may say about its colours, and whether it takes tokens.css. */
const PAGES = {
  'a page that says its scheme in a meta tag': {
    head: '<meta name="color-scheme" content="light dark" />',
    css: '',
    tokens: true,
  },
  'a page that says its scheme in its own sheet': {
    head: '',
    css: ':root { color-scheme: light dark; } .night { color-scheme: dark; } .day { color-scheme: light; }',
    tokens: true,
  },
  'a page without tokens.css': {
    head: '<meta name="color-scheme" content="light dark" />',
    css: '',
    tokens: false,
  },
} as const;

const EXPECTED = {
  light: {
    mine: ['rgb(67, 56, 202)', 'rgb(255, 255, 255)'],
    theirs: ['rgb(239, 241, 245)', 'rgb(20, 24, 31)'],
    badge: ['rgb(67, 56, 202)', 'rgb(255, 255, 255)'],
    read: ['rgba(0, 0, 0, 0)', 'rgb(67, 56, 202)'],
    failed: ['rgba(0, 0, 0, 0)', 'rgb(180, 35, 24)'],
  },
  dark: {
    mine: ['rgb(55, 48, 163)', 'rgb(255, 255, 255)'],
    theirs: ['rgb(35, 41, 54)', 'rgb(238, 241, 246)'],
    badge: ['rgb(165, 180, 252)', 'rgb(20, 24, 31)'],
    read: ['rgba(0, 0, 0, 0)', 'rgb(165, 180, 252)'],
    failed: ['rgba(0, 0, 0, 0)', 'rgb(255, 154, 143)'],
  },
};

const MAIN = `
  import 'p2p-elements/define';
  const sentAt = Date.UTC(2026, 0, 5, 10, 42);
  const message = (id, own) => ({
    id, own, text: id, author: own ? '1' : '2', sentAt, place: sentAt, status: own ? 'sent' : null, reason: null,
    waiting: null, attempts: 1, facts: [], isEdited: false, replyTo: null, missingBefore: 0, isStored: true,
  });
  for (const part of document.querySelectorAll('section')) {
    // Through the CSSOM, which no CSS tool sees.
    if (part.dataset.scheme) part.style.colorScheme = part.dataset.scheme;
    const thread = document.createElement('p2p-thread');
    thread.rows = [message('theirs', false), message('mine', true)];
    const badge = document.createElement('p2p-pending-badge');
    badge.count = 3;
    const [read, failed] = ['read', 'failed'].map((status) =>
      Object.assign(document.createElement('p2p-message-status'), { status }));
    part.append(thread, badge, read, failed);
  }
`;

const html = (head: string): string => `<!doctype html>
  <html lang="en">
    <head><meta charset="utf-8" /><title>Page</title><link rel="icon" href="data:," />${head}</head>
    <body>
      <section id="page"></section>
      <section id="night" class="night" data-scheme="dark"></section>
      <section id="day" class="day" data-scheme="light"></section>
      <script type="module" src="/main.js"></script>
    </body>
  </html>`;

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html' };

describe('A production build with Vite', () => {
  let folder: string;
  let browser: Browser;
  before(async () => {
    folder = installed();
    browser = await launch({
      executablePath: process.env['CHROME_PATH']!,
      headless: true,
      args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
    });
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [name, { head, css, tokens }] of Object.entries(PAGES))
    it(`has the same colours in light, in dark, and in a dark part of a light page: ${name}`, async () => {
      const site = join(folder, 'site');
      rmSync(site, { recursive: true, force: true });
      mkdirSync(site);
      writeFileSync(join(site, 'index.html'), html(head));
      writeFileSync(join(site, 'page.css'), `${css}\n`);
      const imports = `${tokens ? "import 'p2p-elements/tokens.css';" : ''} import './page.css';`;
      writeFileSync(join(site, 'main.js'), imports + MAIN);
      await build({ root: site, configFile: false, mode: 'production', logLevel: 'silent' });

      const server: Server = createServer((request, response) => {
        const path = request.url === '/' ? '/index.html' : request.url!;
        readFile(join(site, 'dist', path)).then(
          (content) => response.setHeader('content-type', TYPES[extname(path)] ?? '').end(content),
          () => response.writeHead(404).end(),
        );
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => complaints.push(message.text()));
      try {
        await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
        const isDrawn = (): boolean =>
          [...document.querySelectorAll('p2p-thread')].filter((thread) =>
            thread.shadowRoot?.querySelector('.mine .bubble'),
          ).length === 3;
        await page
          .waitForFunction(isDrawn, { timeout: 10_000 })
          .catch((cause: unknown) => assert.fail(`${String(cause)}: ${complaints.join('; ')}`));
        for (const scheme of ['light', 'dark'] as const) {
          await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
          const colours = await page.evaluate(() => {
            const of = (element: Element): [string, string] => {
              const { backgroundColor, color } = getComputedStyle(element);
              return [backgroundColor, color];
            };
            const inside = (host: Element, selector: string) => host.shadowRoot!.querySelector(selector)!;
            return Object.fromEntries(
              [...document.querySelectorAll('section')].map((part) => {
                const thread = part.querySelector('p2p-thread')!;
                const [read, failed] = part.querySelectorAll('p2p-message-status');
                return [
                  part.id,
                  {
                    mine: of(inside(thread, '.mine .bubble')),
                    theirs: of(inside(thread, '.theirs .bubble')),
                    badge: of(inside(part.querySelector('p2p-pending-badge')!, '.count')),
                    read: of(inside(read!, 'svg')),
                    failed: of(inside(failed!, 'svg')),
                  },
                ];
              }),
            );
          });
          const wanted = { page: EXPECTED[scheme], night: EXPECTED.dark, day: EXPECTED.light };
          assert.deepEqual(colours, wanted, `${scheme} page`);
        }
        assert.deepEqual(complaints, []);
      } finally {
        await page.close();
        server.close();
      }
    });
});
