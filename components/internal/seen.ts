import type { ReactiveController, ReactiveControllerHost } from 'lit';

let hasFocus = (_element: HTMLElement): boolean => document.hasFocus();

/**
 * Says instead of the browser whether the window of an element has the focus: for simulated windows, of which several
 * stand on one page. Returns what puts the browser's own answer back.
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
  return document.visibilityState === 'visible' && hasFocus(element);
}

/** Whether a modal dialog of this page, or of what the element stands in, covers it. */
export function isBehindDialog(element: HTMLElement): boolean {
  let inside: Node = element;
  for (;;) {
    const root = inside.getRootNode();
    if (root instanceof Document || root instanceof ShadowRoot)
      for (const dialog of root.querySelectorAll('dialog:modal')) if (!dialog.contains(inside)) return true;
    if (!(root instanceof ShadowRoot)) return false;
    inside = root.host;
  }
}

interface SeenOptions {
  /** The box that scrolls; null before the first render. */
  readonly box: () => HTMLElement | null;
  /** A row was on the screen. */
  readonly tell: (id: string) => void;
  /** Whether what else the host knows lets somebody look. */
  readonly isShown: () => boolean;
}

/**
 * Tells which rows were really on screen (delivery.md 1): the document visible, its window focused, no modal dialog
 * before it, and half of the row, or half a box of it, or its end, inside the box. Each is told once. Rows are found
 * by `[data-unseen]`, whose value is the row's id. It looks once a frame, after everything has been put in its place:
 * rows that a jump carries past were in no frame.
 */
export class Seen implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #options: SeenOptions;
  readonly #told = new Set<string>();
  #resizes: ResizeObserver | undefined;
  #box: HTMLElement | null = null;
  #frame = 0;

  constructor(host: ReactiveControllerHost & HTMLElement, options: SeenOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  /** Whether somebody may be looking at the box. */
  get isLooking(): boolean {
    return isReaderHere(this.#host) && this.#options.isShown() && !isBehindDialog(this.#host);
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.look);
    window.addEventListener('focus', this.look);
    // The focus comes back from a dialog that was closed.
    document.addEventListener('focusin', this.look);
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.look);
    window.removeEventListener('focus', this.look);
    document.removeEventListener('focusin', this.look);
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#adopt(null);
  }

  hostUpdated(): void {
    const box = this.#options.box();
    if (box !== this.#box) this.#adopt(box);
    this.look();
  }

  /** Another conversation, or what was not told may be told now: every row is told again. */
  restart(): void {
    this.#told.clear();
    this.look();
  }

  /** Looks in the next frame. */
  readonly look = (): void => {
    if (!this.#box) return;
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#look();
    });
  };

  #look(): void {
    const box = this.#box;
    if (!box || !this.isLooking) return;
    // Places on the screen, not sizes: both are scaled alike where the page scales them.
    const view = box.getBoundingClientRect();
    if (view.height === 0) return;
    for (const row of box.querySelectorAll<HTMLElement>('[data-unseen]')) {
      const id = row.dataset['unseen'];
      if (!id || this.#told.has(id)) continue;
      const { top, bottom, height } = row.getBoundingClientRect();
      const inside = Math.min(bottom, view.bottom) - Math.max(top, view.top);
      const hasEnd = bottom > view.top && bottom <= view.bottom + 1;
      if (height === 0 || inside <= 0 || !(hasEnd || inside >= Math.min(height, view.height) / 2)) continue;
      this.#told.add(id);
      this.#options.tell(id);
    }
  }

  #adopt(box: HTMLElement | null): void {
    this.#box?.removeEventListener('scroll', this.look);
    this.#resizes?.disconnect();
    this.#box = box;
    if (!box) return;
    box.addEventListener('scroll', this.look, { passive: true });
    this.#resizes ??= new ResizeObserver(this.look);
    this.#resizes.observe(box);
  }
}
