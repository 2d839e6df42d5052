import { LitElement } from 'lit';
import { onWordsChanged } from './words.ts';

/** What every element shares: it is drawn again when the words change, and it knows its language. */
export abstract class P2pElement extends LitElement {
  #stopWords: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopWords = onWordsChanged(() => this.requestUpdate());
    if (this.hasUpdated) this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopWords?.();
  }

  /**
   * The language for dates and numbers: that of the nearest `lang`, or the browser's. A page that only says "en"
   * leaves it to the reader's own kind of English.
   */
  protected get language(): string | undefined {
    const near = this.closest<HTMLElement>('[lang]')?.lang || document.documentElement.lang;
    const own = navigator.language;
    return near && own.split('-')[0] !== near ? near : own;
  }
}
