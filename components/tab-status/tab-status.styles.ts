import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    font-size: var(--p2p-font-size-s);
    color: var(--p2p-text-2);
  }
  .status {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--p2p-space-1) var(--p2p-space-2);
  }
  .role {
    display: flex;
    align-items: center;
    gap: var(--p2p-space-2);
    min-width: 0;
  }
  svg {
    font-size: 1.2em;
  }
  .outdated {
    flex-basis: 100%;
    display: flex;
    align-items: center;
    gap: var(--p2p-space-2);
    color: var(--p2p-warn);
  }
`;
