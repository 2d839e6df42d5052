import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { needsDecision } from '../../facts/index.ts';
import type { Capabilities, AccountId, ConversationInput, ConversationRow } from '../../facts/index.ts';
import { avatar } from '../internal/avatar.ts';
import { box, column } from '../internal/box.styles.ts';
import { ConnectedElement, constant } from '../internal/connected.ts';
import type { Fills } from '../internal/connected.ts';
import type { Messenger } from '../../stores/api.ts';
import { previewOf, whyOf } from '../internal/message-words.ts';
import { withWhole } from '../internal/messages.ts';
import { RowList } from '../internal/row-list.ts';
import { panel } from '../internal/row-list.styles.ts';
import { nameOf } from '../internal/names.ts';
import { reset } from '../internal/reset.styles.ts';
import type { RowsInput } from '../internal/rows.ts';
import { Search } from '../internal/search.ts';
import { avatars, controls } from '../internal/shared.styles.ts';
import { counts } from '../internal/counts.styles.ts';
import { shownCount } from '../internal/shown-count.ts';
import { skeleton } from '../internal/skeleton.ts';
import { Ticker } from '../internal/ticker.ts';
import { shortTime } from '../internal/time.ts';
import { styles } from './conversation-list.styles.ts';

/**
 * The conversations of an account: name, presence, the last message with its status, and what is unread. Uses
 * `p2p-message-status`, which define.ts registers too.
 *
 * @summary The list of conversations.
 * @tag p2p-conversation-list
 * @status stable
 * @since 0.1.0
 *
 * @event {CustomEvent<PeerDetail>} p2p-open-conversation-request - A conversation was chosen.
 *
 * @csspart search - The search field.
 * @csspart list - The box that scrolls.
 * @csspart conversation - A row; the open one has `aria-current`.
 * @csspart avatar - The initials of a row.
 * @csspart name - The name in a row.
 * @csspart paused - The word Paused, for a paused contact.
 * @csspart time - The time of the last message.
 * @csspart last - The last message.
 * @csspart unread - The number of unread messages.
 * @csspart skeleton - Placeholder rows, until it is known whether there are any.
 * @csspart notice - The sentence shown when there are no rows.
 */
export class ConversationListElement extends ConnectedElement {
  static override styles = [reset, controls, counts, avatars, box, column, panel, styles];
  static override properties = {
    rows: { attribute: false },
    selected: {},
    capabilities: { attribute: false },
  };

