/** Every element's class. Nothing is registered by importing this; `p2p-elements/define` does that. */
export { MessageStatus } from './components/message-status/message-status.ts';
export { setStrings } from './components/internal/strings.ts';
export type { Strings } from './components/internal/strings.ts';
export type { RequestEventMap } from './components/internal/events.ts';
