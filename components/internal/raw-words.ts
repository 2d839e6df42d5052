import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { ShownWords } from './language.ts';

/** The raw text of a refusal in a disclosure, for a report. Nothing if there is none. */
export function rawWords(text: unknown, t: ShownWords): TemplateResult | typeof nothing {
  // The page may have set any value.
  if (typeof text !== 'string' || !text.trim()) return nothing;
  return html`<details>
    <summary>${t.details}</summary>
    <bdi>${text.trim()}</bdi>
  </details>`;
}
