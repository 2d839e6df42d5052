import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Messenger } from '../../stores/api.ts';
import { pageOf } from './page.ts';

/**
 * Reports the visibility of an element's own window (picture-in-picture) to a messenger, which follows the page
 * itself already.
 */
export class OwnWindow implements ReactiveController {
  readonly #host: ReactiveControllerHost & Node;
  readonly #messenger: () => Messenger | null;
  #told: Messenger | null = null;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost & Node, messenger: () => Messenger | null) {
    this.#host = host;
    this.#messenger = messenger;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#told = null;
  }

  hostUpdated(): void {
    const messenger = this.#messenger();
    const page = pageOf(this.#host);
    // If this script runs in a frame, the page around it counts as its own, too.
    if (page === pageOf(document) || messenger === this.#told) return;
    this.#stop?.();
    this.#told = messenger;
    this.#stop = messenger?.addWindow({
      get isVisible() {
        return page.visibilityState === 'visible';
      },
      watch(listener) {
        const tell = (): void => listener(page.visibilityState === 'visible' ? 'shown' : 'hidden');
        page.addEventListener('visibilitychange', tell);
        return () => page.removeEventListener('visibilitychange', tell);
      },
    });
  }
}
