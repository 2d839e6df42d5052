import type { AccountId } from '../../facts/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import { createPeer, type Peer, type PeerHabits } from '../peer.ts';
import type { SimulatedService } from '../model.ts';
import type { SimulationOptions, ServiceOptions } from '../options.ts';
import { createSeededRandom } from '../random.ts';
import type { SimulatedRelay } from '../relay.ts';
import { cidOf } from '../sha3.ts';
import { createSimulation, type AccountOptions, type Simulation } from '../simulation.ts';

/** The options of every scenario. */
export interface ScenarioInput {
  /** A fake clock in a test, the real one in a story. */
  readonly clock: Clock;
  /** Default 1: the same run every time. */
  readonly seed?: number;
}

/** An own account, which the client under test signs in. */
export interface OwnAccount {
  readonly cid: AccountId;
  readonly username: string;
  readonly fullName: string;
  readonly password: string;
  readonly serverAddress: string;
  /** Where its browser's service is; give `service.openSocket` or `simulatorHandlers(service)` to the client. */
  readonly service: SimulatedService;
  /** The server's relay, as its browser sees it. */
  readonly relay: SimulatedRelay;
}

/** A world set up for one story. Its peers are scripted; its own accounts wait to be signed in. */
export interface Scenario {
  /** As in the list of scripts: the story and the test have the same name. */
  readonly name: string;
  readonly clock: Clock;
  readonly simulation: Simulation;
}

/** The server's address in every scenario. */
export const SERVER_ADDRESS = '127.0.0.1:12349';
/** The password of every account in every scenario. */
export const PASSWORD = 'password';

/** The parts that scenarios put together. */
export interface Stage {
  readonly simulation: Simulation;
  /** An own account. `made: false`: it gets these properties once it is created. */
  own(
    service: SimulatedService,
    account: Omit<AccountOptions, 'service' | 'password'>,
    made?: boolean,
  ): OwnAccount;
  peer(
    service: SimulatedService,
    account: Omit<AccountOptions, 'service' | 'password'>,
    habits?: PeerHabits,
  ): Peer;
  service(name: string, options?: ServiceOptions): SimulatedService;
}

/** An empty world. */
export function createStage(input: ScenarioInput, options: SimulationOptions = {}): Stage {
  const { clock } = input;
  const seed = input.seed ?? 1;
  const simulation = createSimulation({
    clock,
    random: createSeededRandom(seed),
    options: { serverAddress: SERVER_ADDRESS, ...options },
  });
  const relays = new Map<SimulatedService, SimulatedRelay>();
  const relayOf = (service: SimulatedService): SimulatedRelay => {
    const relay = relays.get(service) ?? simulation.relay(service);
    relays.set(service, relay);
    return relay;
  };
  return {
    simulation,
    service: (name, serviceOptions) => simulation.service(name, serviceOptions),
    own(service, account, made = true) {
      const cid = made
        ? simulation.createAccount({ ...account, service, password: PASSWORD })
        : (account.cid ?? cidOf(account.username));
      if (!made) simulation.reserve(account.username, account);
      const fullName = account.fullName ?? account.username;
      const { username } = account;
      return {
        cid,
        username,
        fullName,
        password: PASSWORD,
        serverAddress: SERVER_ADDRESS,
        service,
        relay: relayOf(service),
      };
    },
    peer(service, account, habits) {
      const cid = simulation.createAccount({ ...account, service, password: PASSWORD });
      return createPeer(cid, {
        service,
        clock,
        username: account.username,
        password: PASSWORD,
        serverAddress: SERVER_ADDRESS,
        relay: relayOf(service),
        habits,
        seed: seed + Number(BigInt(cid) % 1000n),
      });
    },
  };
}
