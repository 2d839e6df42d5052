import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { MessageId, ThreadMessage } from '../../facts/index.ts';
import { icon } from '../internal/icons.ts';
import type { ShownWords } from '../internal/language.ts';
import type { Rows } from '../internal/rows.ts';
import type { VirtualList } from '../internal/virtual.ts';
import type { RowKeys } from './row-keys.ts';

interface JumpsOptions {
  readonly rows: Rows<MessageId, ThreadMessage>;
  readonly list: VirtualList;
  readonly keys: RowKeys;
  /** The first unread message; null if there is none. */
  readonly firstUnread: () => MessageId | null;
}

/** The buttons that lead to the first unread message and to the newest one. */
export class Jumps {
  readonly #options: JumpsOptions;

  constructor(options: JumpsOptions) {
    this.#options = options;
  }

  /** The buttons that are needed. `unread`: the number of unread messages. */
  render(unread: number, isAtEnd: boolean, t: ShownWords): TemplateResult {
    return html`${
      this.#unreadAbove === null
        ? nothing
        : html`<button type="button" part="unread" class="button above" @click=${this.#onUnread}>
            ${icon('up')}${t.unreadAbove(unread)}
          </button>`
    }
    ${
      isAtEnd || this.#options.rows.ids.length === 0
        ? nothing
        : html`<button type="button" part="jump" class="button jump" @click=${this.#onJump}>
            ${icon('down')}${t.jumpToLatest}
          </button>`
    }`;
  }

  /** The first unread message, where it stands above what is in view; else null. */
  get #unreadAbove(): MessageId | null {
    const { rows, list, firstUnread } = this.#options;
    const id = firstUnread();
    return id !== null && list.isAbove(rows.ids.lastIndexOf(id)) ? id : null;
  }

  readonly #onUnread = (): void => {
    const { rows, list, keys } = this.#options;
    const id = this.#unreadAbove;
    if (id === null) return;
    list.toIndex(rows.ids.lastIndexOf(id));
    keys.goTo(id);
  };

  readonly #onJump = (): void => {
    const { rows, list, keys } = this.#options;
    list.toEnd();
    keys.goTo(rows.ids.at(-1));
  };
}