  /** The conversations in order: a live source, or an array that is replaced as a whole. Absent: none. */
  declare rows: RowsInput<AccountId, ConversationRow, ConversationInput>;
  /** The peer whose conversation is open. Absent, none is. */
  declare selected: AccountId | null | undefined;
  /** What the backend supports: without a list of people, nothing asks to find someone. Absent: everything. */
  declare capabilities: Partial<Capabilities> | null | undefined;
  readonly #search = new Search(this, '.conversation');
  readonly #list = new RowList<AccountId, ConversationRow>(this, {
    idOf: ({ peer }) => peer,
    part: 'row',
    stop: '.conversation',
    estimate: 62,
    brokenWords: () => this.t.entryNotShown,
    whole: (row) => withWhole(row, 'last'),
    draw: (row, isStop) => this.#row(row, isStop),
    act: (_, { account, peer }) =>
      this.request('p2p-open-conversation-request', { account: account ?? this.account, peer }),
  });

  constructor() {
    super();
    // "10:42" becomes "Mon" at midnight.
    new Ticker(this, () => (this.#list.rows.ids.length > 0 ? 60_000 : null));
  }

  /** Focuses the conversation that is the tab stop: the one that was opened or focused last. */
  override focus(): void {
    this.#list.focus();
  }

  protected override fills(
    { messages, capabilities }: Messenger,
    account: AccountId | null,
  ): Fills<ConversationListElement> {
    return {
      rows: account && constant(messages.list(account)),
      capabilities: constant(capabilities),
    };
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('rows')) this.#list.rows.use(this.rows);
    if (changed.has('selected') && this.selected) this.#list.stopAt(this.selected);
  }

  protected override render(): TemplateResult {
    return html`<div class="box">${this.#content()}</div>`;
  }

  #content(): TemplateResult {
    const { t } = this;
    const all = this.#list.rows.ids;
    const ids = this.#search.matching(
      all,
      (id) => this.#list.rows.read(id, (row) => [nameOf(row, this.t), row.last?.text ?? '']) ?? [],
    );
    const { text } = this.#search;
    const canFind = this.capabilities?.listsPeople !== false;
    return html`
      <div class="over">
        ${all.length > 0 ? this.#search.field(t.searchConversations) : nothing}
        <div role="status">
          ${
            ids.length > 0 || !(all.length > 0 || this.isKnown(this.rows))
              ? nothing
              : html`<div part="notice" class="notice">
                  ${all.length > 0 ? t.noConversationMatches(text.trim()) : canFind ? t.noConversations : t.noConversationsYet}
                </div>`
          }
        </div>
      </div>
      ${all.length > 0 || this.isKnown(this.rows) ? nothing : skeleton()}
      ${ids.length > 0 ? this.#list.render(ids, `${text} ${this.selected}`, t.conversations) : nothing}
    `;
  }

  #row(row: ConversationRow, isStop: boolean): TemplateResult {
    const { t } = this;
    const name = nameOf(row, t);
    return html`
      <button
        type="button"
        part="conversation"
        class="conversation"
        tabindex=${isStop ? 0 : -1}
        data-action="open"
        data-peer=${row.peer}
        aria-current=${row.peer === this.selected ? 'true' : nothing}
      >
        ${avatar(row.peer, name, row.presence)}
        <span class="grow">
          <span class="line">
            <span part="name" class="grow name ellipsis"><bdi>${name}</bdi></span>
            <span class="visually-hidden"
              >${!row.presence || row.presence === 'unknown' ? '' : t.presence[row.presence]}</span
            >
            ${row.isPaused ? html`<span part="paused" class="tiny muted">${t.paused}</span>` : nothing}
            ${
              row.last && !Number.isNaN(row.last.place)
                ? html`<bdi part="time" class="tiny muted"
                    >${shortTime(row.last.place, this.t.language)}</bdi
                  >`
                : nothing
            }
          </span>
          <span class="line small">
            ${this.#last(row)}
            ${
              row.unread > 0
                ? html`<span part="unread" class="count" role="img" aria-label=${t.unread(row.unread)}
                    >${shownCount(row.unread, this.t.language)}</span
                  >`
                : nothing
            }
          </span>
        </span>
      </button>
    `;
  }

  #last(row: ConversationRow): TemplateResult {
    const { t } = this;
    const { last } = row;
    if (row.isTyping) return html`<span part="last" class="grow ellipsis typing">${t.typing}</span>`;
    // If the last message is unknown, the row does not claim that there is none.
    if (!last)
      return html`<span part="last" class="grow ellipsis">${last === null ? t.nothingSaid : ''}</span>`;
    // On one line, even if the message has several.
    const text = previewOf(last, nameOf(row, t), 200, t);
    if (!last.own)
      return html`<span part="last" class="grow ellipsis ${row.unread > 0 ? 'strong' : ''}"
        ><bdi>${text}</bdi></span
      >`;
    const { status } = last;
    const waits = status === 'waiting' && last.waiting?.reason ? whyOf(last, nameOf(row, t), t, false) : null;
    const isStopped = needsDecision(status);
    return html`
      <p2p-message-status .status=${last.status} .peerName=${nameOf(row, this.t)}></p2p-message-status>
      <span part="last" class="grow ellipsis"
        >${isStopped ? `${t.status[status]}: ` : ''}<bdi>${waits ?? text}</bdi></span
      >
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-conversation-list': ConversationListElement;
  }
}
