import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { installed, own, root, run } from './installed.ts';

const entries = [
  '.',
  './facts',
  './protocol',
  './client',
  './client/memory',
  './storage',
  './storage/export',
  './storage/memory',
  './relays/nats',
  './core',
  './tabs',
  './locale',
  './testing',
  './mocks',
  './mocks/msw',
  './mocks/node',
];
let folder: string;

/** Runs a module in the folder where the package is installed, on this very Node. */
function runModule(source: string) {
  writeFileSync(join(folder, 'probe.mjs'), source);
  return run(process.execPath, ['probe.mjs'], folder);
}

/** Everything that is importable by name: the entries, and both entries of every element. */
function everyEntry(): string[] {
  const elements = (
    JSON.parse(readFileSync(join(root, 'dist', 'custom-elements.json'), 'utf8')) as {
      modules: { path: string; declarations: { tagName?: string }[] }[];
    }
  ).modules
    .filter(({ declarations }) => declarations.some(({ tagName }) => tagName))
    .map(({ path }) => path.split('/')[1]);
  return [...entries, ...elements.map((name) => `./components/${name}`)];
}

const specifier = (entry: string) => `p2p-elements${entry.slice(1)}`;

before(() => {
  folder = installed();
});

after(() => rmSync(folder, { recursive: true, force: true }));

test('the package offers the entries that the documentation names', () => {
  const named = [...entries, './define', './components/*', './components/*/define', './tokens.css'];
  for (const entry of named) assert.ok(entry in own.exports, `${entry} is missing`);
});

test('every entry but define imports in Node without a DOM, and leaves no trace', () => {
  for (const entry of everyEntry()) {
    const { status, stdout, stderr } = runModule(`
      const names = () => Object.getOwnPropertyNames(globalThis);
      // What the libraries themselves leave: lit marks its version, and stands in for the registry without a DOM.
      const tolerated = new Set([
        ...['litElementVersions', 'litHtmlVersions', 'reactiveElementVersions', 'litIssuedWarnings'],
        ...['litServerRoot', 'litPropertyMetadata', 'customElements'],
        // msw's own mark
        '__MSW_INTERCEPTORS_REGISTRY',
      ]);
      const before = new Set(names());
      const module = await import(${JSON.stringify(specifier(entry))});
      const left = names().filter((name) => !before.has(name) && !tolerated.has(name));
      if (left.length) throw new Error('left on globalThis: ' + left.join(', '));
      const tags = [...(globalThis.customElements?.__definitions?.keys() ?? [])];
      if (tags.length) throw new Error('registered: ' + tags.join(', '));
      if (Object.keys(module).length === 0) throw new Error('exports nothing');
      console.log('imported');
    `);
    assert.equal(status, 0, `${entry}: ${stderr}`);
    assert.equal(stdout.trim(), 'imported', entry);
    assert.equal(stderr.trim(), '', entry);
  }
});

test('define imports in Node as well, where there is nothing to define', () => {
  for (const entry of ['./define', './components/message-status/define']) {
    const { status, stderr } = runModule(`await import(${JSON.stringify(specifier(entry))});`);
    assert.equal(status, 0, `${entry}: ${stderr}`);
  }
});

test('the private files of the elements are not importable', () => {
  const { status, stderr } = runModule("await import('p2p-elements/components/internal/strings');");
  assert.notEqual(status, 0);
  assert.match(stderr, /ERR_PACKAGE_PATH_NOT_EXPORTED|ERR_MODULE_NOT_FOUND/);
});

test('the types resolve for a TypeScript program that knows nothing of our settings', () => {
  const lines = everyEntry()
    .filter((entry) => entry !== './mocks/node')
    .map((entry, i) => `import * as m${i} from '${specifier(entry)}'; export const k${i} = m${i};`);
  writeFileSync(join(folder, 'probe.ts'), `${lines.join('\n')}\n`);
  cpSync(join(root, 'node_modules', 'typescript'), join(folder, 'node_modules', 'typescript'), {
    recursive: true,
  });
  const { status, stdout } = run(
    process.execPath,
    [
      ...[
        'node_modules/typescript/bin/tsc',
        '--noEmit',
        '--strict',
        '--target',
        'es2022',
        '--module',
        'nodenext',
      ],
      ...['--skipLibCheck', '--lib', 'es2024,dom,dom.iterable', 'probe.ts'],
    ],
    folder,
  );
  assert.equal(status, 0, stdout);
});

test('the tokens and the bundle for a plain script tag are in the package', () => {
  const home = join(folder, 'node_modules', 'p2p-elements');
  assert.ok(existsSync(join(home, 'tokens.css')));
  const bundle = readFileSync(join(home, 'dist', 'p2p-elements.bundle.js'), 'utf8');
  assert.match(bundle, /p2p-message-status/);
  assert.doesNotMatch(bundle, /from\s*["'](?:lit|@)/, 'the bundle must carry its libraries');
});
