// `npm run replay -- FILE.jsonl …`: plays what a recording's sockets sent into the simulator and prints each
// difference between what comes back and what the real service answered. Exits 1 if there is one.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { replay } from './replay/index.ts';

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string', default: '1' } },
  allowPositionals: true,
});
if (positionals.length === 0) {
  console.error('usage: npm run replay -- [--seed N] FILE.jsonl …');
  process.exit(2);
}

let failed = 0;
for (const file of positionals) {
  let differences: string[];
  try {
    differences = await replay(readFileSync(file, 'utf8'), Number(values.seed));
  } catch (error) {
    differences = [error instanceof Error ? error.message : String(error)];
  }
  if (differences.length > 0) failed++;
  console.log(`${differences.length === 0 ? 'same' : 'DIFFERENT'}  ${basename(file)}`);
  for (const difference of differences) console.log(`  ${difference}`);
}
console.log(`${positionals.length - failed} same, ${failed} different (seed ${values.seed})`);
process.exitCode = failed > 0 ? 1 : 0;
