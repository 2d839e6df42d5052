import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type { AccountId, MessageId, WaitReason } from '../../facts/index.ts';
import { ConnectedElement, derived } from '../internal/connected.ts';
import type { Fills } from '../internal/connected.ts';
import type { Messenger } from '../../stores/api.ts';
import { icon, iconButton } from '../internal/icons.ts';
import { firstName, knownName } from '../internal/names.ts';
import { reset } from '../internal/reset.styles.ts';
import { controls } from '../internal/shared.styles.ts';
import { excerpt } from '../internal/texts.ts';
import { elapsed } from '../internal/ticker.ts';
import { styles } from './composer.styles.ts';
import { draftOf, keepDraft } from './drafts.ts';

/** The shortest interval between two typing events, in milliseconds. */
const TYPING_EVERY_MS = 2_000;

/**
 * A text field for a message. Enter sends (not while an input method is composing), Shift+Enter inserts a line break.
 * The draft is kept per conversation. Without a path a message can still be written: it waits, and the composer says
 * so.
 *
 * @summary Write and send a message.
 * @tag p2p-composer
 * @status stable
 * @since 0.1.0
 *
 * @event {CustomEvent<PeerDetail & { text: string; replyTo?: MessageId }>} p2p-send-request - Send or Enter was pressed. The text is cleared unless the page called preventDefault().
 * @event {CustomEvent<PeerDetail>} p2p-typing-request - Something was typed; at most every two seconds.
 * @event {CustomEvent<undefined>} p2p-reply-cancelled - The person cancelled the reply.
 *
 * @csspart field - The text area.
 * @csspart send - The button.
 * @csspart note - Why it cannot send, or that the message will wait.
 * @csspart reply - The message that is replied to.
 */
export class ComposerElement extends ConnectedElement {
  static override styles = [reset, controls, styles];
  static override properties = {
    peer: {},
    peerName: { attribute: 'peer-name' },
    blocked: {},
    wait: {},
    replyTo: { attribute: false },
  };

  /** The other person. Absent, nothing can be sent. */
  declare peer: AccountId | null | undefined;
  /** The other person's name. Absent, the field is named without it. */
  declare peerName: string | null | undefined;
  /** Why nothing can be sent, as a sentence. Absent: messages can be sent. */
  declare blocked: string | null | undefined;
  /** What a message would wait for. Absent: it is sent at once. */
  declare wait: WaitReason | null | undefined;
  /** The message that is replied to. Absent: none. */
  declare replyTo:
    { readonly id: MessageId; readonly text: string | null; readonly own: boolean } | null | undefined;

  #toldTypingAt = -Infinity;
  /** The text that was set before the field was rendered. */
  #early: string | null = null;
  /** Whether the browser supports `field-sizing: content`. */
  readonly #sizesItself = globalThis.CSS?.supports('field-sizing', 'content');

