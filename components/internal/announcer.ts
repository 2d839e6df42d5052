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

/** What was said longer ago than this, in milliseconds, makes room: by now it has been read out. */
const STAYS_MS = 2_000;
/** Of more at once, only the newest are said. */
const AT_ONCE = 20;

let lines = 0;

/**
 * Says things to assistive technology, each in an element of its own: the same words twice are two announcements,
 * and two at once are both read out.
 */
export class Announcer {
  readonly #host: ReactiveControllerHost;
  #lines: readonly Line[] = [];

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  /** Says it after the next render. */
  say(text: string): void {
    const at = elapsed();
    const recent = this.#lines.filter((line) => at - line.at < STAYS_MS);
    this.#lines = [...recent, { key: (lines += 1), text, at }].slice(-AT_ONCE);
    this.#host.requestUpdate();
  }

  /** Another conversation, or nothing more to say. */
  clear(): void {
    this.#lines = [];
  }

  /** The region. It has to be there before there is something to say. `role`: what else it is. */
  render(role: 'status' | typeof nothing = nothing): TemplateResult {
    const said = repeat(
      this.#lines,
      ({ key }) => key,
      ({ text }) => html`<div>${text}</div>`,
    );
    // White space of the formatter's would be read out as something new.
    // prettier-ignore
    return html`<div class="visually-hidden" role=${role} aria-live="polite" aria-atomic="false">${said}</div>`;
  }
}

/** Words inside a region that are read out anew with every other `key`, also if they are the same. */
export function anew(key: unknown, text: string): unknown {
  return keyed(key, html`<span>${text}</span>`);
}
