// The coverage gate: every statement and branch of facts/, protocol/ and the outbox runs in some test of the laws
// stage. Guards for impossible cases are listed here with their line and reason; an entry that matches no uncovered
// line is an error, too.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** Guards for the impossible: file, the line as it stands (trimmed), and why no test can get there. */
const EXEMPT = [];

const report = JSON.parse(readFileSync('.cache/coverage/coverage-final.json', 'utf8'));
const missing = [];
const used = new Set();
let statements = 0;
let branches = 0;
for (const [path, file] of Object.entries(report)) {
  const name = relative(process.cwd(), path);
  const lines = readFileSync(path, 'utf8').split('\n');
  const miss = (line, what) => {
    const text = lines[line - 1].trim();
    const exempt = EXEMPT.find((entry) => entry.file === name && entry.line === text);
    if (exempt) used.add(exempt);
    else missing.push(`${name}:${line}: ${what} never runs: ${text}`);
  };
  for (const [id, count] of Object.entries(file.s)) {
    statements += 1;
    if (count === 0) miss(file.statementMap[id].start.line, 'this line');
  }
  for (const [id, counts] of Object.entries(file.b))
    counts.forEach((count, n) => {
      branches += 1;
      if (count === 0) miss(file.branchMap[id].locations[n].start.line, 'a branch that begins here');
    });
}
for (const entry of EXEMPT)
  if (!used.has(entry)) missing.push(`${entry.file}: exempted, and not uncovered any more: ${entry.line}`);
for (const line of new Set(missing)) console.error(line);
console.log(
  `coverage: ${Object.keys(report).length} files, ${statements} lines, ${branches} branches, ${new Set(missing).size} uncovered, ${EXEMPT.length} guards exempted`,
);
if (missing.length > 0 || statements === 0) process.exit(1);
