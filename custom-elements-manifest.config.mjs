export default {
  globs: ['components/**/*.ts'],
  exclude: [
    'components/**/*.stories.ts',
    'components/**/*.styles.ts',
    'components/**/define.ts',
    'components/internal/**',
  ],
  litelement: true,
  packagejson: false,
  outdir: '.',
};
