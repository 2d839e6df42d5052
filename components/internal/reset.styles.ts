import { css } from './css.ts';

/** Base styles of every element: type, colour, `hidden`, focus, icons, and reduced motion. */
export const reset = css`
  :host {
    font: var(--p2p-font-size) / var(--p2p-line) var(--p2p-font);
    color: var(--p2p-text);
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  time {
    unicode-bidi: plaintext;
  }
  button,
  input,
  textarea {
    font: inherit;
    color: inherit;
    letter-spacing: inherit;
  }
  button {
    cursor: pointer;
  }
  button:disabled {
    cursor: default;
  }
  :focus-visible {
    outline: 2px solid transparent; /* drawn in forced colours, where shadows are not */
    box-shadow: var(--p2p-focus, 0 0 0 2px var(--p2p-surface), 0 0 0 4px var(--p2p-accent));
  }
  svg {
    display: block;
    width: 1em;
    height: 1em;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
    flex: none;
  }
  .disc {
    fill: currentColor;
    stroke: none;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
      scroll-behavior: auto !important;
    }
  }
`;
