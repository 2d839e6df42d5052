/** What is known, as cells and commands, and the duties that act on it. Pages use `p2p-elements/core`. */
export type * from './api.ts';
export type { Engine } from './engine.ts';
export { assemble } from './messenger.ts';
export type { Settings } from './options.ts';
