import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Linter } from 'eslint';
import { noSentences } from '../../scripts/no-sentences.mjs';

function complaints(code: string): number {
  const config: Linter.Config = {
    plugins: { words: { rules: { 'no-sentences': noSentences } } },
    rules: { 'words/no-sentences': 'error' },
  };
  const messages = new Linter().verify(code, config);
  assert.ok(messages.every(({ fatal }) => !fatal));
  return messages.length;
}

const FORBIDDEN = [
  "const note = 'The service has signed this account out.';",
  "const why = { reason: 'No answer came.' };",
  "const title = 'Find more people';",
  'const line = `Waiting for a path to ${name}`;',
  'const line = `${name} is typing`;',
  'const drawn = html`<p class="muted">Nothing waits</p>`;',
  'const drawn = html`<p>${count} waiting</p>`;',
  'const drawn = html`<button aria-label="Send" @click=${() => x > 1}></button>`;',
];
const ALLOWED = [
  "throw new TypeError('The prefix is made of letters and digits.');",
  "const error = new StorageError('failed', 'The simulated disk failed.');",
  "warn(tag, 'path', 'expected an object with a kind');",
  'console.info(`[p2p] <${tag}>: it was given neither data nor a messenger`);',
  "const names = 'createAccount signIn signOut sessions'.split(' ');",
  'const key = `${put} ${account} ${peer}`;',
  'const look = html`<button class="button icon quiet" title=${t.send}>${t.send} · <b>–</b></button>`;',
  "import x from './a file of mine.js';",
  'const code = css`.a .b .c { color: red; }`;',
];

test('sentences are found wherever they would be shown', () => {
  for (const code of FORBIDDEN) assert.equal(complaints(code), 1, code);
});

test('texts for developers, and texts that are no sentences, are ignored', () => {
  for (const code of ALLOWED) assert.equal(complaints(code), 0, code);
});
