import { html } from 'lit';
import type { PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import { connectRequests } from '../../stores/connect-requests.ts';
import type { Messenger } from '../../stores/api.ts';
import { provideMessenger } from '../internal/context.ts';
import { P2pElement } from '../internal/element.ts';
import { OwnWindow } from '../internal/own-window.ts';
import { givenMessenger, openInBrowser } from '../internal/service.ts';
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
export class ProviderElement extends P2pElement {
  static override styles = styles;
  static override properties: PropertyDeclarations = { messenger: { attribute: false }, service: {} };

  /** The messenger, from `createMessenger()`. Absent: the elements inside show their own properties. */
  declare messenger: Messenger | null | undefined;
  /**
   * The address of the service, e.g. `ws://127.0.0.1:8080`: everything is chosen, and all elements with the same one
   * share it. It needs `p2p-elements/define` or the bundle. Absent: the messenger is passed in.
   */
  declare service: string | null | undefined;

  readonly #provide = provideMessenger(this);
  #disconnect: (() => void) | undefined;

  constructor() {
    super();
    new OwnWindow(this, () => this.#own);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#connect();
    // How the messenger of a service is made may have been said while it was out of the page.
    if (this.hasUpdated && this.service) this.requestUpdate('service');
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#disconnect?.();
    this.#disconnect = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('messenger') && !changed.has('service')) return;
    this.#provide(this.#own);
    this.#connect();
  }

  protected override render(): TemplateResult {
    return html`<slot></slot>`;
  }

  get #own(): Messenger | null {
    return givenMessenger(this);
  }

  #connect(): void {
    this.#disconnect?.();
    this.#disconnect = undefined;
    const messenger = this.isConnected ? this.#own : null;
    if (!messenger) return;
    openInBrowser(messenger);
    this.#disconnect = connectRequests(this, messenger);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-provider': ProviderElement;
  }
}
