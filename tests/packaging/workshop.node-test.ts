import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch } from 'puppeteer-core';
import type { Browser, Page } from 'puppeteer-core';

const folder = fileURLToPath(new URL('../../storybook-static', import.meta.url));
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
};

/** Bundling for production leaves out what it takes for free of effects: what works unbundled may be gone here. */
describe('The workshop as it is built', () => {
  let server: Server;
  let browser: Browser;

  before(async () => {
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url!, 'http://page');
      readFile(join(folder, pathname)).then(
        (content) => response.setHeader('content-type', TYPES[extname(pathname)] ?? '').end(content),
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
    await browser?.close();
    server?.close();
  });

  async function story(id: string): Promise<Page> {
    const page = await browser.newPage();
    const { port } = server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/iframe.html?id=${id}&viewMode=story`);
    return page;
  }

  it('draws the elements', async () => {
    const page = await story('elements-message-status--every-state');
    await page.waitForFunction(
      () => document.querySelector('p2p-message-status')?.shadowRoot?.querySelector('svg') !== undefined,
    );
    assert.equal(await page.evaluate(() => customElements.get('p2p-message-status') !== undefined), true);
    await page.close();
  });

  it('runs The report in one browser and in three, and every box is ticked', async () => {
    for (const id of ['the-report--one-browser', 'the-report--three-browsers']) {
      const page = await story(id);
      const sum = await page.waitForFunction(
        () =>
          /^\d+ passed, \d+ failed$/u.exec(
            document.querySelector('.report-sum')?.textContent?.trim() ?? '',
          )?.[0],
        { timeout: 60_000 },
      );
      assert.match(String(await sum.jsonValue()), /^[1-9]\d* passed, 0 failed$/u, id);
      await page.close();
    }
  });
});
