import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Cid, SessionRow } from '../../facts/index.ts';
import { avatar } from '../internal/avatar.ts';
import { ConnectedElement } from '../internal/connected.ts';
import type { Fills } from '../internal/connected.ts';
import type { Messenger } from '../../stores/messenger.ts';
import { icon, iconButton } from '../internal/icons.ts';
import { reset } from '../internal/reset.styles.ts';
import { avatars, controls } from '../internal/shared.styles.ts';
import { counts } from '../internal/counts.styles.ts';
import { strings } from '../internal/strings.ts';
import { describe, warn } from '../internal/warn.ts';
import { styles } from './session-switcher.styles.ts';

/**
 * The accounts of this browser: which one is shown, what waits in the others, and what can be done with each.
 *
 * @summary The accounts of this browser.
 * @tag p2p-session-switcher
 * @status stable
 * @since 0.1.0
 *
 * @event {CustomEvent<AccountDetail>} p2p-switch-session-request - Another account was chosen.
 * @event {CustomEvent<Record<string, never>>} p2p-add-account-request - Add account was pressed.
 * @event {CustomEvent<AccountDetail & { wipe?: boolean }>} p2p-sign-out-request - Sign out was pressed. With `wipe`: its messages shall leave this device too, which was confirmed.
 * @event {CustomEvent<AccountDetail>} p2p-exit-request - Exit was pressed: hide it here, leave it signed in.
 * @event {CustomEvent<AccountDetail>} p2p-use-here-request - Use here was pressed, for an account open elsewhere.
 *
 * @csspart session - The button of an account; the chosen one has `aria-current`.
 * @csspart avatar - Its initials.
 * @csspart count - What waits in an account: unread messages and pending requests together.
 * @csspart add - Add account.
 * @csspart options - The button that opens the options of the chosen account.
 * @csspart menu - These options.
 */
export class SessionSwitcher extends ConnectedElement {
  static override styles = [reset, controls, counts, avatars, styles];
  static override properties = {
    sessions: { attribute: false },
    selected: {},
    orientation: { reflect: true },
    isWiping: { state: true },
  };

  /** The accounts, in order. Absent: none. */
  declare sessions: readonly SessionRow[] | null | undefined;
  /** The account that is shown. Absent, none is. */
  declare selected: Cid | null | undefined;
  /** How the accounts are laid out. Absent: vertical. */
  declare orientation: 'vertical' | 'horizontal' | null | undefined;
  /** Whether it is being asked if everything of the account shall leave this device. */
  declare protected isWiping: boolean;

  constructor() {
    super();
    this.isWiping = false;
  }

