import { html, nothing } from 'lit';
import type { ReactiveControllerHost, TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { elapsed } from './ticker.ts';
import { repeat } from './repeat.ts';

interface Line {
  readonly key: number;
  readonly text: string;
  readonly at: number;
}

/** How long an announcement stays in the region, in milliseconds: long enough to be read out. */
const STAYS_MS = 2_000;
/** Only the newest of several are announced. */
const AT_ONCE = 20;

let lines = 0;

/**
 * Announces texts to assistive technology, each in an element of its own, so that equal texts and simultaneous ones
 * are all read out.
 */
export class Announcer {
  readonly #host: ReactiveControllerHost;
  #lines: readonly Line[] = [];

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  /** Announces the text after the next render. */
  say(text: string): void {
    const at = elapsed();
    const recent = this.#lines.filter((line) => at - line.at < STAYS_MS);
    this.#lines = [...recent, { key: (lines += 1), text, at }].slice(-AT_ONCE);
    this.#host.requestUpdate();
  }

  /** Clears the region. */
  clear(): void {
    this.#lines = [];
  }

  /** The live region, which has to exist before the first announcement. `role`: its role. */
  render(role: 'status' | typeof nothing = nothing): TemplateResult {
    const said = repeat(
      this.#lines,
      ({ key }) => key,
      ({ text }) => html`<div>${text}</div>`,
    );
    // White space added by the formatter would be announced as a change.
    // prettier-ignore
    return html`<div class="visually-hidden" role=${role} aria-live="polite" aria-atomic="false">${said}</div>`;
  }
}

/** A text in a live region that is announced again when `key` changes, even if the text is the same. */
export function anew(key: unknown, text: string): unknown {
  return keyed(key, html`<span>${text}</span>`);
}
