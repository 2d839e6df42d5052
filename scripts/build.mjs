// Writes dist/: ESM with types, laid out like the sources, the manifest, and one bundle for a plain script tag.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

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

// Bundlers do not look into templates: style sheets leave their indentation and comments here.
for (const file of readdirSync('dist/components', { recursive: true })) {
  if (!file.endsWith('.styles.js')) continue;
  const path = join('dist/components', file);
  const text = readFileSync(path, 'utf8').replace(/css ?`([^`]*)`/g, (_all, sheet) => {
    const short = sheet
      .replace(/\/\*[^]*?\*\//g, '')
      .replace(/\s+/g, ' ')
      .replace(/ ?([{};,]) ?/g, '$1')
      .replace(/: /g, ':')
      .replace(/;}/g, '}');
    return `css\`${short.trim()}\``;
  });
  writeFileSync(path, text);
}

// Nor are they looked at for the indentation of their lines and for quotes around plain words, which mean nothing to
// HTML: here they go.
for (const file of readdirSync('dist/components', { recursive: true })) {
  if (!file.endsWith('.js')) continue;
  const path = join('dist/components', file);
  const text = readFileSync(path, 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const parts = [];
  const visit = (node) => {
    if (ts.isTaggedTemplateExpression(node) && /^(html|svg)$/.test(node.tag.getText(source))) {
      const { template } = node;
      if (ts.isTemplateExpression(template))
        parts.push(template.head, ...template.templateSpans.map(({ literal }) => literal));
      else parts.push(template);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  let short = text;
  for (const part of parts.sort((a, b) => b.pos - a.pos)) {
    const start = part.getStart(source);
    const literal = text
      .slice(start, part.end)
      .replace(/^`\s*\n\s*|\s*\n\s*`$/g, '`')
      .replace(/\s*\n\s*/g, ' ')
      .replace(/ >/g, '>')
      .replace(/( [a-z][\w-]*=)"([\w-]+)"(?=[ >])/g, '$1$2');
    short = short.slice(0, start) + literal + short.slice(part.end);
  }
  writeFileSync(path, short);
}

run('cem', 'analyze', '--quiet');
cpSync('custom-elements.json', 'dist/custom-elements.json');

// The engine comes along as namespaces: `import { stores, client } from './p2p-elements.bundle.js'`.
const engine = ['facts', 'client', 'storage', 'stores'];
await build({
  stdin: {
    contents: [
      "import './dist/define.js';",
      "export * from './dist/index.js';",
      ...engine.map((name) => `export * as ${name} from './dist/${name}/index.js';`),
      "export * as tabs from './dist/tabs.js';",
    ].join('\n'),
    resolveDir: process.cwd(),
    sourcefile: 'p2p-elements.js',
  },
  outfile: 'dist/p2p-elements.bundle.js',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'eof',
  logLevel: 'error',
});
console.log('dist/ written');
