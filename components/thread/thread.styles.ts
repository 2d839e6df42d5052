import { css } from '../internal/css.ts';

export const styles = css`
  .log {
    overflow-x: hidden;
    /* The list keeps the view itself; two that do it fight. */
    overflow-anchor: none;
    display: flex;
    flex-direction: column;
    padding-inline: 20px;
  }
  .sizer {
    position: relative;
    flex: none;
    /* A short conversation stands at the bottom. */
    margin-block-start: auto;
  }
  .message {
    position: absolute;
    inset-inline: 0;
    inset-block-start: 0;
    display: flex;
    flex-direction: column;
  }
  /* What separates a row from the one before it: measured for itself, so that the bubble stays when it comes or goes. */
  .lead {
    display: flex;
    flex-direction: column;
    padding-block-start: 4px;
  }
  .lead.turn {
    padding-block-start: 12px;
  }
  .message:focus-visible {
    box-shadow: none;
  }
  .message:focus-visible .bubble {
    outline: 2px solid transparent;
    box-shadow: var(--p2p-focus, 0 0 0 2px var(--p2p-surface), 0 0 0 4px var(--p2p-accent));
  }
  .day {
    align-self: center;
    margin: 12px 0;
    font-size: var(--p2p-font-size-xs);
    font-weight: 600;
    color: var(--p2p-text-2);
  }
  .new,
  .gap {
    display: flex;
    align-items: center;
    gap: 10px;
    margin: 12px 0;
    color: var(--p2p-accent);
    font-size: var(--p2p-font-size-xs);
    font-weight: 700;
  }
  .gap {
    color: var(--p2p-warn);
  }
  .new::before,
  .new::after,
  .gap::before,
  .gap::after {
    content: '';
    flex: 1;
    height: 1px;
    background: currentColor;
    opacity: 0.35;
  }
  .body {
    display: flex;
    align-items: flex-end;
    gap: 8px;
  }
  .mine .body {
    flex-direction: row-reverse;
  }
  .bubble {
    max-width: min(64%, max(42rem, 672px));
    padding: 8px 12px 6px;
    border-radius: var(--p2p-radius-l);
    position: relative;
    min-width: 0;
    /* What counts as one letter cannot be broken, and stacked marks are higher than a line: neither leaves its bubble. */
    overflow: clip;
  }
  .mine .bubble {
    background: var(--p2p-bubble-mine);
    color: var(--p2p-on-bubble-mine);
    border-end-end-radius: 6px;
    --p2p-status-knock: var(--p2p-bubble-mine);
    --p2p-status-read: currentColor;
  }
  .theirs .bubble {
    background: var(--p2p-bubble-theirs);
    color: var(--p2p-on-bubble-theirs, var(--p2p-text));
    border-end-start-radius: 6px;
  }
  .waiting .bubble {
    background: color-mix(in srgb, var(--p2p-bubble-mine) 88%, var(--p2p-surface));
  }
  .failed .bubble {
    background: var(--p2p-danger-soft);
    color: var(--p2p-text);
    box-shadow: inset 0 0 0 1px color-mix(in srgb, var(--p2p-danger) 40%, transparent);
  }
  .failed .meta {
    color: var(--p2p-danger);
  }
  .text {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .text,
  .text > div {
    unicode-bidi: plaintext;
    text-align: start;
  }
  .text a {
    /* Whatever turns the text around it, an address is read from its beginning. */
    unicode-bidi: isolate;
    direction: ltr;
    color: inherit;
    text-decoration: underline;
    text-underline-offset: 2px;
  }
  .quote {
    margin-block-end: 4px;
    padding-inline-start: 8px;
    border-inline-start: 3px solid currentColor;
    font-size: var(--p2p-font-size-s);
    max-width: max(32rem, 512px);
  }
  .meta {
    display: flex;
    justify-content: flex-end;
    align-items: center;
    gap: 5px;
    margin-block-start: 2px;
    font-size: var(--p2p-font-size-xs);
    font-variant-numeric: tabular-nums;
  }
  .meta p2p-message-status {
    --p2p-status-size: max(0.9375rem, 15px);
  }
  .under {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: flex-end;
    gap: 8px;
    align-self: flex-end;
    max-width: min(90%, max(42rem, 672px));
    margin: 4px 2px 0;
    font-size: var(--p2p-font-size-s);
    color: var(--p2p-text-2);
    overflow-wrap: anywhere;
  }
  .failed .under {
    color: var(--p2p-danger);
  }
  .theirs .under {
    align-self: flex-start;
    justify-content: flex-start;
  }
  .more,
  .under button {
    min-height: 24px;
    padding: 0 2px;
    border: 0;
    border-radius: 4px;
    background: none;
    font-weight: 700;
    text-decoration: underline;
    text-underline-offset: 2px;
    white-space: nowrap;
  }
  .more {
    display: block;
    font-size: var(--p2p-font-size-s);
  }
  /*
   * Beside a bubble that has nothing to complain about, and only while somebody looks at the row: in the free half of
   * the row, without a height of its own, so that nothing moves when it is shown.
   */
  .beside {
    position: relative;
    flex: 1 1 0;
    min-width: 0;
    height: 0;
  }
  .under.offers {
    position: absolute;
    inset-block-end: 0;
    inset-inline-start: 0;
    display: none;
    max-width: 100%;
    margin: 0;
    padding: 2px 6px;
    border-radius: var(--p2p-radius);
    background: var(--p2p-surface);
    user-select: none;
    -webkit-user-select: none;
    z-index: 1;
  }
  .mine .under.offers {
    inset-inline: auto 0;
    justify-content: flex-end;
  }
  /* All of it stands in Details. */
  .under.offers [part='reason'] {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
  }
  .message:focus-within .under.offers {
    display: flex;
  }
  @media (hover: hover) {
    .message:hover .under.offers {
      display: flex;
    }
    .message:hover:not(:focus-within) .under.offers [part='reason'] {
      display: none;
    }
  }
  .typing {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 28px;
    padding: 0 20px 8px;
    font-size: var(--p2p-font-size-s);
    color: var(--p2p-text-2);
  }
  .typing:empty {
    display: none;
  }
  .typing i {
    width: 6px;
    height: 6px;
    border-radius: 50%;
    background: currentColor;
    opacity: 0.5;
    animation: typing 1.2s infinite ease-in-out;
  }
  .typing i:nth-child(2) {
    animation-delay: 0.15s;
  }
  .typing i:nth-child(3) {
    animation-delay: 0.3s;
  }
  @keyframes typing {
    50% {
      opacity: 1;
      transform: translateY(-2px);
    }
  }
  .jump,
  .above {
    position: absolute;
    border-radius: var(--p2p-radius-full);
    box-shadow: var(--p2p-shadow);
    z-index: 1;
  }
  .jump {
    inset-inline-end: 20px;
    bottom: 16px;
  }
  .above {
    inset-inline: 0;
    top: 12px;
    width: max-content;
    max-width: calc(100% - 40px);
    margin-inline: auto;
  }
  .quiet {
    align-self: center;
    max-width: 100%;
    padding: 4px 12px;
    color: var(--p2p-text-2);
    font-size: var(--p2p-font-size-s);
    text-align: center;
    overflow-wrap: anywhere;
  }
  .notice {
    margin: auto;
  }
  @media (max-width: 480px) {
    .bubble {
      max-width: 82%;
    }
  }
  @media (forced-colors: active) {
    .bubble {
      border: 1px solid CanvasText;
    }
    .failed .bubble {
      border-style: dashed;
    }
  }
`;
