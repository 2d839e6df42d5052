import { html, svg } from 'lit';
import type { TemplateResult } from 'lit';

/** Icons of statuses and paths, strokes on a 24 px grid; width and colour are in reset.styles.ts. */
const shapes = {
  clock: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>`,
  dash: svg`<circle cx="12" cy="12" r="8.5" stroke-dasharray="3.2 3.4"/><path d="M9 12h6M12.8 9.6 15 12l-2.2 2.4"/>`,
  tick: svg`<path d="m5.5 12.5 4.3 4.3L18.5 8"/>`,
  ticks: svg`<path d="m2.5 12.5 4.3 4.3L15.5 8"/><path d="m11 16 1 .8L21 8"/>`,
  read: svg`<circle class="disc" cx="12" cy="12" r="10"/><g class="knock"><path d="m4.8 12.4 3 3L13.6 9.4"/><path d="m11.2 15 .6.5 6.2-6.1"/></g>`,
  fail: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7.8v5M12 16.1v.1"/>`,
  ask: svg`<circle cx="12" cy="12" r="8.5"/><path d="M9.7 9.7a2.4 2.4 0 1 1 3.5 2.1c-.8.4-1.2.9-1.2 1.7M12 16.2v.1"/>`,
  direct: svg`<path d="M4 12h16M7.5 8.5 4 12l3.5 3.5M16.5 8.5 20 12l-3.5 3.5"/>`,
  local: svg`<path d="M17 4.5 20 7.5l-3 3M20 7.5H9a5 5 0 0 0-5 5M7 19.5l-3-3 3-3M4 16.5h11a5 5 0 0 0 5-5"/>`,
  relay: svg`<circle cx="12" cy="6" r="2.5"/><path d="M4 18 10.4 8M20 18 13.6 8"/><circle cx="4.5" cy="18.5" r="1.5"/><circle cx="19.5" cy="18.5" r="1.5"/>`,
  none: svg`<path d="M4 12h4M16 12h4M10 9l4 6M14 9l-4 6"/>`,
};

/** The name of such an icon. */
export type MarkName = keyof typeof shapes;

/** Renders an icon that is hidden from assistive technology; its meaning is in a text beside it. */
export function picture(name: string, shape: TemplateResult<2>): TemplateResult {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true" data-icon=${name}>${shape}</svg>`;
}

/** The icon of a status or a path. */
export function mark(name: MarkName): TemplateResult {
  return picture(name, shapes[name]);
}
