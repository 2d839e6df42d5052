// Reporter for `node --test`: says only what failed, notes and the sum; leaves the numbers in $COUNTS.
import { writeFileSync } from 'node:fs';

export default async function* report(source) {
  let passed = 0;
  let failed = 0;
  for await (const { type, data } of source) {
    if (type === 'test:diagnostic' && data.nesting > 0) yield `  ${data.message}\n`;
    if (type === 'test:stderr') yield data.message;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    // A file is reported as a test of its own when it could not be loaded; a suite only repeats its tests.
    if (data.details?.type === 'suite' || data.skip !== undefined || data.todo !== undefined) continue;
    if (type === 'test:pass') passed += 1;
    else {
      const { error } = data.details;
      if (error?.failureType === 'subtestsFailed') continue;
      failed += 1;
      const cause = error?.cause;
      yield `✖ ${data.name}\n  ${data.file ?? ''}\n  ${String(cause?.stack ?? cause ?? error).replaceAll('\n', '\n  ')}\n`;
    }
  }
  if (process.env.COUNTS) writeFileSync(process.env.COUNTS, JSON.stringify({ passed, failed }));
  yield `${passed} passed, ${failed} failed\n`;
}
