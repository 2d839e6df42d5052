import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, unknown>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
};

export function run(command: string, args: string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/**
 * A folder with the packed package in its node_modules. Installed by hand, so that no network is needed: the tarball
 * unpacked, its dependencies linked.
 */
export function installed(): string {
  const folder = mkdtempSync(join(tmpdir(), 'p2p-elements-'));
  const packed = run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], root);
  assert.equal(packed.status, 0, packed.stderr);
  const tarball = packed.stdout.trim().split('\n').at(-1)!;
  const home = join(folder, 'node_modules', 'p2p-elements');
  mkdirSync(home, { recursive: true });
  const unpacked = run('tar', ['-xzf', join(folder, tarball), '--strip-components=1', '-C', home], folder);
  assert.equal(unpacked.status, 0, unpacked.stderr);
  for (const name of Object.keys({ ...own.dependencies, ...own.peerDependencies })) {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'dir');
  }
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  return folder;
}
