import { css } from './css.ts';

/** Styles of buttons and fields. */
export const controls = css`
  .button {
    min-height: 32px;
    padding: 0 14px;
    border: 1px solid var(--p2p-border);
    border-radius: var(--p2p-radius);
    background: var(--p2p-surface);
    font-size: var(--p2p-font-size-s);
    font-weight: 600;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    white-space: nowrap;
    flex: none;
    transition: background var(--p2p-motion);
  }
  .button:hover:not(:disabled) {
    background: var(--p2p-surface-2);
  }
  .button.primary {
    background: var(--p2p-accent);
    color: var(--p2p-on-accent);
    border-color: transparent;
  }
  .button.primary:hover:not(:disabled) {
    background: color-mix(in srgb, var(--p2p-accent) 88%, var(--p2p-text));
  }
  .button.quiet {
    background: transparent;
    border-color: transparent;
    color: var(--p2p-text-2);
  }
  .button.quiet:hover:not(:disabled) {
    background: var(--p2p-surface-3);
    color: var(--p2p-text);
  }
  .button:disabled {
    opacity: 0.55;
  }
  .button.icon {
    width: max(2rem, 32px);
    padding: 0;
    font-size: max(1.05rem, 16.8px);
    position: relative;
  }
  [data-icon='back']:dir(rtl) {
    scale: -1 1;
  }
  .search {
    display: flex;
    align-items: center;
    gap: var(--p2p-space-2);
    min-height: 36px;
    padding-inline: 12px;
    border: 1px solid var(--p2p-border);
    border-radius: var(--p2p-radius);
    background: var(--p2p-surface-2);
    color: var(--p2p-text-2);
    cursor: text;
  }
  .search:focus-within {
    box-shadow: var(--p2p-focus, 0 0 0 2px var(--p2p-surface), 0 0 0 4px var(--p2p-accent));
  }
  .search input {
    flex: 1;
    min-width: 0;
    border: 0;
    padding: 0;
    background: transparent;
    color: var(--p2p-text);
    font-size: var(--p2p-font-size-s);
    outline: none;
    box-shadow: none;
    appearance: none;
  }
  .search input::placeholder {
    color: var(--p2p-text-2);
    opacity: 1;
  }
  .search input::-webkit-search-cancel-button {
    appearance: none;
  }
  .row {
    display: flex;
    align-items: center;
    gap: var(--p2p-space-3);
  }
  .grow {
    flex: 1;
    min-width: 0;
  }
  .muted {
    color: var(--p2p-text-2);
  }
  .danger {
    color: var(--p2p-danger);
  }
  .ok {
    color: var(--p2p-ok);
  }
  .small {
    font-size: var(--p2p-font-size-s);
  }
  .tiny {
    font-size: var(--p2p-font-size-xs);
  }
  .ellipsis {
    overflow: hidden;
    white-space: nowrap;
    text-overflow: ellipsis;
  }
  .name {
    font-weight: 700;
  }
  h2 {
    font-size: max(1.0625rem, 17px);
    line-height: inherit;
    margin: 0;
  }
  .notice {
    padding: var(--p2p-space-6) var(--p2p-space-4);
    text-align: center;
    color: var(--p2p-text-2);
    font-size: var(--p2p-font-size-s);
    display: grid;
    gap: var(--p2p-space-3);
    justify-items: center;
  }
  .alert {
    margin: 0 var(--p2p-space-4) var(--p2p-space-3);
    padding: var(--p2p-space-2) var(--p2p-space-3);
    border-radius: var(--p2p-radius);
    background: var(--p2p-danger-soft);
    color: var(--p2p-danger);
    font-size: var(--p2p-font-size-s);
    display: flex;
    align-items: center;
    gap: var(--p2p-space-2);
    overflow-wrap: anywhere;
  }
  @media (forced-colors: active) {
    .button,
    .alert {
      border: 1px solid ButtonBorder;
    }
    .button:disabled {
      color: GrayText;
      border-color: GrayText;
      opacity: 1;
    }
  }
`;

/** Initials on a colour, and the presence dot. White has at least 4.5:1 on each of the nine. */
export const avatars = css`
  .avatar {
    position: relative;
    width: max(2.5rem, 40px);
    height: max(2.5rem, 40px);
    border-radius: 50%;
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    place-items: center;
    font-weight: 600;
    font-size: var(--p2p-font-size-s);
    line-height: 1;
    color: #fff;
    flex: none;
    user-select: none;
    -webkit-user-select: none;
  }
  /* What counts as one letter may be as wide as a row. */
  .initials {
    max-width: 100%;
    overflow-x: clip;
    white-space: nowrap;
  }
  .tone-0 {
    background: #4f46e5;
  }
  .tone-1 {
    background: #0e7490;
  }
  .tone-2 {
    background: #9f1239;
  }
  .tone-3 {
    background: #b45309;
  }
  .tone-4 {
    background: #4d7c0f;
  }
  .tone-5 {
    background: #6d28d9;
  }
  .tone-6 {
    background: #9d174d;
  }
  .tone-7 {
    background: #0f766e;
  }
  .tone-8 {
    background: #334155;
  }
  .dot {
    position: absolute;
    inset-inline-end: -1px;
    bottom: -1px;
    width: max(0.75rem, 12px);
    height: max(0.75rem, 12px);
    border-radius: 50%;
    border: 2px solid var(--p2p-surface);
    background: var(--p2p-ok);
  }
  .dot.reachable {
    background: var(--p2p-surface);
    box-shadow: inset 0 0 0 3px var(--p2p-ok);
  }
  .dot.offline {
    background: var(--p2p-surface);
    box-shadow: inset 0 0 0 2px var(--p2p-text-2);
  }
  @media (forced-colors: active) {
    .avatar {
      border: 1px solid CanvasText;
    }
    .dot {
      forced-color-adjust: none;
      border-color: Canvas;
      background: CanvasText;
    }
    .dot.reachable,
    .dot.offline {
      background: Canvas;
      box-shadow: inset 0 0 0 2px CanvasText;
    }
  }
`;
