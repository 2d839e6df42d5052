import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { count } from './time.ts';

/** A number on a badge, in the digits of the locale: "99+" above 99. */
export function shownCount(value: number, language?: string): TemplateResult {
  return html`<bdi>${value > 99 ? `${count(99, language)}+` : count(value, language)}</bdi>`;
}
