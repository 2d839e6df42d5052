import { html, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import { pairKey } from '../../facts/ids.ts';
import type {
  Capabilities,
  Cid,
  LinkView,
  MessageId,
  OutboxRow,
  PersonRow,
  SessionRow,
  SignInView,
  StorageView,
} from '../../facts/index.ts';
import type { Messenger as Store } from '../../stores/api.ts';
import { box } from '../internal/box.styles.ts';
import { ConnectedElement, constant, derived } from '../internal/connected.ts';
import { provideMessenger } from '../internal/context.ts';
import type { Fills } from '../internal/connected.ts';
import type { AddAccountDetail, MessageDetail, PeerDetail, RequestEventMap } from '../internal/events.ts';
import { focusFirst, focusInto, focused, moveFocus } from '../internal/focus.ts';
import { iconButton } from '../internal/icons.ts';
import { ownNameOf } from '../internal/names.ts';
import { countsOf } from '../internal/outbox-counts.ts';
import { OwnWindow } from '../internal/own-window.ts';
import { messengerOfService } from '../internal/service.ts';
import { Rows } from '../internal/rows.ts';
import type { RowsInput } from '../internal/rows.ts';
import { reset } from '../internal/reset.styles.ts';
import { avatars, controls } from '../internal/shared.styles.ts';
import { counts } from '../internal/counts.styles.ts';
import { Ticker, timeSource } from '../internal/ticker.ts';
import { Widths } from '../internal/widths.ts';
import { contactNotice } from './contact-notice.ts';
import { conversationHead } from './heads.ts';
import type { ContactRequest } from './heads.ts';
import { detailsDialog } from './details-dialog.ts';
import { styles } from './messenger.styles.ts';
import { sessionNotice, storageNotice } from './own-notices.ts';
import { noticeOf, pathNotice } from './path-notice.ts';
import { sideColumn, sideTitle } from './side.ts';
import type { Side } from './side.ts';

/** Up to this width, in pixels, one part is shown at a time; the same number stands in the styles. */
const NARROW = 760;

/** What a messenger element takes from its messenger. */
interface Shown {
  readonly link?: LinkView | null | undefined;
  readonly accounts?: readonly Cid[] | null | undefined;
  readonly own?: SessionRow | null | undefined;
  readonly person?: PersonRow | null | undefined;
  readonly progress?: SignInView | null | undefined;
  readonly pending?: number | null | undefined;
  readonly outbox?: RowsInput<MessageId, OutboxRow>;
  readonly storage?: StorageView | null | undefined;
  readonly capabilities?: Partial<Capabilities> | null | undefined;
}

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
  declare peer: Cid | null | undefined;
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
  /** Which conversation was open in which account. */
  readonly #open = new Map<Cid, Cid>();
  readonly #outbox = new Rows<MessageId, OutboxRow>(this, ({ message }) => message.id, true);
  /** What had the focus before the details were opened. */
  #opener: HTMLElement | null = null;
  /** What had the focus before the form for one more account was opened. */
  #adder: HTMLElement | null = null;
  #shownAccount: Cid | null = null;

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
      this.#opener = focused(this.ownerDocument);
      this.details = detail;
    });
    this.#on('p2p-add-account-request', (detail) => {
      this.#adder = focused(this.ownerDocument);
      this.adding = detail;
      void moveFocus(this, () => this.renderRoot.querySelector('p2p-sign-in')?.focus());
    });
  }

  protected override get ownMessenger(): Store | null {
    return super.ownMessenger ?? (this.service ? messengerOfService(this, this.service) : null);
  }

  protected override fills(store: Store, account: Cid | null): Fills<Shown> {
    const { sessions, sessionRows, link, peers, requests, outbox, storage, capabilities } = store;
    return {
      link,
      accounts: sessions.accounts,
      progress: sessions.signInView,
      pending: account && requests.pendingCount(account),
      outbox: account && constant(outbox.rows(account)),
      storage,
      capabilities: constant(capabilities),
      // Several messengers on one page are told apart by whose they are.
      own: derived(sessionRows, (rows) => rows.find((row) => row.account === account) ?? null),
      person: account && this.peer ? peers.person(account, this.peer) : null,
    };
  }

  protected override fillInputs(): readonly unknown[] {
    // Now, before anything is filled in: the name and the path above a conversation must be those of its peer.
    this.#rememberOpen();
    return [this.peer];
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#provide(this.connectedMessenger);
    const has = (name: string): boolean => (changed as PropertyValues).has(name);
    if (has('outbox')) this.#outbox.use(this.outbox, 'outbox');
    // Close the details when the conversation changes.
    if (has('account') || has('peer')) this.details = null;
    // An account that was asked for in the form has come: the form has done its work.
    if (has('progress') && this.progress?.state === 'done') {
      this.adding = null;
      // The form has gone with the focus in it: what it has opened takes it.
      const form = this.hasUpdated ? this.renderRoot.querySelector('p2p-sign-in') : null;
      if (form && (!focused(this.ownerDocument) || form.contains(focused(this.ownerDocument))))
        void moveFocus(this, () => this.#into('.side') || this.#into('.conversation'));
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
        ?data-open=${this.#isOpen}
      >
        <div class="banners">
          <p2p-connection-banner .link=${this.link}></p2p-connection-banner>
          <div role="status">
            ${sessionNotice(this.own, Boolean(this.adding), (type, detail) => this.request(type, detail as never), t)}${this.#storageNotice(hasAccount)}
          </div>
        </div>
        ${hasAccount ? this.#columns() : html`<div class="sign-in">${this.#form({})}</div>`}
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

  /** Where the form is all there is, the form says it. */
  #storageNotice(hasAccount: boolean): ReturnType<typeof storageNotice> {
    const { storage } = this;
    if (storage?.isUnread && !hasAccount) return nothing;
    return storageNotice(storage, () => this.request('p2p-go-unsaved-request', {}), this.t);
  }

  get #isOpen(): boolean {
    return Boolean(this.adding || (this.account && this.peer));
  }

  get #notice(): ReturnType<typeof noticeOf> {
    const messenger = this.connectedMessenger;
    const { account, peer } = this;
    if (!messenger || !account || !peer || this.person?.relation !== 'contact') return null;
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
        ${this.adding ? this.#adding(this.adding) : this.#conversation()}
      </div>
    `;
  }

  #conversation(): TemplateResult {
    const { t } = this;
    const { account, peer, person } = this;
    if (!account || !peer || !person)
      return html`<p part="empty" class="empty muted">${t.chooseConversation}</p>`;
    const path = this.#notice;
    return html`
      ${conversationHead(this.connectedMessenger!, person, () => this.#onBack(), this.#onAsked, t)}
      <div role="status">
        ${path ? pathNotice(path) : nothing}${contactNotice(this.connectedMessenger!, person, this.#onAsked, t)}
      </div>
      ${keyed(pairKey(account, peer), html`<p2p-thread .account=${account} .peer=${peer}></p2p-thread>`)}
      <p2p-composer .account=${account} .peer=${peer}></p2p-composer>
    `;
  }

  #adding(detail: AddAccountDetail): TemplateResult {
    return html`
      <header part="header" class="head row">
        ${iconButton('back', this.t.back, this.#onBack)}
        <h2 class="grow" tabindex="-1">${detail.account ? this.t.signInAgain : this.t.addAccount}</h2>
      </header>
      <div class="sign-in">${this.#form(detail)}</div>
    `;
  }

  /** One form at a time; the one for a further account does not show how the first sign-in went. */
  #form({ server, username }: AddAccountDetail): TemplateResult {
    return html`<p2p-sign-in
      .server=${server || this.server || null}
      .username=${username ?? null}
      .progress=${this.progress?.state === 'done' ? null : this.progress}
    ></p2p-sign-in>`;
  }

  /** Another account brings the conversation back that was open in it. */
  #rememberOpen(): void {
    const before = this.#shownAccount;
    const account = this.account ?? null;
    if (account === before) return;
    this.#shownAccount = account;
    // The first account leaves a peer alone that the page has chosen.
    if (!before) return;
    if (this.peer) this.#open.set(before, this.peer);
    this.peer = (account && this.#open.get(account)) ?? null;
  }

  /** A conversation of another account is the open one as soon as that account is shown. */
  #show({ account, peer }: PeerDetail): void {
    const pressed = focused(this.ownerDocument);
    if (account === this.account) this.peer = peer;
    else this.#open.set(account, peer);
    this.adding = null;
    this.side = 'conversations';
    // In the list, which stays where it is, the focus stays on the row: the arrows go on from there.
    void moveFocus(this, () => focusFirst([pressed]) || this.#into('.conversation'));
  }

  /** Hears what concerns this view alone, unless the page does it itself. */
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
    void moveFocus(this, () =>
      side === 'conversations' ? this.#onto(`.opens-${before}`) || this.#into('.side') : this.#into('.side'),
    );
    // Find people means: look now.
    if (side === 'people' && account) this.request('p2p-discover-request', { account });
  }

  /** Something that concerns the person of the open conversation was pressed above it. */
  readonly #onAsked = (type: ContactRequest): void => {
    const { account, peer } = this;
    if (account && peer) this.request(type, { account, peer });
  };

  readonly #onDetailsClosed = (): void => {
    this.details = null;
    // The button may be hidden again by now: then its row has the focus, from where it is one key away.
    focusFirst([this.#opener, this.#opener?.closest<HTMLElement>('[data-index]')]);
    this.#opener = null;
  };

  #onBack(): void {
    if (this.adding) {
      this.adding = null;
      void moveFocus(
        this,
        () => focusFirst([this.#adder]) || this.#into('.conversation') || this.#into('.side'),
      );
      return;
    }
    if (this.account) this.#open.delete(this.account);
    this.peer = null;
    void moveFocus(this, () => {
      const list = this.renderRoot.querySelector('p2p-conversation-list');
      list?.focus();
      return Boolean(list?.shadowRoot?.activeElement) || this.#into('.side');
    });
  }

  /** Escape closes what was opened in the first column; in a field that holds something, it empties that first. */
  #onSideKey(event: KeyboardEvent): void {
    if (this.side !== 'conversations' && isEscape(event)) this.#toSide('conversations');
  }

  #onFormKey(event: KeyboardEvent): void {
    if (this.adding && isEscape(event)) this.#onBack();
  }

  #onto(selector: string): boolean {
    return focusFirst([this.renderRoot.querySelector<HTMLElement>(selector)]);
  }

  #into(selector: string): boolean {
    return focusInto(this.renderRoot.querySelector(selector));
  }
}

function isEscape(event: KeyboardEvent): boolean {
  const [field] = event.composedPath();
  const isFull = field instanceof HTMLInputElement && field.type === 'search' && field.value !== '';
  return event.key === 'Escape' && !event.isComposing && !event.defaultPrevented && !isFull;
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-messenger': MessengerElement;
  }
}
