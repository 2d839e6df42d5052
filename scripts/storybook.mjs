// `storybook dev` or `storybook build`, after writing the manifest that its documentation is made from.
import { spawn, spawnSync } from 'node:child_process';

const shell = process.platform === 'win32';
const { status } = spawnSync('cem', ['analyze', '--quiet'], { stdio: 'inherit', shell });
if (status !== 0) process.exit(status ?? 1);

const args = [...process.argv.slice(2), '--disable-telemetry'];
const child = spawn('storybook', args, { stdio: 'inherit', shell });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
