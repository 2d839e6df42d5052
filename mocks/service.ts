import type { Cid } from '../facts/ids.ts';
import type { ResponseBodies } from '../protocol/index.ts';
import { createFaults, type Faults } from './faults.ts';
import type { LocalAccount, ServerAccount, Session } from './model.ts';
import { newerBehaviour, type Nat, type NewerBehaviour, type Range, type ServiceOptions } from './options.ts';
import { handleRequest } from './requests.ts';
import type { World } from './simulation.ts';
import { createSocket, type ServiceSocket, type SimulatedSocket, type SocketHandlers } from './socket.ts';
import { endSession } from './sessions.ts';
import { webSocketFor, type WebSocketFactory } from './web-socket.ts';

/** One local daemon: the accounts on one machine, and the sockets of the pages there. */
export interface SimulatedService {
  readonly name: string;
  readonly url: string;
  readonly running: boolean;
  /** Where it sits; can be changed at any time. */
  nat: Nat;
  /** Faults of this service alone. */
  readonly faults: Faults;
  /** The open sockets, for faults: closing one, or making it half-open. */
  readonly sockets: readonly SimulatedSocket[];
  /** The accounts whose sessions it holds. */
  readonly sessions: readonly Cid[];
  /** Opens a socket. It greets by itself; towards a service that does not run it closes with 1006. */
  connect(handlers: SocketHandlers): SimulatedSocket;
  /** A constructor that stands in for the platform's `WebSocket`, connected to this service. */
  webSocket(): WebSocketFactory;
  /** Ends the process by force: every socket closes with 1006, the server notices after 30 s. */
  kill(): void;
  /** Starts it again: accounts as the storage kept them, no sessions. */
  start(options?: StartOptions): void;
  /** `kill` and `start` at once. */
  restart(options?: StartOptions): void;
  /** The account's connection to the server dies unnoticed: the session stays in the list and cannot be claimed. */
  loseSession(cid: Cid): void;
  /** The simulator's own view of it. Not for clients. */
  readonly state: ServiceState;
}

/** How a service comes back. */
export interface StartOptions {
  /**
   * `dropped`: the server ends every sign-in of the accounts that were signed in when the process died, as the
   * recordings show. `work`: it has tidied up in the meantime. Default `dropped`.
   */
  readonly signIns?: 'dropped' | 'work';
}

/** What the parts of one simulated service share. */
export interface ServiceState {
  readonly world: World;
  readonly service: SimulatedService;
  readonly newer: NewerBehaviour;
  readonly accounts: Map<Cid, LocalAccount>;
  /** By CID: the session and the id of the connection that owns it. */
  readonly held: Map<Cid, { session: Session; owner: string }>;
  readonly connections: Map<string, ServiceSocket>;
  /** Server addresses towards which a Register or Connect is under way. */
  readonly busy: Set<string>;
  /** Names for which a Connect is under way. */
  readonly signingIn: Set<string>;
  /** The key-value store, by account and peer. */
  readonly store: Map<string, Map<string, Uint8Array>>;
  /** The living session of an account of this service. */
  session(cid: Cid): Session | undefined;
  /** Runs something later, unless the process has ended by then. */
  later(range: Range | number, run: () => void): () => void;
  /** Tells the owner of a session; without one everybody on this service, or nobody. */
  notify<K extends keyof ResponseBodies>(
    cid: Cid,
    variant: K,
    body: ResponseBodies[K],
    withoutOwner: 'broadcast' | 'drop',
  ): void;
  /** Puts an account on this service's disk. */
  adopt(account: ServerAccount): LocalAccount;
  /** Records a relation for whichever of the two has its account here. */
  remember(a: Cid, b: Cid): void;
}

/** How long the server takes to notice that a service is gone, in milliseconds. */
export const KEEP_ALIVE = 30_000;

export function createService(world: World, name: string, options: ServiceOptions = {}): SimulatedService {
  let running = true;
  let life = 0;
  const faults = createFaults(world.random);
  const connections = new Map<string, ServiceSocket>();

  function nameOf(cid: Cid): string {
    return world.server.accounts.get(cid)?.username ?? '';
  }

  const state: ServiceState = {
    world,
    get service() {
      return service;
    },
    newer: newerBehaviour(options.newer),
    accounts: new Map(),
    held: new Map(),
    connections,
    busy: new Set(),
    signingIn: new Set(),
    store: new Map(),
    session(cid) {
      const session = world.server.session(cid);
      return session?.service === service ? session : undefined;
    },
    later(range, run) {
      const born = life;
      return world.later(range, () => {
        if (running && life === born) run();
      });
    },
    notify(cid, variant, body, withoutOwner) {
      const owner = connections.get(state.held.get(cid)?.owner ?? '');
      if (owner) owner.deliver(variant, body);
      else if (withoutOwner === 'broadcast' && state.newer.neverBroadcasts !== true) {
        for (const connection of connections.values()) connection.deliver(variant, body);
      }
    },
    adopt(account) {
      const local: LocalAccount = {
        cid: account.cid,
        username: account.username,
        fullName: account.fullName,
        serverAddress: world.serverAddress,
        peers: new Map(),
      };
      state.accounts.set(account.cid, local);
      return local;
    },
    remember(a, b) {
      state.accounts.get(a)?.peers.set(b, nameOf(b));
      state.accounts.get(b)?.peers.set(a, nameOf(a));
    },
  };

  const service: SimulatedService = {
    name,
    url: options.url ?? 'ws://127.0.0.1:8080',
    nat: options.nat ?? 'open',
    faults,
    state,
    get running() {
      return running;
    },
    get sockets() {
      return [...connections.values()].map((connection) => connection.socket);
    },
    get sessions() {
      return [...state.held.keys()];
    },
    connect: (handlers) =>
      createSocket({ world, service, handlers, faults: [faults, world.faults], connections, receive: (connection, frame) => handleRequest(state, connection, frame) }),
    webSocket: () => webSocketFor(service, world),
    kill() {
      if (!running) return;
      running = false;
      life++;
      for (const connection of [...connections.values()]) connection.cut(1006);
      for (const { session } of state.held.values()) {
        const account = world.server.accounts.get(session.cid);
        if (account) account.dropped = true;
        world.later(KEEP_ALIVE, () => endSession(world, session));
      }
      state.held.clear();
      state.busy.clear();
      state.signingIn.clear();
      if (options.storage === 'memory') {
        state.accounts.clear();
        state.store.clear();
      }
    },
    start(startOptions = {}) {
      if (running) return;
      running = true;
      if (startOptions.signIns !== 'work') return;
      for (const cid of state.accounts.keys()) {
        const account = world.server.accounts.get(cid);
        if (account) account.dropped = false;
      }
    },
    restart(startOptions) {
      service.kill();
      service.start(startOptions);
    },
    loseSession(cid) {
      const held = state.held.get(cid);
      if (held) endSession(world, held.session);
    },
  };
  return service;
}
