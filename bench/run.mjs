// `npm run bench`: builds dist/, times the lists in a headless Chromium and the codec in Node, and prints the
// figures side by side. `-- --no-build` takes dist/ as it is; `-- --quick` leaves the longest lists and
// the codec out; `-- --kits` compares the lists with those of other kits instead, and writes bench/RESULTS.md.
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { build } from 'esbuild';
import { launch } from 'puppeteer-core';
import { root, setup } from '../scripts/setup.mjs';
import { compare } from './compare.mjs';

const options = process.argv.slice(2);
const isQuick = options.includes('--quick');
const TYPES = { '.mjs': 'text/javascript', '.js': 'text/javascript', '.css': 'text/css' };
const PAGE = `<!doctype html><meta charset="utf-8"><title>Bench</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/tokens.css"><style>body{margin:0}#box{width:800px;height:600px}</style>
<div id="box"></div>`;

function node(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  return status ?? 1;
}

if (!options.includes('--no-build') && node('scripts/build.mjs') !== 0) process.exit(1);

const executablePath = process.env.CHROME_PATH ?? setup({ browsers: ['chrome'] }).paths.chrome;
if (options.includes('--kits')) {
  await compare(options, executablePath);
  process.exit();
}
// The simulator has no file of its own without bare imports, since apps bundle it.
const {
  outputFiles: [mocks],
} = await build({
  entryPoints: [join(root, 'dist/mocks/index.js')],
  bundle: true,
  format: 'esm',
  write: false,
});

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://bench');
  if (pathname === '/bench/mocks.bundle.js') {
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(mocks.text);
    return;
  }
  if (pathname === '/') {
    response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
    return;
  }
  readFile(join(root, normalize(pathname))).then(
    (file) =>
      response
        .writeHead(200, { 'content-type': TYPES[extname(pathname)] ?? 'application/octet-stream' })
        .end(file),
    () => response.writeHead(404).end(),
  );
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const browser = await launch({
  executablePath,
  headless: true,
  // Fails early when a figure does not come.
  protocolTimeout: isQuick ? 60_000 : 600_000,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
  ],
});

/** Each in a page of its own, so that they do not affect each other. */
async function measure(what, count) {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(String(error)));
  await page.setViewport({ width: 800, height: 600 });
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const figures = await page.evaluate(
    async (script, name, size) => {
      const bench = await import(script);
      return bench[name](document.querySelector('#box'), size);
    },
    '/bench/page.mjs',
    what,
    count,
  );
  await page.close();
  return figures;
}

async function table(title, what, sizes) {
  const columns = [];
  for (const size of sizes) columns.push(await measure(what, size));
  const names = Object.keys(columns[0]);
  const width = Math.max(title.length, ...names.map((name) => name.length)) + 2;
  const cell = (value) => String(value).padStart(12);
  const counts = ['rows', 'transactions', 'frames sent'];
  console.log(`\n${title.padEnd(width)}${sizes.map((size) => cell(size.toLocaleString('en'))).join('')}`);
  for (const name of names)
    console.log(
      name.padEnd(width) +
        columns
          .map((column) => cell(counts.includes(name) ? column[name] : `${column[name].toFixed(1)} ms`))
          .join(''),
    );
}

let code = 0;
try {
  console.log(`${await browser.version()}; from the call until it is drawn, a frame included; medians`);
  await table('messages', 'thread', isQuick ? [1_000] : [1_000, 10_000, 100_000]);
  await table('people', 'people', isQuick ? [1_000] : [1_000, 10_000]);
  await table('two tabs, people', 'tabs', isQuick ? [1_000] : [1_000, 10_000]);
  await table('start, messages of 50 accounts', 'start', isQuick ? [10_000] : [10_000, 100_000]);
  await table('messages that wait', 'drain', isQuick ? [500] : [500, 10_000]);
  await table('messages in one second', 'frames', isQuick ? [1_000] : [1_000, 10_000]);
  const { figures, budget } = await measure('texts');
  console.log(`\nrows with texts that are made to be slow (budget ${budget} ms)`);
  for (const [name, time] of Object.entries(figures)) {
    console.log(`${name.padEnd(40)}${time.toFixed(1).padStart(8)} ms`);
    if (time > budget) code = 1;
  }
  if (!isQuick) {
    console.log('\ncodec');
    code ||= node('bench/codec.mjs');
  }
} finally {
  await browser.close();
  server.close();
}
process.exitCode = code;
