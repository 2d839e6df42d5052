// Bundles each kit with the page's script, as a classic script, and installs the kits first if their lock changed.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { npm, root } from '../scripts/setup.mjs';

const folder = join(root, 'bench', 'kits');

/** `npm ci` in bench/kits, when the lock file changed since the last time it worked. */
export function installKits() {
  const stamp = join(folder, 'node_modules', '.bench-stamp');
  const want = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === want) return;
  console.error('[bench] installing the kits (npm ci in bench/kits)…');
  const status = npm(['ci', '--ignore-scripts'], folder);
  if (status !== 0) throw new Error(`npm ci in bench/kits failed (exit ${status})`);
  writeFileSync(stamp, want);
}

/** The versions in bench/kits/package.json, by package. */
export const kitVersions = () => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).dependencies;

/** The script and the style sheet of a kit's page. */
export async function bundleKit(file) {
  const { outputFiles } = await build({
    stdin: {
      contents: [
        `import adapter from './kits/${file}.mjs';`,
        "import { createBench } from './kits-page.mjs';",
        'globalThis.bench = createBench(adapter);',
      ].join('\n'),
      resolveDir: join(root, 'bench'),
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    outdir: 'out',
    target: 'es2022',
    define: {
      'process.env.NODE_ENV': '"production"',
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    loader: {
      '.svg': 'dataurl',
      '.woff': 'dataurl',
      '.woff2': 'dataurl',
      '.ttf': 'dataurl',
      '.png': 'dataurl',
    },
    logLevel: 'error',
  });
  const textOf = (extension) => outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? '';
  return { script: textOf('.js'), style: textOf('.css') };
}