  /** The text as it stands in the field. Set before the conversation is known, it belongs to the first that is. */
  get text(): string {
    return this.#field?.value ?? this.#early ?? '';
  }
  set text(given: string) {
    const text = String(given ?? '');
    if (this.peer) keepDraft(this.account, this.peer, text);
    if (this.#field) this.#field.value = text;
    else this.#early = text;
    this.#mirror();
    this.requestUpdate();
  }

  /** Puts the caret into the field. */
  override focus(options?: FocusOptions): void {
    this.#field?.focus(options);
  }

  protected override fills(messenger: Messenger, account: AccountId | null): Fills<ComposerElement> {
    const { peer } = this;
    if (!account || !peer) return {};
    const person = messenger.peers.person(account, peer);
    return {
      peerName: derived(person, ({ name }) => name),
      wait: derived(person, () => {
        const decision = messenger.route(account, peer);
        return decision.route === 'none' ? decision.reason : null;
      }),
    };
  }

  protected override fillInputs(): readonly unknown[] {
    return [this.peer];
  }

  protected override render(): TemplateResult {
    const { t } = this;
    const name = knownName(this.peerName);
    const label = name ? t.composerLabel(firstName(name)) : t.composerUnnamed;
    const first = name ? firstName(name) : t.someone;
    const note = this.blocked || (this.wait ? t.willWait(t.waitingFor[this.wait]?.(first) ?? '') : '');
    return html`
      ${
        this.replyTo
          ? html`<div part="reply" class="reply">
              <div class="grow">
                <b>${t.replyingTo(this.replyTo.own ? t.you : first)}</b>
                <div class="ellipsis muted" dir="auto">
                  ${this.replyTo.text == null ? t.answeredMissing : excerpt(this.replyTo.text, 200)}
                </div>
              </div>
              ${iconButton('close', t.stopReplying, this.#onStopReply)}
            </div>`
          : nothing
      }
      <div part="note" id="note" class="note ${this.blocked ? 'blocked' : ''}" role="status">${note}</div>
      <form @submit=${this.#onSubmit}>
        <div class="field">
          <textarea
            part="field"
            rows="1"
            dir="auto"
            enterkeyhint="send"
            placeholder=${label}
            aria-label=${label}
            aria-describedby="note"
            @input=${this.#onInput}
            @keydown=${this.#onKey}
          ></textarea>
          ${this.#sizesItself ? nothing : html`<div class="mirror" dir="auto" aria-hidden="true"></div>`}
        </div>
        <button
          type="submit"
          part="send"
          class="send"
          aria-label=${t.send}
          title=${t.send}
          aria-describedby=${this.blocked ? 'note' : nothing}
        >
          ${icon('up')}
        </button>
      </form>
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    this.#showWhetherItCanSend();
    if (!changed.has('account') && !changed.has('peer') && this.#early === null) return;
    const field = this.#field;
    if (!field) return;
    if (this.#early !== null) field.value = this.#early;
    this.#early = null;
    const oldAccount = changed.has('account') ? changed.get('account') : this.account;
    const oldPeer = changed.has('peer') ? changed.get('peer') : this.peer;
    const { account, peer } = this;
    // The account may be set later, or never.
    const isOther = oldPeer && (oldPeer !== peer || (oldAccount && oldAccount !== account));
    if (isOther) {
      keepDraft(oldAccount, oldPeer, field.value);
      field.value = '';
    }
    // A text that was written before the peer was known is kept.
    if (peer && field.value !== '') keepDraft(account, peer, field.value);
    else if (peer) field.value = draftOf(account, peer);
    this.#toldTypingAt = -Infinity;
    this.#mirror();
    this.#showWhetherItCanSend();
  }

  get #field(): HTMLTextAreaElement | null {
    return this.renderRoot?.querySelector<HTMLTextAreaElement>('textarea') ?? null;
  }

  get #canSend(): boolean {
    return !!this.peer && !this.blocked && this.text.trim() !== '';
  }

  #send(): void {
    const { account, peer, replyTo, text } = this;
    if (!peer || !this.#canSend) return;
    const detail = { account, peer, text, ...(replyTo ? { replyTo: replyTo.id } : {}) };
    if (!this.request('p2p-send-request', detail)) return;
    this.#toldTypingAt = -Infinity;
    this.text = '';
    if (replyTo) this.tell('p2p-reply-cancelled');
  }

  /**
   * Without `field-sizing`, an invisible box with the same text sets the height, and the field fills it. Nothing is
   * measured, so the page does not jump on a key press, and the height follows the width.
   */
  #mirror(): void {
    const mirror = this.renderRoot?.querySelector('.mirror');
    // A trailing line break needs one more line.
    if (mirror) mirror.textContent = `${this.text} `;
  }

  // Set by hand and not in the template, so that a key stroke renders nothing.
  #showWhetherItCanSend(): void {
    this.renderRoot.querySelector('.send')?.setAttribute('aria-disabled', this.#canSend ? 'false' : 'true');
  }

  #onInput(): void {
    const { account, peer } = this;
    this.#mirror();
    this.#showWhetherItCanSend();
    if (!peer) return;
    keepDraft(account, peer, this.text);
    const now = elapsed();
    if (this.text === '' || now - this.#toldTypingAt < TYPING_EVERY_MS) return;
    this.#toldTypingAt = now;
    this.request('p2p-typing-request', { account, peer });
  }

  #onKey(event: KeyboardEvent): void {
    // 229: Safari reports the Enter that ends a composition after `compositionend`, with isComposing false.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#send();
  }

  #onSubmit(event: Event): void {
    event.preventDefault();
    this.#send();
    this.#field?.focus();
  }

  #onStopReply(): void {
    this.tell('p2p-reply-cancelled');
    this.#field?.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-composer': ComposerElement;
  }
}
