// Who may import whom: one rule per row of the table in docs/architecture.md. A folder may import itself and what
// its row names; everything else, packages included, is an error.
const row = (folder, comment, allowed) => ({
  name: `${folder}-imports`,
  comment,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { pathNot: [`^${folder}/`, ...allowed] },
});
const npm = (name) => `^node_modules/${name}/`;

const signals = npm('@preact/signals-core');
const lit = ['lit', 'lit-html', 'lit-element', '@lit/reactive-element', '@lit/context'].map(npm);

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    row('facts', 'facts import nothing', []),
    row('ports', 'interfaces over facts', ['^facts/']),
    {
      name: 'locale-imports',
      comment: 'words only: of the facts it knows the types',
      severity: 'error',
      from: { path: '^locale/' },
      to: { pathNot: ['^locale/', '^facts/'] },
    },
    {
      name: 'locale-imports-types',
      comment: 'words only: of the facts it knows the types',
      severity: 'error',
      from: { path: '^locale/' },
      to: { path: '^facts/', dependencyTypesNot: ['type-only'] },
    },
    row('protocol', 'the wire, pure', ['^facts/', npm('valibot')]),
    row('client', 'a Backend over one WebSocket; decides nothing', ['^protocol/', '^ports/', '^facts/']),
    row('storage', 'a Storage', ['^ports/', '^facts/', npm('idb'), npm('valibot')]),
    row('relays', 'a Relay each, with its own libraries', [
      '^storage/database\\.ts$',
      '^ports/',
      '^facts/',
      '^protocol/payload\\.ts$',
      npm('@nats-io/.*'),
      npm('@hpke/.*'),
      npm('idb'),
    ]),
    row('stores', 'what is known; client and storage are passed in', [
      '^facts/',
      '^ports/',
      '^protocol/payload\\.ts$',
      '^storage/rows\\.ts$',
      signals,
    ]),
    row('tabs', 'everything about several tabs', [
      '^facts/',
      '^ports/',
      '^stores/',
      // The defaults of a group: the system's clock and randomness.
      '^client/system\\.ts$',
    ]),
    row('components', 'never the client, never the mocks', [
      ...lit,
      npm('linkify-it'),
      '^facts/',
      '^locale/',
      '^stores/',
      // Only for stories; the rules below keep these out of the elements.
      npm('storybook'),
      npm('@storybook/.*'),
      npm('msw'),
      '^\\.storybook/',
      '^mocks/',
      '^client/',
      '^storage/',
      '^ports/',
    ]),
    {
      name: 'elements-stay-clean',
      comment: 'what only a story may import',
      severity: 'error',
      from: { path: '^components/', pathNot: '\\.stories\\.ts$' },
      to: {
        path: [
          '^\\.storybook/',
          '^mocks/',
          '^client/',
          '^storage/',
          '^ports/',
          npm('msw'),
          npm('(@storybook/.*|storybook)'),
        ],
      },
    },
    {
      name: 'private-files',
      comment: 'an element uses another one by its class or define.ts, never by a private file',
      severity: 'error',
      from: { path: '^components/([^/]+)/', pathNot: '^components/internal/' },
      to: {
        path: '^components/([^/]+)/',
        pathNot: ['^components/$1/', '^components/internal/', '^components/([^/]+)/(\\1|define)\\.ts$'],
      },
    },
    {
      name: 'internal-is-below',
      comment: 'what the elements share knows no element',
      severity: 'error',
      from: { path: '^components/internal/' },
      to: { path: '^components/', pathNot: '^components/internal/' },
    },
    row('mocks', 'a fake built from our own client would share its bugs', [
      '^protocol/',
      '^ports/',
      '^facts/',
      npm('valibot'),
      npm('msw'),
      npm('ws'),
      npm('@types/ws'),
      '^(node:)?(http|net|events|crypto|stream|url|buffer)$',
    ]),
    row('testing', 'contracts and worlds, for our own tests and for others: in public terms only', [
      '^facts/',
      '^ports/',
      '^core\\.ts$',
      '^(client|mocks|storage|tabs)/index\\.ts$',
      '^storage/memory\\.ts$',
    ]),
    {
      name: 'simulator-runs-anywhere',
      comment: 'msw and ws only in their own front ends',
      severity: 'error',
      from: { path: '^mocks/', pathNot: '^mocks/(msw|node)' },
      to: { path: [npm('msw'), npm('ws'), '^(node:)?(http|net)$'] },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { pathNot: '^tests/' },
      to: { path: '^tests/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The kits of the bench import packages that only `npm run bench -- --kits` installs.
    exclude: { path: ['^dist/', '^storybook-static/', '^\\.cache/', '^bench/kits/'] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'browser', 'default', 'types'],
    },
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
