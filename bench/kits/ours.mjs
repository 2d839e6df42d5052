// This library, from dist/.
export { default } from '../adapter.mjs';
