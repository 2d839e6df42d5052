import { html } from 'lit';
import type { PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import { connectRequests } from '../../stores/connect-requests.ts';
import type { Messenger } from '../../stores/api.ts';
import { provideMessenger } from '../internal/context.ts';
import { P2pElement } from '../internal/element.ts';
import { PageLife } from '../internal/page-life.ts';
import { styles } from './provider.styles.ts';

/**
 * Hands a messenger to every element inside it, and carries out what they ask for. It also tells the messenger
 * when the page is hidden, comes back, or goes.
 *
 * @summary One messenger for a part of the page.
 * @tag p2p-provider
 * @status stable
 * @since 0.1.0
 *
 * @slot - Any elements; those of this library inside take what they show from the messenger.
 */
export class Provider extends P2pElement {
  static override styles = styles;
  static override properties: PropertyDeclarations = { messenger: { attribute: false } };

  /** The messenger, from `createMessenger()`. Absent: the elements inside show their own properties. */
  declare messenger: Messenger | null | undefined;

  readonly #provide = provideMessenger(this);
  #disconnect: (() => void) | undefined;

  constructor() {
    super();
    new PageLife(this, () => this.messenger ?? null);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#connect();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#disconnect?.();
    this.#disconnect = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('messenger')) return;
    this.#provide(this.messenger ?? null);
    this.#connect();
  }

  protected override render(): TemplateResult {
    return html`<slot></slot>`;
  }

  #connect(): void {
    this.#disconnect?.();
    this.#disconnect = this.messenger && this.isConnected ? connectRequests(this, this.messenger) : undefined;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-provider': Provider;
  }
}
