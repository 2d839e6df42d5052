import type { P2pElement } from '../internal/element.ts';
import { focusFirst, focusInto, focused, moveFocus } from '../internal/focus.ts';
import type { Side } from './side.ts';

/** Where the focus goes when a part of a messenger opens or closes. */
export class Places {
  readonly #host: P2pElement;
  /** What had the focus before the details were opened. */
  #opener: HTMLElement | null = null;
  /** What had the focus before the form for one more account was opened. */
  #adder: HTMLElement | null = null;

  constructor(host: P2pElement) {
    this.#host = host;
  }

  /** The details of a message are about to open. */
  detailsOpened(): void {
    this.#opener = focused(this.#host.ownerDocument);
  }

  /** The details were closed. */
  detailsClosed(): void {
    // The button may be hidden by now: then its row is focused, from where it is one key away.
    focusFirst([this.#opener, this.#opener?.closest<HTMLElement>('[data-index]')]);
    this.#opener = null;
  }

  /** The form for one more account opens. */
  formOpened(): void {
    this.#adder = focused(this.#host.ownerDocument);
    void moveFocus(this.#host, () => this.#one('p2p-sign-in')?.focus());
  }

  /** The form for one more account was closed. */
  formClosed(): void {
    void moveFocus(
      this.#host,
      () => focusFirst([this.#adder]) || this.#into('.conversation') || this.#into('.side'),
    );
  }

  /** The focused form is removed after a sign-in: focuses what it opened. */
  formDone(): void {
    const form = this.#host.hasUpdated ? this.#one('p2p-sign-in') : null;
    const holder = focused(this.#host.ownerDocument);
    if (form && (!holder || form.contains(holder)))
      void moveFocus(this.#host, () => this.#into('.side') || this.#into('.conversation'));
  }

  /**
   * A conversation opens. The focus stays on its row if the list stays visible, so that the arrow keys continue from
   * there.
   */
  conversationOpened(): void {
    const pressed = focused(this.#host.ownerDocument);
    void moveFocus(this.#host, () => focusFirst([pressed]) || this.#into('.conversation'));
  }

  /** The open conversation was closed. */
  conversationClosed(): void {
    void moveFocus(this.#host, () => {
      const list = this.#one('p2p-conversation-list');
      list?.focus();
      return Boolean(list?.shadowRoot?.activeElement) || this.#into('.side');
    });
  }

  /** The first column shows another part. */
  sideChanged(before: Side, side: Side): void {
    void moveFocus(this.#host, () =>
      side === 'conversations'
        ? focusFirst([this.#one(`.opens-${before}`)]) || this.#into('.side')
        : this.#into('.side'),
    );
  }

  #one(selector: string): HTMLElement | null {
    return this.#host.renderRoot.querySelector<HTMLElement>(selector);
  }

  #into(selector: string): boolean {
    return focusInto(this.#one(selector));
  }
}

/** Whether a key press is an Escape that closes something: in a field with text, it first clears the text. */
export function isEscape(event: KeyboardEvent): boolean {
  const [field] = event.composedPath();
  const isFull = field instanceof HTMLInputElement && field.type === 'search' && field.value !== '';
  return event.key === 'Escape' && !event.isComposing && !event.defaultPrevented && !isFull;
}
