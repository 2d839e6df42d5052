import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type { LinkView } from '../../facts/index.ts';
import { ConnectedElement } from '../internal/connected.ts';
import type { Fills } from '../internal/connected.ts';
import type { Messenger } from '../../stores/api.ts';
import { icon } from '../internal/icons.ts';
import { reset } from '../internal/reset.styles.ts';
import { controls } from '../internal/shared.styles.ts';
import { Ticker } from '../internal/ticker.ts';
import { secondsUntil } from '../internal/time.ts';
import { warnUnless } from '../internal/warn.ts';
import { styles } from './connection-banner.styles.ts';

/**
 * The state of our own link to the service; nothing while it is up. It is about this device only, never about the
 * other side.
 *
 * @summary The state of the own link, with a way to try again.
 * @tag p2p-connection-banner
 * @status stable
 * @since 0.1.0
 *
 * @event {CustomEvent<Record<string, never>>} p2p-reconnect-request - Retry now was pressed.
 *
 * @csspart banner - The line.
 * @csspart text - Its sentence.
 * @csspart retry - The button that tries again now.
 */
export class ConnectionBannerElement extends ConnectedElement {
  static override styles = [reset, controls, styles];
  static override properties = { link: { attribute: false } };

  /** The state of the link. Absent: nothing is drawn. */
  declare link: LinkView | null | undefined;

  constructor() {
    super();
    new Ticker(this, () => (this.#known?.state === 'reconnecting' ? 1000 : null));
  }

  protected override fills({ link }: Messenger): Fills<ConnectionBannerElement> {
    return { link };
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    warnUnless(this, changed, 'link', () => this.#known, 'an object with a state');
  }

  protected override render(): TemplateResult {
    const link = this.#known;
    const text = link ? this.t.link[link.state] : '';
    const isInfo = link?.state === 'connecting' || link?.state === 'other-tab';
    // The region exists while it is empty; otherwise its first sentence would not be announced. The seconds are
    // outside of it, so that they are not announced.
    return html`
      <div part="banner" class="banner ${text ? '' : 'quiet'} ${isInfo ? 'info' : ''}">
        ${text ? icon(link?.state === 'connecting' ? 'dash' : 'none') : nothing}
        <span part="text" class="grow" role="status">${text}</span>
        ${
          link?.state === 'reconnecting'
            ? html`<span class="countdown">${this.t.retryIn(secondsUntil(link.retryAt))}</span>
                <button type="button" part="retry" class="button" @click=${this.#onRetry}>
                  ${this.t.retryNow}
                </button>`
            : nothing
        }
      </div>
    `;
  }

  get #known(): LinkView | null {
    const { link } = this;
    // The page may have set any value.
    return typeof link === 'object' && link && Object.hasOwn(this.t.link, link.state) ? link : null;
  }

  #onRetry(): void {
    this.request('p2p-reconnect-request', {});
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-connection-banner': ConnectionBannerElement;
  }
}
