import type { ReactiveController, ReactiveControllerHost, ReactiveElement } from 'lit';
import { layoutHeight } from './layout.ts';

/** How a list is drawn in part. */
export interface VirtualListOptions {
  /** The element that scrolls; null before the first render. */
  readonly scroller: () => HTMLElement | null;
  /** The element inside it that is as high as all rows together and holds the rows, each with `data-index`. */
  readonly sizer: () => HTMLElement | null;
  /** A row's height before it was measured, in pixels. */
  readonly estimate: number;
  /** What stands in a row above its content, as a selector: separators that come and go. The content is kept in place. */
  readonly lead?: string;
  /** The space after the last row, in pixels; absent: none. It belongs to no row, so that none changes with its place. */
  readonly endGap?: number;
  /** `end`: opens at the last row, stays there while there, and keeps the view when rows come in front. */
  readonly anchor: 'start' | 'end';
  /** The key of the row that stands at the top of the first view; null or absent: where the anchor says. */
  readonly openAt?: () => string | null | undefined;
  /** Called when the list arrives at its end or leaves it. */
  readonly onEndChanged?: (isAtEnd: boolean) => void;
  /** Called when somebody has scrolled or jumped to the end; not where it came into view by itself. */
  readonly onArrived?: () => void;
}

/** A row to render: its place in the list, and its key. */
export interface VirtualRow {
  readonly index: number;
  readonly key: string;
}

/** Closer to the end than this counts as being there; less than one row, so that a reader is never dragged. */
const END_THRESHOLD = 24;
/** How far beyond the view rows are drawn, in pixels. */
const OVERSCAN = 400;
/** How much of the view a page is: a line or two stay, to read on from. */
const PAGE = 0.9;
/** The height that is assumed before the box was measured: enough rows for a first picture. */
const FIRST_VIEW = 600;

/**
 * Draws only the rows that are near the view, of any number and any height. `items()` in render says which; after
 * the host has rendered, rows are measured and put in place through the CSSOM (a strict CSP blocks style
 * attributes). Scrolling within what is drawn, and rows that change their height, render nothing again.
 *
 * Whatever changes, one thing stays where it is: the end while the reader is there, else the first row in view.
 */
