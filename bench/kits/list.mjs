// The kits, in the order in which they are reported. What is not here, and why: stream-chat, whose licence forbids to
// publish figures of it.

/**
 * `file`: its adapter. `isOurs`: it reads from IndexedDB, which is filled once for all samples. `why`: it could not be
 * installed or bundled.
 */
export const KITS = [
  { name: 'plain DOM', file: 'plain' },
  { name: 'p2p-elements', file: 'ours', isOurs: true },
  { name: '@tanstack/virtual-core', file: 'tanstack' },
  { name: 'react-virtuoso', file: 'virtuoso' },
  { name: '@vaadin/message-list and virtual-list', file: 'vaadin' },
  { name: '@chatscope/chat-ui-kit-react', file: 'chatscope' },
  { name: 'react-chat-elements', file: 'chat-elements' },
  { name: 'vue-advanced-chat', file: 'advanced-chat' },
  { name: 'deep-chat', file: 'deep-chat' },
];
