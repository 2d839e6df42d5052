import { css } from 'lit';

export const styles = css`
  :host {
    display: inline-flex;
    vertical-align: middle;
    font-size: inherit;
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
