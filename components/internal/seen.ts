import type { ReactiveController, ReactiveControllerHost } from 'lit';

let hasFocus = (): boolean => document.hasFocus();

/**
 * Says instead of the browser whether the window has the focus: for simulated windows, of which several stand on
 * one page. Returns what puts the browser's own answer back.
 */
export function setFocusSource(source: () => boolean): () => void {
  const before = hasFocus;
  hasFocus = source;
  return () => {
    hasFocus = before;
  };
}

/** Whether somebody may be looking: the document is visible and its window has the focus. */
export function isReaderHere(): boolean {
  return document.visibilityState === 'visible' && hasFocus();
}

/**
 * Tells which rows were really on screen: intersecting the box, the document visible, the window focused. Each is
 * told once. Rows are found by `[data-unseen]`, whose value is the row's id.
 */
export class Seen implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #box: () => HTMLElement | null;
  readonly #tell: (id: string) => void;
  readonly #isPageShown: () => boolean;
  #observer: IntersectionObserver | undefined;
  readonly #inView = new Set<HTMLElement>();
  readonly #watched = new Set<HTMLElement>();
  readonly #told = new Set<string>();

  constructor(
    host: ReactiveControllerHost,
    box: () => HTMLElement | null,
    tell: (id: string) => void,
    isPageShown: () => boolean = () => true,
  ) {
    this.#host = host;
    this.#box = box;
    this.#tell = tell;
    this.#isPageShown = isPageShown;
    this.#host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#check);
    window.addEventListener('focus', this.#check);
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#check);
    window.removeEventListener('focus', this.#check);
    this.#observer?.disconnect();
    this.#observer = undefined;
    this.#inView.clear();
    this.#watched.clear();
  }

  /** Another conversation: what was told of the one before says nothing about this one. */
  restart(): void {
    this.#told.clear();
  }

  hostUpdated(): void {
    const box = this.#box();
    if (!box) return;
    this.#observer ??= new IntersectionObserver((entries) => this.#onIntersect(entries), {
      root: box,
      // Half of a row, or as much as fits where a row is higher than the box.
      threshold: [0.1, 0.5],
    });
    const rows = new Set(box.querySelectorAll<HTMLElement>('[data-unseen]'));
    for (const row of this.#watched) {
      if (rows.has(row)) continue;
      this.#observer.unobserve(row);
      this.#watched.delete(row);
      this.#inView.delete(row);
    }
    for (const row of rows) {
      if (this.#watched.has(row)) continue;
      this.#watched.add(row);
      this.#observer.observe(row);
    }
    this.#check();
  }

  #onIntersect(entries: readonly IntersectionObserverEntry[]): void {
    for (const entry of entries) {
      const isHigh =
        entry.rootBounds !== null && entry.intersectionRect.height > entry.rootBounds.height * 0.5;
      const isSeen = entry.isIntersecting && (entry.intersectionRatio >= 0.5 || isHigh);
      if (isSeen) this.#inView.add(entry.target as HTMLElement);
      else this.#inView.delete(entry.target as HTMLElement);
    }
    this.#check();
  }

  readonly #check = (): void => {
    if (document.visibilityState !== 'visible' || !hasFocus() || !this.#isPageShown()) return;
    for (const row of this.#inView) {
      const id = row.dataset['unseen'];
      if (!id || this.#told.has(id)) continue;
      this.#told.add(id);
      this.#tell(id);
    }
  };
}
