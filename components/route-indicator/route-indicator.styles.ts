import { css } from '../internal/css.ts';

export const styles = css`
  :host {
    display: inline-flex;
    vertical-align: middle;
    max-width: 100%;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 24px;
    max-width: 100%;
    padding: 0 10px;
    border: 0;
    border-radius: var(--p2p-radius-full);
    font-size: var(--p2p-font-size-s);
    background: var(--p2p-surface-3);
    color: var(--p2p-text-2);
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
    cursor: help;
  }
  .chip svg {
    font-size: 1.15em;
  }
  .label {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .direct,
  .loopback {
    background: var(--p2p-ok-soft);
    color: var(--p2p-ok);
  }
  .relayed {
    background: var(--p2p-accent-soft);
    color: var(--p2p-accent);
  }
  .connecting {
    background: var(--p2p-warn-soft);
    color: var(--p2p-warn);
  }
  .failed {
    background: var(--p2p-danger-soft);
    color: var(--p2p-danger);
  }
  .tip {
    position: fixed;
    inset: auto;
    margin: 0;
    max-width: min(320px, calc(100vw - 16px));
    padding: var(--p2p-space-2) var(--p2p-space-3);
    border: 1px solid var(--p2p-border);
    border-radius: var(--p2p-radius);
    background: var(--p2p-surface);
    color: var(--p2p-text);
    box-shadow: var(--p2p-shadow);
    font-size: var(--p2p-font-size-s);
    white-space: normal;
    overflow-wrap: anywhere;
  }
  @media (max-width: 480px) {
    .chip {
      min-height: 32px;
    }
  }
  @media (forced-colors: active) {
    .chip {
      border: 1px solid CanvasText;
    }
  }
`;
