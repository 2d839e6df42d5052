import { wsconnect } from '@nats-io/nats-core';
import type { NatsConnection } from '@nats-io/nats-core';
import { jetstreamManager } from '@nats-io/jetstream';
import { systemClock, systemRandom } from '../../client/system.ts';
import { cid } from '../../protocol/cid.ts';
import type { AccountId } from '../../facts/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RelayAnswer, RelayEnvelope } from '../../ports/relay.ts';
import { memoryKeys, nats } from '../../relays/nats/index.ts';
import type { KeyStore, NatsOptions, NatsRelay } from '../../relays/nats/index.ts';

let accounts = 1000;
/** An account nobody had before. */
export const newAccount = (): AccountId => cid(String((accounts += 1)));

/** The real clock, which can be set forward. */
export function settableClock(): Clock & { forward(ms: number): void } {
  let offset = 0;
  return {
    ...systemClock,
    now: () => systemClock.now() + offset,
    forward: (ms) => void (offset += ms),
  };
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Somebody with one account, one key store, and a relay that can be closed and made again. */
export interface Person {
  readonly account: AccountId;
  readonly relay: NatsRelay;
  readonly keys: KeyStore;
  /** The texts that were received and stored, in order. */
  readonly received: string[];
  /** Whole envelopes, in the same order. */
  readonly envelopes: RelayEnvelope[];
  /** What `receive` does before it counts as stored. */
  store: (text: string) => Promise<void>;
  send(to: Person | AccountId, text: string, id?: string): Promise<RelayAnswer>;
  listen(): () => void;
  /** The page is loaded anew: another relay on the same keys. */
  reload(): Promise<void>;
  /** Resolves as soon as the condition holds; looked at after everything that happens to this person. */
  until(condition: () => boolean, what?: string): Promise<void>;
  count(what: Parameters<NatsRelay['counts']['get']>[0]): number;
  close(): void;
}

let ids = 0;

export function person(
  servers: string,
  options: Partial<NatsOptions> & { account?: AccountId } = {},
): Person {
  const { account = newAccount(), keys = memoryKeys(), ...rest } = options;
  const waiting = new Set<() => void>();
  const happened = (): void => {
    for (const look of waiting) look();
  };
  const open = (): NatsRelay => {
    // A store that is closed with its relay would be gone for the next one; these live in memory.
    const made = nats({
      servers,
      keys: { ...keys, close: () => undefined },
      clock: systemClock,
      random: systemRandom,
      onCounted: () => happened(),
      ...rest,
    });
    made.watch(happened);
    return made;
  };
  let relay = open();
  const self: Person = {
    account,
    get relay() {
      return relay;
    },
    keys,
    received: [],
    envelopes: [],
    store: () => Promise.resolve(),
    async send(to, text, id = `id-${(ids += 1)}`) {
      const recipient = typeof to === 'string' ? to : to.account;
      return relay.send({ id, from: account, to: recipient, body: bytesOf(text) });
    },
    listen() {
      return relay.subscribe(account, async (envelope) => {
        const text = textOf(envelope.body);
        await self.store(text);
        self.envelopes.push(envelope);
        self.received.push(text);
        happened();
      });
    },
    async reload() {
      relay.close();
      relay = open();
      await self.until(() => relay.isUp, 'up after a reload');
    },
    until(condition, what = String(condition)) {
      return new Promise((resolve, reject) => {
        const bound = setTimeout(() => {
          waiting.delete(look);
          const counted = JSON.stringify([...relay.counts]);
          reject(new Error(`never: ${what}; received ${self.received.length}, counted ${counted}`));
        }, 20_000);
        const look = (): void => {
          if (!condition()) return;
          clearTimeout(bound);
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    },
    count: (what) => relay.counts.get(what) ?? 0,
    close: () => relay.close(),
  };
  return self;
}

/** The server as its owner sees it, or somebody who got hold of it. */
export interface Wire {
  readonly connection: NatsConnection;
  /** The envelopes that were sent to the account since, as they lie at the server. */
  sniff(to: AccountId): Uint8Array[];
  put(to: AccountId, from: AccountId | string, bytes: Uint8Array): Promise<void>;
  /** How many messages lie at the server for the account. */
  stored(to: AccountId): Promise<number>;
  close(): Promise<void>;
}

export async function wire(servers: string, as: { user?: string; pass?: string } = {}): Promise<Wire> {
  const connection = await wsconnect({ servers, ...as });
  const manager = await jetstreamManager(connection, { checkAPI: false });
  return {
    connection,
    sniff(to) {
      const seen: Uint8Array[] = [];
      connection.subscribe(`p2p.msg.${to}.*`, {
        callback: (_error, message) => void seen.push(message.data.slice()),
      });
      return seen;
    },
    async put(to, from, bytes) {
      connection.publish(`p2p.msg.${to}.${from}`, bytes);
      await connection.flush();
    },
    async stored(to) {
      const { state } = await manager.streams.info('P2P_MESSAGES', { subjects_filter: `p2p.msg.${to}.*` });
      return Object.values(state.subjects ?? {}).reduce((sum, number) => sum + number, 0);
    },
    close: () => connection.close(),
  };
}
