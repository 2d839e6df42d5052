/** The Citadel internal service over a WebSocket. The backend for tests and demonstrations is `client/memory`. */
export { citadel, type CitadelOptions } from './citadel.ts';
export type { Network, OpenSocket, WebSocketLike } from './link.ts';
export { systemClock, systemRandom } from './system.ts';
