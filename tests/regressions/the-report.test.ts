import { expect } from '@open-wc/testing';
import { runReport } from '../../.storybook/report/report.ts';
import type { Mark, Step } from '../../.storybook/report/report.ts';
import { setStage } from '../../.storybook/report/stage.ts';
import { oneBrowser, threeBrowsers } from '../../.storybook/report/steps.ts';
import type { Messenger } from '../../stores/index.ts';
import { earlyTick, inventedConnection, readsHidden, retriesAnew, stuckBadge } from './liars.ts';

async function run(
  browsers: 1 | 3,
  steps: readonly Step[],
  lie?: (messenger: Messenger) => Messenger,
): Promise<readonly Mark[]> {
  const into = document.createElement('div');
  into.style.setProperty('height', '640px');
  document.body.append(into);
  const stage = await setStage({ browsers, into, ...(lie ? { lie } : {}) });
  try {
    return await runReport(steps, stage, () => undefined);
  } finally {
    stage.takeDown();
    into.remove();
  }
}

/** The boxes that did not pass, with what they found. */
function red(steps: readonly Step[], marks: readonly Mark[]): string[] {
  return marks.flatMap((mark, index) =>
    mark.state === 'passed'
      ? []
      : [`${steps[index]!.says}: ${'evidence' in mark ? mark.evidence : mark.state}`],
  );
}

describe('the report (script S15 the-report)', () => {
  it('passes all six phases with three accounts in one browser', async () => {
    expect(red(oneBrowser, await run(1, oneBrowser))).to.deep.equal([]);
  }).timeout(90_000);

  it('passes all six phases with three browsers', async () => {
    expect(red(threeBrowsers, await run(3, threeBrowsers))).to.deep.equal([]);
  }).timeout(90_000);
});

describe('the boxes of the report', () => {
  const lies: [string, 1 | 3, (messenger: Messenger) => Messenger, string][] = [
    ['a badge that stays after Accept', 1, stuckBadge, 'Accept drops the badge'],
    ['a badge that stays after Accept', 3, stuckBadge, 'Accept drops the badge'],
    ['a tick without proof', 1, earlyTick, 'never gets a tick'],
    ['a tick on what the service refused', 3, earlyTick, 'never gets a tick'],
    ['“Connected” without a connection', 3, inventedConnection, 'Discovery draws the others'],
    ['receipts of a hidden page', 3, readsHidden, 'A hidden page reads nothing'],
    ['a Try again that makes another message', 1, retriesAnew, 'Try again'],
  ];
  for (const [lie, browsers, client, says] of lies)
    it(`fail for a client with ${lie} (${browsers === 1 ? 'one browser' : 'three browsers'})`, async () => {
      const steps = browsers === 1 ? oneBrowser : threeBrowsers;
      const failed = red(steps, await run(browsers, steps, client));
      expect(
        failed.some((line) => line.startsWith(says) || line.includes(says)),
        failed.join('\n'),
      ).to.equal(true);
    }).timeout(90_000);
});
