import { css } from '../internal/css.ts';

export const styles = css`
  :host {
    display: block;
    box-sizing: border-box;
    min-width: 0;
    max-width: 100%;
    background: var(--p2p-surface);
    border-block-start: 1px solid var(--p2p-border);
  }
  form {
    display: flex;
    align-items: flex-end;
    gap: 8px;
    padding: 12px 16px;
    margin: 0;
  }
  .field {
    flex: 1;
    min-width: 0;
    position: relative;
  }
  textarea,
  .mirror {
    width: 100%;
    min-height: max(2.5rem, 40px);
    max-height: 160px;
    padding: 8px 16px;
    border: 1px solid var(--p2p-border);
    border-radius: 20px;
  }
  .mirror {
    visibility: hidden;
    overflow: hidden;
    white-space: pre-wrap;
    overflow-wrap: break-word;
  }
  /* Where there is a mirror, that has the height. */
  textarea:not(:only-child) {
    position: absolute;
    inset: 0;
    height: 100%;
  }
  textarea {
    field-sizing: content;
    background: var(--p2p-surface-2);
    color: var(--p2p-text);
    resize: none;
    overflow-y: auto;
    display: block;
  }
  textarea::placeholder {
    color: var(--p2p-text-2);
    opacity: 1;
  }
  .send {
    width: max(2.5rem, 40px);
    height: max(2.5rem, 40px);
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: var(--p2p-accent);
    color: var(--p2p-on-accent);
    display: grid;
    place-items: center;
    font-size: max(1.15rem, 18.4px);
    flex: none;
    transition: background var(--p2p-motion);
  }
  .send:hover {
    background: color-mix(in srgb, var(--p2p-accent) 88%, var(--p2p-text));
  }
  .send[aria-disabled='true'] {
    background: var(--p2p-surface-3);
    color: var(--p2p-text-2);
    cursor: default;
  }
  .note {
    padding: 8px 16px 0;
    font-size: var(--p2p-font-size-s);
    color: var(--p2p-text-2);
  }
  .note:empty {
    display: none;
  }
  .note.blocked {
    color: var(--p2p-danger);
  }
  .reply {
    display: flex;
    align-items: center;
    gap: 8px;
    margin: 8px 16px 0;
    padding-inline-start: 8px;
    border-inline-start: 3px solid var(--p2p-accent);
    font-size: var(--p2p-font-size-s);
  }
  @media (forced-colors: active) {
    .send {
      border: 1px solid ButtonBorder;
    }
  }
`;
