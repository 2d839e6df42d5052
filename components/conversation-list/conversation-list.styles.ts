import { css } from '../internal/css.ts';

export const styles = css`
  .panel-search {
    margin: 12px;
  }
  .row {
    padding: 0 8px;
  }
  .conversation {
    display: flex;
    align-items: center;
    gap: var(--p2p-space-3);
    width: 100%;
    padding: 10px 12px;
    border: 0;
    border-radius: var(--p2p-radius);
    background: transparent;
    text-align: start;
    transition: background var(--p2p-motion);
  }
  .conversation:hover {
    background: var(--p2p-surface-2);
  }
  .conversation[aria-current='true'] {
    background: var(--p2p-accent-soft);
  }
  .conversation:focus-visible {
    box-shadow: inset 0 0 0 2px var(--p2p-accent);
  }
  .line {
    display: flex;
    align-items: center;
    gap: 6px;
    min-height: 20px;
  }
  .line.small {
    color: var(--p2p-text-2);
  }
  .line .strong {
    font-weight: 700;
    color: var(--p2p-text);
  }
  p2p-message-status[status='delivered'] {
    color: var(--p2p-accent);
  }
  .typing {
    color: var(--p2p-accent);
  }
  @media (forced-colors: active) {
    .conversation[aria-current='true'] {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
`;
