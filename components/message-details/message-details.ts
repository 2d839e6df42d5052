import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type {
  Capabilities,
  AccountId,
  DialAttempt,
  MessageId,
  MessageInput,
  ThreadMessage,
} from '../../facts/index.ts';
import type { Messenger } from '../../stores/api.ts';
import { FilledElement, constant, derived, rowOf } from '../internal/connected.ts';
import type { Fills } from '../internal/connected.ts';
import { JsonCopy, jsonCopyStyles } from '../internal/json-copy.ts';
import { FocusRule } from '../internal/focus.ts';
import { wholeMessage } from '../internal/messages.ts';
import { knownName } from '../internal/names.ts';
import { reset } from '../internal/reset.styles.ts';
import { controls } from '../internal/shared.styles.ts';
import { cut } from '../internal/texts.ts';
import { Ticker, timeSource } from '../internal/ticker.ts';
import { exactTime, fullTime, isoTime, secondsUntil } from '../internal/time.ts';
import { areObjects, warnUnless } from '../internal/warn.ts';
import { styles } from './message-details.styles.ts';
import { timelineOf } from './timeline.ts';
import type { TimelineEntry } from './timeline.ts';

/**
 * The history of one message, line by line with times: when it was written, which routes were tried with which
 * result, what the other side confirmed, and what is still open. For a message of theirs: what is known of it.
 *
 * "Copy as JSON" copies the evidence for a report: ids, times, routes, outcomes and the raw reasons of the service,
 * never the text of the message or a name.
 *
 * Give it a `message` as a list has it, or a messenger with `account`, `peer` and `message-id`.
 *
 * @summary The history of one message.
 * @tag p2p-message-details
 * @status stable
 * @since 0.1.0
 *
 * @csspart heading - The heading.
 * @csspart timeline - The lines.
 * @csspart entry - One line.
 * @csspart reason - The raw text of a refusal.
 * @csspart time - The time of a line.
 * @csspart copy - The button that copies the evidence.
 * @csspart copied - The result of copying.
 * @csspart json - The field to copy from by hand when the clipboard was refused.
 * @csspart notice - The sentence shown when the message is missing.
 */
export class MessageDetailsElement extends FilledElement {
  static override styles = [reset, controls, jsonCopyStyles, styles];
  static override properties = {
    peer: {},
    messageId: { attribute: 'message-id' },
    message: { attribute: false },
    peerName: { attribute: 'peer-name' },
    dials: { attribute: false },
    relayName: { attribute: 'relay-name' },
    capabilities: { attribute: false },
  };

  /** The other person, to fill the rest from a messenger. Absent: nothing is filled. */
  declare peer: AccountId | null | undefined;
  /** The id of the message, to fill the rest from a messenger. Absent: nothing is filled. */
  declare messageId: MessageId | null | undefined;
  /** The message. Absent: the element says that it is missing. */
  declare message: MessageInput | null | undefined;
  /** The other person's name. Absent: sentences use a placeholder. */
  declare peerName: string | null | undefined;
  /** The dials of this conversation; those that belong to the message are shown. Absent: none. */
  declare dials: readonly DialAttempt[] | null | undefined;
  /** The relay's name, as written after "through". Absent: the server. */
  declare relayName: string | null | undefined;
  /** What the backend supports: without receipts they are not mentioned. Absent: everything. */
  declare capabilities: Partial<Capabilities> | null | undefined;
  readonly #copy = new JsonCopy(
    this,
    () => {
      const { copyAsJson, copied, couldNotCopy, evidenceJson } = this.t;
      return { copy: copyAsJson, copied, byHand: couldNotCopy, field: evidenceJson };
    },
    () => this.#evidence(),
  );

  constructor() {
    super();
    new FocusRule(this);
    // Seconds are counted only while an attempt is planned.
    new Ticker(this, () =>
      ['waiting', 'sending', 'sent'].includes(this.message?.status ?? '') ? 1_000 : null,
    );
  }

  protected override fills(messenger: Messenger, account: AccountId | null): Fills<MessageDetailsElement> {
    const { peer, messageId } = this;
    if (!account || !peer || !messageId) return {};
    const person = messenger.peers.person(account, peer);
    return {
      message: rowOf(messenger.messages.source(account, peer), messageId),
      peerName: derived(person, ({ name }) => name),
      dials: derived(person, () => messenger.routes.attempts(account, peer)),
      relayName: constant(messenger.relayName),
      capabilities: constant(messenger.capabilities),
    };
  }

  protected override fillInputs(): readonly unknown[] {
    return [this.peer, this.messageId];
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    warnUnless(this, changed, 'message', () => this.#known, 'a message');
    if (changed.has('message') && changed.get('message')?.id !== this.message?.id) this.#copy.clear();
  }

  protected override render(): TemplateResult {
    const { t } = this;
    const message = this.#known;
    return html`
      <h2 part="heading">${t.whatHappened}</h2>
      ${
        message
          ? html`<ol part="timeline">
                ${timelineOf(
                  message,
                  {
                    name: knownName(this.peerName) ?? t.someone,
                    dials: this.dials ?? [],
                    relay: this.relayName ?? null,
                    carriesReceipts: this.capabilities?.carriesReceipts !== false,
                    now: timeSource().now(),
                    secondsUntil: (at) => secondsUntil(at),
                  },
                  t,
                ).map((entry) => this.#entry(entry))}
              </ol>
              ${this.#copy.button()}`
          : html`<p part="notice" class="muted small">${t.messageGone}</p>`
      }
      ${this.#copy.outcome()}${message ? this.#copy.field() : nothing}
    `;
  }

  #entry({ at, tone, text, reason }: TimelineEntry): TemplateResult {
    return html`<li part="entry" class=${tone}>
      <span class="grow"
        ><bdi>${text}${reason === null ? '' : ':'}</bdi>${
          reason === null ? nothing : html` <i part="reason"><bdi>${cut(reason, 2_000, '…')}</bdi></i>`
        }</span
      >
      ${
        at === null || Number.isNaN(at)
          ? nothing
          : html`<time
              part="time"
              class="muted"
              datetime=${isoTime(at)}
              title=${fullTime(at, this.t.language)}
              >${exactTime(at, this.t.language)}</time
            >`
      }
    </li>`;
  }

  get #known(): ThreadMessage | null {
    const { message } = this;
    // The page may have set any value.
    if (typeof message !== 'object' || typeof message?.id !== 'string') return null;
    const whole = wholeMessage(message);
    // If it is unknown whether the message is stored, the history does not claim it.
    return areObjects(whole.facts) ? { ...whole, isStored: message.isStored! } : null;
  }

  /** By name, so that a field added to messages later is not copied by accident. */
  #evidence(): object {
    const { id, own, status, sentAt, place, attempts, waiting, isStored, missingBefore, facts } =
      this.#known!;
    const evidence = { id, own, status, sentAt, place, attempts, waiting, isStored, missingBefore, facts };
    return { ...evidence, dials: this.dials ?? [] };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-message-details': MessageDetailsElement;
  }
}
