import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type { AccountId, MessageId, MessageInput, MessageSource, ThreadMessage } from '../../facts/index.ts';
import { box, column } from '../internal/box.styles.ts';
import { ConnectedElement } from '../internal/connected.ts';
import type { Fills } from '../internal/connected.ts';
import type { Messenger } from '../../stores/api.ts';
import { firstName, knownName } from '../internal/names.ts';
import { heldRow } from '../internal/row-list.ts';
import { repeat } from '../internal/repeat.ts';
import { reset } from '../internal/reset.styles.ts';
import { Rows } from '../internal/rows.ts';
import type { RowsInput } from '../internal/rows.ts';
import { wholeMessage } from '../internal/messages.ts';
import { controls } from '../internal/shared.styles.ts';
import { skeleton } from '../internal/skeleton.ts';
import { Ticker } from '../internal/ticker.ts';
import { VirtualList } from '../internal/virtual.ts';
import { threadFills } from './fills.ts';
import { titleTime } from './message-row.ts';
import type { Shown } from './fills.ts';
import { Jumps } from './jumps.ts';
import { News } from './news.ts';
import { Reading } from './reading.ts';
import { RowKeys } from './row-keys.ts';
import { threadRow } from './thread-row.ts';
import { styles } from './thread.styles.ts';

/**
 * A conversation. Only the rows near the view are drawn, however long it is. It opens at the first unread message,
 * else at the newest, follows only while the reader is at the end, and keeps the view when older messages come in
 * front. A change of one message draws one row. Uses `p2p-message-status`, which define.ts registers too.
 *
 * @summary The messages of one conversation.
 * @tag p2p-thread
 * @status stable
 * @since 0.1.0
 *
 * @event {CustomEvent<MessageDetail>} p2p-retry-request - Try again was pressed, on a failed or unconfirmed message.
 * @event {CustomEvent<MessageDetail>} p2p-delete-request - Delete was pressed.
 * @event {CustomEvent<MessageDetail>} p2p-cancel-request - Cancel was pressed, on a message that never left.
 * @event {CustomEvent<MessageDetail>} p2p-open-details-request - Details was pressed, or Enter on a message.
 * @event {CustomEvent<MessageDetail>} p2p-read-request - A message of theirs was really on screen; once for each.
 * @event {CustomEvent<PeerDetail>} p2p-pass-request - The person came to the end: opened there, scrolled, jumped or wrote. What has arrived until then no longer counts as unread.
 * @event {CustomEvent<PeerDetail>} p2p-older-request - The view is near the beginning of what is loaded; once for each first message.
 * @event {CustomEvent<undefined>} p2p-end-reached - The view has arrived at the newest message.
 *
 * @csspart log - The box that scrolls.
 * @csspart message - A row.
 * @csspart bubble - The bubble in a row.
 * @csspart text - The text in a bubble.
 * @csspart link - An address in a text.
 * @csspart more - Show more, under the beginning of a long text.
 * @csspart broken - The text in place of a message that could not be shown.
 * @csspart quote - The message that a reply refers to.
 * @csspart meta - The time and the status.
 * @csspart status - The status of an own message.
 * @csspart under - The line under a bubble.
 * @csspart reason - Why a message was not sent, or what it waits for.
 * @csspart retry - Try again.
 * @csspart delete - Delete.
 * @csspart cancel - Cancel.
 * @csspart details - Details.
 * @csspart day - The separator between days.
 * @csspart unread-mark - The mark before the first unread message.
 * @csspart quiet - The line in place of a message that cannot be shown.
 * @csspart gap - The mark where messages of theirs are missing.
 * @csspart typing - The line that says that they are typing.
 * @csspart unread - The button that goes to the first unread message, where that stands further up.
 * @csspart jump - The button that goes to the newest message.
 * @csspart skeleton - Placeholder rows, until it is known whether there are any.
 * @csspart notice - The sentence in an empty conversation.
 */
