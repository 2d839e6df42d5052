import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { ShownWords } from './language.ts';

/** The raw words of whoever said no, for a report: behind a word that has to be opened. Nothing where there are none. */
export function rawWords(text: unknown, t: ShownWords): TemplateResult | typeof nothing {
  // Whatever the page may have set.
  if (typeof text !== 'string' || !text.trim()) return nothing;
  return html`<details>
    <summary>${t.details}</summary>
    <bdi>${text.trim()}</bdi>
  </details>`;
}
