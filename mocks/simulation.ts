import type { AccountId } from '../facts/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import { createFaults, type Faults } from './faults.ts';
import { createFrameLog, type FrameLog } from './frames-log.ts';
import type { ServerAccount, SimulatedService, World } from './model.ts';
import {
  DEFAULT_LATENCIES,
  type ErrorTexts,
  type ServiceOptions,
  type SimulationOptions,
} from './options.ts';
import { createRelayStation, type RelayOptions, type SimulatedRelay } from './relay.ts';
import { createServer } from './server.ts';
import { createService } from './service.ts';
import { cidOf } from './sha3.ts';

/** What a pre-made account is. */
export interface AccountOptions {
  readonly username: string;
  /** Default: the username with a capital letter. */
  readonly fullName?: string;
  /** Default `password`. */
  readonly password?: string;
  /** The service that it was made on, and on which it can sign in. */
  readonly service: SimulatedService;
  /** Default: what today's service derives from the name. */
  readonly cid?: AccountId;
  /** Words of another build, for answers to this account. */
  readonly errors?: ErrorTexts;
  /** Accounts it is a contact of already. */
  readonly contacts?: readonly AccountId[];
}

/** A small world: one server, any number of services, the sockets between them and the pages. */
export interface Simulation {
  readonly clock: Clock;
  /** Every frame on every socket. */
  readonly frames: FrameLog;
  /** Faults on every service; a service has its own besides. */
  readonly faults: Faults;
  readonly services: readonly SimulatedService[];
  /** A local daemon, running. */
  service(name: string, options?: ServiceOptions): SimulatedService;
  /** An account that exists before anybody signs in. Returns its CID. */
  createAccount(options: AccountOptions): AccountId;
  /** Presets an account that is created under this name later. */
  reserve(username: string, account: Pick<AccountOptions, 'cid' | 'errors'>): void;
  /** The server's relay as the browser on `service` sees it. */
  relay(service: SimulatedService, options?: RelayOptions): SimulatedRelay;
}

/** Options of `createSimulation`. */
export interface SimulationInput {
  readonly clock: Clock;
  /** The source of every delay and chance: the same seed gives the same run. */
  readonly random: Random;
  readonly options?: SimulationOptions;
}

/** A simulated world on the given clock and randomness. */
export function createSimulation({ clock, random, options = {} }: SimulationInput): Simulation {
  const log = createFrameLog();
  const faults = createFaults(random);
  const world: World = {
    clock,
    random,
    serverAddress: options.serverAddress ?? '127.0.0.1:12349',
    stun: options.stun ?? true,
    turn: options.turn ?? false,
    lateSuccess: options.lateSuccess ?? null,
    latencies: { ...DEFAULT_LATENCIES, ...options.latencies },
    server: createServer(),
    reserved: new Map(),
    faults,
    log,
    later(range, run) {
      const delay = typeof range === 'number' ? range : range[0] + random.next() * (range[1] - range[0]);
      const timer = clock.setTimeout(run, delay);
      return () => clock.clearTimeout(timer);
    },
  };
  const services: SimulatedService[] = [];
  const station = createRelayStation(world);

  return {
    clock,
    frames: log,
    faults,
    services,
    service(name, serviceOptions) {
      const service = createService(world, name, serviceOptions);
      services.push(service);
      return service;
    },
    createAccount(account) {
      const cid = account.cid ?? cidOf(account.username);
      const created: ServerAccount = {
        cid,
        username: account.username,
        fullName: account.fullName ?? account.username.charAt(0).toUpperCase() + account.username.slice(1),
        password: new TextEncoder().encode(account.password ?? 'password'),
        relations: new Set(),
        errors: account.errors ?? {},
        isDropped: false,
      };
      world.server.accounts.set(cid, created);
      account.service.state.adopt(created);
      for (const contact of account.contacts ?? []) {
        world.server.relate(cid, contact);
        for (const service of services) service.state.remember(cid, contact);
      }
      return cid;
    },
    reserve: (username, account) => void world.reserved.set(username, account),
    relay: (service, relayOptions) => station.browser(service, relayOptions),
  };
}
