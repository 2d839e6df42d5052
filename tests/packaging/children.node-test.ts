import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from './installed.ts';

const children = pathToFileURL(join(root, 'scripts', 'children.mjs')).href;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<boolean> {
  for (let n = 0; n < 200 && isAlive(pid); n += 1) await pause(50);
  return !isAlive(pid);
}

/** Like `npm start`: a shell, a script of ours, a command, and the server that the command has started. */
const SERVER = `process.on('SIGTERM', () => process.exit()); setInterval(() => {}, 1000); console.log(process.pid);`;
const COMMAND = `const { spawn } = await import('node:child_process');
  spawn(process.execPath, ['-e', ${JSON.stringify(SERVER)}], { stdio: 'inherit' });
  setInterval(() => {}, 1000);`;
const SCRIPT = `const { runInPlace } = await import(${JSON.stringify(children)});
  runInPlace(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(COMMAND)}], { withParent: true, ownGroup: true });`;
const PARENT = `const { spawn } = await import('node:child_process');
  spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(SCRIPT)}], { stdio: 'inherit' });
  setInterval(() => {}, 1000);`;

for (const signal of ['SIGTERM', 'SIGKILL'] as const)
  test(`the children of a script end when the parent of the script is ended by ${signal}`, async () => {
    const parent = spawn(process.execPath, ['--input-type=module', '-e', PARENT], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [chunk] = (await once(parent.stdout, 'data')) as [Buffer];
    const server = Number(String(chunk));
    assert.ok(isAlive(server), 'the server runs');
    parent.kill(signal);
    try {
      assert.ok(await gone(server), 'the server has ended');
    } finally {
      if (isAlive(server)) process.kill(server, 'SIGKILL');
    }
  });
