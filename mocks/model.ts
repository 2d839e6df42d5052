import type { Cid } from '../facts/ids.ts';
import type { ResponseBodies } from '../protocol/index.ts';
import type { ErrorTexts } from './options.ts';
import type { SimulatedService } from './service.ts';

/** An account as the server knows it. */
export interface ServerAccount {
  readonly cid: Cid;
  readonly username: string;
  readonly fullName: string;
  readonly password: Uint8Array;
  /** The contacts, as the server has them. */
  readonly relations: Set<Cid>;
  readonly errors: ErrorTexts;
  /** Its service died while it was signed in: the server ends every sign-in until somebody tidies up there. */
  dropped: boolean;
}

/** An account as one service has it on its disk. */
export interface LocalAccount {
  readonly cid: Cid;
  readonly username: string;
  readonly fullName: string;
  readonly serverAddress: string;
  /** The contacts that this service has a record of, with their names: only these can be dialled from here. */
  readonly peers: Map<Cid, string>;
}

/** One signed-in account: the service's connection to the server and everything that lives as long as it does. */
export interface Session {
  readonly service: SimulatedService;
  readonly cid: Cid;
  alive: boolean;
  /** Our open asks, by whom they are for. A newer one replaces the older, which is then never answered. */
  readonly asks: Map<Cid, Ask>;
  /** Asks of others that reached us and were not answered. */
  readonly pending: Set<Cid>;
  /** Our newest dial to each; it stands, also after its time ran out, until a channel, a decline or our sign-out. */
  readonly dials: Map<Cid, Dial>;
  /** Offers that reached us and were not answered. */
  readonly offers: Set<Cid>;
  readonly channels: Map<Cid, ChannelSide>;
}

/** Where the answers to one request go. */
export interface RequestContext {
  readonly service: SimulatedService;
  /** The connection that asked; inside a batch the command's own request id stands in for it. */
  readonly connection: string;
  /** Answers the request. `more`: another answer to the same request follows. */
  answer<K extends keyof ResponseBodies>(variant: K, body: Omit<ResponseBodies[K], 'request_id'>, more?: boolean): void;
  readonly requestId: string;
}

export interface Ask {
  readonly context: RequestContext;
  readonly connectAfter: boolean;
}

export interface Dial {
  readonly context: RequestContext;
  /** Whether the request still waits for its answer. */
  open: boolean;
  /** Stops the countdown to "timed out". */
  stop: () => void;
  /** Both sides have agreed and a channel is being made. */
  agreed: boolean;
}

export interface ChannelSide {
  readonly session: Session;
  readonly peer: Cid;
  /** The request id with which the channel came up here; on every message to this side, for ever. */
  readonly requestId: string | null;
  other: ChannelSide | undefined;
  /** Messages on their way to the other side, newest arrival last. What was answered is not overtaken. */
  arrivals: { due: number; answered: boolean }[];
}
