// `storybook dev` or `storybook build`, after writing the manifest that its documentation is made from.
import { spawnSync } from 'node:child_process';
import { runInPlace } from './children.mjs';

const shell = process.platform === 'win32';
const { status } = spawnSync('cem', ['analyze', '--quiet'], { stdio: 'inherit', shell });
if (status !== 0) process.exit(status ?? 1);

const args = [...process.argv.slice(2), '--disable-telemetry'];
// The command starts the server as a child of its own.
runInPlace('storybook', args, { withParent: true, ownGroup: true });
