import { css } from '../internal/css.ts';

export const styles = css`
  :host {
    display: block;
    padding: var(--p2p-space-4);
    background: var(--p2p-surface);
    font-size: var(--p2p-font-size-s);
  }
  .box {
    container-type: inline-size;
  }
  dl {
    display: grid;
    grid-template-columns: fit-content(45%) minmax(0, 1fr);
    gap: var(--p2p-space-1) var(--p2p-space-4);
    margin: var(--p2p-space-2) 0 var(--p2p-space-4);
  }
  h3 {
    margin: var(--p2p-space-4) 0 0;
    font-size: inherit;
  }
  dt {
    overflow-wrap: anywhere;
    color: var(--p2p-text-2);
  }
  dd {
    margin: 0;
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  .numbers {
    grid-template-columns: minmax(0, 1fr) auto;
  }
  .numbers dd {
    text-align: end;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--p2p-space-2);
  }
  .button {
    padding-block: var(--p2p-space-1);
    flex: 0 1 auto;
    white-space: normal;
  }
  @container (max-width: 360px) {
    dl:not(.numbers) {
      display: block;
    }
    dl:not(.numbers) dd {
      margin-block-end: var(--p2p-space-2);
    }
  }
`;
