import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { onReader, pageOf } from './page.ts';

let hasFocus = (element: HTMLElement): boolean => pageOf(element).hasFocus();

/**
 * Overrides whether the window of an element has the focus, for several simulated windows on one page. Returns a
 * function that restores the browser's answer.
 */
export function setFocusSource(source: (element: HTMLElement) => boolean): () => void {
  const before = hasFocus;
  hasFocus = source;
  return () => {
    hasFocus = before;
  };
}

/** Whether somebody may be looking at an element: the document is visible and its window has the focus. */
export function isReaderHere(element: HTMLElement): boolean {
  return pageOf(element).visibilityState === 'visible' && hasFocus(element);
}

/** Whether a modal dialog of this page, or of a document around the element, covers it. */
export function isBehindDialog(element: HTMLElement): boolean {
  let inside: Node = element;
  for (;;) {
    const root = inside.getRootNode();
    // Also the document of another window, which has other classes.
    if (root.nodeType === Node.DOCUMENT_NODE || root instanceof ShadowRoot)
      for (const dialog of (root as Document | ShadowRoot).querySelectorAll('dialog:modal'))
        if (!dialog.contains(inside)) return true;
    if (!(root instanceof ShadowRoot)) return false;
    inside = root.host;
  }
}

interface SeenOptions {
  /** The box that scrolls; null before the first render. */
  readonly box: () => HTMLElement | null;
  /** A row was on the screen. */
  readonly tell: (id: string) => void;
  /** Whether the host allows messages to count as seen. */
  readonly isShown: () => boolean;
}

/**
 * Reports which rows were on screen (delivery.md 1): the document visible, its window focused, no modal dialog over
 * it, and half of the row, or half a box of it, or its end, inside the box. Each row is reported once. Rows are found
 * by `[data-unseen]`, whose value is the row's id. Their position counts when a frame is painted, so rows that a jump
 * skips are not reported.
 */
export class Seen implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #options: SeenOptions;
  readonly #told = new Set<string>();
  #resizes: ResizeObserver | undefined;
  #observer: IntersectionObserver | undefined;
  #box: HTMLElement | null = null;
  #cancelFrame: (() => void) | undefined;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost & HTMLElement, options: SeenOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  /** Whether the box may be seen. */
  get isLooking(): boolean {
    return isReaderHere(this.#host) && this.#options.isShown() && !isBehindDialog(this.#host);
  }

  hostConnected(): void {
    const stop = onReader(this.#host, this.check);
    // The focus returns from a closed dialog.
    const { ownerDocument } = this.#host;
    ownerDocument.addEventListener('focusin', this.check);
    this.#stop = () => {
      stop();
      ownerDocument.removeEventListener('focusin', this.check);
    };
  }

  hostDisconnected(): void {
    this.#stop?.();
    this.#cancelFrame?.();
    this.#cancelFrame = undefined;
    this.#adopt(null);
  }

  hostUpdated(): void {
    const box = this.#options.box();
    if (box !== this.#box) this.#adopt(box);
    this.check();
  }

  /** After a change of the conversation, or when reporting is allowed again: reports every row again. */
  restart(): void {
    this.#told.clear();
    this.check();
  }

  /** Checks the rows in the next frame. */
  readonly check = (): void => {
    if (!this.#box) return;
    if (this.#cancelFrame) return;
    // Of its own window: this script's window may be hidden, and then paints no frames.
    const view = this.#host.ownerDocument.defaultView ?? window;
    const frame = view.requestAnimationFrame(() => {
      this.#cancelFrame = undefined;
      this.#look();
    });
    this.#cancelFrame = () => view.cancelAnimationFrame(frame);
  };

  /** Observes each row, so that its position is reported when this frame is painted, after the layout. */
  #look(): void {
    if (!this.#box || !this.isLooking) return;
    for (const row of this.#box.querySelectorAll<HTMLElement>('[data-unseen]')) {
      this.#observer?.unobserve(row);
      if (!this.#told.has(row.dataset['unseen']!)) this.#observer?.observe(row);
    }
  }

  #onPainted(entries: readonly IntersectionObserverEntry[]): void {
    // Only rows that were visible in that frame and still are.
    if (!this.isLooking) return;
    for (const { target, isIntersecting, boundingClientRect, rootBounds } of entries) {
      this.#observer?.unobserve(target);
      const id = (target as HTMLElement).dataset['unseen'];
      if (!isIntersecting || !rootBounds || !id || this.#told.has(id)) continue;
      const { top, bottom, height } = boundingClientRect;
      const inside = Math.min(bottom, rootBounds.bottom) - Math.max(top, rootBounds.top);
      const hasEnd = bottom > rootBounds.top && bottom <= rootBounds.bottom + 1;
      if (height === 0 || inside <= 0) continue;
      if (!hasEnd && inside < Math.min(height, rootBounds.height) / 2) continue;
      this.#told.add(id);
      this.#options.tell(id);
    }
  }

  #adopt(box: HTMLElement | null): void {
    this.#box?.removeEventListener('scroll', this.check);
    this.#resizes?.disconnect();
    this.#observer?.disconnect();
    this.#observer = undefined;
    this.#box = box;
    if (!box) return;
    box.addEventListener('scroll', this.check, { passive: true });
    this.#resizes ??= new ResizeObserver(this.check);
    this.#resizes.observe(box);
    this.#observer = new IntersectionObserver((entries) => this.#onPainted(entries), { root: box });
  }
}
