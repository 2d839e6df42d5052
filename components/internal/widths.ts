import type { LitElement, ReactiveController } from 'lit';

/** Reports the width of a box in an element, in pixels, whenever it changes, for what container queries cannot do. */
export class Widths implements ReactiveController {
  readonly #host: LitElement;
  readonly #selector: string;
  readonly #observer: ResizeObserver;

  constructor(host: LitElement, selector: string, tell: (width: number) => void) {
    this.#host = host;
    this.#selector = selector;
    // In the next frame, because the change may change the width again, which the browser would report as a loop.
    this.#observer = new ResizeObserver(([entry]) => {
      const width = entry?.contentRect.width ?? 0;
      requestAnimationFrame(() => tell(width));
    });
    host.addController(this);
  }

  hostConnected(): void {
    this.#observe();
  }

  hostUpdated(): void {
    this.#observe();
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
  }

  /** Observing an observed element again has no effect. */
  #observe(): void {
    const box = this.#host.renderRoot?.querySelector(this.#selector);
    if (box) this.#observer.observe(box);
  }
}
