import js from '@eslint/js';
import globals from 'globals';
import lit from 'eslint-plugin-lit';
import litA11y from 'eslint-plugin-lit-a11y';
import tseslint from 'typescript-eslint';
import wc from 'eslint-plugin-wc';
import { defineConfig, globalIgnores } from 'eslint/config';
import { noSentences } from './scripts/no-sentences.mjs';

const useClock = 'Time comes from the injected Clock (ports/clock.ts), so that tests can move it.';
const useRandom = 'Chance comes from the injected Random (ports/random.ts), so that tests can repeat it.';

export default defineConfig(
  globalIgnores([
    'dist/',
    'storybook-static/',
    '.cache/',
    'node_modules/',
    'tests/recordings/',
    // Read by tsconfig.core.json only: it would clash with the DOM library in the project that eslint asks.
    'platform.d.ts',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Nothing is gained by wrapping numbers in String() inside a template.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // Also complains of assertions that narrow what a generic call infers, and its fix breaks the types.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      // `expect(x.method)` and capability checks take methods off their objects on purpose.
      '@typescript-eslint/unbound-method': 'off',
      // An interface's method is often async in one implementation only.
      '@typescript-eslint/require-await': 'off',
      // Handlers of events may be async; their errors are handled inside.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  {
    files: ['components/**/*.ts', 'examples/**/*.ts'],
    extends: [
      lit.configs['flat/recommended'],
      wc.configs['flat/recommended'],
      wc.configs['flat/best-practice'],
    ],
    plugins: { 'lit-a11y': litA11y },
    rules: {
      ...litA11y.configs.recommended.rules,
      // Fires on handlers that only stop a native submit, and on private parts of a larger keyboard pattern.
      'lit-a11y/click-events-have-key-events': 'error',
      'lit/no-legacy-template-syntax': 'error',
      'lit/quoted-expressions': ['error', 'never'],
      // Registration is in define.ts, guarded there.
      'wc/guard-super-call': 'off',
      'wc/define-tag-after-class-definition': 'off',
      'no-restricted-properties': [
        'error',
        ...['innerHTML', 'outerHTML', 'insertAdjacentHTML'].map((property) => ({
          property,
          message: 'What a peer wrote never becomes markup.',
        })),
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'lit',
              importNames: ['css'],
              message: 'The css of components/internal/css.ts: it knows what a token is without tokens.css.',
            },
            { name: 'lit/directives/style-map.js', message: 'A strict CSP blocks it: use the CSSOM.' },
            { name: 'lit/directives/unsafe-html.js', message: 'What a peer wrote never becomes markup.' },
            { name: 'lit/directives/unsafe-svg.js', message: 'Write an svg`…` template.' },
            { name: 'lit/decorators.js', message: 'static properties with declare fields.' },
            {
              name: 'lit/directives/repeat.js',
              message: 'Import internal/repeat.ts: lit’s own leaves nodes behind.',
            },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'TaggedTemplateExpression[tag.name=/^(html|svg)$/] TemplateElement[value.raw=/\\sstyle=/]',
          message: 'A strict CSP blocks style attributes: use the CSSOM.',
        },
      ],
    },
  },
  {
    files: ['facts/**', 'protocol/**', 'client/**', 'stores/**', 'storage/**', 'mocks/**', 'relays/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'Date', message: useClock },
        ...['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'performance'].map((name) => ({
          name,
          message: useClock,
        })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: useRandom },
        { object: 'globalThis', property: 'Date', message: useClock },
        { object: 'globalThis', property: 'setTimeout', message: useClock },
        { object: 'window', property: 'setTimeout', message: useClock },
        { object: 'window', property: 'setInterval', message: useClock },
      ],
    },
  },
  {
    // Everywhere but in locale/; what the simulator says was recorded.
    files: ['{facts,ports,protocol,client,storage,relays,stores,tabs,components}/**/*.ts', '*.ts'],
    // The texts of the service, and what a decoded frame should have been.
    ignores: ['**/*.stories.ts', 'protocol/{codec,errors}.ts'],
    plugins: { words: { rules: { 'no-sentences': noSentences } } },
    rules: { 'words/no-sentences': 'error' },
  },
  {
    files: ['**/*.{ts,mjs}'],
    // Tables, and tests.
    ignores: ['locale/*.ts', 'stores/commands.ts', '.storybook/fixtures.ts', 'tests/**'],
    // Blank lines and comments count, too. A larger file has more than one concern.
    rules: { 'max-lines': ['error', 320] },
  },
  {
    files: ['tests/**/*.ts'],
    languageOptions: { globals: globals.mocha },
    rules: {
      // chai's `expect(x).to.be.true` is an expression on purpose; `@open-wc/testing` types some helpers as any.
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      // node:test returns promises nobody has to await at the top level of a file.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          // @open-wc/semantic-dom-diff declares that `equal` returns a promise; it does not.
          allowForKnownSafeCalls: [
            { from: 'package', name: ['Equal'], package: '@open-wc/semantic-dom-diff' },
            { from: 'package', name: ['Equal'], package: '@types/chai' },

            { from: 'package', name: ['test', 'describe', 'it', 'suite'], package: 'node:test' },
          ],
        },
      ],
    },
  },
  { files: ['**/*.mjs', '**/*.cjs'], languageOptions: { globals: globals.node } },
  { files: ['bench/**/*.mjs'], languageOptions: { globals: { ...globals.node, ...globals.browser } } },
);
