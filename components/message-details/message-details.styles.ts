import { css } from '../internal/css.ts';

export const styles = css`
  :host {
    display: block;
    padding: var(--p2p-space-4);
    background: var(--p2p-surface);
    font-size: var(--p2p-font-size-s);
  }
  ol {
    list-style: none;
    margin: var(--p2p-space-2) 0 var(--p2p-space-3);
    padding: 0;
  }
  li {
    position: relative;
    display: flex;
    gap: var(--p2p-space-2);
    padding: 6px 0;
    padding-inline-start: 28px;
    overflow-wrap: anywhere;
  }
  /* The dot, and the line to the next one. */
  li::before {
    content: '';
    position: absolute;
    inset-inline-start: 5px;
    top: 11px;
    width: 9px;
    height: 9px;
    border-radius: 50%;
    background: var(--p2p-ok);
  }
  li:not(:last-child)::after {
    content: '';
    position: absolute;
    inset-inline-start: 9px;
    top: 24px;
    bottom: -8px;
    width: 1px;
    background: var(--p2p-border);
  }
  li.ok {
    color: inherit;
  }
  .bad::before {
    background: var(--p2p-danger);
  }
  .open::before {
    background: var(--p2p-surface);
    box-shadow: inset 0 0 0 2px var(--p2p-text-2);
  }
  .open {
    color: var(--p2p-text-2);
  }
  time {
    flex: none;
    font-variant-numeric: tabular-nums;
  }
  [part='copied'] {
    margin-inline-start: var(--p2p-space-2);
  }
  @media (forced-colors: active) {
    li::before,
    .bad::before {
      forced-color-adjust: none;
      background: CanvasText;
    }
    .open::before {
      background: Canvas;
      box-shadow: inset 0 0 0 2px CanvasText;
    }
  }
`;
