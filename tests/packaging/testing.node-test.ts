import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { installed, root, run } from './installed.ts';

const page = readFileSync(join(root, 'docs', 'testing.md'), 'utf8');

/** The block of docs/testing.md that begins with the name of its file. */
function blockOf(name: string): string {
  const block = page.split('```').find((part) => part.split('\n')[1] === `// ${name}`);
  assert.ok(block, `${name} is not in docs/testing.md`);
  return block.slice(block.indexOf('\n') + 1);
}

/** The configuration of the page, with the Chromium of this machine; the linked packages lie outside the folder. */
const HERE = `
import { chromeLauncher } from '@web/test-runner-chrome';
import config from './web-test-runner.config.mjs';
export default {
  ...config,
  rootDir: '/',
  browsers: [chromeLauncher({ launchOptions: { executablePath: process.env.CHROME_PATH, args: ['--no-sandbox'] } })],
};
`;

describe('The examples of docs/testing.md', () => {
  let folder: string;

  before(() => {
    folder = installed();
    const linked = ['vitest', 'typescript', '@open-wc/testing', '@types/mocha'];
    linked.push('@web/test-runner', '@web/test-runner-chrome', '@web/dev-server-esbuild');
    for (const name of linked) {
      mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'dir');
    }
    for (const name of ['world.test.ts', 'badge.test.ts', 'web-test-runner.config.mjs'])
      writeFileSync(join(folder, name), blockOf(name));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('pass with Vitest in Node, and fail for a message that did not arrive', () => {
    const vitest = (file: string) =>
      run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', file, '--reporter=dot'], folder);
    const green = vitest('world.test.ts');
    assert.equal(green.status, 0, green.stdout + green.stderr);
    assert.match(green.stdout, /1 passed/);
    const changed = blockOf('world.test.ts').replace("toEqual(['Are", "toEqual(['Never said', 'Are");
    writeFileSync(join(folder, 'red.test.ts'), changed);
    assert.notEqual(vitest('red.test.ts').status, 0);
  });

  it('pass with Web Test Runner in Chromium, and fail for a badge with a wrong number', () => {
    writeFileSync(join(folder, 'here.config.mjs'), HERE);
    const wtr = (file: string) =>
      run(
        process.execPath,
        ['node_modules/@web/test-runner/dist/bin.js', '--config', 'here.config.mjs', '--files', file],
        folder,
      );
    const green = wtr('badge.test.ts');
    assert.equal(green.status, 0, green.stdout + green.stderr);
    assert.match(green.stdout, /1 passed/);
    writeFileSync(
      join(folder, 'other.test.ts'),
      blockOf('badge.test.ts').replace("equal('1')", "equal('2')"),
    );
    const red = wtr('other.test.ts');
    assert.notEqual(red.status, 0);
    assert.match(red.stdout, /expected '1' to equal '2'/);
  });

  it('compile against the types of the package', () => {
    const { status, stdout } = run(
      process.execPath,
      [
        'node_modules/typescript/bin/tsc',
        ...['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'esnext'],
        ...['--moduleResolution', 'bundler', '--lib', 'es2024,dom,dom.iterable', '--types', 'mocha'],
        ...['world.test.ts', 'badge.test.ts'],
      ],
      folder,
    );
    assert.equal(status, 0, stdout);
  });
});
