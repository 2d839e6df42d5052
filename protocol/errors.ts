import type { RefusalCode } from '../facts/refusals.ts';

/** What the service's error texts mean; switch on these, never on the text. */
export type ErrorCode = RefusalCode;

/*
 * The service's sentences as they were recorded, anchored at the start wherever the text begins so, since names that
 * people chose are part of some texts. The first that matches wins.
 */
const TABLE: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^Peer \S+ is already registered/, 'already-registered'],
  [/^Already connected to peer/, 'already-connected'],
  [/^P2P connection timed out/, 'timed-out'],
  [/^Peer did not respond in time/, 'timed-out'],
  [/^Target information not found/, 'declined'],
  [/^Peer did not accept connection/, 'dial-declined'],
  [/^Peer declined to connect/, 'dial-declined'],
  [/^Localhost is already trying to connect/, 'busy'],
  [/^Connection already in progress/, 'sign-in-busy'],
  [/^Client does not exist/, 'no-such-account'],
  [/^Invalid password/, 'bad-password'],
  [/^Username .*already exists!?$/, 'name-taken'],
  [/^Username must be between \d+ and \d+ characters/, 'name-length'],
  [/^Socket error: /, 'server-unreachable'],
  [/^Target pair not found/, 'target-pair-not-found'],
  [/^Peer connection for \S+ not found/, 'no-channel'],
  [/^Connection for \S+ not found/, 'no-session'],
  [/^Error sending message: /, 'channel-dead'],
  [/^Session \S+ not found/, 'session-not-found'],
  [/^Session \S+ is not orphaned/, 'not-orphaned'],
  [/^Session \S+ is not claimable: /, 'not-claimable'],
  [/^Session unavailable to this connection/, 'not-owner'],
  [/^Session dropped/, 'session-dropped'],
  [/Session Already Connected/, 'session-kept'],
  [/Preconnect signalled to halt/, 'session-kept'],
  [/^Target CID cannot be equal to the implicated CID/, 'asked-oneself'],
  [/^CID \S+ is not registered locally/, 'not-registered'],
  [/^Unable to find username for local user/, 'unknown-self'],
  [/^No pending registration found/, 'no-pending'],
  [/^No pending connection request/, 'no-offer'],
  [/^disconnect: Peer connection not found/, 'not-connected'],
  [/^disconnect: Server connection not found/, 'not-connected'],
  [/Ratchet does not exist/, 'stale-registration'],
  [/peer-list query exceeded \d+s/, 'list-timeout'],
  [/peer-list subscription closed/, 'list-timeout'],
  [/^Key not found$/, 'key-not-found'],
];

/**
 * The meaning of an error text of the service; `unknown` for one that is not in the table.
 *
 * `busy` and `sign-in-busy` pass by themselves. `no-session` is what older services also say for `no-channel`,
 * with the sender's own CID in the text.
 */
export function classifyError(text: string): ErrorCode {
  return TABLE.find(([pattern]) => pattern.test(text))?.[1] ?? 'unknown';
}
