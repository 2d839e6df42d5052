import { css } from 'lit';

/** The row of a person, in discovery and in the requests list. */
export const personRow = css`
  .person {
    display: flex;
    align-items: center;
    gap: var(--p2p-space-3);
    padding: 10px 16px;
    min-height: 61px;
    border-block-start: 1px solid var(--p2p-border);
  }
  .person.first {
    border-block-start-color: transparent;
  }
  .person:focus-visible {
    box-shadow: inset 0 0 0 2px var(--p2p-accent);
    border-radius: var(--p2p-radius);
  }
  .person .what {
    overflow-wrap: anywhere;
  }
  .actions {
    display: flex;
    gap: var(--p2p-space-2);
    flex: none;
  }
  @media (max-width: 480px) {
    .actions {
      gap: 2px;
    }
    .actions .button {
      padding-inline: 10px;
    }
  }
`;
