import { css } from '../internal/css.ts';

export const styles = css`
  p2p-message-status {
    --p2p-status-size: max(1.25rem, 20px);
    align-self: flex-start;
    margin-block-start: 2px;
  }
  .reason {
    overflow-wrap: anywhere;
    overflow-x: clip;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: var(--p2p-space-2);
    margin-block-start: var(--p2p-space-2);
  }
  .message .button {
    min-height: 28px;
    padding-inline: 10px;
  }
  .all {
    padding: 0 16px 12px;
    margin: 0;
    flex: none;
  }
`;
