/** The bounds of a random delay, in milliseconds. */
export type Range = readonly [least: number, most: number];

/** How long the simulated service and server take. The defaults are a little under what a real one takes. */
export interface Latencies {
  /** From the opening of a socket to the greeting. */
  readonly greet: Range;
  /** From the handling of a request to its answer. Each answer has its own, so answers overtake each other. */
  readonly answer: Range;
  /** From one account's service through the server to another account's. */
  readonly hop: Range;
  /** A message over a channel. Each has its own: what is sent at once arrives in any order. */
  readonly deliver: Range;
  /** From an accepted offer to the channel, where hole punching works. */
  readonly punch: Range;
  readonly register: Range;
  readonly connect: Range;
}

export const DEFAULT_LATENCIES: Latencies = {
  greet: [0.05, 0.2],
  answer: [0.05, 0.3],
  hop: [0.3, 0.8],
  deliver: [0.4, 3],
  punch: [100, 125],
  register: [8, 11],
  connect: [4, 8],
};

/**
 * Where a service sits. `open`: it can be reached, or its router keeps one port for everybody. `symmetric`: its
 * router gives every destination another port. `same-nat`: behind the same router as every other `same-nat`
 * service, which does not hand packets back in.
 */
export type Nat = 'open' | 'symmetric' | 'same-nat';

/** Whether a direct channel can be made between two services. */
export function canPunch(a: Nat, b: Nat, stun: boolean): boolean {
  if (a === 'open' || b === 'open') return true;
  // Behind one router the two find each other's inner address, if STUN makes them exchange candidates at all.
  return a === 'same-nat' && b === 'same-nat' && stun;
}

/** What newer services do; each part can be left out. `true` for all of it. */
export interface NewerBehaviour {
  /** Wait for a channel for 60 s, not 30. */
  readonly waitsLonger?: boolean;
  /** Channels report their path, go over the server at once, and are upgraded in the background. */
  readonly reportsPath?: boolean;
  /** Offers are picked up by the service itself and say so. */
  readonly answersOffers?: boolean;
  /** Requests that name a session of another connection are refused. */
  readonly checksOwnership?: boolean;
  /** Notifications without an owner are dropped, not broadcast. */
  readonly neverBroadcasts?: boolean;
  /** `PeerConnectAcceptSuccess` says what was answered. */
  readonly echoesAccept?: boolean;
}

const ALL_NEWER: Required<NewerBehaviour> = {
  waitsLonger: true,
  reportsPath: true,
  answersOffers: false,
  checksOwnership: true,
  neverBroadcasts: true,
  echoesAccept: true,
};

/** Options of `createSimulation`. */
export interface SimulationOptions {
  /** The server's address; any other is refused. Default `127.0.0.1:12349`. */
  readonly serverAddress?: string;
  readonly latencies?: Partial<Latencies>;
  /** Whether there is a STUN server. Default true. */
  readonly stun?: boolean;
  /** Whether there is a TURN server, over which channels run where hole punching fails. Default false. */
  readonly turn?: boolean;
  /**
   * Milliseconds after a dial's failure at which its channel comes up all the same, through the server, where
   * neither hole punching nor TURN makes one. Default null: never.
   */
  readonly lateSuccess?: number | null;
}

/** Options of `simulation.service`. */
export interface ServiceOptions {
  /** Default `open`. */
  readonly nat?: Nat;
  /** Whether accounts and the key-value store survive the process. Default `disk`. */
  readonly storage?: 'disk' | 'memory';
  /** Default: the older behaviour that the recordings show. */
  readonly newer?: boolean | NewerBehaviour;
  /** The service's address (`ws://127.0.0.1:8080` by default). */
  readonly url?: string;
}

export function newerBehaviour(option: boolean | NewerBehaviour | undefined): NewerBehaviour {
  if (option === true) return ALL_NEWER;
  return option === undefined || option === false ? {} : option;
}

/** Error texts that other builds use in place of today's, by what they say. `{cid}` and `{peer}` are replaced. */
export interface ErrorTexts {
  /** No channel to the peer. Today: `Peer connection for {peer} not found`. */
  readonly noChannel?: string;
  /** No session here. Today: `Connection for {cid} not found`. */
  readonly noSession?: string;
  /** Nobody picked up. Today: `P2P connection timed out after 30 seconds`. */
  readonly timedOut?: string;
  /** The offer was declined. Today: `Peer did not accept connection`. */
  readonly declined?: string;
}

/** One of the texts above, filled in. */
export function errorText(text: string, cid: string, peer: string): string {
  return text.replaceAll('{cid}', cid).replaceAll('{peer}', peer);
}
