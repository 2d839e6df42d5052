/** What is known, as cells and verbs, and the duties that act on it. */
export type * from './api.ts';
export type { DiagnosticCounter } from './diagnostics.ts';
export type { Engine } from './engine.ts';
export { assemble, type Assembly, type AssemblyOptions } from './messenger.ts';
export { DEFAULT_SETTINGS, type MessengerOptions, type Settings } from './options.ts';
