import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import { expect } from 'storybook/test';
import { drawChecklist } from './checklist.ts';
import { runReport } from './report.ts';
import type { Mark, Step } from './report.ts';
import { setStage } from './stage.ts';
import { oneBrowser, threeBrowsers } from './steps.ts';

/**
 * A real test report started this project: three accounts, six phases, four lies. Here the same six phases run on the
 * simulated service, with the report's own names and numbers. Each check reads what is drawn and what crossed the
 * wire.
 */
const meta: Meta = { title: 'The report', tags: ['!autodocs'] };
export default meta;

const page = () => html`
  <div class="report">
    <div class="report-list"></div>
    <div class="report-screens"></div>
  </div>
`;

async function play(canvasElement: HTMLElement, browsers: 1 | 3, steps: readonly Step[]): Promise<void> {
  const list = canvasElement.querySelector<HTMLElement>('.report-list')!;
  const into = canvasElement.querySelector<HTMLElement>('.report-screens')!;
  into.replaceChildren();
  const marks: Mark[] = steps.map(() => ({ state: 'open' }));
  drawChecklist(list, steps, marks);
  const stage = await setStage({ browsers, into });
  await runReport(steps, stage, (index, mark) => {
    marks[index] = mark;
    drawChecklist(list, steps, marks);
  });
  const failed = marks.flatMap((mark, index) =>
    mark.state === 'failed' ? [`${steps[index]!.says}: ${mark.evidence}`] : [],
  );
  await expect(failed).toEqual([]);
}

/** Three accounts in one browser: the messages never leave it. */
export const OneBrowser: StoryObj = {
  name: 'Three accounts in one browser',
  render: page,
  play: ({ canvasElement }) => play(canvasElement, 1, oneBrowser),
};

/** Three browsers behind one router: 30 s of hole punching that fail, a relay meanwhile, and a late success. */
export const ThreeBrowsers: StoryObj = {
  name: 'Three browsers',
  render: page,
  play: ({ canvasElement }) => play(canvasElement, 3, threeBrowsers),
};
