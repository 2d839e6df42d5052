import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { strings } from './strings.ts';

/** The raw words of whoever said no, for a report: behind a word that has to be opened. Nothing where there are none. */
export function rawWords(text: unknown): TemplateResult | typeof nothing {
  // Whatever the page may have set.
  if (typeof text !== 'string' || !text.trim()) return nothing;
  return html`<details>
    <summary>${strings().details}</summary>
    <bdi>${text.trim()}</bdi>
  </details>`;
}
