import fc from 'fast-check';

/** How many histories a law is tried on. */
export const HISTORIES = 10_000;

/**
 * Tries a property on many generated cases. The seed is new at every run and printed, so that a red run can be
 * repeated: `fc.assert(property, { seed })`, as fast-check's own report says.
 */
export function holds<Values>(name: string, property: fc.IProperty<Values>, numRuns = HISTORIES): void {
  const details = fc.check(property, { numRuns }) as fc.RunDetails<Values>;
  console.log(`${name}: ${details.numRuns} runs, seed ${details.seed}`);
  if (details.failed) throw new Error(fc.defaultReportMessage(details) ?? 'the property failed');
}
