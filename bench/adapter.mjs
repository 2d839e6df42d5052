// For a harness that times lists: this library's, from `dist/` (`npm run build` first), through the connected elements
// on `createMessenger`. What each function does stands in lists.d.mts. It works in a page without a bundler, and can be
// bundled as a classic script. Nothing is loaded before something is to be shown, so a harness without a DOM can ask
// for `caps`. The page links `tokens.css`.
import { createAdapter } from './lists.mjs';

export default createAdapter(() => import('../dist/p2p-elements.bundle.js'));
