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

/** How long it stays, in milliseconds, while nobody points at it. */
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
 * Says that a message has come in another conversation than the open one, and from whom; never what was written.
 * One at a time, the newest; all are read out. While a modal dialog is open it waits. Pressed, it opens the conversation; it can be dismissed, and goes by itself after eight
 * seconds unless somebody points at it or has the focus in it. What it says also stands in the list, where it stays.
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
 * @csspart dismiss - The button that takes it away.
 */
export class ToastElement extends ArrivalElement {
  static override styles = [reset, controls, avatars, styles];
  static override properties = {
    peer: {},
    message: { attribute: false },
    isInline: { type: Boolean, attribute: 'inline' },
  };

  /** The other person of the open conversation, of which nothing is said. Absent: none is open. */
  declare peer: AccountId | null | undefined;
  /** The message that is told of. Absent, nothing is drawn; with a messenger it is filled in. */
  declare message: ToastMessage | null | undefined;
  /** Whether it takes a place of its own where it stands, and covers nothing. Absent: it lies over the window's top. */
  declare isInline: boolean;

  readonly #announcer = new Announcer(this);
  /** What has come and was not said yet. */
  #unsaid: ToastMessage[] = [];
  #isBehindDialog = false;
  #since = 0;
  /** Somebody points at it, or has the focus in it. */
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

  /** It was read elsewhere: in the list, or in another tab. */
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
    // Behind a modal dialog nothing can be pressed, and nothing is read out: it waits.
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
    // What is announced stands outside of the box: a region that comes into being with its text is not read out.
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

  /** From here on it stays its whole time again. */
  #onLetGo(event: Event): void {
    const box = event.currentTarget as HTMLElement;
    // The pointer may have left while the focus is still in it, and the other way round.
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

/** From whom it is, and for which account; nothing of the second where that is the one that is shown. */
function wordsFor(message: ToastMessage, t: ShownWords): [string, string] {
  return [t.messageFrom(nameOf(message, t)), message.to ? t.messageTo(message.to) : ''];
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-toast': ToastElement;
  }
}
