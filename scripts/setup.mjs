// Makes a fresh clone ready: packages, a Node that is new enough, and (for tests) a Chromium.
// Dependency-free; runs on whatever Node started npm (18 or newer).
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cache = join(root, '.cache');
const NODE_VERSION = '24.21.0';

const say = (text) => console.error(`[setup] ${text}`);
const die = (text) => {
  say(text);
  process.exit(1);
};

/** Runs npm in a folder; returns its exit status. */
export function npm(args, cwd) {
  const env = {
    ...process.env,
    PUPPETEER_SKIP_DOWNLOAD: '1',
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1',
    npm_config_loglevel: 'error',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    // Lifecycle variables of an outer `npm run` would point the inner npm at the wrong package.
    npm_config_prefix: undefined,
    npm_config_local_prefix: undefined,
  };
  const cli = process.env.npm_execpath;
  const options = { cwd, stdio: ['ignore', 2, 2], env };
  return cli && /\.c?js$/.test(cli)
    ? spawnSync(process.execPath, [cli, ...args], options).status
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' }).status;
}

/** Installs the packages when the lock file changed since the last time this worked. */
function packages() {
  const stamp = join(root, 'node_modules', '.setup-stamp');
  const want = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.platform + process.arch)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === want) return;
  say('installing packages (npm ci)…');
  const status = npm(['ci', '--include=dev', '--include=optional'], root);
  if (status !== 0) die(`npm ci failed (exit ${status}).`);
  writeFileSync(stamp, want);
}

const isNewEnough = (version) => {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 19);
};

/**
 * The folder of a Node of at least 22.19, or undefined when the one that runs this will do. An older machine
 * gets the `node` package in a folder of its own: as a dependency it would fail where a platform's build is
 * not on the registry.
 */
function node() {
  if (isNewEnough(process.version)) return undefined;
  const home = join(cache, 'node');
  const bin = join(home, 'node_modules', 'node', 'bin');
  const exe = join(bin, process.platform === 'win32' ? 'node.exe' : 'node');
  const versionOf = () => spawnSync(exe, ['--version'], { encoding: 'utf8' }).stdout?.trim();
  if (existsSync(exe) && versionOf() === `v${NODE_VERSION}`) return bin;
  say(`Node ${process.version} is older than 22.19: fetching Node ${NODE_VERSION} into .cache/node…`);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
  const status = npm(['install', '--no-save', '--ignore-scripts=false', `node@${NODE_VERSION}`], home);
  if (status !== 0 || versionOf() !== `v${NODE_VERSION}`)
    die('Node 22.19 or newer is needed and could not be fetched. Install it from https://nodejs.org.');
  return bin;
}

const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((dir) => join(dir, name))
    .find(isExecutable);

const programs = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA];

/** The browsers of the tests: how each is found, and its Debian package. */
const BROWSERS = {
  chrome: {
    label: 'Chromium or Chrome',
    variable: 'CHROME_PATH',
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'],
    places: [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      ...programs.filter(Boolean).map((dir) => join(dir, 'Google/Chrome/Application/chrome.exe')),
    ],
    packages: ['chromium', 'fonts-dejavu-core'],
  },
  firefox: {
    label: 'Firefox',
    variable: 'FIREFOX_PATH',
    names: ['firefox-esr', 'firefox'],
    places: [
      '/Applications/Firefox.app/Contents/MacOS/firefox',
      ...programs.filter(Boolean).map((dir) => join(dir, 'Mozilla Firefox/firefox.exe')),
    ],
    packages: ['firefox-esr'],
  },
};

function findBrowser({ variable, names, places }) {
  const told = process.env[variable];
  if (told) return isExecutable(told) ? told : die(`${variable}=${told} is not an executable file.`);
  return names.map(onPath).find(Boolean) ?? places.find(isExecutable);
}

/** The path of a browser; installs Debian's when this is root on a Debian without one. */
function browser(name) {
  const wanted = BROWSERS[name];
  const { label, variable, packages: debian } = wanted;
  let path = findBrowser(wanted);
  if (!path && process.platform === 'linux' && process.getuid?.() === 0 && onPath('apt-get')) {
    say(`no ${label} found: apt-get install ${debian[0]}…`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const apt = (...args) => spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 2], env }).status;
    apt('-qq', 'update');
    apt('-qq', '-y', '--no-install-recommends', 'install', ...debian);
    path = findBrowser(wanted);
  }
  if (!path)
    die(
      `No ${label} found, and the tests need one. Install it (Debian: sudo apt-get install ${debian[0]}) or set ${variable} to its executable.`,
    );
  const known = knownBrowsers();
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'browser.json'), JSON.stringify({ ...known, [name]: path }));
  return path;
}

/** The browsers that were found so far, by name. */
export function knownBrowsers() {
  const file = join(cache, 'browser.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** The variables that tell tests where browsers are. */
export const browserVariables = (paths) =>
  Object.fromEntries(Object.entries(paths).map(([name, path]) => [BROWSERS[name].variable, path]));

/** msw's worker script, from where Storybook and the app page can serve it. */
function worker() {
  const from = join(root, 'node_modules', 'msw', 'lib', 'mockServiceWorker.js');
  mkdirSync(join(cache, 'public'), { recursive: true });
  copyFileSync(from, join(cache, 'public', 'mockServiceWorker.js'));
}

/** Does all of it; `browsers` names those that are needed. Returns what a command needs in its environment. */
export function setup({ browsers }) {
  packages();
  worker();
  return { nodeBin: node(), paths: Object.fromEntries(browsers.map((name) => [name, browser(name)])) };
}
