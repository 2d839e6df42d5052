import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The behaviour cases from real use that some test has to show, and name in its title; numbers are stable. */
const CASES =
  '1-4 7 8 10 11 13 15-18 20-27 29-31 33-39 41 42 44 45 47-49 51-55 57 59-62 66-68 70 72-75 77 78 82 83 85 88-93 ' +
  '95 97-103 105 107-112 115-117 120 121 123 124 126 128-130 133 136-141 143-146 148 149 152 153';
/** The scenarios that are a test as well as a story. */
const SCRIPTS = ['S1', 'S3', 'S4', 'S7', 'S8', 'S9', 'S11', 'S12', 'S14', 'S15', 'S16', 'S17'];

/** What has a title. */
const TITLE_CALLS = new Set(['it', 'describe', 'test']);

/** All the numbers of "1-4 7, 8 and 10". */
function numbers(list: string): number[] {
  return [...list.matchAll(/(\d+)(?:\s*[-–]\s*(\d+))?/g)].flatMap(([, first, last]) => {
    const from = Number(first);
    return Array.from({ length: Number(last ?? from) - from + 1 }, (_, n) => from + n);
  });
}

/** The cases that a title names: "(case 13)", "(cases 1, 23)", "13: …", "(script S3 …)". */
function shownBy(title: string): string[] {
  const listed = [...title.matchAll(/\bcases? (\d[\d, and–-]*)/g)].flatMap(([, list]) => numbers(list!));
  const [, leading] = /^(\d[\d, and]*): /.exec(title) ?? [];
  const scripts = [...title.matchAll(/\bscripts? (S\d+)/g)].map(([, script]) => script!);
  return [...listed, ...(leading ? numbers(leading) : [])].map(String).concat(scripts);
}

/**
 * The titles of a test file. A title that is put together from a table takes its case from there: then every
 * string of the file counts.
 */
function titlesOf(path: string): string[] {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
  const titles: string[] = [];
  const strings: string[] = [];
  let isFromTable = false;
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) strings.push(node.text);
    if (
      ts.isCallExpression(node) &&
      ts.isIdentifier(node.expression) &&
      TITLE_CALLS.has(node.expression.text)
    ) {
      const [title] = node.arguments;
      if (title && ts.isStringLiteralLike(title)) titles.push(title.text);
      else if (title && ts.isTemplateExpression(title)) {
        titles.push(title.head.text);
        isFromTable = true;
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return isFromTable ? [...titles, ...strings] : titles;
}

/** The test files about the product; those about the simulator show what the service does, not what we do. */
function testFiles(): string[] {
  return readdirSync(join(root, 'tests'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /test\.ts$/.test(name) && !name.startsWith('mocks'))
    .map((name) => join(root, 'tests', name));
}

const shown = new Map<string, string[]>();
for (const path of testFiles())
  for (const title of titlesOf(path))
    for (const what of shownBy(title)) shown.set(what, [...(shown.get(what) ?? []), path]);

test('the cases that a title names are found', () => {
  assert.deepEqual(shownBy('tells a declined asker (cases 8, 24)'), ['8', '24']);
  assert.deepEqual(shownBy('says so (case 37), nor that (case 38)'), ['37', '38']);
  assert.deepEqual(shownBy('15: draws a placeholder'), ['15']);
  assert.deepEqual(shownBy('keeps order (case 149, script S8 direct-times-out-relay-takes-over)'), [
    '149',
    'S8',
  ]);
  assert.deepEqual(shownBy('waits 30 s in 3 cases, as S3 does'), []);
});

for (const what of [...numbers(CASES).map(String), ...SCRIPTS])
  test(`${/^S/.test(what) ? 'script' : 'case'} ${what} has a test that names it`, () => {
    assert.ok(shown.has(what), `no title in tests/ carries ${what}`);
  });
