// `node tests/chaos/many.ts [MESSAGES] [SEED …]`: chaos without a screen, for hunting. One line a run.
import { runChaos } from './chaos.ts';
import { detailsOf, faultsOf } from './report.ts';

const [messages = '500', ...given] = process.argv.slice(2);
const seeds = given.length > 0 ? given.map(Number) : [Math.floor(Math.random() * 2 ** 31)];
for (const seed of seeds) {
  const start = performance.now();
  const outcome = await runChaos({
    messages: Number(messages),
    seed,
    ...(process.env['BROKEN'] ? { broken: process.env['BROKEN'] as never } : {}),
  });
  console.log(outcome.line);
  console.log(detailsOf(outcome), `${((performance.now() - start) / 1000).toFixed(1)} s`);
  const faults = faultsOf(outcome);
  for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}
