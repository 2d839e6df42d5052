/** The Citadel internal service over a WebSocket. The backend for tests and demonstrations is `client/memory`. */
export { DONE, LOST, notSent, refused } from './answers.ts';
export { citadel, type CitadelOptions } from './citadel.ts';
export type { WebSocketLike } from '../ports/socket.ts';
export type { Network, OpenSocket } from './link.ts';
export { systemClock, systemRandom } from './system.ts';
