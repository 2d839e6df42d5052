/** Why a network said no: one word per meaning, whatever words the network itself uses. */
export type RefusalCode =
  | 'already-registered'
  | 'already-connected'
  | 'timed-out'
  | 'declined'
  | 'dial-declined'
  /** Another sign-in is under way; passes by itself. */
  | 'busy'
  | 'sign-in-busy'
  | 'no-such-account'
  | 'bad-password'
  | 'name-taken'
  | 'name-length'
  | 'server-unreachable'
  | 'target-pair-not-found'
  | 'no-channel'
  | 'no-session'
  | 'channel-dead'
  | 'session-not-found'
  | 'not-orphaned'
  | 'not-claimable'
  | 'not-owner'
  | 'session-dropped'
  | 'session-kept'
  | 'asked-oneself'
  | 'not-registered'
  | 'unknown-self'
  | 'no-pending'
  | 'no-offer'
  | 'not-connected'
  | 'stale-registration'
  | 'list-timeout'
  | 'key-not-found'
  /** The network has answered, and the answer cannot be read. */
  | 'unreadable'
  | 'unknown';

/** Why a command did not succeed: what a network says, or what was found out here. */
export type FailureCode =
  | RefusalCode
  /** Refused before it was handed over: the body is over the backend's limit. */
  | 'too-large'
  /** It reached a device that could not store it. */
  | 'not-stored'
  /** Refused before it was handed over: no such request can be written, e.g. a host name as server address. */
  | 'invalid';

/** The same, with everything else that keeps something from being done. Words on screen are chosen by it. */
export type WhyCode =
  | FailureCode
  /** The service did not answer. */
  | 'timeout'
  /** The connection to the service was lost before an answer came. */
  | 'connection-lost'
  /** There was no connection to the service. */
  | 'link-down'
  /** The account is not signed in here, or open elsewhere; nothing goes out in its name. */
  | 'signed-out'
  /** Nobody wanted it any more. */
  | 'withdrawn';

/** Why something was not done: what it means, and the raw text of whoever said so; null where nobody said anything. */
export interface Why {
  readonly code: WhyCode;
  readonly reason: string | null;
}
