// `node scripts/run.mjs [--browser] [--firefox] COMMAND …`: sets everything up, then runs the command with the right
// Node and node_modules/.bin first on PATH, and CHROME_PATH (and FIREFOX_PATH) set. Every npm script goes through here,
// so that each also works by hand on a machine whose Node is older.
import { delimiter, join } from 'node:path';
import { runInPlace } from './children.mjs';
import { browserVariables, knownBrowsers, root, setup } from './setup.mjs';

const FLAGS = { '--browser': 'chrome', '--firefox': 'firefox' };
const args = process.argv.slice(2);
const browsers = [];
while (FLAGS[args[0]]) browsers.push(FLAGS[args.shift()]);
if (args.length === 0) {
  console.error('usage: node scripts/run.mjs [--browser] [--firefox] COMMAND [ARGUMENT …]');
  process.exit(2);
}

const { nodeBin, paths } = setup({ browsers });
const env = {
  ...process.env,
  STORYBOOK_DISABLE_TELEMETRY: '1',
  ...browserVariables({ ...knownBrowsers(), ...paths }),
};
env.PATH = [nodeBin, join(root, 'node_modules', '.bin'), process.env.PATH].filter(Boolean).join(delimiter);

runInPlace(args[0], args.slice(1), {
  cwd: root,
  env,
  // By hand it may be left running behind a shell that ends.
  withParent: Boolean(process.env.npm_lifecycle_event),
  onError: (error) => console.error(`[run] ${args[0]}: ${error.message}`),
});
