import type { AccountId } from '../facts/ids.ts';
import { createFaults } from './faults.ts';
import type { LocalAccount, ServiceState, SimulatedService, World } from './model.ts';
import { newerBehaviour, type ServiceOptions } from './options.ts';
import { handleRequest } from './requests.ts';
import { endSession } from './sessions.ts';
import { createSocket } from './socket.ts';
import type { ServiceSocket } from './sockets.ts';
import { webSocketFor } from './web-socket.ts';

/** How long the server takes to notice the end of a service, in milliseconds. */
export const KEEP_ALIVE = 30_000;

export function createService(world: World, name: string, options: ServiceOptions = {}): SimulatedService {
  let isRunning = true;
  let life = 0;
  const faults = createFaults(world.random);
  const connections = new Map<string, ServiceSocket>();

  function nameOf(cid: AccountId): string {
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
        if (isRunning && life === born) run();
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
    get isRunning() {
      return isRunning;
    },
    get sockets() {
      return [...connections.values()].map((connection) => connection.socket);
    },
    get sessions() {
      return [...state.held.keys()];
    },
    connect: (handlers) =>
      createSocket({
        world,
        service,
        handlers,
        faults: [faults, world.faults],
        connections,
        receive: (connection, frame) => handleRequest(state, connection, frame),
      }),
    webSocket: () => webSocketFor(service, world),
    openSocket: (url) => new (service.webSocket())(url),
    kill() {
      if (!isRunning) return;
      isRunning = false;
      life++;
      for (const connection of [...connections.values()]) connection.cut(1006);
      for (const { session } of state.held.values()) {
        session.isCut = true;
        const account = world.server.accounts.get(session.cid);
        if (account) account.isDropped = true;
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
      if (isRunning) return;
      isRunning = true;
      if (startOptions.signIns !== 'work') return;
      for (const cid of state.accounts.keys()) {
        const account = world.server.accounts.get(cid);
        if (account) account.isDropped = false;
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
