// `npm run bench -- --kits`: the library beside other kits, in one run, interleaved, each sample in a browser of its
// own. Writes bench/RESULTS.md. `--sizes=100,1000` takes these sizes, `--only=plain,ours` these kits, `--samples=1` so
// many samples, `--minutes=20` starts none later, `--limit=30` gives a scenario so many seconds, and `--out=FILE` writes elsewhere.
import { createServer } from 'node:http';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer-core';
import { root } from '../scripts/setup.mjs';
import { bundleKit, installKits, kitVersions } from './bundles.mjs';
import { KITS } from './kits/list.mjs';
import { createResults } from './results.mjs';
import { removeProfiles, sample } from './sample.mjs';

const SIZES = [100, 1_000, 10_000, 100_000];
const SAMPLES = 3;
const LIMIT_S = 60;

const pageOf = (file) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>${file}</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/tokens.css"><link rel="stylesheet" href="/${file}.css">
<style>body{margin:0}#box{width:800px;height:600px;overflow:hidden}</style><div id="box"></div>
<script src="/${file}.js"></script></html>`;

/** Serves the page, the script and the style sheet of each kit. */
async function serve(bundles) {
  const tokens = await readFile(join(root, 'tokens.css'), 'utf8');
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://bench');
    const [, file, extension] = /^\/([\w-]+)(\.\w+)?$/.exec(pathname) ?? [];
    const bundle = bundles.get(file);
    const send = (type, text) =>
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(text);
    if (pathname === '/tokens.css') send('text/css', tokens);
    else if (!bundle) response.writeHead(404).end();
    else if (extension === '.js') send('text/javascript', bundle.script);
    else if (extension === '.css') send('text/css', bundle.style);
    else send('text/html', pageOf(file));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const optionOf = (options, name) =>
  options
    .find((option) => option.startsWith(`--${name}=`))
    ?.split('=')[1]
    .split(',');

/** All samples, the kits in turn, so that what the machine does meanwhile meets all of them. */
function* plan(samples, sizes, kits) {
  for (let round = 0; round < samples; round += 1)
    for (const size of sizes)
      for (const kit of kits) for (const subject of ['messages', 'people']) yield { size, kit, subject };
}

/** Runs the comparison and writes it down. */
export async function compare(options, executablePath) {
  const sizes = optionOf(options, 'sizes')?.map(Number) ?? SIZES;
  const only = optionOf(options, 'only');
  const samples = Number(optionOf(options, 'samples')?.[0] ?? SAMPLES);
  const limit = Number(optionOf(options, 'limit')?.[0] ?? LIMIT_S);
  const minutes = Number(optionOf(options, 'minutes')?.[0] ?? Infinity);
  const out = optionOf(options, 'out')?.[0] ?? join(root, 'bench', 'RESULTS.md');
  const load = loadavg()[0].toFixed(1);
  installKits();
  const kits = [];
  const bundles = new Map();
  for (const kit of KITS.filter(({ file }) => !only || only.includes(file))) {
    try {
      if (!kit.why) bundles.set(kit.file, await bundleKit(kit.file));
      kits.push(kit);
    } catch (error) {
      kits.push({ ...kit, why: `cannot be bundled: ${error.message.split('\n')[0]}` });
    }
  }
  const server = await serve(bundles);
  const results = createResults();
  /** The size from which a kit does not end in time. It gets no further samples of this size, and no larger ones. */
  const slowAt = new Map();
  const end = performance.now() + minutes * 60_000;
  try {
    const version = await browserVersion(executablePath);
    const write = () =>
      writeFile(out, text({ limit, load, results, kits, sizes, samples, version, options }));
    let before = sizes[0];
    for (const { size, kit, subject } of plan(samples, sizes, kits)) {
      // A long run that is ended leaves what it has.
      if (size !== before) await write();
      before = size;
      const key = `${kit.file} ${subject}`;
      if (performance.now() > end || kit.why || size >= (slowAt.get(key) ?? Infinity)) continue;
      const url = `http://127.0.0.1:${server.address().port}/${kit.file}`;
      const figures = await sample({ executablePath, url, limit }, kit, subject, size);
      results.add(kit.name, subject, size, figures);
      report(kit, subject, size, figures);
      if (results.tooSlow(kit.name, subject, size)) slowAt.set(key, size);
    }
    await write();
    console.log(`written: ${out}`);
  } finally {
    server.close();
    removeProfiles();
  }
}

/** A line for each sample, so that a long run shows where it is. */
function report(kit, subject, size, figures) {
  const parts = Object.entries(figures).map(([name, found]) => {
    if (Array.isArray(found)) return `${name}: ${found[0]}`;
    const value = found.why ?? found.time ?? found.dropped ?? found.heap;
    return `${name} ${typeof value === 'number' ? Math.round(value) : value}`;
  });
  console.log(`${kit.name} ${subject} ${size}: ${parts.join(', ')}`);
}

async function browserVersion(executablePath) {
  const browser = await launch({ executablePath, headless: true, args: ['--no-sandbox'] });
  const version = await browser.version();
  await browser.close();
  return version;
}

function text({ limit, load, results, kits, sizes, samples, version, options }) {
  const command = ['npm run bench --', ...options].join(' ');
  const versions = Object.entries(kitVersions()).map(([name, number]) => `${name} ${number}`);
  const missing = kits.filter(({ why }) => why).map(({ name, why }) => `- ${name}: ${why}.`);
  return `# Results of the bench

Written by \`${command}\` on ${new Date().toISOString().slice(0, 10)}, ${version}, ${cpus().length} × ${cpus()[0].model.trim()}, load before it ${load}.

Medians of ${samples} ${samples === 1 ? 'sample' : 'samples'} at most (least to greatest), each in a browser of its own, the kits in turn. **×** is the ratio to plain DOM of the same size, where less than 1 is better. What a kit does not end within ${limit} s is reported as such, and gets no larger sizes. – was not run.

The clock of opening runs from the moment the kit is told to show its list until the text is inside the box and can be hit. The other kits hold their messages in memory; p2p-elements reads them from IndexedDB, with an open messenger. Main-thread work is Chromium's \`TaskDuration\`, and includes looking for what is drawn in each frame. Heap is JavaScript and DOM after collection, beyond the page before anything was opened. Of 100 messages only 50 are own, so 100 statuses change there. Where a kit loads older messages as one scrolls, the way of scrolling is that of what it has loaded.

Versions: ${versions.join(', ')}.
${missing.length > 0 ? `\nNot measured:\n\n${missing.join('\n')}\n` : ''}
${results.markdown(
  kits.map(({ name }) => name),
  sizes,
)}
`;
}
