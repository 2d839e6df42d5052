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

/** Why a relay said no to an envelope, or this device before it was handed over. */
export type RelayCode =
  /** It is over the limit of whoever carries it. No retry can help, here and for the next three. */
  | 'too-large'
  /** No such request can be written: a host name as server address, an account that cannot be an address. */
  | 'invalid'
  /** Nobody is known by that id. */
  | 'not-registered'
  /** The relay does not allow the account to do that. */
  | 'forbidden'
  | 'relay-full'
  /** There is no place for messages there yet. */
  | 'relay-not-ready'
  | 'relay-down'
  /** The other person has no key there: nothing can be sealed for them. */
  | 'no-key'
  /** Their key has changed, and the person has not accepted it. */
  | 'key-changed'
  /** This device could not read its keys. */
  | 'keys-unread'
  | 'credentials-refused'
  | 'credentials-expired'
  /** No answer came in time. */
  | 'timeout'
  /** The connection was lost before an answer came. */
  | 'connection-lost'
  | 'unknown';

/** Why a command did not succeed: what a network says, or what was found out here. */
export type FailureCode =
  | RefusalCode
  | RelayCode
  /** It reached a device that could not store it. */
  | 'not-stored';

/** The same, with everything else that keeps something from being done. Words on screen are chosen by it. */
export type WhyCode =
  | FailureCode
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
