import { css } from '../internal/css.ts';

export const styles = css`
  :host {
    display: block;
    background: var(--p2p-surface-2);
  }
  .accounts {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 14px;
    padding: 14px 0;
    height: 100%;
    overflow: auto;
  }
  :host([orientation='horizontal']) .accounts {
    flex-direction: row;
    padding: 10px 16px;
    height: auto;
  }
  .sessions {
    display: contents;
  }
  .session {
    position: relative;
    display: block;
    padding: 3px;
    border: 0;
    border-radius: 16px;
    background: transparent;
  }
  .session[aria-current='true']:not(:focus-visible) {
    box-shadow: 0 0 0 2px var(--p2p-accent);
  }
  .avatar {
    border-radius: 13px;
  }
  .dot {
    border-color: var(--p2p-surface-2);
  }
  .state {
    position: absolute;
    inset-inline-end: -1px;
    bottom: -1px;
    display: grid;
    border-radius: 50%;
    background: var(--p2p-surface-2);
    color: var(--p2p-text-2);
  }
  .state.fail,
  .state.elsewhere {
    color: var(--p2p-danger);
  }
  .session .count {
    position: absolute;
    top: -5px;
    inset-inline-end: -7px;
    height: max(1.375rem, 22px);
    border: 2px solid var(--p2p-surface-2);
  }
  .options {
    margin: auto 0 0;
  }
  :host([orientation='horizontal']) .options {
    margin: 0;
    margin-inline-start: auto;
  }
  .menu {
    position: fixed;
    inset: auto;
    margin: 0;
    width: min(max(17.5rem, 280px), calc(100vw - 16px));
    max-height: calc(100vh - 16px);
    padding: var(--p2p-space-4);
    border: 1px solid var(--p2p-border);
    border-radius: var(--p2p-radius);
    background: var(--p2p-surface);
    color: var(--p2p-text);
    box-shadow: var(--p2p-shadow);
  }
  .menu .button {
    width: 100%;
    margin-block-start: var(--p2p-space-2);
    padding-block: 4px;
    white-space: normal;
  }
  .menu p {
    margin: var(--p2p-space-2) 0 0;
  }
  .menu svg {
    display: inline-block;
    vertical-align: -2px;
  }
  .menu .muted {
    overflow-wrap: anywhere;
  }
  @media (forced-colors: active) {
    .session[aria-current='true'] {
      outline: 2px solid Highlight;
    }
  }
`;
