import { css } from '../internal/css.ts';

/** For the light DOM: adopted by the document or shadow root that holds the element, so every rule is inside of it. */
export const styles = css`
  p2p-sign-in {
    display: block;
    font: var(--p2p-font-size) / var(--p2p-line) var(--p2p-font);
    color: var(--p2p-text);
    &[hidden] {
      display: none;
    }
    form {
      display: grid;
      gap: var(--p2p-space-3);
      max-width: 420px;
      margin: 0;
      padding: var(--p2p-space-6);
      box-sizing: border-box;
      background: var(--p2p-surface);
      border: 1px solid var(--p2p-border);
      border-radius: var(--p2p-radius-l);
      box-shadow: var(--p2p-shadow);
    }
    label {
      display: grid;
      gap: var(--p2p-space-1);
      font-size: var(--p2p-font-size-s);
      font-weight: 600;
    }
    input {
      box-sizing: border-box;
      width: 100%;
      min-height: 40px;
      padding: 8px 12px;
      border: 1px solid var(--p2p-border);
      border-radius: var(--p2p-radius);
      background: var(--p2p-surface-2);
      color: var(--p2p-text);
      font: inherit;
      font-size: var(--p2p-font-size);
      font-weight: 400;
    }
    :focus-visible {
      outline: 2px solid transparent;
      box-shadow: var(--p2p-focus, 0 0 0 2px var(--p2p-surface), 0 0 0 4px var(--p2p-accent));
    }
    .hint {
      margin: calc(var(--p2p-space-2) * -1) 0 0;
      font-size: var(--p2p-font-size-s);
      color: var(--p2p-text-2);
    }
    .buttons {
      display: flex;
      flex-wrap: wrap;
      gap: var(--p2p-space-2);
      margin-block-start: var(--p2p-space-2);
    }
    button {
      flex: 1;
      min-height: 40px;
      padding: 0 14px;
      border: 1px solid var(--p2p-border);
      border-radius: var(--p2p-radius);
      background: var(--p2p-surface);
      color: inherit;
      font: inherit;
      font-weight: 600;
      cursor: pointer;
      white-space: nowrap;
    }
    button.primary {
      background: var(--p2p-accent);
      color: var(--p2p-on-accent);
      border-color: transparent;
    }
    button:disabled {
      opacity: 0.55;
      cursor: default;
    }
    .failure {
      margin: 0;
      padding: var(--p2p-space-2) var(--p2p-space-3);
      border-radius: var(--p2p-radius);
      background: var(--p2p-danger-soft);
      color: var(--p2p-danger);
      font-size: var(--p2p-font-size-s);
      overflow-wrap: anywhere;
    }
    .failure:empty,
    .progress:empty {
      display: none;
    }
    .progress {
      margin: 0;
      font-size: var(--p2p-font-size-s);
      color: var(--p2p-text-2);
    }
    @media (forced-colors: active) {
      button,
      .failure {
        border: 1px solid ButtonBorder;
      }
      button:disabled {
        color: GrayText;
        border-color: GrayText;
        opacity: 1;
      }
    }
  }
`;
