import { LitElement } from 'lit';
import type { RequestEventMap } from './events.ts';
import { onWordsChanged } from './words.ts';

/** What every element shares: it is drawn again when the words change, and it asks with typed request events. */
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

  /** Renders now, if anything is to be rendered: for a list that would otherwise paint a gap. */
  drawNow(): void {
    if (this.isUpdatePending && this.isConnected) this.performUpdate();
  }

  /** Asks for something. False when the page called `preventDefault()`. */
  protected request<Type extends keyof RequestEventMap>(
    type: Type,
    detail: RequestEventMap[Type]['detail'],
  ): boolean {
    return this.dispatchEvent(
      new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable: true }),
    );
  }

  /** Tells a fact about the view. Not cancelable: it has happened. */
  protected tell(type: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}
