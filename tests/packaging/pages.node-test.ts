import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { launch } from 'puppeteer-core';
import type { Browser, Page } from 'puppeteer-core';

const root = fileURLToPath(new URL('../..', import.meta.url));
const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css' };
const STRICT = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  'connect-src ws://127.0.0.1:8080',
].join('; ');

/** The code blocks of the README in one language, in order. */
async function blocks(language: string): Promise<string[]> {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  return [...readme.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, code]) => code!,
  );
}

describe('The pages of the README', () => {
  let server: Server;
  let browser: Browser;
  /** What is served besides the package's files. */
  const files = new Map<string, { text: string; type: string; csp?: string }>();

  before(async () => {
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url!, 'http://page');
      const file = files.get(pathname);
      if (file) {
        response.setHeader('content-type', file.type);
        if (file.csp) response.setHeader('content-security-policy', file.csp);
        response.end(file.text);
        return;
      }
      const path = pathname.replace('/node_modules/p2p-elements/', '/');
      readFile(join(root, path)).then(
        (content) => response.setHeader('content-type', TYPES[extname(path)] ?? '').end(content),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await launch({
      executablePath: process.env['CHROME_PATH']!,
      headless: true,
      args: ['--no-sandbox', '--disable-gpu'],
    });
  });

  after(async () => {
    await browser.close();
    server.close();
  });

  /** Opens a page and collects what it complains of; no service listens, and that is said elsewhere. */
  async function open(html: string, csp?: string): Promise<{ page: Page; complaints: string[] }> {
    files.set('/page.html', { text: html, type: 'text/html', ...(csp ? { csp } : {}) });
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      const isExpected = /WebSocket connection to|favicon|404/.test(message.text());
      if (['error', 'warn'].includes(message.type()) && !isExpected) complaints.push(message.text());
    });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/page.html`);
    return { page, complaints };
  }

  it('show a messenger with a plain script tag', async () => {
    const [messenger] = await blocks('html');
    const { page, complaints } = await open(messenger!);
    await page.locator('::-p-aria([name="Create account"][role="button"])').wait();
    const server = await page.locator('::-p-aria([name="Server address"][role="textbox"])').waitHandle();
    assert.equal(await server.evaluate((field) => (field as HTMLInputElement).value), '127.0.0.1:12349');
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('show one element with no store', async () => {
    const [, status] = await blocks('html');
    const { page, complaints } = await open(status!);
    await page.locator('::-p-text(Delivered)').wait();
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('run under the strict policy that the README names', async () => {
    const [messenger] = await blocks('html');
    const html = messenger!.replace(/\sstyle="[^"]*"/, '');
    const { page, complaints } = await open(html, STRICT);
    await page.locator('::-p-aria([name="Create account"][role="button"])').wait();
    assert.deepEqual(complaints, []);
    const blocked = await page.evaluate(() => {
      const probe = document.createElement('p');
      probe.setAttribute('style', 'color: red');
      return probe.style.color;
    });
    assert.equal(blocked, '', 'the policy was not in force');
    await page.close();
  });

  it('resolve with a bundler', async () => {
    const [code] = await blocks('js');
    const { errors, outputFiles } = await build({
      stdin: { contents: code!, resolveDir: root },
      bundle: true,
      write: false,
      format: 'esm',
      logLevel: 'silent',
    });
    assert.deepEqual(errors, []);
    assert.match(outputFiles[0]!.text, /p2p-thread/);
  });
});
