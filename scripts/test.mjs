// All checks, one after another: `npm test`. `npm run check -- lint types` runs the named ones.
// A red stage does not stop the others; what could not run is named; the last line is the sum.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const counts = (name) => join('.cache', `${name}-counts.json`);

const REPORTER = '--test-reporter=./scripts/node-reporter.mjs';
const CEM = ['cem', 'analyze', '--quiet'];

/** Each stage: its commands in turn, what must have passed before, and where it leaves its numbers. */
const stages = [
  // The manifest and dist/ come early: others read them.
  { name: 'format', run: [['prettier', '--check', '--log-level', 'warn', '.']] },
  { name: 'lint', run: [['eslint', '.', '--max-warnings', '0']] },
  {
    name: 'manifest',
    run: [CEM, ['node', 'scripts/check-manifest.mjs']],
  },
  { name: 'build', run: [['node', 'scripts/build.mjs']] },
  {
    name: 'types',
    run: [
      ['tsc', '-p', 'tsconfig.json'],
      ['tsc', '-p', 'tsconfig.core.json'],
    ],
  },
  {
    name: 'imports',
    run: [['depcruise', '--config', '.dependency-cruiser.mjs', '--output-type', 'err', '.']],
  },
  { name: 'knip', run: [['knip', '--no-progress']] },
  {
    name: 'laws',
    run: [['wtr'], ['node', 'scripts/coverage.mjs']],
    env: { COVERAGE: '1' },
    counts: counts('unit'),
  },
  { name: 'unit', run: [['wtr']], counts: counts('unit') },
  {
    name: 'node',
    // They mostly wait: for a browser, a server, or a tab that is hidden for more than a minute.
    run: [
      ['node', '--test', '--test-concurrency=2', REPORTER, 'tests/!(packaging)/**/!(firefox).node-test.ts'],
    ],
    env: { COUNTS: counts('node') },
    counts: counts('node'),
  },
  {
    // A part of the one before, for `npm run test:tabs`.
    name: 'tabs',
    isAskedFor: true,
    run: [['node', '--test', '--test-concurrency=2', REPORTER, 'tests/tabs/!(firefox).node-test.ts']],
    env: { COUNTS: counts('tabs') },
    counts: counts('tabs'),
  },
  {
    name: 'stories',
    run: [
      CEM,
      ['vitest', 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${counts('stories')}`],
    ],
    counts: counts('stories'),
  },
  {
    name: 'storybook',
    run: [['node', 'scripts/storybook.mjs', 'build', '--quiet', '--loglevel', 'warn']],
  },
  { name: 'publint', needs: ['build'], run: [['publint', '--strict']] },
  { name: 'size', needs: ['build'], run: [['node', 'scripts/size.mjs']] },
  {
    name: 'package',
    needs: ['build', 'storybook'],
    run: [['node', '--test', REPORTER, 'tests/packaging/**/*.node-test.ts']],
    env: { COUNTS: counts('package') },
    counts: counts('package'),
  },
  // Long stages: `npm run test:long`.
  {
    name: 'long',
    isAskedFor: true,
    run: [['wtr', '--config', 'web-test-runner.long.config.mjs']],
    counts: counts('unit'),
  },
  {
    name: 'leaks',
    isAskedFor: true,
    run: [['node', '--test', REPORTER, 'tests/leaks/*.node-test.ts']],
    env: { COUNTS: counts('leaks'), LEAKS: 'long' },
    counts: counts('leaks'),
  },
  {
    name: 'tabs-firefox',
    isAskedFor: true,
    run: [['node', '--test', REPORTER, 'tests/tabs/firefox.node-test.ts']],
    env: { COUNTS: counts('tabs-firefox') },
    counts: counts('tabs-firefox'),
  },
];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !stages.some((stage) => stage.name === name));
if (unknown.length > 0) {
  console.error(
    `No such check: ${unknown.join(', ')}. There are: ${stages.map(({ name }) => name).join(' ')}`,
  );
  process.exit(2);
}
const chosen = stages.filter(({ name, isAskedFor }) =>
  asked.length > 0 ? asked.includes(name) : !isAskedFor,
);

const spawned = ([command, ...args], env) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: 'inherit',
      env: { ...process.env, ...env },
      shell: process.platform === 'win32',
    });
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });

function countsOf(stage) {
  if (!stage.counts || !existsSync(stage.counts)) return undefined;
  const found = JSON.parse(readFileSync(stage.counts, 'utf8'));
  return {
    passed: found.passed ?? found.numPassedTests,
    failed: found.failed ?? found.numFailedTests,
  };
}

mkdirSync('.cache', { recursive: true });
const results = [];
for (const stage of chosen) {
  const red = (stage.needs ?? []).filter((need) => results.some((r) => r.name === need && r.state !== 'ok'));
  if (red.length > 0) {
    results.push({ name: stage.name, state: 'did not run', why: `${red.join(', ')} failed` });
    continue;
  }
  console.log(`\n── ${stage.name}`);
  if (stage.counts) rmSync(stage.counts, { force: true });
  const start = performance.now();
  let code = 0;
  for (const command of stage.run) {
    code = await spawned(command, stage.env);
    if (code !== 0) break;
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const tests = countsOf(stage);
  // A stage that has no tests to count is one check; one that failed without a failed test adds that failure.
  const passed = tests ? tests.passed : code === 0 ? 1 : 0;
  const failed = tests ? Math.max(tests.failed, code === 0 ? 0 : 1) : code === 0 ? 0 : 1;
  results.push({
    name: stage.name,
    state: code === 0 && failed === 0 ? 'ok' : 'failed',
    why: tests ? `${passed} passed, ${failed} failed` : '',
    seconds,
    passed,
    failed,
  });
}

console.log('\n── summary');
for (const { name, state, why, seconds } of results)
  console.log(
    `${name.padEnd(12)} ${state.padEnd(12)}${seconds ? `${seconds} s`.padStart(8) : ''}  ${why ?? ''}`.trimEnd(),
  );
const sum = (key) => results.reduce((total, result) => total + (result[key] ?? 0), 0);
const notRun = results.filter(({ state }) => state === 'did not run').length;
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') + notRun > 0 ? 1 : 0;