export class VirtualList implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #options: VirtualListOptions;
  /** What was measured, by key: it outlives a row's leaving the view. */
  readonly #heights = new Map<string, number>();
  /** The height of what stands above the content of a row, by key. */
  readonly #leads = new Map<string, number>();
  #sizes = new Float64Array(0);
  /** Where each row begins; one more than there are rows, the last is the height of all. */
  #starts = new Float64Array(1);
  #count = 0;
  #firstKey: string | undefined;
  #lastKey: string | undefined;
  #revision: unknown;
  #drawn: readonly VirtualRow[] = [];
  #held = -1;
  #top = 0;
  #view = 0;
  #isAtEnd = true;
  #observer: ResizeObserver | undefined;
  readonly #observed = new Set<Element>();
  /** The frame in which rows are measured again. */
  #frame = 0;
  /** Until the next measuring, the end is not what is kept in place. */
  #isLoose = false;
  #scroller: HTMLElement | null = null;

  constructor(host: ReactiveControllerHost & HTMLElement, options: VirtualListOptions) {
    this.#host = host;
    this.#options = options;
    // Rows are measured after they are rendered, and that may mean one more render: by design.
    (host.constructor as typeof ReactiveElement).disableWarning?.('change-in-update');
    host.addController(this);
  }

  /** Whether the view is at the end of the list. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /**
   * The rows to render now, of `count` rows whose keys are `keyOf`. Call it once, in render. `revision` is another
   * one whenever the keys are: as long as it is the same, nothing that costs by the row is done again. `held` is the
   * row that has the focus (-1: none has): it stays, however far away, or the focus would go with it.
   */
  items(
    count: number,
    keyOf: (index: number) => string,
    revision: unknown,
    held = -1,
  ): readonly VirtualRow[] {
    if (count !== this.#count || revision !== this.#revision) {
      this.#revision = revision;
      const isFirst = this.#count === 0;
      this.#keepingPlace(() => this.#rebuild(count, keyOf), keyOf);
      if (isFirst) this.#open(keyOf);
    }
    const [first, last] = this.#wanted();
    this.#drawn = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => ({
      index: first + i,
      key: keyOf(first + i),
    }));
    this.#held = held;
    if (held < 0 || held >= count || (held >= first && held <= last)) return this.#drawn;
    const far = { index: held, key: keyOf(held) };
    return held < first ? [far, ...this.#drawn] : [...this.#drawn, far];
  }

  /** Whether the first row of all stands near the view. */
  get isNearBeginning(): boolean {
    return this.#drawn[0]?.index === 0;
  }

  /** The row for Tab to stop at: the wanted one where it is drawn, else the one in view that is next to it. */
  stopAt(wanted: number): number {
    const isDrawn = wanted === this.#held || this.#drawn.some(({ index }) => index === wanted);
    if (isDrawn || this.#drawn.length === 0) return wanted;
    return Math.max(this.#edge(-1), Math.min(wanted, this.#edge(1)));
  }

  /** Scrolls by a page, up (-1) or down (1); returns the outermost row that then stands in view as a whole, if any does. */
  page(direction: -1 | 1): number {
    this.#moveTo(this.#top + direction * PAGE * this.#view);
    this.#arriving(() => this.#noteEnd());
    return this.#edge(direction);
  }

  /** The first (-1) or last (1) row that stands in view as a whole; where none does, the one that fills it. */
  #edge(direction: -1 | 1): number {
    const [first, last] = this.#wanted(0);
    const end = this.#top + (this.#view || FIRST_VIEW);
    if (direction < 0)
      return this.#starts[first]! < this.#top && this.#starts[first + 2]! <= end ? first + 1 : first;
    return this.#starts[last + 1]! > end && this.#starts[last - 1]! >= this.#top ? last - 1 : last;
  }

  /** Another list in the same place: forgets every height and begins anew. */
  restart(): void {
    this.#heights.clear();
    this.#leads.clear();
    this.#count = 0;
    this.#sizes = new Float64Array(0);
    this.#starts = new Float64Array(1);
    this.#firstKey = this.#lastKey = this.#revision = undefined;
    this.#drawn = [];
    this.#top = 0;
    this.#isAtEnd = true;
  }

  /** Whether a row begins above what is in view. */
  isAbove(index: number): boolean {
    return index < this.#count && this.#starts[index]! < this.#top;
  }

  /** Brings the end into view. */
  toEnd(): void {
    this.#arriving(() => {
      this.#setAtEnd(true);
      this.#moveTo(this.#total - this.#view);
    });
  }

  /** Brings a row into view, by as little as that takes. */
  toIndex(index: number): void {
    const start = this.#starts[index] ?? 0;
    const end = this.#starts[index + 1] ?? this.#total;
    if (start < this.#top) this.#moveTo(start);
    else if (end > this.#top + this.#view) this.#moveTo(end - this.#view);
    this.#arriving(() => this.#noteEnd());
  }

  /** What a row draws has changed: it is measured again before that is painted. */
  remeasure(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      const rows = this.#rows();
      if (this.#scroller && this.#measure(rows)) this.#place(rows);
    });
  }

  /** What is pressed stays where it is, even at the end of the list: a row is about to become higher. */
  keepPressed(): void {
    this.#isLoose = true;
    this.remeasure();
  }

  hostConnected(): void {
    // In the next frame: what moves then may resize others, which the browser would report as a loop. New rows need
    // no such word, they are measured when they are rendered.
    this.#observer = new ResizeObserver((entries) => requestAnimationFrame(() => this.#onResize(entries)));
    // Moved in the document: the box has lost its position, the rows are still there.
    if (this.#drawn.length > 0) this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
    this.#observed.clear();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#scroller?.removeEventListener('scroll', this.#onScroll);
    this.#scroller = null;
  }

  hostUpdated(): void {
    const scroller = this.#options.scroller();
    if (scroller !== this.#scroller) this.#adopt(scroller);
    if (!scroller) return;
    this.#view = scroller.clientHeight;
    const rows = this.#rows();
    this.#observe(rows);
    // All of them: what a row draws hangs on its neighbours, too.
    this.#measure(rows);
    this.#place(rows);
    this.#drawOthers();
  }

  /** The height of everything that scrolls. */
  get #total(): number {
    return (this.#starts[this.#count] ?? 0) + (this.#count > 0 ? (this.#options.endGap ?? 0) : 0);
  }

  /** Whether the end is what stays in place. */
  get #keepsEnd(): boolean {
    return this.#options.anchor === 'end' && this.#isAtEnd && !this.#isLoose;
  }

  /** The first look at the rows: at the one to open at. Whether the end is in view with it is known once they are measured. */
  #open(keyOf: (index: number) => string): void {
    const key = this.#options.openAt?.();
    const index = key ? this.#find({ index: 0, key }, keyOf) : -1;
    if (index < 0) return;
    this.#top = this.#starts[index]!;
    this.#setAtEnd(false);
  }

  #rebuild(count: number, keyOf: (index: number) => string): void {
    const { estimate } = this.#options;
    const before = this.#count;
    // Appended to: the usual case, and the one that has to be quick in a long conversation.
    const isAppended =
      before > 0 && count > before && keyOf(0) === this.#firstKey && keyOf(before - 1) === this.#lastKey;
    if (this.#sizes.length < count) {
      const sizes = new Float64Array(Math.ceil(count * 1.5));
      sizes.set(this.#sizes.subarray(0, before));
      this.#sizes = sizes;
      const starts = new Float64Array(sizes.length + 1);
      starts.set(this.#starts.subarray(0, before + 1));
      this.#starts = starts;
    }
    const from = isAppended ? before : 0;
    for (let i = from; i < count; i += 1)
      this.#sizes[i] = (this.#heights.size > 0 ? this.#heights.get(keyOf(i)) : undefined) ?? estimate;
    this.#count = count;
    this.#firstKey = count > 0 ? keyOf(0) : undefined;
    this.#lastKey = count > 0 ? keyOf(count - 1) : undefined;
    this.#sum(from);
  }

  #sum(from: number): void {
    for (let i = from; i < this.#count; i += 1) this.#starts[i + 1] = this.#starts[i]! + this.#sizes[i]!;
  }

  /** Runs what changes the layout, and moves the view with whatever the reader has before their eyes. */
  #keepingPlace(change: () => void, keyOf?: (index: number) => string): void {
    const inView = this.#drawn.filter(({ index }) => this.#starts[index + 1]! > this.#top);
    const offsets = inView.map(({ index, key }) => this.#contentOf(index, key) - this.#top);
    change();
    if (this.#keepsEnd) this.#top = this.#total - (this.#view || FIRST_VIEW);
    else if (this.#options.anchor === 'end')
      // The first that is still there: it may have been deleted.
      for (const [n, row] of inView.entries()) {
        const index = keyOf ? this.#find(row, keyOf) : row.index;
        if (index < 0) continue;
        this.#top = this.#contentOf(index, row.key) - offsets[n]!;
        break;
      }
    this.#top = Math.max(0, Math.min(this.#top, this.#total - (this.#view || FIRST_VIEW)));
  }

  /** Where the content of a row begins: below what separates it from the row before. */
  #contentOf(index: number, key: string): number {
    return this.#starts[index]! + (this.#leads.get(key) ?? 0);
  }

  #find({ index, key }: VirtualRow, keyOf: (index: number) => string): number {
    if (index < this.#count && keyOf(index) === key) return index;
    for (let i = 0; i < this.#count; i += 1) if (keyOf(i) === key) return i;
    return -1;
  }

  /** The last row that begins at or before this offset. */
  #rowAt(offset: number): number {
    let low = 0;
    let high = Math.max(0, this.#count - 1);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The first and the last row to draw. */
  #wanted(overscan = OVERSCAN): [number, number] {
    if (this.#count === 0) return [0, -1];
    const view = this.#view || FIRST_VIEW;
    return [this.#rowAt(this.#top - overscan), this.#rowAt(this.#top + view + overscan)];
  }

  #rows(): HTMLElement[] {
    return [...(this.#options.sizer()?.querySelectorAll<HTMLElement>(':scope > [data-index]') ?? [])];
  }

  #keyAt(row: HTMLElement): string | undefined {
    const first = this.#drawn[0]?.index ?? 0;
    return this.#drawn[Number(row.dataset['index']) - first]?.key;
  }

  #measure(rows: readonly HTMLElement[]): boolean {
    const { lead } = this.#options;
    const changed: [number, number][] = [];
    const leads = new Map<string, number>();
    let hasOtherLeads = false;
    for (const row of rows) {
      const key = this.#keyAt(row);
      const height = layoutHeight(row);
      // A list that is not displayed has no heights to tell.
      if (key === undefined || height === 0) continue;
      const above = lead ? row.querySelector<HTMLElement>(lead) : null;
      if (above) leads.set(key, layoutHeight(above));
      hasOtherLeads ||= leads.get(key) !== this.#leads.get(key);
      this.#heights.set(key, height);
      const index = Number(row.dataset['index']);
      if (Math.abs(this.#sizes[index]! - height) > 0.01) changed.push([index, height]);
    }
    if (changed.length === 0 && !hasOtherLeads) {
      this.#isLoose = false;
      return false;
    }
    this.#keepingPlace(() => {
      for (const [key, height] of leads) this.#leads.set(key, height);
      for (const [index, height] of changed) this.#sizes[index] = height;
      if (changed.length > 0) this.#sum(Math.min(...changed.map(([index]) => index)));
    });
    return true;
  }

  #place(rows: readonly HTMLElement[]): void {
    this.#options.sizer()?.style.setProperty('height', `${this.#total}px`);
    for (const row of rows)
      row.style.setProperty('transform', `translateY(${this.#starts[Number(row.dataset['index'])] ?? 0}px)`);
    this.#moveTo(this.#keepsEnd ? this.#total - this.#view : this.#top);
    this.#isLoose = false;
    this.#noteEnd();
  }

  #moveTo(top: number): void {
    this.#top = Math.max(0, Math.min(top, this.#total - this.#view));
    const scroller = this.#scroller;
    // Browsers round what is written, some to whole pixels; writing the same again would fight a reader's scroll.
    if (scroller && Math.abs(scroller.scrollTop - this.#top) >= 1) scroller.scrollTop = this.#top;
    this.#drawOthers();
  }

  /** Asks for a render when the view needs rows that are not drawn. A little slack saves most of them. */
  #drawOthers(): void {
    const [first, last] = this.#wanted(OVERSCAN / 2);
    const drawnFirst = this.#drawn[0]?.index ?? 0;
    const drawnLast = this.#drawn.at(-1)?.index ?? -1;
    if (first < drawnFirst || last > drawnLast) this.#host.requestUpdate();
  }

  #adopt(scroller: HTMLElement | null): void {
    this.#scroller?.removeEventListener('scroll', this.#onScroll);
    if (this.#scroller) this.#observer?.unobserve(this.#scroller);
    this.#scroller = scroller;
    if (!scroller) return;
    scroller.addEventListener('scroll', this.#onScroll, { passive: true });
    this.#observer?.observe(scroller);
  }

  #observe(rows: readonly HTMLElement[]): void {
    const now = new Set<Element>(rows);
    for (const row of this.#observed) {
      if (now.has(row)) continue;
      this.#observer?.unobserve(row);
      this.#observed.delete(row);
    }
    for (const row of rows) {
      if (this.#observed.has(row)) continue;
      this.#observed.add(row);
      this.#observer?.observe(row);
    }
  }

  #onResize(entries: readonly ResizeObserverEntry[]): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    const targets = entries.map(({ target }) => target as HTMLElement);
    const view = scroller.clientHeight;
    const hasOtherView = view !== this.#view;
    this.#view = view;
    const hasOtherRows = this.#measure(targets.filter((target) => this.#observed.has(target)));
    if (hasOtherRows || hasOtherView) this.#place(this.#rows());
  }

  readonly #onScroll = (): void => {
    // Past either edge (a rubber band) is no place to be.
    this.#top = Math.max(0, Math.min(this.#scroller?.scrollTop ?? 0, this.#total - this.#view));
    this.#arriving(() => this.#noteEnd());
    this.#drawOthers();
  };

  /** Runs what somebody did, and tells if the end is in view by that. */
  #arriving(move: () => void): void {
    const wasAtEnd = this.#isAtEnd;
    move();
    if (!wasAtEnd && this.#isAtEnd) this.#options.onArrived?.();
  }

  #noteEnd(): void {
    if (this.#view > 0) this.#setAtEnd(this.#total - this.#top - this.#view <= END_THRESHOLD);
  }

  #setAtEnd(isAtEnd: boolean): void {
    if (isAtEnd === this.#isAtEnd) return;
    this.#isAtEnd = isAtEnd;
    this.#options.onEndChanged?.(isAtEnd);
  }
}
