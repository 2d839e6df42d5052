import { css } from './css.ts';

/** A number on a badge. */
export const counts = css`
  .count {
    min-width: max(1.25rem, 20px);
    height: max(1.25rem, 20px);
    padding: 0 max(0.375rem, 6px);
    border-radius: var(--p2p-radius-full);
    background: var(--p2p-accent);
    color: var(--p2p-on-accent);
    font-size: var(--p2p-font-size-xs);
    line-height: 1;
    font-weight: 700;
    display: inline-grid;
    place-items: center;
    font-variant-numeric: tabular-nums;
    flex: none;
  }
  @media (forced-colors: active) {
    .count {
      border: 1px solid ButtonBorder;
    }
  }
`;
