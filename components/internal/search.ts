import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { P2pElement } from './element.ts';
import { icon } from './icons.ts';
import { cut } from './texts.ts';

/** The searched length of a text, in characters: it may be megabytes long, and each key searches again. */
const SEARCHED = 2_000;

/** A text normalised for comparison: composed and decomposed letters are equal, and case is ignored. */
function comparable(text: string): string {
  return cut(text, SEARCHED).normalize('NFKC').toLocaleLowerCase().normalize('NFC');
}

/** The search field above a list, and the rows that match. ArrowDown goes to the list. */
export class Search {
  /** What is typed, as it is. */
  text = '';
  readonly #host: P2pElement;
  /** The row that is the list's stop for Tab. */
  readonly #stop: string;

  constructor(host: P2pElement, stop: string) {
    this.#host = host;
    this.#stop = stop;
  }

  /** The field. */
  field(label: string): TemplateResult {
    return html`<label part="search" class="search panel-search">
      ${icon('search')}
      <input
        type="search"
        .value=${this.text}
        placeholder=${label}
        aria-label=${label}
        @input=${this.#onInput}
        @keydown=${this.#onKey}
      />
    </label>`;
  }

  /** The ids whose texts contain the query; all ids without a query. */
  matching<Id>(ids: readonly Id[], textsOf: (id: Id) => readonly string[]): readonly Id[] {
    const query = comparable(this.text.trim());
    return query ? ids.filter((id) => textsOf(id).some((text) => comparable(text).includes(query))) : ids;
  }

  readonly #onInput = (event: Event): void => {
    this.text = (event.target as HTMLInputElement).value;
    this.#host.requestUpdate();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    // An input method uses the arrow keys for its candidates.
    if (event.key !== 'ArrowDown' || event.isComposing) return;
    event.preventDefault();
    this.#host.renderRoot.querySelector<HTMLElement>(`${this.#stop}[tabindex="0"]`)?.focus();
  };
}
