import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

test('the bench drives the lists and the tabs of dist/ in a page without a bundler', async () => {
  const { stdout, stderr } = await run(process.execPath, ['bench/run.mjs', '--no-build', '--quick'], {
    cwd: root,
  });
  assert.equal(stderr, '');
  const lists = ['mount', 'append', 'setStatus read', 'prepend 100', 'setPresence', 'filter'];
  const tabs = ['a further tab', 'a message in the other tab', 'a verb in the other tab'];
  for (const name of [...lists, ...tabs])
    assert.match(stdout, new RegExp(`^${name} +[\\d.]+ ms$`, 'm'), name);
  // Virtual at every length.
  for (const [, rows] of stdout.matchAll(/^rows +(\d+)$/gm))
    assert.ok(Number(rows) > 5 && Number(rows) < 60, rows);
});

test('the adapter of the bench reports its abilities, also without a page', async () => {
  const { default: adapter } = (await import(new URL('../../bench/adapter.mjs', import.meta.url).href)) as {
    default: object;
  };
  const { name, caps } = adapter as { name: string; caps: object };
  assert.equal(name, 'p2p-elements');
  assert.deepEqual(caps, { status: 'native', virtualised: true, prepend: true });
  const verbs = ['mount', 'append', 'setStatus', 'prepend', 'statusOf', 'scroller', 'destroy'];
  for (const verb of [...verbs, 'mountPeers', 'setPresence', 'presenceOf', 'filter'])
    assert.equal(typeof (adapter as Record<string, unknown>)[verb], 'function', verb);
});
