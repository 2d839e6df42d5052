import { css } from '../internal/css.ts';

export const styles = css`
  .skeleton {
    display: flex;
    align-items: center;
    gap: var(--p2p-space-3);
    padding: 10px 16px;
  }
  .skeleton i {
    background: var(--p2p-surface-3);
    border-radius: var(--p2p-radius-full);
  }
  .skeleton .disc {
    width: 40px;
    height: 40px;
    flex: none;
  }
  .skeleton .bar {
    height: 10px;
    width: 40%;
  }
`;