  protected override fills({ sessions, sessionRows }: Messenger): Fills {
    return { sessions: sessionRows, selected: sessions.current };
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('sessions') && this.sessions != null && !Array.isArray(this.sessions))
      warn(
        'p2p-session-switcher',
        'sessions',
        `expected sessions to be an array, got ${describe(this.sessions)}`,
      );
  }

  protected override render(): TemplateResult {
    const t = strings();
    const sessions = Array.isArray(this.sessions) ? (this.sessions as readonly SessionRow[]) : [];
    const selected = sessions.find(({ account }) => account === this.selected);
    return html`
      <div class="accounts" role="group" aria-label=${t.sessions}>
        <div class="sessions" role="list">
          ${repeat(
            sessions,
            ({ account }) => account,
            (session) => html`<div role="listitem">${this.#session(session)}</div>`,
          )}
        </div>
        ${iconButton('plus', t.addAccount, this.#onAdd, { part: 'add' })}
        ${selected ? this.#options(selected) : nothing}
      </div>
    `;
  }

  #session(session: SessionRow): TemplateResult {
    const t = strings();
    const name = session.fullName || session.username;
    const waiting = session.unread + session.pending;
    const label = t.session(name, t.sessionState[session.state], session.unread, session.pending);
    return html`
      <button
        type="button"
        part="session"
        class="session"
        data-account=${session.account}
        title=${label}
        aria-current=${session.account === this.selected ? 'true' : nothing}
        @click=${this.#onSwitch}
      >
        <span class="visually-hidden">${label}</span>
        ${avatar(session.account, session.username, session.state === 'signed-in' ? 'online' : 'offline')}
        ${
          waiting > 0
            ? html`<span part="count" class="count" aria-hidden="true"
                >${waiting > 99 ? '99+' : waiting}</span
              >`
            : nothing
        }
      </button>
    `;
  }

  #options(session: SessionRow): TemplateResult {
    const t = strings();
    const isIn =
      session.state === 'signed-in' || session.state === 'link-down' || session.state === 'claiming';
    return html`
      <button
        type="button"
        part="options"
        class="button icon quiet options"
        aria-label=${t.accountOptions}
        title=${t.accountOptions}
        popovertarget="menu"
      >
        ${icon('more')}
      </button>
      <div
        id="menu"
        part="menu"
        class="menu"
        popover
        role="group"
        aria-label=${t.accountOptions}
        @toggle=${this.#onToggle}
      >
        <div class="name ellipsis" dir="auto">${session.fullName || session.username}</div>
        <div class="small muted">${[session.username, session.server].filter(Boolean).join(' · ')}</div>
        <div class="small">${t.sessionState[session.state]}${session.note ? `: ${session.note}` : ''}</div>
        ${this.isWiping && isIn ? this.#question(session) : this.#choices(session, isIn)}
      </div>
    `;
  }

  #choices(session: SessionRow, isIn: boolean): TemplateResult {
    const t = strings();
    if (session.state === 'open-elsewhere') return this.#choice('use-here', t.useHere, 'primary');
    return isIn
      ? html`${this.#choice('exit', t.exit, '', t.exitMeaning)}${this.#choice('sign-out', t.signOut)}${this.#choice(
          'ask',
          t.signOutAndWipe,
        )}`
      : html``;
  }

  /** Asked once, in plain words: what is removed cannot be brought back. */
  #question(session: SessionRow): TemplateResult {
    const t = strings();
    return html`<p class="small danger" role="status">
        ${t.wipeMeaning(session.fullName || session.username)}
      </p>
      ${this.#choice('keep', t.keep)}${this.#choice('wipe', t.wipe)}`;
  }

  #choice(action: string, word: string, look = '', title: string | null = null): TemplateResult {
    return html`<button
      type="button"
      class="button ${look}"
      data-action=${action}
      title=${title ?? nothing}
      @click=${this.#onMenu}
    >
      ${word}
    </button>`;
  }

  #onSwitch(event: Event): void {
    const account = (event.currentTarget as HTMLElement).dataset['account'] as Cid;
    this.request('p2p-switch-session-request', { account });
  }

  #onAdd(): void {
    this.request('p2p-add-account-request', {});
  }

  #onMenu(event: Event): void {
    const button = event.currentTarget as HTMLElement;
    const { action } = button.dataset;
    const account = this.selected;
    if (!account) return;
    if (action === 'ask' || action === 'keep') {
      this.isWiping = action === 'ask';
      // To the choice that changes nothing, and back to where the person came from.
      const next = this.isWiping ? 'keep' : 'ask';
      void this.updateComplete.then(() =>
        this.renderRoot.querySelector<HTMLElement>(`[data-action="${next}"]`)?.focus(),
      );
      return;
    }
    button.closest<HTMLElement>('[popover]')?.hidePopover();
    if (action === 'use-here') this.request('p2p-use-here-request', { account });
    else if (action === 'exit') this.request('p2p-exit-request', { account });
    else this.request('p2p-sign-out-request', action === 'wipe' ? { account, wipe: true } : { account });
  }

  #onToggle(event: ToggleEvent): void {
    if (event.newState !== 'open') {
      this.isWiping = false;
      return;
    }
    const menu = event.currentTarget as HTMLElement;
    const button = this.renderRoot.querySelector<HTMLElement>('.options')!.getBoundingClientRect();
    const { width, height } = menu.getBoundingClientRect();
    const view = document.documentElement;
    const top = button.bottom + 6 + height > view.clientHeight ? button.top - height - 6 : button.bottom + 6;
    menu.style.setProperty('top', `${Math.max(8, top)}px`);
    menu.style.setProperty('left', `${Math.max(8, Math.min(button.left, view.clientWidth - width - 8))}px`);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-session-switcher': SessionSwitcher;
  }
}
