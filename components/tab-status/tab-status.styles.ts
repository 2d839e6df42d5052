import { css } from '../internal/css.ts';

export const styles = css`
  :host {
    display: block;
    font-size: var(--p2p-font-size-s);
    color: var(--p2p-text-2);
  }
  /* The pictures stand before the text, and each line of it begins where the first one does. */
  .status {
    padding-inline-start: calc(1.2em + var(--p2p-space-2));
  }
  svg {
    display: inline-block;
    vertical-align: -0.2em;
    margin-inline: calc(-1em - var(--p2p-space-2)) var(--p2p-space-2);
    font-size: 1.2em;
  }
  .outdated {
    display: block;
    margin-block-start: var(--p2p-space-1);
    color: var(--p2p-warn);
  }
`;
