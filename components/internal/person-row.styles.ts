import { css } from './css.ts';

/** The row of a person, in discovery and in the requests list. */
export const personRow = css`
  .person {
    align-items: center;
    min-height: 61px;
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
