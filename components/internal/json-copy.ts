import { html, nothing } from 'lit';
import type { LitElement, TemplateResult } from 'lit';
import { anew } from './announcer.ts';
import { css } from './css.ts';

/** The texts around it. */
export interface JsonCopyWords {
  /** The button. */
  readonly copy: string;
  /** It is on the clipboard. */
  readonly copied: string;
  /** The clipboard was refused. */
  readonly byHand: string;
  /** Names the field with the text. */
  readonly field: string;
}

/** The styles of the field. */
export const jsonCopyStyles = css`
  [part='json'] {
    display: block;
    width: 100%;
    height: 12em;
    margin-block-start: var(--p2p-space-2);
    padding: var(--p2p-space-2);
    border: 1px solid var(--p2p-border);
    border-radius: var(--p2p-radius);
    background: var(--p2p-surface-2);
    color: inherit;
    font-family: ui-monospace, monospace;
    resize: vertical;
  }
`;

/**
 * A button that copies evidence as JSON. If the clipboard is refused or missing (outside a secure context), the text
 * is shown selected in a field.
 */
export class JsonCopy {
  readonly #host: LitElement;
  readonly #words: () => JsonCopyWords;
  readonly #evidence: () => unknown;
  #copies = 0;
  #outcome: 'copied' | 'byHand' | null = null;
  #json = '';

  constructor(host: LitElement, words: () => JsonCopyWords, evidence: () => unknown) {
    this.#host = host;
    this.#words = words;
    this.#evidence = evidence;
  }

  /** The copied data is no longer what is drawn. */
  clear(): void {
    this.#outcome = null;
    this.#json = '';
  }

  button(): TemplateResult {
    return html`<button type="button" part="copy" class="button" @click=${() => void this.#copy()}>
      ${this.#words().copy}
    </button>`;
  }

  /** The result, as a status line. */
  outcome(): TemplateResult {
    const said = this.#outcome ? this.#words()[this.#outcome] : '';
    return html`<span part="copied" class="small muted" role="status">${anew(this.#copies, said)}</span>`;
  }

  /** The text, where it is to be copied by hand. */
  field(): TemplateResult | typeof nothing {
    if (!this.#json) return nothing;
    return html`<textarea
      part="json"
      readonly
      spellcheck="false"
      dir="ltr"
      aria-label=${this.#words().field}
      .value=${this.#json}
    ></textarea>`;
  }

  async #copy(): Promise<void> {
    const host = this.#host;
    const json = JSON.stringify(this.#evidence(), null, 2);
    // The same result is announced again.
    this.#copies += 1;
    host.requestUpdate();
    try {
      await navigator.clipboard.writeText(json);
      this.#outcome = 'copied';
      this.#json = '';
    } catch {
      this.#outcome = 'byHand';
      this.#json = json;
    }
    host.requestUpdate();
    await host.updateComplete;
    const field = host.renderRoot.querySelector<HTMLTextAreaElement>('[part="json"]');
    field?.focus();
    field?.select();
  }
}
