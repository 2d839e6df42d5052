import { css } from './css.ts';

/*
 * A page's own rule about an element (`p2p-thread { display: block }`, a reset of everything) beats what the element's
 * sheet says about its host. So what a layout rests on stands on a box inside.
 */

/**
 * The one box in a host that is as wide as the place it gets: in one that shrinks to fit, as wide as it takes to be
 * read, where the width of what is drawn says nothing (rows that come and go, container queries).
 */
export const box = css`
  :host {
    box-sizing: border-box;
    min-width: 0;
    max-width: 100%;
  }
  .box {
    contain: inline-size;
    contain-intrinsic-inline-size: min(max(20rem, 320px), 100vw);
  }
`;

/** The same as a column with a part that scrolls. */
export const column = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    /* Without a height from the page: never more than a screen, or every row there is would be drawn. */
    max-height: 100dvh;
    background: var(--p2p-surface);
  }
  .box {
    position: relative;
    display: flex;
    flex-direction: column;
    flex: 1 1 auto;
    height: 100%;
    min-height: 0;
    max-height: inherit;
  }
  .scroller {
    overflow-y: auto;
    overscroll-behavior: contain;
    flex: 1 1 auto;
    min-height: 0;
    /* Also where the page has taken the host's own limit away. */
    max-height: 100dvh;
  }
  .skeleton {
    display: flex;
    align-items: center;
    gap: var(--p2p-space-3);
    padding: 10px 16px;
  }
  .skeleton i {
    background: var(--p2p-surface-3);
    border-radius: var(--p2p-radius-full);
  }
  .skeleton .disc {
    width: 40px;
    height: 40px;
    flex: none;
  }
  .skeleton .bar {
    height: 10px;
    width: 40%;
  }
`;
