// The tests that take minutes: `npm run test:long`.
import config from './web-test-runner.config.mjs';

export default {
  ...config,
  files: ['tests/**/*.long-test.ts'],
  // One page at a time: what takes minutes alone takes too long beside another.
  concurrency: 1,
  testsFinishTimeout: 25 * 60_000,
};
