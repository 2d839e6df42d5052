import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type { AccountId, MessageId, OutboxInput, OutboxRow } from '../../facts/index.ts';
import type { Messenger } from '../../stores/api.ts';
import { box, column } from '../internal/box.styles.ts';
import { ConnectedElement, constant } from '../internal/connected.ts';
import type { Fills } from '../internal/connected.ts';
import { MESSAGE_EVENTS, messageButtons, whyOf } from '../internal/message-words.ts';
import type { MessageAction } from '../internal/message-words.ts';
import { countsOf, outboxWords } from '../internal/outbox-counts.ts';
import type { OutboxCounts } from '../internal/outbox-counts.ts';
import { nameOf } from '../internal/names.ts';
import { reset } from '../internal/reset.styles.ts';
import { panel } from '../internal/row-list.styles.ts';
import { RowList } from '../internal/row-list.ts';
import type { RowsInput } from '../internal/rows.ts';
import { controls } from '../internal/shared.styles.ts';
import { skeleton } from '../internal/skeleton.ts';
import { withWhole } from '../internal/messages.ts';
import { excerpt } from '../internal/texts.ts';
import { Ticker } from '../internal/ticker.ts';
import { fullTime, isoTime, shortTime } from '../internal/time.ts';
import { styles } from './outbox.styles.ts';

/**
 * What was written in an account and taken by nobody yet, over all its conversations: first what a person has to
 * decide about (not sent, unconfirmed), then what waits, the oldest first in each. Each row says for whom it is, why
 * it is still here, and what can be done. Uses `p2p-message-status`, which define.ts registers too.
 *
 * @summary What waits to be sent, what got no answer, and what failed.
 * @tag p2p-outbox
 * @status stable
 * @since 0.1.0
 *
 * @event {CustomEvent<MessageDetail>} p2p-retry-request - Try again was pressed, on a failed or unconfirmed message.
 * @event {CustomEvent<MessageDetail>} p2p-cancel-request - Cancel was pressed, on a message that never left.
 * @event {CustomEvent<MessageDetail>} p2p-delete-request - Delete was pressed.
 * @event {CustomEvent<MessageDetail>} p2p-open-details-request - Details was pressed.
 * @event {CustomEvent<AccountDetail>} p2p-retry-all-request - Retry all was pressed.
 * @event {CustomEvent<AccountDetail>} p2p-delete-all-request - Deleting all that failed was pressed, and confirmed.
 *
 * @csspart header - The heading and how many there are of each.
 * @csspart all - What can be done with all of them.
 * @csspart retry-all - Retry all.
 * @csspart delete-all - Delete all failed.
 * @csspart confirm - The question before everything that failed is deleted.
 * @csspart list - The box that scrolls.
 * @csspart message - A row.
 * @csspart status - The status of a row.
 * @csspart name - Whom it is for.
 * @csspart time - When it was written.
 * @csspart text - The beginning of its text.
 * @csspart reason - Why it is still here.
 * @csspart retry - Try again.
 * @csspart cancel - Cancel.
 * @csspart delete - Delete.
 * @csspart details - Details.
 * @csspart skeleton - Placeholder rows, until it is known whether there are any.
 * @csspart notice - The sentence where nothing waits.
 */
export class OutboxElement extends ConnectedElement {
  static override styles = [reset, controls, box, column, panel, styles];
  static override properties = { rows: { attribute: false }, isAsking: { state: true } };

  /** The messages, the oldest first: a live source, or an array that is replaced as a whole. Absent: none. */
  declare rows: RowsInput<MessageId, OutboxRow, OutboxInput>;
  /** Whether it is being asked if everything that failed shall go. */
  declare protected isAsking: boolean;

