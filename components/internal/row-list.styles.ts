import { css } from './css.ts';

/** A panel with a heading, a search field and a virtual list. */
export const panel = css`
  /*
   * What stands above the rows ends where they do, also beside a scrollbar that takes width: both boxes keep the room
   * for one, which is none where scrollbars lie over the content.
   */
  .over,
  .people {
    scrollbar-gutter: stable;
    overflow-x: hidden;
  }
  .over {
    overflow: hidden;
    flex: none;
  }
  .header {
    display: flex;
    align-items: center;
    gap: var(--p2p-space-2);
    padding: 16px 16px 8px;
    min-height: 52px;
    flex: none;
  }
  .panel-search {
    margin: 4px 16px 12px;
    flex: none;
  }
  .person,
  .message {
    display: flex;
    gap: var(--p2p-space-3);
    padding: 10px 16px;
    border-block-start: 1px solid var(--p2p-border);
  }
  .first {
    border-block-start-color: transparent;
  }
  .person:focus-visible,
  .message:focus-visible {
    box-shadow: inset 0 0 0 2px var(--p2p-accent);
    border-radius: var(--p2p-radius);
  }
  .line {
    display: flex;
    align-items: baseline;
    gap: var(--p2p-space-2);
  }
  .sizer {
    position: relative;
  }
  .sizer > [data-index] {
    position: absolute;
    inset-inline: 0;
    inset-block-start: 0;
  }
`;
