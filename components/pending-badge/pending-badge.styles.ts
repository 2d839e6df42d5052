import { css } from '../internal/css.ts';

export const styles = css`
  :host {
    display: inline-flex;
    vertical-align: middle;
  }
`;
