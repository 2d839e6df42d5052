import { readFile } from 'node:fs/promises';
import { mkdirSync, writeFileSync } from 'node:fs';
import { defaultReporter } from '@web/test-runner';
import { chromeLauncher } from '@web/test-runner-chrome';
import { esbuildPlugin } from '@web/dev-server-esbuild';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page that finds the worker running, and is not controlled by it, may ask for that (tests/msw.ts). */
const CLAIM = `
self.addEventListener('message', (event) => {
  if (event.data === 'CLAIM') event.waitUntil(self.clients.claim());
});
`;

/** msw's worker script, at the root, where its scope covers every test page. */
const mswWorker = () => ({
  name: 'msw-worker',
  async serve({ path }) {
    if (path !== '/mockServiceWorker.js') return undefined;
    const file = new URL('node_modules/msw/lib/mockServiceWorker.js', import.meta.url);
    return {
      body: (await readFile(file, 'utf8')) + CLAIM,
      type: 'js',
      headers: { 'Service-Worker-Allowed': '/', 'Cache-Control': 'no-store' },
    };
  },
});

/** Prints what a test has to say to whoever started it (tests/settings.ts). */
const saying = () => ({
  name: 'saying',
  serve({ path, query }) {
    if (path !== '/say') return undefined;
    console.log(String(query.line));
    return { body: '', type: 'text' };
  },
});

/** What tests may be told by the environment: seeds and paths, to repeat a red run. */
const settings = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => /^[A-Z]+_(SEED|PATH)$/.test(name)),
);

/**
 * `@hpke/common` asks for Node's crypto where `globalThis.crypto` is missing: never in a browser, so that the name is
 * left as it is. To be removed when it no longer does.
 */
const nodeCrypto = () => ({
  name: 'node-crypto',
  resolveImport: ({ source, context }) =>
    source === 'crypto' && context.path.includes('/@hpke/') ? source : undefined,
});

/** Every test file first imports tests/setup.ts: an unexpected console error or warning fails its test. */
const consoleGuard = () => ({
  name: 'console-guard',
  transform({ path, body }) {
    if (!/^\/tests\/.*[.-]test\.ts$/.test(path)) return undefined;
    return { body: `import '/tests/setup.ts';\n${body}` };
  },
});

/** Leaves the number of passed and failed tests where scripts/test.mjs adds them up. */
const countingReporter = () => ({
  onTestRunFinished({ sessions }) {
    let passed = 0;
    let failed = 0;
    const count = (suite) => {
      for (const test of suite.tests) {
        if (test.skipped) continue;
        if (test.passed) passed += 1;
        else failed += 1;
      }
      suite.suites.forEach(count);
    };
    for (const session of sessions) {
      if (session.testResults) count(session.testResults);
      // A file that does not even load has no tests to count.
      else if (!session.passed) failed += 1;
    }
    mkdirSync('.cache', { recursive: true });
    writeFileSync('.cache/unit-counts.json', JSON.stringify({ passed, failed }));
  },
});

/** Measured where `npm test` asks for it: what the gate in scripts/coverage.mjs looks at. */
const isCoverage = process.env.COVERAGE === '1';

/**
 * Many histories each. Measuring makes a page several times slower, and what has to be covered is, by tests that
 * do the same at each run.
 */
const HISTORIES = 'tests/stores/{faults,seen,strangers,tab-histories}.test.ts';

export default {
  files: isCoverage
    ? ['tests/{facts,protocol,stores}/*.test.ts', `!${HISTORIES}`]
    : ['tests/!(facts|protocol|stores)/**/*.test.ts', HISTORIES],
  nodeResolve: { exportConditions: ['browser', 'development'] },
  // One more than the cores of a small machine: much of the time a page waits for its next frame.
  concurrency: 3,
  // The report plays six phases several times over: near the runner's own two minutes, and slower in other engines.
  testsFinishTimeout: 5 * 60_000,
  // What takes a second takes many on a machine that does other things as well.
  testFramework: { config: { timeout: 60_000 } },
  browsers: [
    chromeLauncher({
      // Two pages run at a time and only one can have the focus; without this, the other gets no focus events.
      createPage: async ({ context }) => {
        // A window of its own: a tab behind another one gets no animation frames, and a test that waits for one
        // would wait for ever.
        const page = await context.newPage({ type: 'window' });
        const session = await page.createCDPSession();
        await session.send('Emulation.setFocusEmulationEnabled', { enabled: true });
        return page;
      },
      launchOptions: { executablePath: process.env.CHROME_PATH, headless: true, args: flags },
    }),
  ],
  plugins: [
    mswWorker(),
    nodeCrypto(),
    consoleGuard(),
    saying(),
    esbuildPlugin({ ts: true, tsconfig: './tsconfig.json', target: 'es2022' }),
  ],
  testRunnerHtml: (testFramework) => `<!doctype html>
<html lang="en-GB">
  <head>
    <meta charset="utf-8">
    <title>Tests</title>
    <link rel="stylesheet" href="/tokens.css">
    <script>
      // Lit says once that it runs in development mode; that one is expected.
      globalThis.litIssuedWarnings = new Set(['dev-mode']);
      globalThis.testSettings = ${JSON.stringify(settings)};
    </script>
  </head>
  <body><script type="module" src="${testFramework}"></script></body>
</html>`,
  coverage: isCoverage,
  coverageConfig: {
    include: [
      'facts/**',
      'protocol/**',
      'stores/outbox.ts',
      'stores/duties/deliver.ts',
      'stores/duties/write-ahead.ts',
    ],
    report: true,
    reporters: ['json'],
    reportDir: '.cache/coverage',
  },
  reporters: [defaultReporter({ reportTestResults: true, reportTestProgress: false }), countingReporter()],
};
