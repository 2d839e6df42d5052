import type { ReactiveController, ReactiveControllerHost } from 'lit';

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
    this.#host.addEventListener('pointerenter', this.#show);
    this.#host.addEventListener('pointerleave', this.#onLeave);
    this.#host.addEventListener('focusin', this.#show);
    this.#host.addEventListener('focusout', this.#hide);
    this.#host.addEventListener('click', this.#show);
    this.#host.addEventListener('keydown', this.#onKey);
  }

  hostDisconnected(): void {
    this.#hide();
    this.#host.removeEventListener('pointerenter', this.#show);
    this.#host.removeEventListener('pointerleave', this.#onLeave);
    this.#host.removeEventListener('focusin', this.#show);
    this.#host.removeEventListener('focusout', this.#hide);
    this.#host.removeEventListener('click', this.#show);
    this.#host.removeEventListener('keydown', this.#onKey);
  }

  readonly #show = (): void => {
    const tip = this.#tip();
    const anchor = this.#anchor();
    if (!tip || !anchor || this.#isShown || !tip.textContent?.trim()) return;
    this.#isShown = true;
    tip.showPopover();
    const { left, right, bottom, top } = anchor.getBoundingClientRect();
    const { width, height } = tip.getBoundingClientRect();
    const view = document.documentElement;
    const isBelow = bottom + 6 + height <= view.clientHeight || top < height + 6;
    const wanted = getComputedStyle(anchor).direction === 'rtl' ? right - width : left;
    tip.style.setProperty('left', `${Math.max(8, Math.min(wanted, view.clientWidth - width - 8))}px`);
    tip.style.setProperty('top', `${isBelow ? bottom + 6 : top - height - 6}px`);
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
