/** The only file that names the adapter between signals and Lit, so that it can be replaced in one place. */
export { SignalWatcher } from '@lit-labs/preact-signals';
