import { html, svg } from 'lit';
import type { TemplateResult } from 'lit';
import { mark, picture } from './marks.ts';
import type { MarkName } from './marks.ts';

/** Icons of buttons and fields; those of statuses and paths are in marks.ts. */
const shapes = {
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
  search: svg`<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4 4"/>`,
  bell: svg`<path d="M6 10a6 6 0 1 1 12 0c0 5 2 6 2 6H4s2-1 2-6M10 20h4"/>`,
  people: svg`<circle cx="9" cy="8" r="3.2"/><path d="M3 19c.5-3.5 3-5 6-5s5.5 1.5 6 5M16 5.2a3.2 3.2 0 0 1 0 5.8M18 14.3c1.7.7 2.7 2.2 3 4.7"/>`,
  up: svg`<path d="M12 19V6M6 11.5 12 5.5l6 6"/>`,
  down: svg`<path d="M12 5v13M6 12.5l6 6 6-6"/>`,
  retry: svg`<path d="M4.5 12a7.5 7.5 0 1 0 2.4-5.5M4.5 4v4h4"/>`,
  back: svg`<path d="M15 5l-7 7 7 7"/>`,
  close: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  more: svg`<circle class="disc" cx="5.5" cy="12" r="1.6"/><circle class="disc" cx="12" cy="12" r="1.6"/><circle class="disc" cx="18.5" cy="12" r="1.6"/>`,
  pause: svg`<path d="M9 6v12M15 6v12"/>`,
  resume: svg`<path d="M8 5.5v13l10-6.5z"/>`,
  elsewhere: svg`<path d="M14 4.5h5.5V10M19.5 4.5 11 13M17 14v5.5H4.5V7H10"/>`,
  outbox: svg`<path d="M4 14v5h16v-5M12 14.5v-10M8 8.5l4-4 4 4"/>`,
};

/** The name of an icon. */
export type IconName = keyof typeof shapes | MarkName;

/** An icon by name. */
export function icon(name: IconName): TemplateResult {
  return name in shapes ? picture(name, shapes[name as keyof typeof shapes]) : mark(name as MarkName);
}

/** An icon button. Its label is its accessible name, and its tooltip without a `title`. */
export function iconButton(
  name: IconName,
  label: string,
  pressed: (event: Event) => void,
  { part = 'button', look = '', title = label, isDisabled = false } = {},
): TemplateResult {
  return html`<button
    type="button"
    part=${part}
    class="button icon quiet ${look}"
    aria-label=${label}
    title=${title}
    ?disabled=${isDisabled}
    @click=${pressed}
  >
    ${icon(name)}
  </button>`;
}
