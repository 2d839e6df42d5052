import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Tells an element's width, in pixels, whenever it changes: for what a container query cannot reach. */
export class Widths implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #observer: ResizeObserver;

  constructor(host: ReactiveControllerHost & HTMLElement, tell: (width: number) => void) {
    this.#host = host;
    // In the next frame: what it changes may change the width again, which is no loop.
    this.#observer = new ResizeObserver(([entry]) => {
      const width = entry?.contentRect.width ?? 0;
      requestAnimationFrame(() => tell(width));
    });
    host.addController(this);
  }

  hostConnected(): void {
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
  }
}
