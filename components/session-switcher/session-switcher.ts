import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { AccountId, SessionInput, SessionRow } from '../../facts/index.ts';
import { avatar } from '../internal/avatar.ts';
import { ConnectedElement } from '../internal/connected.ts';
import type { Fills } from '../internal/connected.ts';
import type { Messenger } from '../../stores/api.ts';
import { focused } from '../internal/focus.ts';
import { icon, iconButton } from '../internal/icons.ts';
import { repeat } from '../internal/repeat.ts';
import { isolated } from '../internal/isolate.ts';
import { ownNameOf as nameOf } from '../internal/names.ts';
import { reset } from '../internal/reset.styles.ts';
import { rovingTarget } from '../internal/roving.ts';
import { avatars, controls } from '../internal/shared.styles.ts';
import { counts } from '../internal/counts.styles.ts';
import { shownCount } from '../internal/shown-count.ts';
import { placeBeside } from '../internal/tooltip.ts';
import { areObjects, warnUnless } from '../internal/warn.ts';
import { PICTURES, sessionMenu, waitingIn } from './session-menu.ts';
import { styles } from './session-switcher.styles.ts';

/**
 * The accounts of this browser: where each one stands, what waits in it, and what can be done with it. Arrow keys
 * (Home, End) go from one account to the next, Enter shows it, and the context menu key opens its options.
 *
 * @summary The accounts of this browser.
 * @tag p2p-session-switcher
 * @status stable
 * @since 0.1.0
 *
 * @event {CustomEvent<AccountDetail>} p2p-switch-session-request - Another account was chosen.
 * @event {CustomEvent<AddAccountDetail>} p2p-add-account-request - Add account was pressed; or Sign in again, for the account in the detail.
 * @event {CustomEvent<AccountDetail & { wipe?: boolean }>} p2p-sign-out-request - Sign out was pressed. With `wipe`: its messages shall leave this device too, which was confirmed.
 * @event {CustomEvent<AccountDetail>} p2p-exit-request - Hide account was pressed: hide it here, leave it signed in.
 * @event {CustomEvent<AccountDetail>} p2p-use-here-request - Use here was pressed, for an account open elsewhere.
 *
 * @csspart session - The button of an account; the chosen one has `aria-current`.
 * @csspart avatar - Its initials.
 * @csspart state - The picture of where it stands, unless it is signed in.
 * @csspart count - What waits in an account: unread messages and pending requests together.
 * @csspart add - Add account.
 * @csspart options - The button that opens the options of the chosen account.
 * @csspart menu - The options of an account.
 */
export class SessionSwitcherElement extends ConnectedElement {
  static override styles = [reset, controls, counts, avatars, styles];
  static override properties = {
    sessions: { attribute: false },
    selected: {},
    orientation: { reflect: true },
    stop: { state: true },
    menuFor: { state: true },
    isWiping: { state: true },
  };

  /** The accounts, in order. Absent: none. */
  declare sessions: readonly SessionInput[] | null | undefined;
  /** The account that is shown. Absent, none is. */
  declare selected: AccountId | null | undefined;
  /** How the accounts are laid out. Absent: vertical. */
  declare orientation: 'vertical' | 'horizontal' | null | undefined;
  /** The account where Tab stops. */
  declare protected stop: AccountId | null | undefined;
  /** Whose options are open, where it is not the chosen account's. */
  declare protected menuFor: AccountId | null;
  /** Whether it is being asked if everything of the account shall leave this device. */
  declare protected isWiping: boolean;

  /** Whose options the menu holds. */
  #meant: AccountId | null = null;

  constructor() {
    super();
    this.menuFor = null;
    this.isWiping = false;
  }

