/** Backends: the Citadel internal service over a WebSocket, and one in memory for tests and demonstrations. */
export { citadel, type CitadelOptions } from './citadel.ts';
export type { Network, OpenSocket, WebSocketLike } from './link.ts';
export { createMemoryNetwork } from './memory.ts';
export { systemClock, systemRandom } from './system.ts';
export type { TabLocks } from './tab-lock.ts';
