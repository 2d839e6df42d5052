import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type { AccountId, ConversationRow } from '../../facts/index.ts';
import type { Messenger } from '../../stores/api.ts';
import { ArrivalElement } from '../internal/arrivals.ts';
import { Announcer } from '../internal/announcer.ts';
import { avatar } from '../internal/avatar.ts';
import { iconButton } from '../internal/icons.ts';
import type { ShownWords } from '../internal/language.ts';
import { knownName, ownNameOf } from '../internal/names.ts';
import { pageOf } from '../internal/page.ts';
import { reset } from '../internal/reset.styles.ts';
import { isBehindDialog } from '../internal/seen.ts';
import { avatars, controls } from '../internal/shared.styles.ts';
import { elapsed, Ticker } from '../internal/ticker.ts';
import { warnUnless } from '../internal/warn.ts';
import { styles } from './toast.styles.ts';

/** How long the toast stays, in milliseconds, while it is not hovered or focused. */
const STAYS_MS = 8_000;

/** A message that has come. */
export interface ToastMessage {
  readonly account: AccountId;
  readonly peer: AccountId;
  /** The sender's name, or null where none is known. */
  readonly name: string | null;
  /** The name of the account that got it, where another one is shown. */
  readonly to: string | null;
}

/**
 * Shows that a message has arrived in another conversation than the open one, and its sender; never its text. One at
 * a time, the newest; all are read out. While a modal dialog is open it waits. Pressed, it opens the conversation; it
 * can be dismissed, and goes by itself after eight seconds unless somebody points at it or has the focus in it. What
 * it says also stands in the list, where it stays.
 *
 * `p2p-messenger` has one inside as soon as this element is registered. An element of its own entry:
 * `p2p-elements/components/toast/define`.
 *
 * @summary A message has come in another conversation.
 * @tag p2p-toast
 * @status stable
 * @since 0.1.0
 *
 * @event {CustomEvent<PeerDetail>} p2p-open-conversation-request - It was pressed: its conversation shall be opened.
 * @event {CustomEvent<AccountDetail>} p2p-switch-session-request - And it belongs to another account than the one that is shown.
 *
 * @csspart toast - The box.
 * @csspart open - The button that opens the conversation.
 * @csspart avatar - The sender's initials.
 * @csspart dismiss - The button that closes it.
 */
export class ToastElement extends ArrivalElement {
  static override styles = [reset, controls, avatars, styles];
  static override properties = {
    peer: {},
    message: { attribute: false },
    isInline: { type: Boolean, attribute: 'inline' },
  };

  /** The other person of the open conversation, whose messages are not shown. Absent: none is open. */
  declare peer: AccountId | null | undefined;
  /** The message that is shown. Absent: nothing is drawn; with a messenger it is filled. */
  declare message: ToastMessage | null | undefined;
  /** Whether it takes space in the layout and covers nothing. Absent: it is an overlay at the top of the window. */
  declare isInline: boolean;

  readonly #announcer = new Announcer(this);
  /** Messages that were not shown yet. */
  #unsaid: ToastMessage[] = [];
  #isBehindDialog = false;
  #since = 0;
  /** Whether the toast is hovered or focused. */
  #isPaused = false;

  constructor() {
    super();
    this.isInline = false;
    new Ticker(this, () => (this.message ? 1_000 : null));
  }

  protected override arrived(row: ConversationRow, { sessions, sessionRows }: Messenger): void {
    const { account, peer, name } = row;
    const isShown = account === sessions.current.peek();
    if (pageOf(this).visibilityState !== 'visible' || (isShown && peer === this.peer)) return;
    const own = sessionRows.peek().find((session) => session.account === account);
    const to = isShown || !own ? null : ownNameOf(own, this.t);
    this.message = { account, peer, name, to };
    this.#unsaid.push(this.message);
  }

  /** The message was read elsewhere: in the list, or in another tab. */
  protected override read(account: AccountId, peer: AccountId): void {
    if (this.#isAbout(account, peer)) this.message = null;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const now = elapsed();
    const isMessage = (message: ToastMessage): boolean => typeof message.peer === 'string';
    warnUnless(this, changed, 'message', isMessage, 'an object with a peer');
    if (this.message && !isMessage(this.message)) this.message = null;
    const { message } = this;
    if (changed.has('message') && message && !this.#unsaid.includes(message)) this.#unsaid.push(message);
    // Waits while a modal dialog is open, because nothing behind it can be pressed or is announced.
    const wasBehindDialog = this.#isBehindDialog;
    this.#isBehindDialog = isBehindDialog(this);
    if (changed.has('message') || this.#isPaused || wasBehindDialog) this.#since = now;
    const isOpen = this.peer != null && this.#isAbout(this.account, this.peer);
    if (isOpen || now - this.#since >= STAYS_MS) this.message = null;
    if (!this.message) {
      this.#unsaid = [];
      this.#announcer.clear();
    } else if (!this.#isBehindDialog)
      for (const unsaid of this.#unsaid.splice(0))
        this.#announcer.say(wordsFor(unsaid, this.t).filter(Boolean).join('. '));
  }

  protected override render(): TemplateResult {
    const message = this.#isBehindDialog ? null : this.message;
    const { t } = this;
    const [words, to] = message ? wordsFor(message, t) : ['', ''];
    // The live region is outside of the box: a region that is inserted together with its text is not announced.
    return html`
      <div
        part="toast"
        class="toast"
        popover=${this.isInline ? nothing : 'manual'}
        ?hidden=${this.isInline && !message}
        @pointerenter=${this.#onHold}
        @focusin=${this.#onHold}
        @pointerleave=${this.#onLetGo}
        @focusout=${this.#onLetGo}
        @keydown=${this.#onKey}
      >
        ${
          message
            ? html`<button type="button" part="open" class="open" @click=${this.#onOpen}>
                  ${avatar(message.peer, nameOf(message, t), null)}
                  <span class="words">
                    <span class="name" dir="auto">${words}</span>
                    ${to ? html`<span class="to small muted" dir="auto">${to}</span>` : nothing}
                  </span>
                </button>
                ${iconButton('close', t.dismiss, () => this.#close(), { part: 'dismiss' })}`
            : nothing
        }
      </div>
      ${this.#announcer.render('status')}
    `;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const box = this.renderRoot.querySelector<HTMLElement>('.toast');
    if (box && this.isConnected && !this.isInline)
      box.togglePopover(Boolean(this.message) && !this.#isBehindDialog);
  }

  #isAbout(account: AccountId | null | undefined, peer: AccountId): boolean {
    return this.message?.account === account && this.message?.peer === peer;
  }

  #close(): void {
    this.#isPaused = false;
    this.message = null;
  }

  #onOpen(): void {
    const { message } = this;
    this.#close();
    if (message) this.openConversation({ account: message.account, peer: message.peer });
  }

  #onHold(): void {
    this.#isPaused = true;
  }

  /** From now on it stays for its full time again. */
  #onLetGo(event: Event): void {
    const box = event.currentTarget as HTMLElement;
    // The pointer may have left while the focus is still inside, or the reverse.
    this.#isPaused = box.matches(event.type === 'focusout' ? ':hover' : ':focus-within');
    this.#since = elapsed();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.#close();
  }
}

function nameOf({ name }: ToastMessage, t: ShownWords): string {
  return knownName(name) ?? t.someone;
}

/** The sender and the account; no account if it is the one that is shown. */
function wordsFor(message: ToastMessage, t: ShownWords): [string, string] {
  return [t.messageFrom(nameOf(message, t)), message.to ? t.messageTo(message.to) : ''];
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-toast': ToastElement;
  }
}
