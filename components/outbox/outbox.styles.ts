import { css } from 'lit';

export const styles = css`
  .message {
    display: flex;
    gap: var(--p2p-space-3);
    padding: 10px 16px;
    border-block-start: 1px solid var(--p2p-border);
  }
  .message.first {
    border-block-start-color: transparent;
  }
  .message:focus-visible {
    box-shadow: inset 0 0 0 2px var(--p2p-accent);
    border-radius: var(--p2p-radius);
  }
  p2p-message-status {
    --p2p-status-size: 1.25rem;
    align-self: flex-start;
    margin-block-start: 2px;
  }
  .reason {
    overflow-wrap: anywhere;
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
