import { css } from '../internal/css.ts';

export const styles = css`
  .toast {
    position: fixed;
    inset: auto;
    /* At the top: at the foot of the window people write. */
    inset-block-start: var(--p2p-space-4);
    inset-inline-end: var(--p2p-space-4);
    margin: 0;
    padding: 0;
    width: min(max(22.5rem, 360px), calc(100vw - 2 * var(--p2p-space-4)));
    border: 1px solid var(--p2p-border);
    border-radius: var(--p2p-radius-l);
    background: var(--p2p-surface);
    color: var(--p2p-text);
    box-shadow: var(--p2p-shadow);
    transition:
      opacity var(--p2p-motion),
      translate var(--p2p-motion);
  }
  .toast:not([popover]) {
    position: static;
    width: auto;
    margin: var(--p2p-space-2);
  }
  .toast:popover-open,
  .toast:not([popover]) {
    display: flex;
    align-items: center;
    gap: var(--p2p-space-1);
    padding-inline-end: var(--p2p-space-2);
  }
  @starting-style {
    .toast:popover-open {
      opacity: 0;
      translate: 0 -8px;
    }
  }
  .open {
    flex: 1;
    min-width: 0;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--p2p-space-3);
    padding: var(--p2p-space-3);
    border: 0;
    border-radius: inherit;
    background: transparent;
    text-align: start;
  }
  .open:hover {
    background: var(--p2p-surface-2);
  }
  /* Below the picture where large letters leave no room beside it. */
  .words {
    flex: 1 1 8em;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .name,
  .to {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
  }
  /* The name of who wrote stands at the end of it. */
  .name {
    -webkit-line-clamp: 4;
  }
  @media (forced-colors: active) {
    .toast {
      border: 1px solid CanvasText;
    }
  }
`;
