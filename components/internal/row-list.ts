import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { P2pElement } from './element.ts';
import { focusFirst } from './focus.ts';
import { liveRow } from './live-row.ts';
import { repeat } from './repeat.ts';
import { isTyping, rovingTarget } from './roving.ts';
import { Rows } from './rows.ts';
import { VirtualList } from './virtual.ts';

/** What differs between lists of rows. */
export interface RowListOptions<Id extends string, Row> {
  readonly idOf: (row: Row) => Id;
  /** The part and the class of a row. */
  readonly part: string;
  /** `isStop`: this row is the list's one stop for Tab. */
  readonly draw: (row: Row, isStop: boolean) => TemplateResult;
  /** A button with `data-action` was pressed in that row. */
  readonly act: (action: string, row: Row) => void;
  /** The estimated height of a row, in pixels. */
  readonly estimate: number;
  /** What stands in the place of a row that cannot be drawn. */
  readonly brokenWords: () => string;
  /** The focusable element of a row, as a selector; absent: the row itself. */
  readonly stop?: string;
  /** Adds defaults to a partial row from a page. */
  readonly whole?: (row: Row) => Row;
  /** Whether the host renders from all rows, not only from their ids. */
  readonly followsAll?: boolean;
}

/** A virtual list of rows with buttons: one tab stop, arrow keys inside. */
export class RowList<Id extends string, Row> {
  readonly rows: Rows<Id, Row>;
  readonly #host: P2pElement;
  readonly #options: RowListOptions<Id, Row>;
  readonly #list: VirtualList;
  #ids: readonly Id[] = [];
  #active: Id | null = null;

  constructor(host: P2pElement, options: RowListOptions<Id, Row>) {
    this.#host = host;
    this.#options = options;
    this.rows = new Rows(host, options.idOf, options.followsAll, options.whole, options.brokenWords);
    const find = (selector: string) => () => host.renderRoot?.querySelector<HTMLElement>(selector) ?? null;
    this.#list = new VirtualList(host, {
      scroller: find('.people'),
      sizer: find('.sizer'),
      estimate: options.estimate,
      anchor: 'start',
    });
    this.rows.whenRedrawn(() => this.#list.remeasure());
  }

  /** Makes that row the stop for Tab. Called in `willUpdate`. */
  stopAt(id: Id): void {
    this.#active = id;
  }

  /** Gives the focus to the stop for Tab. */
  focus(): void {
    focusFirst([this.#host.renderRoot?.querySelector<HTMLElement>('.people [tabindex="0"]')]);
  }

  /** Draws the rows of these ids: some or all of `rows.ids`, in any order. `key` is another one with the choice. */
  render(ids: readonly Id[], key: string, label: string): TemplateResult {
    this.#ids = ids;
    const { part, draw, stop } = this.#options;
    const held = heldRow(this.#host)?.dataset['row'] as Id | undefined;
    const items = this.#list.items(
      ids.length,
      (i) => this.#ids[i] ?? '',
      `${this.rows.revision} ${key}`,
      held === undefined ? -1 : ids.indexOf(held),
    );
    const active = this.#list.stopAt(Math.max(0, this.#activeIndex()));
    return html`
      <div
        part="list"
        class="people scroller"
        @click=${this.#onClick}
        @keydown=${this.#onKey}
        @focusin=${this.#onFocus}
      >
        <div class="sizer" role="list" aria-label=${label}>
          ${repeat(
            items,
            ({ key }) => key,
            ({ index }) => html`
              <div
                part=${part}
                class="${part} ${index === 0 ? 'first' : ''}"
                role="listitem"
                tabindex=${stop ? nothing : index === active ? 0 : -1}
                data-index=${index}
                data-row=${ids[index]!}
                aria-setsize=${ids.length}
                aria-posinset=${index + 1}
              >
                ${liveRow(this.rows, ids[index]!, (row) => draw(row, index === active))}
              </div>
            `,
          )}
        </div>
      </div>
    `;
  }

  #activeIndex(): number {
    return this.#active === null ? -1 : this.#ids.indexOf(this.#active);
  }

  readonly #onFocus = (event: Event): void => {
    const id = rowAt(event);
    if (!id || id === this.#active) return;
    this.#active = id as Id;
    this.#host.requestUpdate();
  };

  readonly #onClick = (event: MouseEvent): void => {
    // The second click of a double click would hit another button in the same place: Withdraw in place of Ask.
    if (event.detail > 1) return;
    const button = (event.target as HTMLElement).closest<HTMLElement>('[data-action]');
    const id = rowAt(event) as Id | undefined;
    const row = id && this.rows.get(id);
    if (!button || !row) return;
    // Some browsers do not focus a pressed button.
    this.#onFocus(event);
    this.#options.act(button.dataset['action']!, row);
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (isTyping(event)) return;
    this.#onFocus(event);
    const page = (direction: -1 | 1) => this.#list.page(direction);
    const target = rovingTarget(event, this.#activeIndex(), this.#ids.length, event.key, page);
    if (target === null) return;
    event.preventDefault();
    this.#active = this.#ids[target]!;
    if (!event.key.startsWith('Page')) this.#list.toIndex(target);
    this.#host.requestUpdate();
    void focusWhenDrawn(this.#host, `[data-row="${this.#active}"] ${this.#options.stop ?? ''}`);
  };
}

/** The id of the row in which something happened. */
function rowAt(event: Event): string | undefined {
  return (event.target as HTMLElement).closest<HTMLElement>('[data-row]')?.dataset['row'];
}

/** The row that has or contains the focus. */
export function heldRow(host: P2pElement): HTMLElement | null {
  const { activeElement } = (host.shadowRoot ?? document) as DocumentOrShadowRoot;
  return activeElement?.closest<HTMLElement>('[data-index]') ?? null;
}

/** Focuses a row that may be rendered only after the list has scrolled. */
export async function focusWhenDrawn(host: P2pElement, selector: string): Promise<void> {
  // A jump takes at most three renders: the scroll, the new range, the measured range.
  for (let i = 0; i < 3; i += 1) {
    await host.updateComplete;
    const row = host.renderRoot.querySelector<HTMLElement>(selector);
    if (row) {
      row.focus({ preventScroll: true });
      return;
    }
    host.requestUpdate();
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
