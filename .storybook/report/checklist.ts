import { html, render } from 'lit';
import type { TemplateResult } from 'lit';
import { OLD_CLAIMS, PHASES } from './report.ts';
import type { Mark, Step } from './report.ts';

const SIGNS = { open: '○', running: '◔', passed: '✓', failed: '✗' } as const;

/** Renders the six phases with their checkboxes, beside what the old user interface claimed. */
export function drawChecklist(into: HTMLElement, steps: readonly Step[], marks: readonly Mark[]): void {
  const states = marks.map(({ state }) => state);
  const count = (state: string): number => states.filter((other) => other === state).length;
  const isDone = count('open') + count('running') === 0;
  render(
    html`
      <p class="report-sum" role="status">
        ${isDone ? `${count('passed')} passed, ${count('failed')} failed` : `Running: ${count('passed')} of ${steps.length}`}
      </p>
      <ol class="report-phases">
        ${PHASES.map((title, index) => phase(index, title, steps, marks))}
      </ol>
    `,
    into,
  );
}

function phase(index: number, title: string, steps: readonly Step[], marks: readonly Mark[]): TemplateResult {
  const boxes = steps.flatMap((step, number) =>
    step.phase === index + 1 ? [{ step, mark: marks[number] ?? ({ state: 'open' } as const) }] : [],
  );
  const state = boxes.some(({ mark }) => mark.state === 'failed')
    ? 'failed'
    : boxes.every(({ mark }) => mark.state === 'passed')
      ? 'passed'
      : 'open';
  return html`<li class="report-phase ${state}">
    <h3>${index + 1}. ${title}</h3>
    <p class="report-old"><b>The old interface:</b> ${OLD_CLAIMS[index]}</p>
    <ul>
      ${boxes.map(
        ({ step, mark }) =>
          html`<li class=${mark.state}>
            <span class="report-sign" role="img" aria-label=${mark.state}>${SIGNS[mark.state]}</span>
            <span>
              ${step.says}
              ${'evidence' in mark ? html`<span class="report-evidence">${mark.evidence}</span>` : ''}
            </span>
          </li>`,
      )}
    </ul>
  </li>`;
}
