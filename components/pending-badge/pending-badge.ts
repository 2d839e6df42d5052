import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { FilledElement } from '../internal/connected.ts';
import type { Fills } from '../internal/connected.ts';
import type { AccountId } from '../../facts/index.ts';
import type { Messenger } from '../../stores/api.ts';
import { reset } from '../internal/reset.styles.ts';
import { counts } from '../internal/counts.styles.ts';
import { shownCount } from '../internal/shown-count.ts';
import { warnUnless } from '../internal/warn.ts';
import { styles } from './pending-badge.styles.ts';

/**
 * How many people wait for an answer. The number is handed in, computed from the requests; the badge never counts
 * by itself, so that it cannot stay behind.
 *
 * @summary The number of pending requests.
 * @tag p2p-pending-badge
 * @status stable
 * @since 0.1.0
 *
 * @csspart badge - The number on its ground. Not there while the number is 0.
 */
export class PendingBadgeElement extends FilledElement {
  static override styles = [reset, counts, styles];
  static override properties = { count: { type: Number } };

  /** The number of pending requests. 0 or absent: nothing is drawn. */
  declare count: number | null | undefined;

  protected override fills({ requests }: Messenger, account: AccountId | null): Fills<PendingBadgeElement> {
    return { count: account && requests.pendingCount(account) };
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const isWhole = (count: number): boolean => Number.isInteger(count) && count >= 0;
    warnUnless(this, changed, 'count', isWhole, 'a whole number from 0');
  }

  protected override render(): TemplateResult | typeof nothing {
    const { count } = this;
    if (count == null || !Number.isInteger(count) || count <= 0) return nothing;
    return html`<span part="badge" class="count" role="img" aria-label=${this.t.pendingRequests(count)}
      >${shownCount(count, this.t.language)}</span
    >`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-pending-badge': PendingBadgeElement;
  }
}
