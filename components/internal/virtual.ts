import { Virtualizer, elementScroll, observeElementOffset, observeElementRect } from '@tanstack/virtual-core';
import type { VirtualItem, VirtualizerOptions } from '@tanstack/virtual-core';
import type { ReactiveController, ReactiveControllerHost, ReactiveElement } from 'lit';

/** How a list is drawn in part. */
export interface VirtualListOptions {
  /** The element that scrolls; null before the first render. */
  readonly scroller: () => HTMLElement | null;
  /** The element inside it that is as high as all rows together and holds the rows, each with `data-index`. */
  readonly sizer: () => HTMLElement | null;
  /** A row's height before it was measured, in pixels. */
  readonly estimate: number;
  /** `end`: opens at the last row, stays there while there, and keeps the view when rows come in front. */
  readonly anchor: 'start' | 'end';
  /** Called when the list arrives at its end or leaves it. */
  readonly onEndChanged?: (isAtEnd: boolean) => void;
}

/** Closer to the end than this counts as being there; less than one row, so that a reader is never dragged. */
const END_THRESHOLD = 24;

/**
 * Draws only the rows that are near the view, of any number and any height. `items()` in render says which;
 * after the host has rendered, positions are set through the CSSOM (a strict CSP blocks style attributes).
 * Moving rows, and scrolling within what is drawn, renders nothing again.
 */
export class VirtualList implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #options: VirtualListOptions;
  #core: Virtualizer<HTMLElement, HTMLElement>;
  #unmount: (() => void) | undefined;
  #count = 0;
  #revision: unknown;
  #keyOf: (index: number) => string = String;
  #drawn: readonly VirtualItem[] = [];
  readonly #estimate = (): number => this.#options.estimate;
  #isUpdating = false;
  #isAtEnd = true;
  #isFresh = true;

  constructor(host: ReactiveControllerHost & HTMLElement, options: VirtualListOptions) {
    this.#host = host;
    this.#options = options;
    // Rows are measured after they are rendered, and that may mean one more render: by design.
    (host.constructor as typeof ReactiveElement).disableWarning?.('change-in-update');
    this.#core = new Virtualizer(this.#coreOptions());
    host.addController(this);
  }

  /** Whether the view is at the end of the list. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /**
   * The rows to render now, of `count` rows whose keys are `keyOf`. Call it once, in render. `revision` is another
   * one whenever the keys are: as long as it is the same, nothing that costs by the row is done again.
   */
  items(count: number, keyOf: (index: number) => string, revision: unknown): readonly VirtualItem[] {
    if (count !== this.#count || revision !== this.#revision) this.#keyOf = (index) => keyOf(index);
    this.#revision = revision;
    this.#count = count;
    this.#isUpdating = true;
    this.#core.setOptions(this.#coreOptions());
    this.#drawn = this.#core.getVirtualItems();
    return this.#drawn;
  }

  /** Another list in the same place: forgets every height and begins anew. */
  restart(): void {
    this.#unmount?.();
    this.#core = new Virtualizer(this.#coreOptions());
    this.#unmount = this.#core._didMount();
    this.#isFresh = true;
    this.#isAtEnd = true;
  }

  /** Brings the end into view. */
  toEnd(): void {
    this.#core.scrollToEnd();
  }

  /** Brings a row into view. */
  toIndex(index: number, align: 'start' | 'center' | 'end' | 'auto' = 'auto'): void {
    this.#core.scrollToIndex(index, { align });
  }

  hostConnected(): void {
    this.#unmount = this.#core._didMount();
    // Moved in the document: the scroller has lost its position, the rows are still there.
    if (this.#drawn.length > 0) this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#unmount?.();
    this.#unmount = undefined;
    this.#isFresh = true;
  }

  hostUpdated(): void {
    if (!this.#options.scroller() || !this.#options.sizer()) {
      this.#isUpdating = false;
      return;
    }
    this.#place();
    this.#core._willUpdate();
    for (const row of this.#rows()) this.#core.measureElement(row);
    this.#core.measureElement(null);
    this.#place();
    this.#core._willUpdate();
    this.#isUpdating = false;
    if (this.#isFresh && this.#count > 0 && this.#core.scrollRect && this.#core.scrollRect.height > 0) {
      this.#isFresh = false;
      if (this.#options.anchor === 'end') this.#core.scrollToEnd();
    }
    this.#noteEnd();
    if (this.#hasOtherRows()) this.#host.requestUpdate();
  }

  #coreOptions(): VirtualizerOptions<HTMLElement, HTMLElement> {
    const { scroller, estimate, anchor } = this.#options;
    return {
      count: this.#count,
      getScrollElement: scroller,
      estimateSize: this.#estimate,
      getItemKey: this.#keyOf,
      overscan: 6,
      anchorTo: anchor,
      followOnAppend: anchor === 'end',
      scrollEndThreshold: END_THRESHOLD,
      initialOffset: anchor === 'end' ? () => this.#count * estimate : 0,
      // Before the scroller has been measured: enough rows for a first picture.
      initialRect: { width: 300, height: 600 },
      observeElementRect,
      observeElementOffset,
      scrollToFn: elementScroll,
      onChange: (_core, isUrgent) => this.#onChange(isUrgent),
    };
  }

  #onChange(isUrgent: boolean): void {
    if (this.#isUpdating) return;
    this.#noteEnd();
    if (!this.#hasOtherRows()) {
      this.#place();
      return;
    }
    this.#host.requestUpdate();
    // What was measured or scrolled into view has to be there in the same frame, or a gap is painted.
    if (isUrgent) (this.#host as unknown as { drawNow?(): void }).drawNow?.();
  }

  #hasOtherRows(): boolean {
    const now = this.#core.getVirtualItems();
    return now.length !== this.#drawn.length || now.some(({ key }, i) => key !== this.#drawn[i]!.key);
  }

  #rows(): NodeListOf<HTMLElement> {
    return this.#options.sizer()!.querySelectorAll<HTMLElement>(':scope > [data-index]');
  }

  #place(): void {
    const sizer = this.#options.sizer();
    if (!sizer) return;
    sizer.style.setProperty('height', `${this.#core.getTotalSize()}px`);
    const starts = new Map(this.#core.getVirtualItems().map(({ index, start }) => [String(index), start]));
    for (const row of this.#rows()) {
      const start = starts.get(row.dataset['index']!);
      if (start !== undefined) row.style.setProperty('transform', `translateY(${start}px)`);
    }
  }

  #noteEnd(): void {
    const isAtEnd = this.#count === 0 || this.#core.isAtEnd(END_THRESHOLD);
    if (isAtEnd === this.#isAtEnd) return;
    this.#isAtEnd = isAtEnd;
    this.#options.onEndChanged?.(isAtEnd);
  }
}
