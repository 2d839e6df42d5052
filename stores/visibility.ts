import { signal } from './cells.ts';
import type { Cell } from '../facts/view.ts';
import type { Page } from '../ports/page.ts';

/** What follows from the life of the page. */
interface Reactions {
  /** The page is on screen, or no longer. */
  changed(isVisible: boolean): void;
  /** It came back, or the network did. */
  woken(): void;
  /** It goes for good. */
  gone(): void;
}

/** The life of this page, with all its windows: the one place that watches it. */
export class Visibility {
  readonly #isVisible = signal(true);
  readonly #reactions: Reactions;
  /** Windows of this page that are on screen, besides its own. */
  readonly #shown = new Set<Page>();
  #isPageVisible = true;

  constructor(reactions: Reactions) {
    this.#reactions = reactions;
  }

  get isVisible(): Cell<boolean> {
    return this.#isVisible;
  }

  /** Follows the page's own life; returns what ends it. */
  watch(page: Page): () => void {
    this.setPageVisible(page.isVisible);
    return page.watch((moment) => {
      switch (moment) {
        case 'shown':
        case 'hidden':
          return this.setPageVisible(moment === 'shown');
        case 'back':
        case 'online':
          return this.#reactions.woken();
        case 'gone':
          return this.#reactions.gone();
        case 'frozen':
        case 'cached':
          return;
      }
    });
  }

  setPageVisible(isVisible: boolean): void {
    this.#isPageVisible = isVisible;
    this.#update();
  }

  /** Counts another window of this page; returns what ends it. */
  addWindow(window: Page): () => void {
    const update = (): void => {
      if (window.isVisible) this.#shown.add(window);
      else this.#shown.delete(window);
      this.#update();
    };
    update();
    const stop = window.watch(update);
    return () => {
      stop();
      this.#shown.delete(window);
      this.#update();
    };
  }

  #update(): void {
    const isVisible = this.#isPageVisible || this.#shown.size > 0;
    if (this.#isVisible.peek() === isVisible) return;
    this.#isVisible.value = isVisible;
    this.#reactions.changed(isVisible);
  }
}
