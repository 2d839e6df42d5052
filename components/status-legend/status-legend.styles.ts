import { css } from '../internal/css.ts';

export const styles = css`
  :host {
    display: block;
    padding: var(--p2p-space-4);
    background: var(--p2p-surface);
  }
  .box {
    container-type: inline-size;
  }
  dl {
    margin: var(--p2p-space-4) 0 0;
    display: grid;
    gap: 10px;
  }
  dl div {
    display: flex;
    gap: var(--p2p-space-2);
    align-items: center;
  }
  dt {
    display: flex;
    align-items: center;
    gap: 16px;
    width: 140px;
    flex: none;
    font-size: var(--p2p-font-size-s);
    font-weight: 700;
  }
  dd {
    margin: 0;
  }
  svg {
    font-size: 20px;
  }
  .read svg {
    color: var(--p2p-accent);
  }
  .knock {
    stroke: var(--p2p-surface);
  }
  .failed svg {
    color: var(--p2p-danger);
  }
  @container (max-width: 280px) {
    dl div {
      display: block;
    }
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
