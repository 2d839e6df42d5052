/** What is known, as cells and verbs, and the duties that act on it. */
export { DEFAULT_SETTINGS, type Settings } from './core.ts';
export type { DiagnosticCounter, DiagnosticsStore } from './diagnostics.ts';
export { createMessenger, type Messenger, type MessengerOptions } from './messenger.ts';
export type { Outbox } from './outbox.ts';
export type { Session } from './sessions.ts';
export type { SettingsStore } from './settings.ts';
