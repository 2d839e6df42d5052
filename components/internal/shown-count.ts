import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { count } from './time.ts';

/** A number on a badge, in the reader's own digits. From a hundred on it says "many"; the plus stays behind it. */
export function shownCount(value: number, language?: string): TemplateResult {
  return html`<bdi>${value > 99 ? `${count(99, language)}+` : count(value, language)}</bdi>`;
}
