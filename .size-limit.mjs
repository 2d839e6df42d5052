// Budgets, min + brotli, lit included, without mocks and relays. scripts/size.mjs makes the bundles.
export default [
  {
    name: 'p2p-message-status + p2p-route-indicator + p2p-pending-badge',
    path: '.cache/size/leaves.js',
    limit: '20 kB',
    brotli: true,
  },
  {
    name: 'facts + protocol + client + storage + core',
    path: '.cache/size/engine.js',
    limit: '52 kB',
    brotli: true,
  },
  {
    name: 'tabs, with what they share with the engine',
    path: '.cache/size/tabs.js',
    limit: '12 kB',
    brotli: true,
  },
  { name: 'everything', path: '.cache/size/everything.js', limit: '105 kB', brotli: true },
];
