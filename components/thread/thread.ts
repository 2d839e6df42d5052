import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type { Cid, MessageId, MessageInput, MessageSource, ThreadMessage } from '../../facts/index.ts';
import { Announcer } from '../internal/announcer.ts';
import { box, column } from '../internal/box.styles.ts';
import { ConnectedElement, constant, derived } from '../internal/connected.ts';
import type { Fills } from '../internal/connected.ts';
import type { Messenger } from '../../stores/api.ts';
import { MESSAGE_EVENTS, previewOf, whyOf } from '../internal/message-words.ts';
import type { MessageAction } from '../internal/message-words.ts';
import { icon } from '../internal/icons.ts';
import { isolated } from '../internal/isolate.ts';
import { firstName, knownName } from '../internal/names.ts';
import { onReader } from '../internal/page.ts';
import { focusWhenDrawn, heldRow } from '../internal/row-list.ts';
import { repeat } from '../internal/repeat.ts';
import { reset } from '../internal/reset.styles.ts';
import { isTyping, rovingTarget } from '../internal/roving.ts';
import { Rows } from '../internal/rows.ts';
import type { RowsInput } from '../internal/rows.ts';
import { wholeMessage } from '../internal/messages.ts';
import { Seen, isReaderHere } from '../internal/seen.ts';
import { controls } from '../internal/shared.styles.ts';
import { skeleton } from '../internal/skeleton.ts';
import { excerpt, moreSlices } from '../internal/texts.ts';
import { Ticker, timeSource } from '../internal/ticker.ts';
import { VirtualList } from '../internal/virtual.ts';
import { Newest } from './newest.ts';
import { Outcomes } from './outcomes.ts';
import { threadRow } from './thread-row.ts';
import { styles } from './thread.styles.ts';
import { UnreadMark } from './unread-mark.ts';

/** What a thread takes from its messenger alone. */
interface Shown {
  /** Whether the messenger's page is on screen; undefined without a messenger: the document alone decides. */
  readonly isPageShown?: boolean | null | undefined;
  /** Whether others are told what was read. */
  readonly tellsReads?: boolean | null | undefined;
  /** How many messages of theirs nobody has looked at. */
  readonly unread?: number | null | undefined;
}

/**
 * A conversation. Only the rows near the view are drawn, however long it is. It opens at the first unread message, else at the newest,
 * follows only while the reader is at the end, and keeps the view when older messages come in front. A change of
 * one message draws one row. Uses `p2p-message-status`, which define.ts registers too.
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
 * @csspart broken - The words in place of a message that could not be shown.
 * @csspart quote - What a message answers.
 * @csspart meta - The time and the status.
 * @csspart status - The status of an own message.
 * @csspart under - The line under a bubble.
 * @csspart reason - Where a message stands: why it was not sent, what it waits for.
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
 * @csspart skeleton - Rows without a word, while it is not known what there is.
 * @csspart notice - The sentence in an empty conversation.
 */
export class ThreadElement extends ConnectedElement {
  static override styles = [reset, controls, box, column, styles];
  static override properties = {
    peer: {},
    peerName: { attribute: 'peer-name' },
    messages: { attribute: false },
    firstUnread: { attribute: 'first-unread' },
    isTyping: { type: Boolean, attribute: 'typing' },
    isPageShown: { state: true },
    tellsReads: { state: true },
    unread: { state: true },
  };