  readonly #list = new RowList<MessageId, OutboxRow>(this, {
    idOf: ({ message }) => message.id,
    part: 'message',
    estimate: 113,
    brokenWords: () => this.t.couldNotShow,
    followsAll: true,
    whole: (row) => withWhole(row, 'message'),
    draw: (row) => this.#row(row),
    act: (action, { account, peer, message: { id } }) =>
      this.request(MESSAGE_EVENTS[action as MessageAction], { account: account ?? this.account, peer, id }),
  });

  #counts: OutboxCounts = { failed: [], unconfirmed: [], waiting: [] };
  #isCounting = false;

  constructor() {
    super();
    this.isAsking = false;
    // Seconds are counted only under a next try; times of day become dates at midnight.
    new Ticker(this, () => (this.#list.rows.ids.length === 0 ? null : this.#isCounting ? 1_000 : 60_000));
  }

  protected override fills({ outbox }: Messenger, account: AccountId | null): Fills<OutboxElement> {
    return { rows: account && constant(outbox.rows(account)) };
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { rows } = this.#list;
    if (changed.has('rows')) rows.use(this.rows);
    this.#counts = countsOf(rows);
    this.#isCounting = this.#counts.waiting.some(
      (id) => rows.read(id, ({ message }) => message.waiting?.nextTry) != null,
    );
    // What is asked about one account is never answered for another.
    if (this.#counts.failed.length === 0 || changed.get('account')) this.isAsking = false;
  }

  protected override render(): TemplateResult {
    return html`<div class="box">${this.#content()}</div>`;
  }

  #content(): TemplateResult {
    const { t } = this;
    const { failed, unconfirmed, waiting } = this.#counts;
    const ids = [...failed, ...unconfirmed, ...waiting];
    return html`
      <div class="over">
        <div part="header" class="header">
          <h2 class="grow" tabindex="-1">${t.outbox}</h2>
          <bdi class="small muted">${outboxWords(this.#counts, t)}</bdi>
        </div>
        ${this.#all(failed.length, unconfirmed.length)}
        <div role="status">
          ${
            ids.length === 0 && this.isKnown(this.rows)
              ? html`<div part="notice" class="notice">${t.outboxEmpty}</div>`
              : nothing
          }
        </div>
      </div>
      ${ids.length > 0 || this.isKnown(this.rows) ? nothing : skeleton()}
      ${ids.length > 0 ? this.#list.render(ids, '', t.outbox) : nothing}
    `;
  }

  #all(failed: number, unconfirmed: number): TemplateResult | typeof nothing {
    const { t } = this;
    const button = (part: string, word: string, run: () => void, look = '') =>
      html`<button type="button" part=${part} class="button ${look}" @click=${run}>${word}</button>`;
    if (failed + unconfirmed === 0) return nothing;
    if (this.isAsking)
      return html`<div part="confirm" class="alert" role="group" @keydown=${this.#onKey}>
        <span class="grow">${t.deleteAllMeaning(failed)}</span>
        ${button('delete-all', t.delete, this.#onDeleteAll)}${button('keep', t.keep, this.#onAsk, 'keep')}
      </div>`;
    return html`<div part="all" class="all buttons">
      ${button('retry-all', t.retryAll, this.#onRetryAll)}
      ${failed > 0 ? button('delete-all', t.deleteAll, this.#onAsk, 'ask') : nothing}
    </div>`;
  }

  #row(row: OutboxRow): TemplateResult {
    const { message } = row;
    const name = nameOf(row, this.t);
    // On one line, even if the message has several.
    const text = excerpt(message.text, 200);
    return html`
      <p2p-message-status part="status" .status=${message.status} .peerName=${name}></p2p-message-status>
      <div class="grow">
        <div class="line">
          <span part="name" class="grow name ellipsis"><bdi>${name}</bdi></span>
          ${
            Number.isNaN(message.sentAt)
              ? nothing
              : html`<time
                  part="time"
                  class="tiny muted"
                  datetime=${isoTime(message.sentAt)}
                  title=${fullTime(message.sentAt, this.t.language)}
                  >${shortTime(message.sentAt, this.t.language)}</time
                >`
          }
        </div>
        <div part="text" class="ellipsis"><bdi>${text}</bdi></div>
        <div part="reason" class="reason small ${message.status === 'failed' ? 'danger' : 'muted'}">
          <bdi>${whyOf(message, name, this.t)}</bdi>
        </div>
        <div class="buttons">${messageButtons(message, this.t, 'button')}</div>
      </div>
    `;
  }

  #onRetryAll(): void {
    this.request('p2p-retry-all-request', { account: this.account });
  }

  #onDeleteAll(): void {
    this.#onAsk();
    this.request('p2p-delete-all-request', { account: this.account });
  }

  /** Asks, or takes the question back; the focus goes to where the answer that changes nothing is. */
  #onAsk(): void {
    this.isAsking = !this.isAsking;
    void this.updateComplete.then(() => {
      const find = (selector: string) => this.renderRoot.querySelector<HTMLElement>(selector);
      (find(this.isAsking ? '.keep' : '.ask') ?? find('h2'))?.focus();
    });
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.#onAsk();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-outbox': OutboxElement;
  }
}
