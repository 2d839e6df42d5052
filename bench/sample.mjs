// One sample: a browser of its own, one page, one kit, one size, all scenarios in turn. What does not end in time ends
// the sample; what was measured before stays.
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer-core';

/** How long it may take until the clock can start. */
const START_LIMIT_S = 120;

/** Scenarios of a conversation, in the order in which they run. */
const MESSAGES = {
  open: ['openMessages'],
  footprint: null,
  status: ['status'],
  statuses: ['statuses'],
  append: ['append'],
  'prepend at 200 px': ['prependAt', 200],
  'prepend at 0 px': ['prependAt', 0],
  scroll: ['scroll'],
};
const PEOPLE = { open: ['openPeople'], footprint: null, presence: ['presence'], filter: ['filter'] };

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
];

class TookTooLong extends Error {}

/** Rejects when a promise has not settled in time. */
function limited(promise, seconds) {
  let timer;
  const limit = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new TookTooLong(`over ${seconds} s`)), seconds * 1_000);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

const profiles = new Map();
const made = [];

function newProfile() {
  const path = mkdtempSync(join(tmpdir(), 'p2p-bench-'));
  made.push(path);
  return path;
}

/** Removes the profiles that samples have used. */
export function removeProfiles() {
  for (const path of made) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
}

async function inBrowser({ executablePath, url, userDataDir }, use) {
  const browser = await launch({
    executablePath,
    headless: true,
    userDataDir,
    args: ARGS,
    protocolTimeout: 600_000,
  });
  try {
    const page = await browser.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.setViewport({ width: 800, height: 600 });
    await page.goto(url);
    const call = (name, ...args) =>
      page.evaluate((step, given) => globalThis.bench[step](...given), name, args);
    return await use(page, call, errors);
  } catch (error) {
    // A page that is busy does not close.
    if (error instanceof TookTooLong) browser.process()?.kill('SIGKILL');
    throw error;
  } finally {
    await Promise.race([browser.close().catch(() => undefined), new Promise((r) => setTimeout(r, 5_000))]);
    browser.process()?.kill('SIGKILL');
  }
}

/** A copy of a profile in which the databases of this size are filled. */
async function filledProfile(setting, subject, size) {
  const key = `${subject} ${size}`;
  if (!profiles.has(key)) {
    const userDataDir = newProfile();
    await inBrowser({ ...setting, userDataDir }, (_page, call) =>
      limited(call('prepare', subject, size), 600),
    );
    profiles.set(key, userDataDir);
  }
  const copy = newProfile();
  cpSync(profiles.get(key), copy, { recursive: true, filter: (path) => !/Singleton/.test(path) });
  return copy;
}

/** Main-thread work so far, in milliseconds. */
async function taskTime(client) {
  const { metrics } = await client.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration').value * 1_000;
}

/** What is in use after two collections: JavaScript's heap, and the DOM's beside it. */
async function memory(client) {
  await client.send('HeapProfiler.collectGarbage');
  await client.send('HeapProfiler.collectGarbage');
  const { usedSize, embedderHeapUsedSize = 0 } = await client.send('Runtime.getHeapUsage');
  const { nodes } = await client.send('Memory.getDOMCounters');
  return { bytes: usedSize + embedderHeapUsedSize, nodes };
}

/**
 * @param setting `executablePath`, `url`, and `limit`, the seconds that one scenario may take
 * @param kit a row of KITS
 * @param subject `messages` or `people`
 * @returns the figures of each scenario; where there are none, `why`
 */
export async function sample(setting, kit, subject, size) {
  const figures = {};
  const scenarios = subject === 'people' ? PEOPLE : MESSAGES;
  const fail = (name, error) => {
    figures[name] = { why: error.message.split('\n')[0].slice(0, 120) };
  };
  let userDataDir;
  try {
    userDataDir = kit.isOurs ? await filledProfile(setting, subject, size) : newProfile();
    await inBrowser({ ...setting, userDataDir }, async (page, call, errors) => {
      const client = await page.createCDPSession();
      await client.send('Performance.enable');
      await limited(call('prepare', subject, size), START_LIMIT_S);
      const caps = await page.evaluate(() => globalThis.bench.caps);
      if (subject === 'people' && caps.people === false) {
        for (const name of Object.keys(scenarios)) figures[name] = { why: 'has no people' };
        return;
      }
      const before = await memory(client);
      // The app's start, which is not what is timed here.
      await limited(call('ready'), START_LIMIT_S);
      for (const [name, step] of Object.entries(scenarios)) {
        if (caps.status === 'none' && name.startsWith('status')) figures[name] = { why: 'has no status' };
        else if (!caps.prepend && name.startsWith('prepend')) figures[name] = { why: 'cannot prepend' };
        else if (!step) {
          const { bytes, nodes } = await limited(memory(client), setting.limit);
          const elements = await call('elements');
          figures[name] = { heap: bytes - before.bytes, nodes: nodes - before.nodes, elements };
        } else {
          const work = await taskTime(client);
          try {
            const result = await limited(call(...step), setting.limit);
            const task = (await taskTime(client)) - work;
            figures[name] = { ...result, task: task / (result.times ?? 1) };
            if (name === 'scroll')
              figures[name].nodes = (await limited(memory(client), setting.limit)).nodes - before.nodes;
          } catch (error) {
            fail(name, error);
            // The next ones need a list that is open and a page that answers.
            if (name === 'open' || error instanceof TookTooLong) throw error;
          }
        }
      }
      if (errors.length > 0) figures.errors = errors;
    });
  } catch (error) {
    const isKnown = Object.values(figures).some(({ why }) => why === error.message);
    for (const name of Object.keys(scenarios))
      if (!figures[name]) fail(name, isKnown ? new Error('not reached') : error);
  } finally {
    if (userDataDir && existsSync(userDataDir))
      rmSync(userDataDir, { recursive: true, force: true, maxRetries: 5 });
  }
  return figures;
}