  /** The other person. Absent, what is asked for goes out without it. */
  declare peer: Cid | null | undefined;
  /** The other person's name. Absent, a placeholder stands in sentences. */
  declare peerName: string | null | undefined;
  /** The messages in reading order: a live source, or an array that is replaced as a whole. Absent: none. */
  declare messages: MessageSource | readonly MessageInput[] | null | undefined;
  /** Before which message the mark for new ones stands. Absent, there is none. */
  declare firstUnread: MessageId | null | undefined;
  /** Whether the other person is typing. Absent: not that anybody knows. */
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
    onEndChanged: (isAtEnd) => this.#onEndChanged(isAtEnd),
    onArrived: () => this.#onArrival(),
  });
  readonly #seen = new Seen(this, {
    box: () => this.#log,
    tell: (id) => this.#onSeen(id as MessageId),
    isShown: () => this.isPageShown !== false,
  });
  /** No row of this conversation was drawn yet. */
  #isOpening = true;
  /** It was open before there was a row in it. */
  #wasEmpty = false;
  #active: MessageId | null = null;
  readonly #newest = new Newest<MessageId>();
  readonly #mark = new UnreadMark(this.#rows);
  readonly #announcer = new Announcer(this);
  readonly #outcomes = new Outcomes(this.#rows, (message) => this.#onOutcome(message));
  /** How many slices of long texts are shown, where that is more than one. */
  readonly #slices = new Map<MessageId, number>();
  /** When this conversation was opened. */
  #openedAt = 0;
  #isNearBeginning = false;
  /** The first row when older ones were last asked for: once is enough until there is another one. */
  #askedBefore: MessageId | undefined;
  #identity: object | string | null = null;
  #isAtEnd = true;

  constructor() {
    super();
    // "Today" becomes "Yesterday" at midnight.
    new Ticker(this, () => (this.#rows.ids.length > 0 ? 60_000 : null));
    this.#rows.whenRedrawn(() => this.#list.remeasure());
  }

  /** Whether the view is at the newest message. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** Brings the newest message into view. */
  scrollToLatest(): void {
    this.#list.toEnd();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopReader = onReader(this, this.#onReader);
    // After it was taken out of the document; the first time, there is nothing yet.
    this.#outcomes.follow(this.#rows.ids);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopReader?.();
    this.#outcomes.stop();
  }

  protected override fills(
    { messages, peers, settings, isVisible }: Messenger,
    account: Cid | null,
  ): Fills<ThreadElement & Shown> {
    const { peer } = this;
    if (!account || !peer) return {};
    return {
      isPageShown: isVisible,
      messages: constant(messages.source(account, peer)),
      peerName: derived(peers.person(account, peer), ({ name }) => name),
      firstUnread: {
        subscribe: (run) => {
          // What is stored may not have been read yet: it counts when the first rows are there.
          let isOpen = false;
          return messages.source(account, peer).ids.subscribe((ids) => {
            if (isOpen) return;
            isOpen = ids.length > 0;
            run(messages.firstUnread(account, peer));
          });
        },
      },
      tellsReads: derived(settings.cell(account), ({ readReceipts }) => readReceipts),
      unread: derived(messages.rowCell(account, peer), ({ unread }) => unread),
      isTyping: derived(messages.rowCell(account, peer), ({ isTyping }) => isTyping),
    };
  }

  protected override fillInputs(): readonly unknown[] {
    return [this.peer];
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('messages'))
      this.#rows.use(this.messages as RowsInput<MessageId, ThreadMessage>, 'messages');
    const identity = this.#rows.identity ?? `${this.account ?? ''}/${this.peer ?? ''}`;
    const isOther = !this.#rows.identity && !this.peer && this.#newest.knowsNone(this.#rows.ids);
    if (identity !== this.#identity || isOther) {
      this.#identity = identity;
      this.#active = null;
      this.#isAtEnd = true;
      this.#openedAt = timeSource().now();
      this.#newest.restart();
      this.#mark.put(this.firstUnread);
      this.#announcer.clear();
      this.#outcomes.stop();
      this.#slices.clear();
      this.#list.restart();
      this.#seen.restart();
      this.#isOpening = true;
      this.#wasEmpty = false;
    }
    // What is on the screen by now may be told from now on.
    if ((changed as PropertyValues).get('tellsReads') === false && this.tellsReads) this.#seen.restart();
    if (changed.has('firstUnread')) this.#mark.put(this.firstUnread);
    if ((changed as PropertyValues).has('isPageShown')) this.#onReader();
    this.#noteNewest();
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
    const active = this.#list.stopAt(this.#activeIndex());
    const drawn = {
      name: this.#name,
      t,
      mark: this.#mark.current(),
      slicesOf: (id: MessageId) => this.#slices.get(id) ?? 1,
    };
    return html`
      <div
        part="log"
        class="log scroller"
        role="log"
        aria-live="off"
        aria-label=${t.conversationWith(this.#name)}
        @click=${this.#onClick}
        @keydown=${this.#onKey}
        @focusin=${this.#onFocus}
      >
        ${
          ids.length > 0
            ? nothing
            : this.isKnown(this.messages)
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
      ${this.#announcer.render()}
      ${
        this.#unreadAbove === null
          ? nothing
          : html`<button type="button" part="unread" class="button above" @click=${this.#onUnread}>
              ${icon('up')}${t.unreadAbove(this.unread ?? 0)}
            </button>`
      }
      ${
        this.#isAtEnd || ids.length === 0
          ? nothing
          : html`<button type="button" part="jump" class="button jump" @click=${this.#onJump}>
              ${icon('down')}${t.jumpToLatest}
            </button>`
      }
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    this.#noteOpening();
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

  #activeIndex(): number {
    const { ids } = this.#rows;
    const at = this.#active === null ? -1 : ids.lastIndexOf(this.#active);
    return at >= 0 ? at : ids.length - 1;
  }

  /** What has come at the end: own messages are followed, theirs are announced. */
  #noteNewest(): void {
    const { ids, revision } = this.#rows;
    const came = this.#newest.take(ids, revision);
    const isOwn = (id: MessageId) => this.#rows.read(id, ({ own }) => own);
    // At the first look nothing is new but what came since the conversation was opened, still empty.
    const news =
      came ?? ids.slice(-20).filter((id) => this.#rows.read(id, ({ place }) => place > this.#openedAt));
    this.#outcomes.follow(came ?? ids);
    if (news.length === 0) return;
    const isAnswered = news.some((id) => isOwn(id));
    const isHere = this.#isReaderHere;
    // Counted before there is more to count.
    this.#mark.came(
      news.filter((id) => isOwn(id) === false),
      isHere,
    );
    if (isAnswered) {
      this.#mark.put(null);
      // To write is to come to the end, also for who is there.
      this.#onArrival();
      void this.updateComplete.then(() => this.#list.toEnd());
    }
    for (const id of news.slice(-20))
      this.#rows.read(id, (message) => {
        const words = previewOf(message, this.#name, 300, this.t);
        if (!message.own) this.#announcer.say(`${isolated(this.#name)}: ${isolated(words)}`);
      });
  }

  get #isReaderHere(): boolean {
    return isReaderHere(this) && this.isPageShown !== false;
  }

  #stopReader: (() => void) | undefined;

  readonly #onReader = (): void => {
    if (this.#isReaderHere) this.#mark.lookedAt();
  };

  #onOutcome(message: ThreadMessage): void {
    this.#announcer.say(
      `${whyOf(message, this.#name, this.t, false)}: ${isolated(excerpt(message.text, 100))}`,
    );
  }

  #onEndChanged(isAtEnd: boolean): void {
    if (this.#isAtEnd === isAtEnd) return;
    this.#isAtEnd = isAtEnd;
    this.requestUpdate();
    if (isAtEnd) this.tell('p2p-end-reached');
  }

  /** Whoever opens a conversation at its end has come there; who waits in an empty one has not. */
  #noteOpening(): void {
    if (!this.#isOpening) return;
    if (this.#rows.ids.length === 0) {
      this.#wasEmpty = true;
      return;
    }
    this.#isOpening = false;
    const { account, peer, connectedMessenger } = this;
    // What is stored is read after the page was opened.
    const isFromStorage =
      account && peer && connectedMessenger && !connectedMessenger.messages.row(account, peer).arrival;
    if (this.#isAtEnd && (!this.#wasEmpty || isFromStorage)) this.#onArrival();
  }

  /** The person came to the end: opened there, scrolled, jumped or wrote. To stay there is not to come. */
  #onArrival(): void {
    const { account, peer } = this;
    if (account && peer && this.#seen.isLooking) this.request('p2p-pass-request', { account, peer });
  }

  /** The first unread message, where it stands above what is in view; else null. */
  get #unreadAbove(): MessageId | null {
    const { account, peer, connectedMessenger } = this;
    if (!this.unread || !account || !peer || !connectedMessenger) return null;
    const id = connectedMessenger.messages.firstUnread(account, peer);
    return id !== null && this.#list.isAbove(this.#rows.ids.lastIndexOf(id)) ? id : null;
  }

  #onUnread(): void {
    const id = this.#unreadAbove;
    if (id === null) return;
    this.#list.toIndex(this.#rows.ids.lastIndexOf(id));
    this.#goTo(id);
  }

  #onSeen(id: MessageId): void {
    this.request('p2p-read-request', { account: this.account, peer: this.peer, id });
  }

  #onJump(): void {
    this.#list.toEnd();
    this.#goTo(this.#rows.ids.at(-1));
  }

  /** Makes that row the stop for Tab, with the focus. */
  #goTo(id: MessageId | undefined): void {
    if (id === undefined) return;
    this.#active = id;
    this.requestUpdate();
    void focusWhenDrawn(this, `[data-id="${id}"]`);
  }

  #onFocus(event: Event): void {
    const id = (event.target as HTMLElement).closest<HTMLElement>('[data-id]')?.dataset['id'];
    if (!id || id === this.#active) return;
    this.#active = id as MessageId;
    this.requestUpdate();
  }

  #onClick(event: MouseEvent): void {
    const target = event.target as HTMLElement;
    const action = target.closest<HTMLElement>('[data-action]')?.dataset['action'];
    const id = target.closest<HTMLElement>('[data-id]')?.dataset['id'] as MessageId | undefined;
    const { account, peer } = this;
    // The second click of a double click may meet a button that was not there at the first.
    if (!action || !id || event.detail > 1) return;
    if (action === 'more') this.#onMore(id);
    else this.request(MESSAGE_EVENTS[action as MessageAction], { account, peer, id });
  }

  #onMore(id: MessageId): void {
    this.#slices.set(id, moreSlices(this.#slices.get(id) ?? 1));
    this.#list.keepPressed();
    this.#rows.redraw(id);
    // The button goes when there is no more: the row is what had it.
    const row = this.renderRoot.querySelector<HTMLElement>(`[data-id="${id}"]`);
    if (row && !row.querySelector('.more')) row.focus({ preventScroll: true });
  }

  #onKey(event: KeyboardEvent): void {
    if (isTyping(event)) return;
    const { ids } = this.#rows;
    this.#onFocus(event);
    const { account, peer } = this;
    const row = (event.target as HTMLElement).dataset['id'] as MessageId | undefined;
    if (event.key === 'Enter' && row) {
      // Or the same key would press whatever has the focus in what opens.
      event.preventDefault();
      this.request('p2p-open-details-request', { account, peer, id: row });
    }
    const page = (direction: -1 | 1) => this.#list.page(direction);
    const target = rovingTarget(event, this.#activeIndex(), ids.length, event.key, page);
    if (target === null) return;
    event.preventDefault();
    if (!event.key.startsWith('Page')) this.#list.toIndex(target);
    this.#goTo(ids[target]);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-thread': ThreadElement;
  }
}
