import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { STATUSES } from '../../facts/index.ts';
import { wordsIn } from '../../locale/registry.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'docs/architecture.md',
  'docs/backends.md',
  'docs/relays.md',
  'docs/testing.md',
];

test('the example backend is as short as its page says', () => {
  assert.match(read('docs/backends.md'), /a complete backend in 150 lines/);
  assert.ok(read('examples/backend/room.ts').split('\n').length <= 151);
});

/** The cells of every table row of a page, without the padding. */
function rows(page: string): string[][] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

test('the table of statuses in the README says what the tables in facts/ and locale/ say, all of it and in order', () => {
  const { status: word, meaning } = wordsIn('en');
  const words = new Set<string>(Object.values(word));
  assert.deepEqual(
    rows(readme)
      .filter(([word]) => words.has(word!))
      // The proof is the fact that the sentence begins with; "none" stands where nothing is claimed.
      .map(([word, meaning, proof]) => [
        word,
        meaning,
        /^`([a-z-]+)`/.exec(proof!)?.[1] ?? proof!.slice(0, 4),
      ]),
    STATUSES.map(({ status, proof }) => [word[status], meaning[status], proof ?? 'none']),
  );
});

test('the folder map names every folder that is part of the product', () => {
  const ignored = ['node_modules', 'dist', 'storybook-static', 'scripts'];
  const folders = readdirSync(root).filter(
    (name) => !name.startsWith('.') && !ignored.includes(name) && statSync(join(root, name)).isDirectory(),
  );
  const named = rows(readme).flatMap(([cell]) => /^\[(\w+)\/\]/.exec(cell!)?.[1] ?? []);
  assert.deepEqual([...named].sort(), folders.sort());
});

for (const page of pages) {
  test(`everything that ${page} links to is there`, () => {
    const links = [...read(page).matchAll(/(?:\]\(|(?:src|srcset)=")([^)"#]+)/g)].map(([, link]) => link!);
    for (const link of links) {
      if (/^https?:/.test(link) || link.startsWith('node_modules/')) continue;
      assert.ok(existsSync(join(root, dirname(page), link)), link);
    }
  });

  test(`every command that ${page} names exists`, () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const [, name] of read(page).matchAll(/npm run ([\w-]+)/g)) assert.ok(name! in scripts, name);
  });
}
