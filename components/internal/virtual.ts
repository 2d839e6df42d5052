import type { ReactiveController, ReactiveControllerHost, ReactiveElement } from 'lit';
import { layoutHeight } from './layout.ts';
import { Overscan } from './overscan.ts';
import { RowGeometry } from './row-geometry.ts';
import type { VirtualRow } from './row-geometry.ts';
import { SizeWatch } from './size-watch.ts';
import type { VirtualListOptions } from './virtual-options.ts';

/** The distance from the end that still counts as the end; less than one row, so that a reader is never moved. */
const END_THRESHOLD = 24;
/** The part of the view that a page key scrolls: a line or two stay visible. */
const PAGE = 0.9;
/** The assumed height before the box was measured. */
const FIRST_VIEW = 600;

/**
 * Draws only the rows that are near the view, of any number and any height. `items()` in render says which; after the
 * host has rendered, rows are measured and put in place through the CSSOM (a strict CSP blocks style attributes).
 * Scrolling within what is drawn, and rows that change their height, render nothing again.
 *
 * On every change one position is kept: the end while the reader is there, else the first row in view.
 */
export class VirtualList implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #options: VirtualListOptions;
  readonly #geometry: RowGeometry;
  readonly #overscan: Overscan;
  #revision: unknown;
  #drawn: readonly VirtualRow[] = [];
  #held = -1;
  #top = 0;
  #view = 0;
  #isAtEnd = true;
  readonly #sizes = new SizeWatch((targets) => this.#onResize(targets));
  /** The frame in which rows are measured again. */
  #frame = 0;
  /** Until the next measurement the end is not kept in place. */
  #isLoose = false;
  #scroller: HTMLElement | null = null;

  constructor(host: ReactiveControllerHost & HTMLElement, options: VirtualListOptions) {
    this.#host = host;
    this.#options = options;
    this.#geometry = new RowGeometry(options.estimate);
    this.#overscan = new Overscan(options.anchor === 'end' ? -1 : 1, () => this.#drawOthers(1));
    // Rows are measured after they are rendered, and that may mean one more render: by design.
    (host.constructor as typeof ReactiveElement).disableWarning?.('change-in-update');
    host.addController(this);
  }

  /** Whether the view is at the end of the list. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /**
   * The rows to render now, of `count` rows whose keys are `keyOf`. Call it once, in render. `revision` changes
   * whenever the keys do: while it is the same, no work linear in the rows is repeated. `held` is the focused row
   * (-1: none), which stays rendered however far away, so that it keeps the focus.
   */
  items(
    count: number,
    keyOf: (index: number) => string,
    revision: unknown,
    held = -1,
  ): readonly VirtualRow[] {
    if (count !== this.#geometry.count || revision !== this.#revision) {
      this.#revision = revision;
      const isFirst = this.#geometry.count === 0;
      this.#keepingPlace(() => this.#geometry.rebuild(count, keyOf), keyOf);
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

  /** The tab stop: the wanted row if it is rendered, else the nearest one in view. */
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
    return this.#geometry.edge(direction, this.#top, this.#top + (this.#view || FIRST_VIEW));
  }

  /** Starts over with another list: forgets every height. */
  restart(): void {
    this.#geometry.clear();
    this.#revision = undefined;
    this.#drawn = [];
    this.#overscan.restart();
    this.#top = 0;
    this.#isAtEnd = true;
  }

  /** Whether a row begins above what is in view. */
  isAbove(index: number): boolean {
    return index < this.#geometry.count && this.#geometry.startOf(index)! < this.#top;
  }

  /** Brings the end into view. */
  toEnd(): void {
    this.#arriving(() => {
      this.#setAtEnd(true);
      this.#moveTo(this.#total - this.#view);
    });
  }

  /** Scrolls a row into view by the smallest distance. */
  toIndex(index: number): void {
    const start = this.#geometry.startOf(index) ?? 0;
    const end = this.#geometry.startOf(index + 1) ?? this.#total;
    if (start < this.#top) this.#moveTo(start);
    else if (end > this.#top + this.#view) this.#moveTo(end - this.#view);
    this.#arriving(() => this.#noteEnd());
  }

  /** The content of a row has changed: measures it again before the next paint. */
  remeasure(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      const rows = this.#rows();
      if (this.#scroller && this.#measure(rows)) this.#place(rows);
    });
  }

  /** A row is about to grow: keeps the pressed control in place, even at the end of the list. */
  keepPressed(): void {
    this.#isLoose = true;
    this.remeasure();
  }

  hostConnected(): void {
    this.#sizes.connect();
    // Moved in the document: the box has lost its position, the rows are still there.
    if (this.#drawn.length > 0) this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#sizes.disconnect();
    this.#overscan.stop();
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
    this.#sizes.setRows(rows);
    // All of them, because a row's content depends on its neighbours.
    this.#measure(rows);
    this.#place(rows);
    this.#drawOthers();
    if (rows.length > 0) this.#overscan.drawn();
  }

  /** The height of everything that scrolls. */
  get #total(): number {
    const { count, height } = this.#geometry;
    return height + (count > 0 ? (this.#options.endGap ?? 0) : 0);
  }

  /** Whether the end is what stays in place. */
  get #keepsEnd(): boolean {
    return this.#options.anchor === 'end' && this.#isAtEnd && !this.#isLoose;
  }

  /** The first layout: opens at the given row. Whether the end is in view is known after measuring. */
  #open(keyOf: (index: number) => string): void {
    const key = this.#options.openAt?.();
    const index = key ? this.#geometry.find({ index: 0, key }, keyOf) : -1;
    if (index < 0) return;
    this.#top = this.#geometry.startOf(index)!;
    this.#setAtEnd(false);
  }

  /** Runs a change of the layout and keeps the visible rows in place. */
  #keepingPlace(change: () => void, keyOf?: (index: number) => string): void {
    const topAfter = this.#geometry.hold(this.#drawn, this.#top);
    change();
    if (this.#keepsEnd) this.#top = this.#total - (this.#view || FIRST_VIEW);
    else if (this.#options.anchor === 'end') this.#top = topAfter(keyOf) ?? this.#top;
    this.#top = this.#within(this.#top);
  }

  /** The first and the last row to draw, with this share of what lies beyond the view. */
  #wanted(share = 1): [number, number] {
    const end = this.#top + (this.#view || FIRST_VIEW);
    return this.#geometry.between(...this.#overscan.around(this.#top, end, share));
  }

  #rows(): HTMLElement[] {
    return [...(this.#options.sizer()?.querySelectorAll<HTMLElement>(':scope > [data-index]') ?? [])];
  }

  #keyAt(row: HTMLElement): string | undefined {
    return this.#drawn[Number(row.dataset['index']) - (this.#drawn[0]?.index ?? 0)]?.key;
  }

  #measure(rows: readonly HTMLElement[]): boolean {
    const { lead } = this.#options;
    for (const row of rows) {
      const key = this.#keyAt(row);
      const height = layoutHeight(row);
      // A list that is not displayed has no heights.
      if (key === undefined || height === 0) continue;
      const above = lead ? row.querySelector<HTMLElement>(lead) : null;
      const index = Number(row.dataset['index']);
      this.#geometry.measured({ index, key }, height, above ? layoutHeight(above) : undefined);
    }
    if (!this.#geometry.isOutdated) {
      this.#isLoose = false;
      return false;
    }
    this.#keepingPlace(() => this.#geometry.update());
    return true;
  }

  #place(rows: readonly HTMLElement[]): void {
    this.#options.sizer()?.style.setProperty('height', `${this.#total}px`);
    for (const row of rows)
      row.style.setProperty(
        'transform',
        `translateY(${this.#geometry.startOf(Number(row.dataset['index'])) ?? 0}px)`,
      );
    this.#moveTo(this.#keepsEnd ? this.#total - this.#view : this.#top);
    this.#isLoose = false;
    this.#noteEnd();
  }

  #moveTo(top: number): void {
    this.#top = this.#within(top);
    const scroller = this.#scroller;
    // Browsers round the value, some to whole pixels; writing it again would disturb scrolling.
    if (scroller && Math.abs(scroller.scrollTop - this.#top) >= 1) scroller.scrollTop = this.#top;
    this.#drawOthers();
  }

  /** The position next to this one that is not past an edge (rubber-banding). */
  #within(top: number): number {
    return Math.max(0, Math.min(top, this.#total - (this.#view || FIRST_VIEW)));
  }

  /** Asks for a render when the view needs rows that are not drawn. A little slack saves most of them. */
  #drawOthers(share = 0.5): void {
    const [first, last] = this.#wanted(share);
    const drawnFirst = this.#drawn[0]?.index ?? 0;
    const drawnLast = this.#drawn.at(-1)?.index ?? -1;
    if (first < drawnFirst || last > drawnLast) this.#host.requestUpdate();
  }

  #adopt(scroller: HTMLElement | null): void {
    this.#scroller?.removeEventListener('scroll', this.#onScroll);
    this.#scroller = scroller;
    scroller?.addEventListener('scroll', this.#onScroll, { passive: true });
    this.#sizes.setBox(scroller);
  }

  #onResize(targets: readonly HTMLElement[]): void {
    const scroller = this.#scroller;
    if (!scroller) return;
    const view = scroller.clientHeight;
    const hasOtherView = view !== this.#view;
    this.#view = view;
    const hasOtherRows = this.#measure(targets.filter((target) => this.#sizes.hasRow(target)));
    if (hasOtherRows || hasOtherView) this.#place(this.#rows());
  }

  readonly #onScroll = (): void => {
    const top = this.#within(this.#scroller?.scrollTop ?? 0);
    this.#overscan.moved(this.#top, top);
    this.#top = top;
    this.#arriving(() => this.#noteEnd());
    this.#drawOthers();
  };

  /** Runs an action of the person, and reports if it brought the end into view. */
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
