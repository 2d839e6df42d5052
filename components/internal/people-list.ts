import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Cid, PersonRow } from '../../facts/index.ts';
import type { P2pElement } from './element.ts';
import { ACTION_EVENTS, actionOf, personRowContent } from './person-row.ts';
import type { PersonRequest } from './person-row.ts';
import { isTyping, rovingTarget } from './roving.ts';
import { Rows, liveRow } from './rows.ts';
import type { RowsInput } from './rows.ts';
import { VirtualList } from './virtual.ts';

/** The list of people that discovery and requests share: drawn in part, one stop for Tab, arrows inside. */
export class PeopleList {
  readonly rows: Rows<Cid, PersonRow>;
  readonly #host: P2pElement;
  readonly #list: VirtualList;
  readonly #ask: (type: PersonRequest, person: PersonRow) => void;
  #ids: readonly Cid[] = [];
  #active: Cid | null = null;

  constructor(host: P2pElement, ask: (type: PersonRequest, person: PersonRow) => void) {
    this.#host = host;
    this.#ask = ask;
    this.rows = new Rows(host, ({ peer }) => peer);
    const find = (selector: string) => () => host.renderRoot?.querySelector<HTMLElement>(selector) ?? null;
    this.#list = new VirtualList(host, {
      scroller: find('.people'),
      sizer: find('.sizer'),
      estimate: 61,
      anchor: 'start',
    });
  }

  use(input: RowsInput<Cid, PersonRow>): void {
    this.rows.use(input);
  }

  /** Draws the rows of these ids: those of `rows.ids` that match the query. */
  render(ids: readonly Cid[], query: string, label: string, language: string | undefined): TemplateResult {
    const revision = `${this.rows.revision} ${query}`;
    this.#ids = ids;
    const items = this.#list.items(ids.length, (i) => this.#ids[i] ?? '', revision);
    const active = Math.max(0, this.#activeIndex());
    return html`
      <div
        part="list"
        class="people"
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
                part="person"
                class="person ${index === 0 ? 'first' : ''}"
                role="listitem"
                tabindex=${index === active ? 0 : -1}
                data-index=${index}
                data-peer=${ids[index]!}
                aria-setsize=${ids.length}
                aria-posinset=${index + 1}
              >
                ${liveRow(this.rows, ids[index]!, (person) => personRowContent(person, language))}
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
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-peer]');
    if (row?.dataset['peer']) this.#active = row.dataset['peer'] as Cid;
  };

  readonly #onClick = (event: MouseEvent): void => {
    // The second click of a double click meets another button in the same place: Withdraw where Ask was.
    if (event.detail > 1) return;
    const action = actionOf(event);
    const peer = (event.target as HTMLElement).closest<HTMLElement>('[data-peer]')?.dataset['peer'];
    const person = peer ? this.rows.get(peer as Cid) : undefined;
    if (action && person) this.#ask(ACTION_EVENTS[action], person);
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (isTyping(event)) return;
    this.#onFocus(event);
    const target = rovingTarget(event, this.#activeIndex(), this.#ids.length);
    if (target === null) return;
    event.preventDefault();
    this.#active = this.#ids[target]!;
    this.#list.toIndex(target);
    this.#host.requestUpdate();
    void focusWhenDrawn(this.#host, `[data-peer="${this.#active}"]`);
  };
}

/** Focuses a row that may come into being only after the list has scrolled. */
export async function focusWhenDrawn(host: P2pElement, selector: string): Promise<void> {
  // Three renders are the most that a jump takes: the scroll, the new range, the measured range.
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
