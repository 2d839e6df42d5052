import type { AccountId } from '../facts/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { ResponseBodies } from './wire.ts';
import type { Faults, FaultSource } from './faults.ts';
import type { FrameLogWriter } from './frames-log.ts';
import type { ErrorTexts, Latencies, Nat, NewerBehaviour, Range } from './options.ts';
import type {
  FakeWebSocket,
  ServiceSocket,
  SimulatedSocket,
  SocketHandlers,
  WebSocketFactory,
} from './sockets.ts';

/** An account as the server knows it. */
export interface ServerAccount {
  readonly cid: AccountId;
  readonly username: string;
  readonly fullName: string;
  readonly password: Uint8Array;
  /** The contacts, as the server has them. */
  readonly relations: Set<AccountId>;
  readonly errors: ErrorTexts;
  /** Its service died while it was signed in: the server ends every sign-in until an operator repairs that. */
  isDropped: boolean;
}

/** An account as one service has it on its disk. */
export interface LocalAccount {
  readonly cid: AccountId;
  readonly username: string;
  readonly fullName: string;
  readonly serverAddress: string;
  /** The contacts that this service has a record of, with their names: only these can be dialled from here. */
  readonly peers: Map<AccountId, string>;
}

/** One signed-in account: the service's connection to the server and everything that lives as long as it does. */
export interface Session {
  readonly service: SimulatedService;
  readonly cid: AccountId;
  /** Whether the server counts it as signed in. */
  isAlive: boolean;
  /** Its process has ended; the server has not noticed yet. */
  isCut: boolean;
  /** Our open requests by peer. A newer one replaces the older, which is then never answered. */
  readonly asks: Map<AccountId, Ask>;
  /** Requests of others that arrived and were not answered. */
  readonly pending: Set<AccountId>;
  /** Our newest dial to each peer; it stays, even after its time-out, until a channel, a decline or our sign-out. */
  readonly dials: Map<AccountId, Dial>;
  /** Offers that arrived and were not answered. */
  readonly offers: Set<AccountId>;
  readonly channels: Map<AccountId, ChannelSide>;
}

/** The target of the answers to one request. */
export interface RequestContext {
  readonly service: SimulatedService;
  /** The connection that asked; inside a batch the command's own request id stands in for it. */
  readonly connection: string;
  /** Answers the request. `more`: another answer to the same request follows. */
  answer<K extends keyof ResponseBodies>(
    variant: K,
    body: Omit<ResponseBodies[K], 'request_id'>,
    more?: boolean,
  ): void;
  readonly requestId: string;
}

export interface Ask {
  readonly context: RequestContext;
  readonly connectAfter: boolean;
}

export interface Dial {
  readonly context: RequestContext;
  /** Whether the request is still unanswered. */
  isOpen: boolean;
  /** Cancels the time-out. */
  stop: () => void;
  /** Both sides have agreed and a channel is being made. */
  isAgreed: boolean;
}

/** A message between its sending and its arrival. */
export interface MessageOnItsWay {
  /** Its sender has got the answer: what is sent from then on does not overtake it. */
  isAnswered: boolean;
  hasArrived: boolean;
  /** Messages that wait for its arrival. */
  readonly behind: (() => void)[];
}

export interface ChannelSide {
  readonly session: Session;
  readonly peer: AccountId;
  /** The request id with which the channel came up here; on every message to this side, for ever. */
  readonly requestId: string | null;
  other: ChannelSide | undefined;
  /** Messages under way to the other side. */
  arrivals: MessageOnItsWay[];
}

/** How a dial in a wedged pair ends: the channel comes up without an answer, or nothing happens. */
export type WedgedOutcome = 'comes-up' | 'silence' | undefined;

/** The server behind the services: accounts, relations, who is signed in. */
export interface SimulatedServer {
  readonly accounts: Map<AccountId, ServerAccount>;
  byName(username: string): ServerAccount | undefined;
  /** The session of an account that can be reached, wherever it is. */
  session(cid: AccountId): Session | undefined;
  readonly sessions: Map<AccountId, Session>;
  relate(a: AccountId, b: AccountId): void;
  remove(cid: AccountId): void;
  wedge(dialler: AccountId, decliner: AccountId): void;
  unwedge(a: AccountId, b: AccountId): void;
  wedgedDial(dialler: AccountId, target: AccountId): WedgedOutcome;
  signedIn(session: Session): void;
  /** Names whose account was removed under a live channel: the server is slow to let go of those. */
  readonly lingering: Set<string>;
}

/** The parts of the world that its services share. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly serverAddress: string;
  readonly stun: boolean;
  readonly turn: boolean;
  readonly lateSuccess: number | null;
  readonly latencies: Latencies;
  readonly server: SimulatedServer;
  /** Presets of accounts that will be created under these names. */
  readonly reserved: Map<string, { readonly cid?: AccountId; readonly errors?: ErrorTexts }>;
  readonly faults: FaultSource;
  readonly log: FrameLogWriter;
  /** Runs something after a random delay. */
  later(range: Range | number, run: () => void): () => void;
}

/** One local daemon: the accounts on one machine, and the sockets of the pages there. */
export interface SimulatedService {
  readonly name: string;
  readonly url: string;
  readonly isRunning: boolean;
  /** The kind of its network; can be changed at any time. */
  nat: Nat;
  /** Faults of this service alone. */
  readonly faults: Faults;
  /** The open sockets, for faults: closing one, or making it half-open. */
  readonly sockets: readonly SimulatedSocket[];
  /** The accounts whose sessions it holds. */
  readonly sessions: readonly AccountId[];
  /** Opens a socket. It greets by itself; towards a service that does not run it closes with 1006. */
  connect(handlers: SocketHandlers): SimulatedSocket;
  /** A constructor that stands in for the platform's `WebSocket`, connected to this service. */
  webSocket(): WebSocketFactory;
  /** The same as a function, for clients that take one. */
  openSocket(url: string): FakeWebSocket;
  /** Ends the process by force: every socket closes with 1006, the server notices after 30 s. */
  kill(): void;
  /** Starts it again: accounts as the storage kept them, no sessions. */
  start(options?: StartOptions): void;
  /** `kill` and `start` at once. */
  restart(options?: StartOptions): void;
  /**
   * Loses the account's connection to the server without notice: the session stays in the list and cannot be claimed.
   */
  loseSession(cid: AccountId): void;
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
  readonly accounts: Map<AccountId, LocalAccount>;
  /** By CID: the session and the id of the connection that owns it. */
  readonly held: Map<AccountId, { session: Session; owner: string }>;
  readonly connections: Map<string, ServiceSocket>;
  /** Server addresses towards which a Register or Connect is under way. */
  readonly busy: Set<string>;
  /** Names for which a Connect is under way. */
  readonly signingIn: Set<string>;
  /** The key-value store, by account and peer. */
  readonly store: Map<string, Map<string, Uint8Array>>;
  /** The living session of an account of this service. */
  session(cid: AccountId): Session | undefined;
  /** Runs something later unless the process has ended by then. */
  later(range: Range | number, run: () => void): () => void;
  /** Notifies the owner of a session; without one, every connection or none. */
  notify<K extends keyof ResponseBodies>(
    cid: AccountId,
    variant: K,
    body: ResponseBodies[K],
    withoutOwner: 'broadcast' | 'drop',
  ): void;
  /** Puts an account on this service's disk. */
  adopt(account: ServerAccount): LocalAccount;
  /** Records a relation for whichever of the two has its account here. */
  remember(a: AccountId, b: AccountId): void;
}
