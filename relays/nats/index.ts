/**
 * A relay over NATS JetStream: store-and-forward for teams whose service cannot punch holes, sealed end to end.
 * Needs `@nats-io/nats-core`, `@nats-io/jetstream` and `@hpke/core` beside it. What it takes of a server, and what the
 * server can see, stands in docs/relays.md.
 */
export { prepareNats, type NatsRetention, type NatsServer } from './connection.ts';
export type { NatsCount } from './counts.ts';
export { indexedDbKeys } from './indexed-db-keys.ts';
export type { OwnKeys } from './key.ts';
export {
  memoryKeys,
  type HeldEnvelope,
  type HoldLimit,
  type KeyStore,
  type StoredOpening,
  type StoredPeerKey,
} from './key-store.ts';
export { nats, type NatsKeys, type NatsOptions, type NatsRelay } from './nats.ts';
