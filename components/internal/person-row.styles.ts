import { css } from './css.ts';

/** The row of a person, in discovery and in the requests list. */
export const personRow = css`
  .person {
    align-items: center;
    min-height: 61px;
    /* In a narrow column the buttons stand below the words, which would be broken letter by letter beside them. */
    flex-wrap: wrap;
    row-gap: 4px;
  }
  .person > .grow {
    flex-basis: 5rem;
  }
  .person > .actions {
    margin-inline-start: auto;
    /* In the middle of a name and one line; more or fewer lines do not move them under a finger. */
    align-self: flex-start;
    margin-block-start: 4px;
  }
  .person .what {
    overflow-wrap: anywhere;
    /* What counts as one letter cannot be broken, and may be as wide as its sender likes. */
    overflow-x: clip;
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
