import type { LitElement, ReactiveController } from 'lit';

/** Tells the width of a box in an element, in pixels, whenever it changes: for what a container query cannot reach. */
export class Widths implements ReactiveController {
  readonly #host: LitElement;
  readonly #selector: string;
  readonly #observer: ResizeObserver;

  constructor(host: LitElement, selector: string, tell: (width: number) => void) {
    this.#host = host;
    this.#selector = selector;
    // In the next frame: what it changes may change the width again, which is no loop.
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

  /** Observing what is observed already does nothing. */
  #observe(): void {
    const box = this.#host.renderRoot?.querySelector(this.#selector);
    if (box) this.#observer.observe(box);
  }
}
