import { html } from 'lit';
import type { TemplateResult } from 'lit';

const row = html`<div class="skeleton"><i class="disc"></i><i class="bar"></i></div>`;

/** Placeholder rows for a list whose content is not known yet. */
export function skeleton(): TemplateResult {
  return html`<div part="skeleton" class="unknown" aria-hidden="true">${row}${row}${row}</div>`;
}
