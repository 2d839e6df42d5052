export {
  createBrowser,
  type BrowserOptions,
  type SimulatedBrowser,
  type PageSocket,
  type SimulatedTab,
  type SimulatedTabOptions,
} from './browser.ts';
export { createFakeClock, type FakeClock, type FakeClockOptions } from './clock.ts';
export type { Direction, Fault, Faults } from './faults.ts';
export type { FrameLog, LoggedFrame } from './frames-log.ts';
export type {
  ErrorTexts,
  Latencies,
  Nat,
  NewerBehaviour,
  Range,
  ServiceOptions,
  SimulationOptions,
} from './options.ts';
export { createPeer, type Peer, type PeerHabits, type PeerOptions } from './peer.ts';
export type { ReceivedMessage, Route } from './peer-streams.ts';
export { createSeededRandom, uuidFrom } from './random.ts';
export type { RelayConduct, RelayOptions, SimulatedRelay } from './relay.ts';
export type { SimulatedService, StartOptions } from './model.ts';
export * from './scenarios/index.ts';
export { cidOf, sha3 } from './sha3.ts';
export {
  createSimulation,
  type AccountOptions,
  type Simulation,
  type SimulationInput,
} from './simulation.ts';
export type { FakeWebSocket, SimulatedSocket, SocketHandlers, WebSocketFactory } from './sockets.ts';