export class ThreadElement extends ConnectedElement {
  static override styles = [reset, controls, box, column, styles];
  static override properties = {
    peer: {},
    peerName: { attribute: 'peer-name' },
    rows: { attribute: false },
    firstUnread: { attribute: 'first-unread' },
    isTyping: { type: Boolean, attribute: 'typing' },
    isPageShown: { state: true },
    tellsReads: { state: true },
    unread: { state: true },
  };

  /** The other person. Absent: requests have no peer. */
  declare peer: AccountId | null | undefined;
  /** The other person's name. Absent: sentences use a placeholder. */
  declare peerName: string | null | undefined;
  /** The messages in reading order: a live source, or an array that is replaced as a whole. Absent: none. */
  declare rows: MessageSource | readonly MessageInput[] | null | undefined;
  /** The message after the mark for new ones. Absent: no mark. */
  declare firstUnread: MessageId | null | undefined;
  /** Whether the other person is typing. Absent: unknown. */
  declare isTyping: boolean | null | undefined;

  declare protected isPageShown: Shown['isPageShown'];
  declare protected tellsReads: Shown['tellsReads'];
  declare protected unread: Shown['unread'];

  readonly #rows = new Rows<MessageId, ThreadMessage>(
    this,
    ({ id }) => id,
    false,
    wholeMessage,
    () => this.t.couldNotShow,
  );
  readonly #list = new VirtualList(this, {
    scroller: () => this.#log,
    sizer: () => this.renderRoot?.querySelector<HTMLElement>('.sizer') ?? null,
    estimate: 68,
    lead: '.lead',
    endGap: 12,
    anchor: 'end',
    openAt: () => this.firstUnread,
    onEndChanged: (isAtEnd) => this.#reading.endChanged(isAtEnd),
    onArrived: () => this.#reading.arrive(),
  });
  readonly #reading = new Reading(this, {
    log: () => this.#log,
    isPageShown: () => this.isPageShown !== false,
    isFromStorage: () => this.#isFromStorage,
    here: () => this.#news.mark.lookedAt(),
    seen: (id) => this.request('p2p-read-request', { account: this.account, peer: this.peer, id }),
    endReached: () => this.tell('p2p-end-reached'),
    arrived: () => {
      const { account, peer } = this;
      if (account && peer) this.request('p2p-pass-request', { account, peer });
    },
  });
  readonly #news = new News(this, {
    rows: this.#rows,
    name: () => this.#name,
    words: () => this.t,
    isReaderHere: () => this.#reading.isReaderHere,
    wrote: () => {
      // Writing counts as coming to the end, even for a reader who is there.
      this.#reading.arrive();
      void this.updateComplete.then(() => this.#list.toEnd());
    },
  });
  readonly #keys = new RowKeys(this, {
    rows: this.#rows,
    list: this.#list,
    ask: (type, id) => this.request(type, { account: this.account, peer: this.peer, id }),
  });
  readonly #jumps = new Jumps({
    rows: this.#rows,
    list: this.#list,
    keys: this.#keys,
    firstUnread: () => this.#firstUnread,
  });
  #isNearBeginning = false;
  /** The first row when older ones were last requested, to request them once per first row. */
  #askedBefore: MessageId | undefined;
  #identity: object | string | null = null;

  constructor() {
    super();
    // "Today" becomes "Yesterday" at midnight.
    new Ticker(this, () => (this.#rows.ids.length > 0 ? 60_000 : null));
    this.#rows.whenRedrawn(() => this.#list.remeasure());
  }

  /** Whether the view is at the newest message. */
  get isAtEnd(): boolean {
    return this.#reading.isAtEnd;
  }

  /** Brings the newest message into view. */
  scrollToLatest(): void {
    this.#list.toEnd();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Only when it is connected again; the first time there is nothing to restore.
    this.#news.follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#news.stop();
  }

  protected override fills(messenger: Messenger, account: AccountId | null): Fills<ThreadElement & Shown> {
    return account && this.peer ? threadFills(messenger, account, this.peer) : {};
  }

  protected override fillInputs(): readonly unknown[] {
    return [this.peer];
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('rows')) this.#rows.use(this.rows as RowsInput<MessageId, ThreadMessage>);
    const identity = this.#rows.identity ?? `${this.account ?? ''}/${this.peer ?? ''}`;
    const isOther = !this.#rows.identity && !this.peer && this.#news.isOther;
    if (identity !== this.#identity || isOther) {
      this.#identity = identity;
      this.#keys.restart();
      this.#news.restart(this.firstUnread);
      this.#list.restart();
      this.#reading.restart();
    }
    // What is on the screen may be reported from now on.
    if ((changed as PropertyValues).get('tellsReads') === false && this.tellsReads) this.#reading.tellAgain();
    if (changed.has('firstUnread')) this.#news.mark.put(this.firstUnread);
    if ((changed as PropertyValues).has('isPageShown')) this.#reading.check();
    this.#news.take();
  }

  protected override render(): TemplateResult {
    return html`<div class="box">${this.#content()}</div>`;
  }

  #content(): TemplateResult {
    const { t } = this;
    const { ids } = this.#rows;
    const held = heldRow(this)?.dataset['id'] as MessageId | undefined;
    const items = this.#list.items(
      ids.length,
      (i) => ids[i] ?? '',
      this.#rows.revision,
      held === undefined ? -1 : ids.lastIndexOf(held),
    );
    this.#isNearBeginning = this.#list.isNearBeginning;
    const active = this.#list.stopAt(this.#keys.index);
    const drawn = {
      name: this.#name,
      t,
      mark: this.#news.mark.current(),
      slicesOf: (id: MessageId) => this.#keys.slicesOf(id),
    };
    return html`
      <div
        part="log"
        class="log scroller"
        role="log"
        aria-live="off"
        aria-label=${t.conversationWith(this.#name)}
        @click=${this.#keys.onClick}
        @keydown=${this.#keys.onKey}
        @focusin=${this.#keys.onFocus}
        @pointerover=${(event: Event) => titleTime(event, t.language)}
      >
        ${
          ids.length > 0
            ? nothing
            : this.isKnown(this.rows)
              ? html`<div part="notice" class="notice">${t.emptyThread}</div>`
              : skeleton()
        }
        <div class="sizer">
          ${repeat(
            items,
            ({ key }) => key,
            ({ index }) => threadRow(this.#rows, index, index === active, drawn),
          )}
        </div>
      </div>
      <div part="typing" class="typing" role="status">
        ${this.isTyping ? html`<i></i><i></i><i></i><span>${t.isTyping(this.#firstName)}</span>` : nothing}
      </div>
      ${this.#news.render()} ${this.#jumps.render(this.unread ?? 0, this.isAtEnd, t)}
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    this.#reading.drawn(this.#rows.ids.length);
    const first = this.#rows.ids[0];
    const { account, peer } = this;
    if (!this.#isNearBeginning || !first || first === this.#askedBefore || (!account && !peer)) return;
    this.#askedBefore = first;
    this.request('p2p-older-request', { account, peer });
  }

  get #log(): HTMLElement | null {
    return this.renderRoot?.querySelector<HTMLElement>('.log') ?? null;
  }

  get #name(): string {
    return knownName(this.peerName) ?? this.t.someone;
  }

  get #firstName(): string {
    const known = knownName(this.peerName);
    return known === null ? this.t.someone : firstName(known);
  }

  /** Whether the messages were on this device when the page was opened: nothing has come since. */
  get #isFromStorage(): boolean {
    const { account, peer, connectedMessenger } = this;
    return Boolean(
      account && peer && connectedMessenger && !connectedMessenger.messages.row(account, peer).arrival,
    );
  }

  /** The first unread message, as the messenger knows it. */
  get #firstUnread(): MessageId | null {
    const { account, peer, connectedMessenger } = this;
    if (!this.unread || !account || !peer || !connectedMessenger) return null;
    return connectedMessenger.messages.firstUnread(account, peer);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-thread': ThreadElement;
  }
}
