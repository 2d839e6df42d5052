// `node scripts/run.mjs --browser node scripts/picture.mjs`: draws docs/messenger.png and docs/messenger-dark.png,
// the pictures in the README, from the world of the story Elements/Messenger.
/* global requestAnimationFrame -- in the page */
import { launch } from 'puppeteer-core';
import { createServer } from 'vite';
import { root } from './setup.mjs';

const PAGE = `<!doctype html>
<html lang="en-GB">
  <head>
    <meta charset="utf-8" />
    <title>Picture</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/tokens.css" />
    <style>
      :root { color-scheme: light dark; }
      body { margin: 0; background: light-dark(var(--p2p-surface-2-light), var(--p2p-surface-2-dark)); }
      p2p-messenger { display: block; box-sizing: border-box; height: 790px; padding: 16px; }
    </style>
    <script type="module">
      import '/define.ts';
      import { createHarbour } from '/.storybook/harbour.ts';
      const { browser, noor } = await createHarbour();
      const element = document.createElement('p2p-messenger');
      element.messenger = browser.messenger;
      element.peer = noor;
      document.body.append(element);
      await element.updateComplete;
      await document.fonts.ready;
      document.body.dataset.ready = '';
    </script>
  </head>
  <body></body>
</html>`;

const server = await createServer({
  root,
  configFile: false,
  cacheDir: '.cache/vite-picture',
  server: { port: 0, host: '127.0.0.1', hmr: false, ws: false, watch: null },
  logLevel: 'error',
  appType: 'custom',
  plugins: [
    {
      name: 'picture-page',
      configureServer: ({ middlewares }) => {
        middlewares.use((request, response, next) => {
          if (request.url !== '/') return next();
          response.setHeader('content-type', 'text/html');
          response.end(PAGE);
        });
      },
    },
  ],
});
await server.listen();
const browser = await launch({
  executablePath: process.env.CHROME_PATH,
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb', '--hide-scrollbars', '--lang=en-GB'],
});
try {
  for (const [scheme, file] of [
    ['light', 'docs/messenger.png'],
    ['dark', 'docs/messenger-dark.png'],
  ]) {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(String(error)));
    await page.setViewport({ width: 1160, height: 790, deviceScaleFactor: 1.5 });
    await page.emulateTimezone('UTC');
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    await page.goto(`http://127.0.0.1:${server.httpServer.address().port}/`);
    await page.waitForSelector('body[data-ready]');
    await page.evaluate(
      () =>
        new Promise((done) =>
          requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))),
        ),
    );
    await page.screenshot({ path: file });
    console.log(file);
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
}
