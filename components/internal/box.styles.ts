import { css } from './css.ts';

/*
 * Page styles for an element (`p2p-thread { display: block }`, a reset) override its own `:host` rules. So the rules
 * that a layout depends on are on a box inside.
 */

/**
 * The single box in a host. It is as wide as its container; in one that shrinks to fit, it has a readable width of
 * its own, because the content has none (virtual rows, container queries).
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

/** The same as a column with a scrolling part. */
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
  /* What is read within a few frames comes without a flash of placeholders. */
  .unknown {
    animation: not-yet 0s 150ms backwards;
  }
  @keyframes not-yet {
    from {
      visibility: hidden;
    }
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
