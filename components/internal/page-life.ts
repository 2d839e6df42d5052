import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Messenger } from '../../stores/api.ts';
import { pageOf } from './page.ts';

/**
 * Tells a messenger about the page's life: hidden or shown, back from the back/forward cache or from being
 * offline, or gone for good. `beforeunload` plays no part: it can be cancelled.
 */
export class PageLife implements ReactiveController {
  readonly #messenger: () => Messenger | null;
  readonly #host: ReactiveControllerHost & Node;
  #page: Document | undefined;
  #told: Messenger | null = null;

  constructor(host: ReactiveControllerHost & Node, messenger: () => Messenger | null) {
    this.#host = host;
    this.#messenger = messenger;
    host.addController(this);
  }

  hostConnected(): void {
    this.#page = pageOf(this.#host);
    this.#page.addEventListener('visibilitychange', this.#onVisibility);
    addEventListener('pagehide', this.#onHide);
    addEventListener('pageshow', this.#onShow);
    addEventListener('online', this.#onOnline);
  }

  hostDisconnected(): void {
    this.#page?.removeEventListener('visibilitychange', this.#onVisibility);
    removeEventListener('pagehide', this.#onHide);
    removeEventListener('pageshow', this.#onShow);
    removeEventListener('online', this.#onOnline);
  }

  hostUpdated(): void {
    const messenger = this.#messenger();
    if (messenger === this.#told) return;
    this.#told = messenger;
    this.#onVisibility();
  }

  readonly #onVisibility = (): void =>
    this.#messenger()?.setVisible(this.#page?.visibilityState === 'visible');

  readonly #onOnline = (): void => this.#messenger()?.wake();

  readonly #onHide = ({ persisted }: PageTransitionEvent): void => {
    if (!persisted) this.#messenger()?.leave();
  };

  readonly #onShow = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) this.#messenger()?.wake();
  };
}
