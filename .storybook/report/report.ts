import type { LoggedFrame, ReportScenario } from '../../mocks/index.ts';
import type { Messenger } from '../../stores/index.ts';
import type { Recorder } from './recorder.ts';
import type { Screen } from './screen.ts';

/** The six phases of the report. */
export const PHASES = [
  'Accounts',
  'Registration',
  'Basic messaging',
  'Message status',
  'Background tab',
  'Retry',
] as const;

/** What the old user interface claimed in a phase, as its test report says. */
export const OLD_CLAIMS = [
  'Worked: three sessions, none with a peer.',
  'The badge stayed at 1 after Accept. Discovery said “Connected” with no connection. A state check timed out and it “proceeded anyway”.',
  '30 s of hole punching, then nothing: no message ever left.',
  'A tick on a message that the backend had refused.',
  'Could not be tested.',
  'Could not be tested.',
] as const;

/** The context of the steps. */
export interface Stage {
  readonly scenario: ReportScenario;
  /** One screen per browser. */
  readonly screens: readonly Screen[];
  readonly messengers: readonly Messenger[];
  readonly recorder: Recorder;
  /** Advances the simulated clock, and waits until everything is drawn. */
  pass(milliseconds: number): Promise<void>;
  /** Switches failures of the storage for messages of others on or off (one browser only). */
  failStorage(isFailing: boolean): void;
}

/** One box of the checklist. Its run reads what is drawn and what crossed the wire, and throws where that is wrong. */
export interface Step {
  /** From 1. */
  readonly phase: number;
  readonly says: string;
  run(stage: Stage): Promise<string>;
}

/** The state of a checkbox. */
export type Mark =
  { readonly state: 'open' | 'running' } | { readonly state: 'passed' | 'failed'; readonly evidence: string };

/** Runs the steps in order; a step that fails does not stop the others. */
export async function runReport(
  steps: readonly Step[],
  stage: Stage,
  tell: (index: number, mark: Mark) => void,
): Promise<readonly Mark[]> {
  const marks: Mark[] = steps.map(() => ({ state: 'open' }));
  const put = (index: number, mark: Mark): void => {
    marks[index] = mark;
    tell(index, mark);
  };
  for (const [index, step] of steps.entries()) {
    put(index, { state: 'running' });
    try {
      put(index, { state: 'passed', evidence: await step.run(stage) });
    } catch (error) {
      put(index, { state: 'failed', evidence: error instanceof Error ? error.message : String(error) });
    }
  }
  return marks;
}

/** Throws an error with the sentence unless the condition holds. */
export function must(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(otherwise);
}

/** The frames that crossed the wire, by variant, and by what they say where that is asked for. */
export function frames({ scenario }: Stage, variant: string, says = ''): LoggedFrame[] {
  return scenario.simulation.frames.entries.filter(
    ({ frame, text }) => frame?.variant === variant && text.includes(says),
  );
}

/** The payloads of one type that crossed the wire or the relay inside messages. */
export function payloads(stage: Stage, type: string, direction: 'in' | 'out' = 'in'): string[] {
  const decoder = new TextDecoder();
  return stage.scenario.simulation.frames.entries.flatMap((entry) => {
    if (entry.direction !== direction) return [];
    const variant = direction === 'in' ? 'Message' : 'MessageNotification';
    if (entry.frame?.variant !== variant) return [];
    const text = decoder.decode((entry.frame.body as { message: Uint8Array }).message);
    return text.includes(`"type":"${type}"`) ? [text] : [];
  });
}
