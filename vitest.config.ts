import { fileURLToPath } from 'node:url';
import { storybookTest } from '@storybook/addon-vitest/vitest-plugin';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Every story is a test: it renders, its play function passes, axe finds nothing. */
export default defineConfig({
  test: {
    // Expected in every page; the second one because Storybook carries a copy of lit for its own addons.
    onConsoleLog: (text) => !/Lit is in dev mode|Multiple versions of Lit/.test(text),
    projects: [
      {
        extends: true,
        // Found late, they would reload the page in the middle of a run. Not msw: its two entries would each
        // carry a copy of its core, and `ws.link` fails between two.
        optimizeDeps: {
          include: [
            'lit',
            'lit/async-directive.js',
            'lit/directive.js',
            'lit/directive-helpers.js',
            'lit/directives/keyed.js',
            'lit/directives/repeat.js',
            '@preact/signals-core',
            'idb',
            'valibot',
          ],
        },
        plugins: [storybookTest({ configDir: fileURLToPath(new URL('.storybook', import.meta.url)) })],
        test: {
          name: 'stories',
          // What takes a second takes many on a machine that does other things as well.
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: process.env.CHROME_PATH, args } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
