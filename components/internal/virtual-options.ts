/** Options of a virtual list. */
export interface VirtualListOptions {
  /** The element that scrolls; null before the first render. */
  readonly scroller: () => HTMLElement | null;
  /** The element inside it that is as high as all rows together and holds the rows, each with `data-index`. */
  readonly sizer: () => HTMLElement | null;
  /** The estimated height of a row, in pixels. */
  readonly estimate: number;
  /** Separators above the content of a row, as a selector. The content stays in place when they come and go. */
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
