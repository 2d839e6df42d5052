import { css } from '../internal/css.ts';

export const styles = css`
  :host {
    display: block;
    box-sizing: border-box;
    min-width: 0;
    max-width: 100%;
  }
  .banner {
    display: flex;
    align-items: center;
    gap: 10px;
    padding: 8px 16px;
    font-size: var(--p2p-font-size-s);
    background: var(--p2p-warn-soft);
    color: var(--p2p-warn);
    border-bottom: 1px solid color-mix(in srgb, var(--p2p-warn) 25%, transparent);
  }
  .banner.quiet {
    padding: 0;
    border: 0;
    background: none;
  }
  .banner.info {
    background: var(--p2p-accent-soft);
    color: var(--p2p-accent);
    border-color: color-mix(in srgb, var(--p2p-accent) 25%, transparent);
  }
  svg {
    font-size: 1.2em;
  }
  .countdown {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .button {
    min-height: 28px;
    border-color: currentColor;
    background: transparent;
  }
  .button:hover:not(:disabled) {
    background: color-mix(in srgb, currentColor 12%, transparent);
  }
  @media (max-width: 480px) {
    .banner:not(.quiet) {
      flex-wrap: wrap;
    }
    .grow {
      flex-basis: 75%;
    }
  }
`;
