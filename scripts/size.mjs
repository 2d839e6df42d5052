// Bundles what the size budget names, from dist/, the way an application's bundler would; size-limit weighs it.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { minify } from 'terser';

const all = (...files) => files.map((file) => `export * from './dist/${file}';`).join('\n');
// Everything that the engine's entries hand out is kept, as an application that uses all of it would: handed to
// somebody outside, not exported again, since an application's bundle carries no export names.
const engine = [];
for (const [index, entry] of ['facts', 'protocol', 'client', 'storage', 'stores'].entries()) {
  const names = Object.keys(await import(`../dist/${entry}/index.js`));
  const list = names.map((name) => `${name} as m${index}_${name}`).join(', ');
  const kept = names.map((name) => `m${index}_${name}`).join(', ');
  engine.push(`import { ${list} } from './dist/${entry}/index.js'; globalThis.kept${index} = [${kept}];`);
}
mkdirSync('.cache/size', { recursive: true });
const bundles = {
  leaves: all(
    'components/message-status/define.js',
    'components/route-indicator/define.js',
    'components/pending-badge/define.js',
  ),
  engine: engine.join('\n'),
  everything: `${all('define.js', 'index.js')}\n${engine.join('\n')}`,
};
for (const [name, contents] of Object.entries(bundles)) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: process.cwd(), sourcefile: `${name}.js` },
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
