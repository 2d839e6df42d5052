// For an outside harness that times lists: this library's, from `dist/` (`npm run build` first), through the
// connected elements on `createMessenger`. What each function does stands in lists.d.mts. Works in a page without
// a bundler. Without a DOM (a harness that only asks for `caps`) nothing is loaded.
import { createAdapter } from './lists.mjs';

const engine = globalThis.document
  ? { ...(await import('../dist/p2p-elements.bundle.js')), ...(await import('../dist/storage/memory.js')) }
  : { facts: { STATUSES: [] } };

export default createAdapter(engine);
