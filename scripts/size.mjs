// Bundles what the size budget names, from dist/, the way an application's bundler would; size-limit weighs it.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { minify } from 'terser';

const all = (...files) => files.map((file) => `import './dist/${file}';`);
// Everything that an entry hands out is kept, as an application that uses all of it would: handed to somebody
// outside, not exported again, since an application's bundle carries no export names.
async function kept(entry, index) {
  const { metafile } = await build({
    entryPoints: [`dist/${entry}`],
    bundle: true,
    write: false,
    format: 'esm',
    metafile: true,
    packages: 'external',
  });
  const [{ exports }] = Object.values(metafile.outputs);
  const list = exports.map((name) => `${name} as m${index}_${name}`).join(', ');
  const names = exports.map((name) => `m${index}_${name}`).join(', ');
  return `import { ${list} } from './dist/${entry}'; globalThis.kept${index} = [${names}];`;
}
const folders = ['facts', 'protocol', 'client', 'storage'];
const entries = [...folders.map((folder) => `${folder}/index.js`), 'core.js'];
const engine = await Promise.all(entries.map(kept));
mkdirSync('.cache/size', { recursive: true });
const bundles = {
  leaves: all(
    'components/message-status/define.js',
    'components/route-indicator/define.js',
    'components/pending-badge/define.js',
  ),
  engine,
  tabs: [await kept('tabs/index.js', 0)],
  everything: [...all('define.js'), await kept('index.js', entries.length), ...engine],
};
for (const [name, lines] of Object.entries(bundles)) {
  const { outputFiles } = await build({
    stdin: { contents: lines.join('\n'), resolveDir: process.cwd(), sourcefile: `${name}.js` },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'error',
  });
  const { code } = await minify(outputFiles[0].text, { module: true, ecma: 2020, compress: { passes: 3 } });
  writeFileSync(`.cache/size/${name}.js`, code);
}
const { status } = spawnSync('size-limit', [], { stdio: 'inherit', shell: process.platform === 'win32' });
process.exit(status ?? 1);
