import { css } from '../internal/css.ts';

export const styles = css`
  :host {
    display: inline-flex;
    vertical-align: middle;
    /* That of the text around it, down to the smallest of ours. */
    font-size: max(1em, var(--p2p-font-size-xs));
    color: inherit;
  }
  .status {
    display: inline-flex;
    align-items: center;
    gap: 0.4em;
  }
  svg {
    font-size: var(--p2p-status-size, 1.25em);
  }
  .knock {
    stroke: var(--p2p-status-knock, var(--p2p-surface));
  }
  .failed svg {
    color: var(--p2p-status-failed, var(--p2p-danger));
  }
  .read svg {
    color: var(--p2p-status-read, var(--p2p-accent));
  }
  @media (forced-colors: active) {
    .disc {
      fill: CanvasText;
    }
    .knock {
      stroke: Canvas;
    }
  }
`;
