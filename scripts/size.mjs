// Bundles what the size budget names, from dist/, the way an application's bundler would; size-limit weighs it.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';

const all = (...files) => files.map((file) => `export * from './dist/${file}';`).join('\n');
const engine = ['facts', 'protocol', 'client', 'storage', 'stores'].map(
  (name, i) => `import * as m${i} from './dist/${name}/index.js'; export { m${i} };`,
);
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
  await build({
    stdin: { contents, resolveDir: process.cwd(), sourcefile: `${name}.js` },
    outfile: `.cache/size/${name}.js`,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'error',
  });
}
const { status } = spawnSync('size-limit', [], { stdio: 'inherit', shell: process.platform === 'win32' });
process.exit(status ?? 1);
