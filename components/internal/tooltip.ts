import type { ReactiveController, ReactiveControllerHost } from 'lit';

/**
 * Places a popup below its anchor, or above if there is no room, inside the window and through the CSSOM. The
 * anchor's position is that on screen; the popup's size is that of its layout, because it may be animated with a
 * scale.
 */
export function placeBeside(open: HTMLElement, anchor: Element): void {
  // Its lengths are multiplied by the zoom of its ancestors; those of the window are not.
  const zoom = (open as { currentCSSZoom?: number }).currentCSSZoom ?? 1;
  const { left, right, bottom, top } = anchor.getBoundingClientRect();
  const [width, height] = [open.offsetWidth * zoom, open.offsetHeight * zoom];
  const view = open.ownerDocument.documentElement;
  const y = bottom + 6 + height > view.clientHeight ? top - height - 6 : bottom + 6;
  const wanted = getComputedStyle(anchor).direction === 'rtl' ? right - width : left;
  const x = Math.max(8, Math.min(wanted, view.clientWidth - width - 8));
  open.style.setProperty('left', `${x / zoom}px`);
  open.style.setProperty('top', `${Math.max(8, y) / zoom}px`);
}

/**
 * Shows an explanation while its anchor is hovered or focused, and on a tap; Escape hides it (WCAG 1.4.13). The
 * explanation is a `popover="manual"`, so that no scrolling box clips it; its place is set through the CSSOM.
 */
export class Tooltip implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #anchor: () => HTMLElement | null;
  readonly #tip: () => HTMLElement | null;
  #isShown = false;

  constructor(
    host: ReactiveControllerHost & HTMLElement,
    anchor: () => HTMLElement | null,
    tip: () => HTMLElement | null,
  ) {
    this.#host = host;
    this.#anchor = anchor;
    this.#tip = tip;
    host.addController(this);
  }

  hostConnected(): void {
    for (const [type, run] of this.#listeners()) this.#host.addEventListener(type, run);
  }

  hostDisconnected(): void {
    this.#hide();
    for (const [type, run] of this.#listeners()) this.#host.removeEventListener(type, run);
  }

  #listeners(): [string, EventListener][] {
    return [
      ['pointerenter', this.#show],
      ['pointerleave', this.#onLeave],
      ['focusin', this.#show],
      ['focusout', this.#hide],
      ['click', this.#show],
      ['keydown', this.#onKey as EventListener],
    ];
  }

  readonly #show = (): void => {
    const tip = this.#tip();
    const anchor = this.#anchor();
    if (!tip || !anchor || this.#isShown || !tip.textContent?.trim()) return;
    this.#isShown = true;
    tip.showPopover();
    placeBeside(tip, anchor);
  };

  readonly #hide = (): void => {
    if (!this.#isShown) return;
    this.#isShown = false;
    const tip = this.#tip();
    if (tip?.matches(':popover-open')) tip.hidePopover();
  };

  readonly #onLeave = (): void => {
    if (!this.#host.matches(':focus-within')) this.#hide();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.#isShown) return;
    event.stopPropagation();
    this.#hide();
  };
}
