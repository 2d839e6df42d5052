import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { STATUSES, describeStatus, statusOf } from '../../facts/index.ts';
import type { MessageFact, Status } from '../../facts/index.ts';
import { visibleName } from '../../facts/outside.ts';
import { P2pElement } from '../internal/element.ts';
import { statusDetails } from '../internal/message-words.ts';
import { mark } from '../internal/marks.ts';
import { reset } from '../internal/reset.styles.ts';
import { areObjects, warnUnless } from '../internal/warn.ts';
import { styles } from './message-status.styles.ts';

/**
 * The status of an outgoing message, as an icon with an accessible name; never more than its evidence. Set the
 * evidence (`facts`), from which the status follows, or a `status` that was derived elsewhere.
 *
 * @summary The status of one outgoing message.
 * @tag p2p-message-status
 * @status stable
 * @since 0.1.0
 *
 * @csspart status - The icon and its label.
 * @csspart word - The label, if `words` is set.
 * @cssproperty --p2p-status-size - Size of the picture; 1.25em if absent.
 * @cssproperty --p2p-status-knock - Colour of the ticks inside the filled disc: that of the surface behind it.
 * @cssproperty --p2p-status-read - Colour of the filled disc of Read; the accent colour if absent.
 * @cssproperty --p2p-status-failed - Colour of the picture of Not sent; the danger colour if absent.
 */
export class MessageStatusElement extends P2pElement {
  static override styles = [reset, styles];
  static override properties = {
    status: { reflect: true },
    facts: { attribute: false },
    words: { type: Boolean, reflect: true },
    peerName: { attribute: 'peer-name' },
  };

  /** The status to draw. Absent: it follows from `facts`; without both, nothing is drawn. */
  declare status: Status | null | undefined;
  /** The message's evidence. If set, `status` is ignored. */
  declare facts: readonly MessageFact[] | null | undefined;
  /** Draws the label beside the icon. Absent: the label is only the icon's accessible name. */
  declare words: boolean;
  /** The other person's name, for the details. Absent: they use none. */
  declare peerName: string | null | undefined;

  constructor() {
    super();
    this.words = false;
  }

  /** The status that is drawn, or null if unknown. */
  get shown(): Status | null {
    if (areObjects(this.facts)) return statusOf(this.facts as readonly MessageFact[]);
    return STATUSES.some(({ status }) => status === this.status) ? (this.status ?? null) : null;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const isKnown = (known: Status): boolean => STATUSES.some(({ status }) => status === known);
    warnUnless(this, changed, 'facts', areObjects, 'an array');
    warnUnless(this, changed, 'status', isKnown, 'one of the seven statuses');
  }

  protected override render(): TemplateResult | typeof nothing {
    const status = this.shown;
    if (!status) return nothing;
    const label = this.t.status[status];
    const picture = mark(describeStatus(status).icon);
    const title = this.#details(status);
    return this.words
      ? html`<span part="status" class="status ${status}" title=${title}
          >${picture}<span part="word">${label}</span></span
        >`
      : html`<span part="status" class="status ${status}" role="img" aria-label=${label} title=${title}
          >${picture}</span
        >`;
  }

  #details(status: Status): string {
    return statusDetails(status, visibleName(this.peerName), this.t);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-message-status': MessageStatusElement;
  }
}
