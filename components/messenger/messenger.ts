import { html } from 'lit';
import type { PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import type { AccountId, MessageId, OutboxRow } from '../../facts/index.ts';
import type { Messenger as Store } from '../../stores/api.ts';
import { box } from '../internal/box.styles.ts';
import { ConnectedElement } from '../internal/connected.ts';
import { provideMessenger } from '../internal/context.ts';
import type { Fills } from '../internal/connected.ts';
import type { AddAccountDetail, MessageDetail, PeerDetail, RequestEventMap } from '../internal/events.ts';
import { ownNameOf } from '../internal/names.ts';
import { countsOf } from '../internal/outbox-counts.ts';
import { OwnWindow } from '../internal/own-window.ts';
import { givenMessenger } from '../internal/service.ts';
import { Rows } from '../internal/rows.ts';
import { reset } from '../internal/reset.styles.ts';
import { avatars, controls } from '../internal/shared.styles.ts';
import { counts } from '../internal/counts.styles.ts';
import { Ticker, timeSource } from '../internal/ticker.ts';
import { Widths } from '../internal/widths.ts';
import { accountForm, addingAccount } from './account-form.ts';
import { noConversation, openConversation } from './conversation.ts';
import { messengerFills } from './fills.ts';
import type { Shown } from './fills.ts';
import type { ContactRequest } from './heads.ts';
import { detailsDialog } from './details-dialog.ts';
import { styles } from './messenger.styles.ts';
import { sessionNotice, storageNotice } from './own-notices.ts';
import { OpenConversations } from './open-conversations.ts';
import { Places, isEscape } from './places.ts';
import { noticeOf } from './path-notice.ts';
import { sideColumn, sideTitle } from './side.ts';
import type { Side } from './side.ts';

/** Up to this width, in pixels, one part is shown at a time; the same number stands in the styles. */
const NARROW = 760;

/**
 * Everything composed: accounts, conversations, people, requests, a conversation and its composer. In a narrow box
 * one part is shown at a time. Uses the other elements, which define.ts registers too; messages that come in another
 * conversation are told by a `p2p-toast`, where the page has registered that one.
 *
 * @summary A whole messenger.
 * @tag p2p-messenger
 * @status stable
 * @since 0.1.0
 *
 * @event {CustomEvent<AccountDetail>} p2p-discover-request - Find people was pressed: the list is loaded again.
 * @event {CustomEvent<AddAccountDetail>} p2p-add-account-request - Sign in again was pressed, for the account in the detail.
 * @event {CustomEvent<AccountDetail>} p2p-use-here-request - Use here was pressed, for an account that is open elsewhere.
 * @event {CustomEvent<PeerDetail>} p2p-pause-request - Pause was pressed.
 * @event {CustomEvent<PeerDetail>} p2p-resume-request - Resume was pressed.
 * @event {CustomEvent<PeerDetail>} p2p-confirm-contact-request - A contact that was gone and came back is still the one that is meant.
 * @event {CustomEvent<PeerDetail>} p2p-accept-key-request - The person has compared a peer's new key.
 * @event {CustomEvent<Record<string, never>>} p2p-go-unsaved-request - What is stored cannot be read, and the person does not want to wait for it.
 *
 * @csspart frame - The box around everything.
 * @csspart rail - The accounts.
 * @csspart side - The column with conversations, people, requests or the outbox.
 * @csspart conversation - The open conversation.
 * @csspart header - The head of a column.
 * @csspart notice - A line above the messages: how they travel while there is no direct path, or what a person has to decide.
 * @csspart outbox - The button that opens the outbox.
 * @csspart presence - The line under the name of the open conversation.
 * @csspart details - The window with what happened to one message.
 * @csspart empty - The sentence where no conversation is open.
 */
export class MessengerElement extends ConnectedElement {
  static override styles = [reset, controls, counts, avatars, box, styles];
  static override properties: PropertyDeclarations = {
    server: {},
    service: {},
    peer: {},
    link: { state: true },
    accounts: { state: true },
    own: { state: true },
    person: { state: true },
    progress: { state: true },
    pending: { state: true },
    outbox: { state: true },
    storage: { state: true },
    capabilities: { state: true },
    details: { state: true },
    side: { state: true },
    adding: { state: true },
    isNarrow: { state: true },
  };

  /**
   * The address of the service, e.g. `ws://127.0.0.1:8080`: everything is chosen, and all elements with the same one
   * share it. It needs `p2p-elements/define` or the bundle. Absent: the messenger is passed in.
   */
  declare service: string | null | undefined;
  /** The server address that stands in the sign-in form at first. Absent: empty. */
  declare server: string | null | undefined;
  /** The other person of the open conversation. Absent: none is open. */
  declare peer: AccountId | null | undefined;
  declare protected link: Shown['link'];
  declare protected accounts: Shown['accounts'];
  declare protected own: Shown['own'];
  declare protected person: Shown['person'];
  declare protected progress: Shown['progress'];
  declare protected pending: Shown['pending'];
  declare protected outbox: Shown['outbox'];
  declare protected storage: Shown['storage'];
  declare protected capabilities: Shown['capabilities'];
  /** The message whose details are shown. */
  declare protected details: MessageDetail | null;
  declare protected side: Side;
  /** What the form for one more account begins with; null while it is not open. */
  declare protected adding: AddAccountDetail | null;
  declare protected isNarrow: boolean;

  readonly #provide = provideMessenger(this);
  readonly #open = new OpenConversations();
  readonly #outbox = new Rows<MessageId, OutboxRow>(this, ({ message }) => message.id, true);
  readonly #places = new Places(this);

  constructor() {
    super();
    this.side = 'conversations';
    this.details = null;
    this.adding = null;
    this.isNarrow = false;
    new OwnWindow(this, () => this.ownMessenger);
    new Widths(this, '.box', (width) => (this.isNarrow = width > 0 && width <= NARROW));
    new Ticker(this, () => (this.#notice?.isCounting ? 1_000 : null));
    this.#on('p2p-open-conversation-request', (detail) => this.#show(detail));
    this.#on('p2p-open-details-request', (detail) => {
      this.#places.detailsOpened();
      this.details = detail;
    });
    this.#on('p2p-add-account-request', (detail) => {
      this.adding = detail;
      this.#places.formOpened();
    });
  }

  protected override get ownMessenger(): Store | null {
    return givenMessenger(this);
  }

  protected override fills(store: Store, account: AccountId | null): Fills<Shown> {
    return messengerFills(store, account, this.peer ?? null);
  }

  protected override fillInputs(): readonly unknown[] {
    // Before anything is filled, so that the name and the path above a conversation are those of its peer.
    const peer = this.#open.peerIn(this.account ?? null, this.peer);
    if (peer !== this.peer) this.peer = peer;
    return [this.peer];
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#provide(this.connectedMessenger);
    const has = (name: string): boolean => (changed as PropertyValues).has(name);
    if (has('outbox')) this.#outbox.use(this.outbox, 'outbox');
    // Close the details when the conversation changes.
    if (has('account') || has('peer')) this.details = null;
    // The requested account is signed in, so the form closes.
    if (has('progress') && this.progress?.state === 'done') {
      this.adding = null;
      this.#places.formDone();
    }
  }

  protected override render(): TemplateResult {
    return html`<div class="box">${this.#content()}</div>`;
  }

  #content(): TemplateResult {
    const { t } = this;
    const hasAccount = (this.accounts?.length ?? 0) > 0;
    return html`
      <section
        part="frame"
        class="frame"
        aria-label=${this.own ? t.messengerOf(ownNameOf(this.own, t)) : t.messenger}
        ?data-open=${Boolean(this.adding || (this.account && this.peer))}
      >
        <div class="banners">
          <p2p-connection-banner .link=${this.link}></p2p-connection-banner>
          <div role="status">
            ${sessionNotice(this.own, Boolean(this.adding), (type, detail) => this.request(type, detail as never), t)}${storageNotice(this.storage, !hasAccount, () => this.request('p2p-go-unsaved-request', {}), t)}
          </div>
        </div>
        ${hasAccount ? this.#columns() : accountForm(this.#formInput({}))}
        <p2p-toast inline .account=${this.account} .peer=${this.adding ? null : this.peer}></p2p-toast>
      </section>
      ${detailsDialog(this.details, this.#onDetailsClosed, t)}
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog && !dialog.open) dialog.showModal();
  }

  get #notice(): ReturnType<typeof noticeOf> {
    const { connectedMessenger: messenger, account, peer, person } = this;
    if (!messenger || !account || !peer || person?.relation !== 'contact') return null;
    return noticeOf(
      messenger.path(account, peer),
      messenger.route(account, peer),
      messenger.relayName,
      timeSource().now(),
      this.t,
    );
  }

  #columns(): TemplateResult {
    const listsPeople = this.capabilities?.listsPeople !== false;
    return html`
      <div part="rail" class="rail">
        <p2p-session-switcher
          .orientation=${this.isNarrow ? 'horizontal' : 'vertical'}
        ></p2p-session-switcher>
      </div>
      <div
        part="side"
        class="side"
        role="group"
        aria-label=${sideTitle(this.side, listsPeople, this.t)}
        @keydown=${this.#onSideKey}
      >
        ${sideColumn(
          this.side,
          { account: this.account, peer: this.peer, outbox: countsOf(this.#outbox), listsPeople, t: this.t },
          (side) => this.#toSide(side),
        )}
      </div>
      <div part="conversation" class="conversation" @keydown=${this.#onFormKey}>
        ${
          this.adding
            ? addingAccount(this.#formInput(this.adding), () => this.#onBack(), this.t)
            : this.#conversation()
        }
      </div>
    `;
  }

  #conversation(): TemplateResult {
    const { connectedMessenger: messenger, account, peer, person, t } = this;
    if (!messenger || !account || !peer || !person) return noConversation(t);
    return openConversation(
      { account, peer },
      { messenger, person, path: this.#notice, t, onBack: () => this.#onBack(), onAsked: this.#onAsked },
    );
  }

  #formInput(detail: AddAccountDetail) {
    return { ...detail, server: detail.server || this.server, progress: this.progress };
  }

  /** A conversation of another account opens as soon as that account is shown. */
  #show({ account, peer }: PeerDetail): void {
    if (account === this.account) this.peer = peer;
    else this.#open.put(account, peer);
    this.adding = null;
    this.side = 'conversations';
    this.#places.conversationOpened();
  }

  /** Handles the requests that concern only this view, unless the page prevented them. */
  #on<Type extends keyof RequestEventMap>(
    type: Type,
    run: (detail: RequestEventMap[Type]['detail']) => void,
  ): void {
    this.addEventListener(type, (event) => {
      if (!event.defaultPrevented) run((event as RequestEventMap[Type]).detail);
    });
  }

  #toSide(side: Side): void {
    const { account, side: before } = this;
    this.side = side;
    this.#places.sideChanged(before, side);
    // Find people loads the list again.
    if (side === 'people' && account) this.request('p2p-discover-request', { account });
  }

  /** A button about the person of the open conversation was pressed. */
  readonly #onAsked = (type: ContactRequest): void => {
    const { account, peer } = this;
    if (account && peer) this.request(type, { account, peer });
  };

  readonly #onDetailsClosed = (): void => {
    this.details = null;
    this.#places.detailsClosed();
  };

  #onBack(): void {
    if (this.adding) {
      this.adding = null;
      this.#places.formClosed();
      return;
    }
    if (this.account) this.#open.put(this.account, null);
    this.peer = null;
    this.#places.conversationClosed();
  }

  /** Escape closes what was opened in the first column; in a field with text, it first clears the text. */
  #onSideKey(event: KeyboardEvent): void {
    if (this.side !== 'conversations' && isEscape(event)) this.#toSide('conversations');
  }

  #onFormKey(event: KeyboardEvent): void {
    if (this.adding && isEscape(event)) this.#onBack();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-messenger': MessengerElement;
  }
}