  protected override fills({ sessions, sessionRows }: Messenger): Fills<SessionSwitcherElement> {
    return { sessions: sessionRows, selected: sessions.current };
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    warnUnless(this, changed, 'sessions', areObjects, 'an array of accounts');
    if (!this.#find(this.menuFor)) this.menuFor = null;
    // What is asked about one account is never answered for another.
    const meant = this.menuFor ?? this.selected ?? null;
    if (meant !== this.#meant) this.isWiping = false;
    this.#meant = meant;
    if (changed.has('selected') || !this.#find(this.stop))
      this.stop = (this.#find(this.selected) ?? this.#rows[0])?.account;
  }

  protected override render(): TemplateResult {
    const { t } = this;
    const meant = this.#find(this.menuFor ?? this.selected);
    return html`
      <div class="accounts" role="group" aria-label=${t.sessions}>
        <div class="sessions" role="list">
          ${repeat(
            this.#rows,
            ({ account }) => account,
            (session, index) =>
              html`<div role="listitem" data-index=${index}>${this.#session(session)}</div>`,
          )}
        </div>
        ${iconButton('plus', t.addAccount, this.#onAdd, { part: 'add' })}
        ${
          this.#find(this.selected)
            ? html`<button
                type="button"
                part="options"
                class="button icon quiet options"
                aria-label=${t.accountOptions}
                title=${t.accountOptions}
                popovertarget="menu"
                @click=${this.#onOptions}
              >
                ${icon('more')}
              </button>`
            : nothing
        }
        ${
          meant
            ? keyed(
                meant.account,
                sessionMenu(meant, {
                  isWiping: this.isWiping,
                  onToggle: (event) => this.#onToggle(event),
                  onChoice: (event) => this.#onMenu(event),
                  t,
                }),
              )
            : nothing
        }
      </div>
    `;
  }

  get #rows(): readonly SessionRow[] {
    // What a page has left out is not drawn.
    return areObjects(this.sessions)
      ? (this.sessions as readonly SessionRow[]).filter(({ account }) => typeof account === 'string')
      : [];
  }

  #find(wanted: AccountId | null | undefined): SessionRow | undefined {
    return this.#rows.find(({ account }) => account === wanted);
  }

  #session(session: SessionRow): TemplateResult {
    const { t } = this;
    const { account, state, unread = 0, pending = 0 } = session;
    const waiting = unread + pending;
    const picture = PICTURES[state];
    const label = [isolated(nameOf(session, t)), t.sessionState[state], ...waitingIn(session, t)]
      .filter(Boolean)
      .join(', ');
    return html`
      <button
        type="button"
        part="session"
        class="session"
        data-account=${account}
        title=${label}
        aria-current=${account === this.selected ? 'true' : nothing}
        tabindex=${account === this.stop ? 0 : -1}
        @click=${this.#onSwitch}
        @focus=${this.#onFocus}
        @keydown=${this.#onKey}
        @contextmenu=${this.#onContextMenu}
      >
        <span class="visually-hidden">${label}</span>
        ${avatar(account, nameOf(session, t), picture || !state ? null : 'online')}
        ${picture ? html`<span part="state" class="state ${picture}">${icon(picture)}</span>` : nothing}
        ${
          waiting > 0
            ? html`<span part="count" class="count" aria-hidden="true"
                >${shownCount(waiting, t.language)}</span
              >`
            : nothing
        }
      </button>
    `;
  }

  #onSwitch(event: Event): void {
    this.request('p2p-switch-session-request', { account: accountOf(event) });
  }

  #onFocus(event: Event): void {
    this.stop = accountOf(event);
  }

  #onKey(event: KeyboardEvent): void {
    const { key, currentTarget } = event;
    if (key === 'ContextMenu' || (key === 'F10' && event.shiftKey)) return this.#onContextMenu(event);
    const all = [...this.renderRoot.querySelectorAll<HTMLElement>('.session')];
    const sideways = ['ArrowLeft', 'ArrowRight'];
    if (getComputedStyle(this).direction === 'rtl') sideways.reverse();
    const as = ['ArrowUp', 'ArrowDown'][sideways.indexOf(key)];
    const target = rovingTarget(event, all.indexOf(currentTarget as HTMLElement), all.length, as);
    if (target === null) return;
    event.preventDefault();
    all[target]!.focus();
  }

  #onContextMenu(event: Event): void {
    event.preventDefault();
    this.menuFor = accountOf(event);
    void this.updateComplete.then(() => {
      const menu = this.renderRoot.querySelector<HTMLElement>('.menu');
      if (!menu?.matches(':popover-open')) menu?.showPopover();
      menu?.querySelector('button')?.focus();
    });
  }

  #onOptions(): void {
    this.menuFor = null;
  }

  #onAdd(): void {
    this.request('p2p-add-account-request', {});
  }

  #onMenu(event: Event): void {
    const button = event.currentTarget as HTMLElement;
    const { action } = button.dataset;
    const session = this.#find(this.menuFor ?? this.selected);
    if (!session) return;
    const { account, username, server, state } = session;
    if (action === 'ask' || action === 'keep') return this.#ask(action === 'ask');
    // Without a link nobody is signed out: the menu stays, and the line of the state says what came of it.
    if (state === 'link-down' && action !== 'exit') this.#ask(false);
    else button.closest<HTMLElement>('[popover]')?.hidePopover();
    if (action === 'sign-in') this.request('p2p-add-account-request', { account, username, server });
    else if (action === 'wipe') this.request('p2p-sign-out-request', { account, wipe: true });
    else this.request(`p2p-${action as 'use-here' | 'exit' | 'sign-out'}-request`, { account });
  }

  #ask(isWiping: boolean): void {
    if (this.isWiping === isWiping) return;
    this.isWiping = isWiping;
    // To the choice that changes nothing, and back to where the person came from.
    const next = isWiping ? 'keep' : 'ask';
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>(`[data-action="${next}"]`)?.focus(),
    );
  }

  #onToggle(event: ToggleEvent): void {
    const menu = event.currentTarget as HTMLElement;
    const opener = this.renderRoot.querySelector<HTMLElement>(
      this.menuFor ? `[data-account="${this.menuFor}"]` : '.options',
    );
    if (event.newState === 'open') return placeBeside(menu, opener!);
    this.isWiping = false;
    this.menuFor = null;
    // Chromium does not give the focus back inside a shadow root. Where it went elsewhere, it stays there.
    if (!focused(this.ownerDocument) || menu.contains(this.shadowRoot!.activeElement)) opener?.focus();
  }
}

function accountOf(event: Event): AccountId {
  return (event.currentTarget as HTMLElement).dataset['account'] as AccountId;
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-session-switcher': SessionSwitcherElement;
  }
}
