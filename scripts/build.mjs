// Writes dist/: ESM with types, laid out like the sources, the manifest, and one bundle for a plain script tag.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const run = (command, ...args) => {
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
};

rmSync('dist', { recursive: true, force: true });
run('tsc', '-p', 'tsconfig.build.json');

// tsc rewrites `./x.ts` in JavaScript but leaves it in declarations, where only TypeScript 5.7 and newer with
// allowImportingTsExtensions would accept it. To be removed when tsc rewrites both.
for (const file of readdirSync('dist', { recursive: true })) {
  if (!file.endsWith('.d.ts')) continue;
  const path = join('dist', file);
  const text = readFileSync(path, 'utf8');
  const rewritten = text.replace(/((?:from|import)\s*\(?\s*['"]\.{1,2}\/[^'"]*)\.ts(['"])/g, '$1.js$2');
  if (rewritten !== text) writeFileSync(path, rewritten);
}

run('cem', 'analyze', '--quiet');
cpSync('custom-elements.json', 'dist/custom-elements.json');

// The engine comes along as namespaces: `import { stores, client } from './p2p-elements.bundle.js'`.
const engine = ['facts', 'locale', 'client', 'storage', 'tabs'];
await build({
  stdin: {
    contents: [
      "import './dist/define.js';",
      "export * from './dist/index.js';",
      ...engine.map((name) => `export * as ${name} from './dist/${name}/index.js';`),
      "export * as core from './dist/core.js';",
    ].join('\n'),
    resolveDir: process.cwd(),
    sourcefile: 'p2p-elements.js',
  },
  outfile: 'dist/p2p-elements.bundle.js',
  bundle: true,
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  format: 'esm',
  target: 'es2022',
  legalComments: 'eof',
  logLevel: 'error',
});
console.log('dist/ written');
