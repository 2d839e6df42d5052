import { html, nothing } from 'lit';
import type { PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { Cid, LinkView, PersonRow, SessionRow, SignInView } from '../../facts/index.ts';
import type { Messenger as Store } from '../../stores/messenger.ts';
import { avatar } from '../internal/avatar.ts';
import { ConnectedElement, derived, provideMessenger } from '../internal/connected.ts';
import type { Fills } from '../internal/connected.ts';
import { icon } from '../internal/icons.ts';
import type { IconName } from '../internal/icons.ts';
import { PageLife } from '../internal/page-life.ts';
import { nameOf } from '../internal/person-row.ts';
import { reset } from '../internal/reset.styles.ts';
import { avatars, controls } from '../internal/shared.styles.ts';
import { counts } from '../internal/counts.styles.ts';
import { strings } from '../internal/strings.ts';
import { Ticker, timeSource } from '../internal/ticker.ts';
import { Widths } from '../internal/widths.ts';
import { styles } from './messenger.styles.ts';
import { noticeOf, pathNotice } from './path-notice.ts';

/** Up to this width, in pixels, one part is shown at a time; the same number stands in the styles. */
const NARROW = 760;

/** What stands in the first column. */
type Side = 'conversations' | 'people' | 'requests';

/**
 * Everything composed: accounts, conversations, people, requests, a conversation and its composer. In a narrow box
 * one part is shown at a time. Uses the other elements, which define.ts registers too.
 *
 * @summary A whole messenger.
 * @tag p2p-messenger
 * @status stable
 * @since 0.1.0
 *
 * @event {CustomEvent<AccountDetail>} p2p-discover-request - Find people was pressed: the list is loaded again.
 * @event {CustomEvent<AccountDetail>} p2p-use-here-request - Use here was pressed, for an account that is open elsewhere.
 *
 * @csspart frame - The box around everything.
 * @csspart rail - The accounts.
 * @csspart side - The column with conversations, people or requests.
 * @csspart conversation - The open conversation.
 * @csspart header - The head of a column.
 * @csspart notice - The line that says how messages travel while there is no direct path.
 * @csspart empty - The sentence where no conversation is open.
 */
export class Messenger extends ConnectedElement {
  static override styles = [reset, controls, counts, avatars, styles];
  static override properties: PropertyDeclarations = {
    server: {},
    peer: {},
    link: { state: true },
    accounts: { state: true },
    own: { state: true },
    person: { state: true },
    progress: { state: true },
    pending: { state: true },
    side: { state: true },
    isAdding: { state: true },
    isNarrow: { state: true },
  };

  /** The server address that stands in the sign-in form at first. Absent: empty. */
  declare server: string | null | undefined;
  /** The other person of the open conversation. Absent: none is open. */
  declare peer: Cid | null | undefined;
  declare protected link: LinkView | null | undefined;
  declare protected accounts: readonly Cid[] | null | undefined;
  declare protected own: SessionRow | null | undefined;
  declare protected person: PersonRow | null | undefined;
  declare protected progress: SignInView | null | undefined;
  declare protected pending: number | null | undefined;
  declare protected side: Side;
  declare protected isAdding: boolean;
  declare protected isNarrow: boolean;

  readonly #provide = provideMessenger(this);
  /** Which conversation was open in which account. */
  readonly #open = new Map<Cid, Cid>();
  #shownAccount: Cid | null = null;
  /** The form is for the account that is shown, not for a further one. */
  #isAgain = false;

  constructor() {
    super();
    this.side = 'conversations';
    this.isAdding = false;
    this.isNarrow = false;
    new PageLife(this, () => this.messenger ?? null);
    new Widths(this, (width) => (this.isNarrow = width > 0 && width <= NARROW));
    new Ticker(this, () => (this.#notice?.isCounting ? 1_000 : null));
    this.addEventListener('p2p-open-conversation-request', (event) => {
      if (event.defaultPrevented) return;
      this.#show(event.detail.account, event.detail.peer);
    });
    this.addEventListener('p2p-add-account-request', (event) => {
      if (event.defaultPrevented) return;
      this.#isAgain = false;
      this.isAdding = true;
    });
  }

  protected override fills(store: Store, account: Cid | null): Fills {
    const { sessions, sessionRows, link, peers, requests } = store;
    return {
      link,
      accounts: sessions.accounts,
      progress: sessions.signInView,
      pending: account && requests.pendingCount(account),
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
    // An account that was asked for in the form has come: the form has done its work.
    if ((changed as PropertyValues).has('progress') && this.progress?.state === 'done') this.isAdding = false;
  }

  protected override render(): TemplateResult {
    const t = strings();
    const hasAccount = (this.accounts?.length ?? 0) > 0;
    return html`
      <section
        part="frame"
        class="frame"
        aria-label=${t.messengerLabel(this.own ? this.own.fullName || this.own.username : null)}
        ?data-open=${this.#isOpen}
      >
        <div class="banners">
          <p2p-connection-banner .link=${this.link}></p2p-connection-banner>
          <div role="status">${this.#sessionNotice()}</div>
        </div>
        ${hasAccount ? this.#columns() : html`<div class="sign-in">${this.#form(false)}</div>`}
      </section>
    `;
  }

  get #isOpen(): boolean {
    return Boolean(this.isAdding || (this.account && this.peer));
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
    );
  }

  /** What the account itself needs: nothing of it is lost, but somebody has to act. */
  #sessionNotice(): TemplateResult | typeof nothing {
    const t = strings();
    const { own } = this;
    if (!own || (own.state !== 'signed-out-by-service' && own.state !== 'open-elsewhere')) return nothing;
    const [word, act] =
      own.state === 'open-elsewhere' ? [t.useHere, this.#onUseHere] : [t.signInAgain, this.#onSignInAgain];
    return html`<div part="notice" class="path-notice">
      ${icon('none')}<span class="grow">${own.note ?? t.sessionState[own.state]}</span>
      ${this.isAdding ? nothing : html`<button type="button" class="button" @click=${act}>${word}</button>`}
    </div>`;
  }

  #columns(): TemplateResult {
    return html`
      <div part="rail" class="rail">
        <p2p-session-switcher
          .orientation=${this.isNarrow ? 'horizontal' : 'vertical'}
        ></p2p-session-switcher>
      </div>
      <div part="side" class="side" role="group" aria-label=${this.#sideTitle}>
        ${this.side === 'conversations' ? this.#conversations() : this.#other()}
      </div>
      <div part="conversation" class="conversation">
        ${this.isAdding ? this.#adding() : this.#conversation()}
      </div>
    `;
  }

  get #sideTitle(): string {
    const t = strings();
    return { conversations: t.messages, people: t.findPeople, requests: t.requests }[this.side];
  }

  #conversations(): TemplateResult {
    const t = strings();
    return html`
      <header part="header" class="head row">
        <h2 class="grow">${t.messages}</h2>
        <button type="button" class="button icon quiet" data-side="requests" @click=${this.#onSide}>
          ${icon('bell')}<span class="visually-hidden">${t.requests}</span>
          <p2p-pending-badge .account=${this.account}></p2p-pending-badge>
        </button>
        ${this.#button('people', t.findPeople, 'people')}
      </header>
      <p2p-conversation-list .account=${this.account} .selected=${this.peer ?? null}></p2p-conversation-list>
    `;
  }

  #other(): TemplateResult {
    return html`
      <header part="header" class="head row">
        ${this.#button('back', strings().back, 'conversations')}
        ${this.side === 'requests' ? html`<h2 class="grow">${strings().requests}</h2>` : nothing}
      </header>
      ${
        this.side === 'people'
          ? html`<p2p-peer-discovery .account=${this.account}></p2p-peer-discovery>`
          : html`<p2p-pending-requests .account=${this.account}></p2p-pending-requests>`
      }
    `;
  }

  #button(picture: IconName, label: string, side: Side): TemplateResult {
    return html`<button
      type="button"
      class="button icon quiet"
      aria-label=${label}
      title=${label}
      data-side=${side}
      @click=${this.#onSide}
    >
      ${icon(picture)}
    </button>`;
  }

  #conversation(): TemplateResult {
    const t = strings();
    const { account, peer, person } = this;
    if (!account || !peer || !person)
      return html`<p part="empty" class="empty muted">${t.chooseConversation}</p>`;
    const name = nameOf(person);
    const notice = this.#notice;
    return html`
      <header part="header" class="head row">
        <button
          type="button"
          class="button icon quiet back"
          aria-label=${t.back}
          title=${t.back}
          @click=${this.#onBack}
        >
          ${icon('back')}
        </button>
        ${avatar(peer, name, person.presence)}
        <div class="grow">
          <h2 class="name ellipsis"><bdi>${name}</bdi></h2>
          <div class="small muted ellipsis">
            ${t.presence[person.presence]}${person.note ? ` · ${person.note}` : ''}
          </div>
        </div>
        <p2p-route-indicator .path=${person.path}></p2p-route-indicator>
      </header>
      <div role="status">${notice ? pathNotice(notice) : nothing}</div>
      ${keyed(`${account}/${peer}`, html`<p2p-thread .account=${account} .peer=${peer}></p2p-thread>`)}
      <p2p-composer .account=${account} .peer=${peer}></p2p-composer>
    `;
  }

  #adding(): TemplateResult {
    return html`
      <header part="header" class="head row">
        <button
          type="button"
          class="button icon quiet"
          aria-label=${strings().back}
          title=${strings().back}
          @click=${this.#onBack}
        >
          ${icon('back')}
        </button>
        <h2 class="grow">${this.#isAgain ? strings().signInAgain : strings().addAccount}</h2>
      </header>
      <div class="sign-in">${this.#form(true)}</div>
    `;
  }

  /** One form at a time; the one for a further account does not show how the first sign-in went. */
  #form(isFurther: boolean): TemplateResult {
    return html`<p2p-sign-in
      .server=${(this.#isAgain && this.own?.server) || this.server || null}
      .username=${this.#isAgain ? (this.own?.username ?? null) : null}
      .progress=${isFurther && this.progress?.state === 'done' ? null : this.progress}
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

  #show(account: Cid, peer: Cid): void {
    if (account !== this.account) return;
    this.peer = peer;
    this.isAdding = false;
    this.side = 'conversations';
  }

  #onSide(event: Event): void {
    this.side = (event.currentTarget as HTMLElement).dataset['side'] as Side;
    const { account } = this;
    // Find people means: look now.
    if (this.side === 'people' && account) this.request('p2p-discover-request', { account });
  }

  #onUseHere(): void {
    if (this.account) this.request('p2p-use-here-request', { account: this.account });
  }

  #onSignInAgain(): void {
    this.#isAgain = true;
    this.isAdding = true;
  }

  #onBack(): void {
    if (this.isAdding) this.isAdding = false;
    else {
      if (this.account) this.#open.delete(this.account);
      this.peer = null;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-messenger': Messenger;
  }
}
