import { html } from 'lit';
import type { TemplateResult } from 'lit';

const row = html`<div class="skeleton"><i class="disc"></i><i class="bar"></i></div>`;

/** Rows without a word: for a list of which nobody knows yet what is in it. */
export function skeleton(): TemplateResult {
  return html`<div part="skeleton" class="unknown" aria-hidden="true">${row}${row}${row}</div>`;
}
