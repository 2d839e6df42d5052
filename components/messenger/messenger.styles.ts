import { css } from '../internal/css.ts';

export const styles = css`
  :host {
    display: block;
    height: 100%;
    min-height: 0;
  }
  .box {
    container-type: inline-size;
    contain-intrinsic-inline-size: min(max(60rem, 960px), 100vw);
    height: 100%;
    max-height: inherit;
  }
  .frame {
    box-sizing: border-box;
    height: 100%;
    min-height: 320px;
    max-height: inherit;
    display: grid;
    grid-template: auto minmax(0, 1fr) auto / max(4.5rem, 72px) 300px minmax(0, 1fr);
    background: var(--p2p-surface);
    color: var(--p2p-text);
    border: 1px solid var(--p2p-border);
    border-radius: var(--p2p-radius-l);
    box-shadow: var(--p2p-shadow);
    overflow: hidden;
  }
  .banners {
    grid-column: 1 / -1;
  }
  .sign-in {
    grid-column: 1 / -1;
    overflow: auto;
    display: grid;
    place-content: safe center;
    padding: var(--p2p-space-4);
  }
  /* Below the column of conversations: it covers nothing there, and moves nothing. */
  p2p-toast {
    grid-area: 3 / 2;
    position: relative;
    min-width: 0;
    border-inline-end: 1px solid var(--p2p-border);
  }
  .rail {
    grid-row: 2 / -1;
    background: var(--p2p-surface-2);
    border-inline-end: 1px solid var(--p2p-border);
    min-height: 0;
    overflow: hidden auto;
  }
  .side {
    grid-row: 2;
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    border-inline-end: 1px solid var(--p2p-border);
  }
  .conversation {
    grid-row: 2 / -1;
    grid-column: 3;
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
  }
  .head {
    box-sizing: border-box;
    min-height: 64px;
    padding: var(--p2p-space-1) var(--p2p-space-4);
    border-bottom: 1px solid var(--p2p-border);
    flex: none;
  }
  .head p2p-pending-badge,
  .head .icon .count {
    position: absolute;
    inset-block-start: -6px;
    inset-inline-end: -6px;
  }
  .count.stopped {
    background: var(--p2p-danger);
    color: var(--p2p-surface);
  }
  .head .name {
    font-size: var(--p2p-font-size);
  }
  p2p-conversation-list,
  p2p-peer-discovery,
  p2p-pending-requests,
  p2p-outbox,
  p2p-thread {
    flex: 1;
    min-height: 0;
  }
  .empty {
    margin: auto;
    padding: var(--p2p-space-6);
    text-align: center;
    max-width: 36ch;
  }
  .path-notice {
    padding: var(--p2p-space-2) var(--p2p-space-4);
    display: flex;
    flex-wrap: wrap;
    gap: 10px;
    align-items: center;
    font-size: var(--p2p-font-size-s);
    background: var(--p2p-warn-soft);
    color: var(--p2p-warn);
    border-bottom: 1px solid color-mix(in srgb, var(--p2p-warn) 25%, transparent);
  }
  /* Where the sentence would get less room than this, what follows it stands below it. */
  .path-notice > .grow {
    flex-basis: min(14em, 100% - 2.5em);
  }
  .path-notice > .grow ~ * {
    margin-inline-start: auto;
  }
  progress {
    appearance: none;
    width: 96px;
    height: 3px;
    border: 0;
    border-radius: 2px;
    overflow: hidden;
    background: var(--p2p-surface-3);
    flex: none;
  }
  progress::-webkit-progress-bar {
    background: var(--p2p-surface-3);
  }
  progress::-webkit-progress-value {
    background: var(--p2p-warn);
  }
  progress::-moz-progress-bar {
    background: var(--p2p-warn);
  }
  .path-notice code {
    display: block;
    font-size: var(--p2p-font-size-xs);
    overflow-wrap: anywhere;
  }
  dialog {
    width: min(480px, calc(100vw - 32px));
    max-height: calc(100dvh - 32px);
    padding: 0;
    border: 1px solid var(--p2p-border);
    border-radius: var(--p2p-radius-l);
    background: var(--p2p-surface);
    color: var(--p2p-text);
    box-shadow: var(--p2p-shadow);
    overflow: auto;
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 0.4);
  }
  /* Beside the button that closes it. */
  dialog p2p-message-details::part(heading) {
    padding-inline-end: 40px;
  }
  dialog > .button.icon {
    position: absolute;
    inset-block-start: 12px;
    inset-inline-end: 12px;
  }
  summary {
    padding: 0 var(--p2p-space-4) var(--p2p-space-4);
    font-size: var(--p2p-font-size-s);
    font-weight: 600;
    cursor: pointer;
  }
  .seconds {
    font-variant-numeric: tabular-nums;
    flex: none;
  }
  .back {
    display: none;
  }

  @container (max-width: 760px) {
    .frame {
      grid-template: auto auto minmax(0, 1fr) auto / minmax(0, 1fr);
    }
    .rail {
      grid-row: 2;
      border-inline-end: 0;
      border-bottom: 1px solid var(--p2p-border);
      overflow: auto hidden;
    }
    .side,
    .conversation {
      grid-row: 3;
      grid-column: 1;
      border: 0;
    }
    .conversation {
      display: none;
    }
    p2p-toast {
      grid-area: 4 / 1;
      border: 0;
    }
    /* A toast has a row between the messages and the field: neither the head nor the field moves. */
    .frame[data-open] {
      grid-template: auto auto auto minmax(0, 1fr) auto auto / minmax(0, 1fr);
    }
    .frame[data-open] .conversation {
      grid-row: 2 / -1;
      display: grid;
      grid-template-rows: subgrid;
      grid-template-columns: minmax(0, 1fr);
    }
    .frame[data-open] :is(p2p-thread, .sign-in, .empty) {
      grid-row: 3;
    }
    .frame[data-open] p2p-composer {
      grid-row: 5;
    }
    .frame[data-open] p2p-toast {
      grid-row: 5;
    }
    .frame[data-open] .side,
    .frame[data-open] .rail {
      display: none;
    }
    .back {
      display: inline-flex;
    }
    .head {
      padding-inline: var(--p2p-space-3);
      gap: var(--p2p-space-2);
    }
    .conversation .head .icon {
      margin-inline: -8px;
    }
    /* Two lines of a name before the path is cut short. */
    .conversation .head .grow {
      min-width: 64px;
    }
    .conversation .head .name {
      white-space: normal;
      overflow-wrap: anywhere;
      display: -webkit-box;
      -webkit-box-orient: vertical;
      -webkit-line-clamp: 2;
    }
    p2p-route-indicator {
      min-width: 0;
    }
  }
  /* So narrow for the size of its type that the buttons of a head stand below its name. */
  @container (max-width: 15rem) {
    .head {
      flex-wrap: wrap;
      padding-block: var(--p2p-space-2);
    }
    .side .head .grow {
      flex-basis: 100%;
    }
    .conversation .head .grow {
      flex-basis: 4rem;
    }
  }
  @media (forced-colors: active) {
    .path-notice,
    .frame {
      border: 1px solid;
    }
  }
`;
