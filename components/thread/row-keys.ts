import type { MessageId, ThreadMessage } from '../../facts/index.ts';
import type { P2pElement } from '../internal/element.ts';
import { MESSAGE_EVENTS } from '../internal/message-words.ts';
import type { MessageAction } from '../internal/message-words.ts';
import { focusWhenDrawn } from '../internal/row-list.ts';
import { isTyping, rovingTarget } from '../internal/roving.ts';
import type { Rows } from '../internal/rows.ts';
import { moreSlices } from '../internal/texts.ts';
import type { VirtualList } from '../internal/virtual.ts';

interface RowKeysOptions {
  readonly rows: Rows<MessageId, ThreadMessage>;
  readonly list: VirtualList;
  /** A button of a message was pressed, or Enter on it. */
  readonly ask: (type: (typeof MESSAGE_EVENTS)[MessageAction], id: MessageId) => void;
}

/** Keys and clicks in the rows of a thread: one stop for Tab, arrows between the rows, the buttons of each message. */
export class RowKeys {
  readonly #host: P2pElement;
  readonly #options: RowKeysOptions;
  /** The row where Tab stops; null for the newest. */
  #active: MessageId | null = null;
  /** How many slices of long texts are shown, where that is more than one. */
  readonly #slices = new Map<MessageId, number>();

  constructor(host: P2pElement, options: RowKeysOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** Which row Tab stops at. */
  get index(): number {
    const { ids } = this.#options.rows;
    const at = this.#active === null ? -1 : ids.lastIndexOf(this.#active);
    return at >= 0 ? at : ids.length - 1;
  }

  /** How many slices of a long text are shown. */
  slicesOf(id: MessageId): number {
    return this.#slices.get(id) ?? 1;
  }

  /** Another conversation. */
  restart(): void {
    this.#active = null;
    this.#slices.clear();
  }

  /** Makes that row the stop for Tab, with the focus. */
  goTo(id: MessageId | undefined): void {
    if (id === undefined) return;
    this.#active = id;
    this.#host.requestUpdate();
    void focusWhenDrawn(this.#host, `[data-id="${id}"]`);
  }

  /** Something in a row got the focus: Tab stops there from now on. */
  readonly onFocus: (event: Event) => void = (event) => {
    const id = (event.target as HTMLElement).closest<HTMLElement>('[data-id]')?.dataset['id'];
    if (!id || id === this.#active) return;
    this.#active = id as MessageId;
    this.#host.requestUpdate();
  };

  /** A button of a message, perhaps. */
  readonly onClick: (event: MouseEvent) => void = (event) => {
    const target = event.target as HTMLElement;
    const action = target.closest<HTMLElement>('[data-action]')?.dataset['action'];
    const id = target.closest<HTMLElement>('[data-id]')?.dataset['id'] as MessageId | undefined;
    // The second click of a double click may hit a button that was not there at the first.
    if (!action || !id || event.detail > 1) return;
    if (action === 'more') this.#onMore(id);
    else this.#options.ask(MESSAGE_EVENTS[action as MessageAction], id);
  };

  /** A key that moves between rows, or opens one. */
  readonly onKey: (event: KeyboardEvent) => void = (event) => {
    if (isTyping(event)) return;
    const { rows, list, ask } = this.#options;
    const { ids } = rows;
    this.onFocus(event);
    const row = (event.target as HTMLElement).dataset['id'] as MessageId | undefined;
    if (event.key === 'Enter' && row) {
      // Otherwise the same key would activate the focused control of what opens.
      event.preventDefault();
      ask('p2p-open-details-request', row);
    }
    const page = (direction: -1 | 1) => list.page(direction);
    const target = rovingTarget(event, this.index, ids.length, event.key, page);
    if (target === null) return;
    event.preventDefault();
    if (!event.key.startsWith('Page')) list.toIndex(target);
    this.goTo(ids[target]);
  };

  #onMore(id: MessageId): void {
    const { rows, list } = this.#options;
    this.#slices.set(id, moreSlices(this.slicesOf(id)));
    list.keepPressed();
    rows.redraw(id);
    // The button disappears with the last slice, so the row gets the focus.
    const row = this.#host.renderRoot.querySelector<HTMLElement>(`[data-id="${id}"]`);
    if (row && !row.querySelector('.more')) row.focus({ preventScroll: true });
  }
}
