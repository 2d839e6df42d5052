import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import {
  AuthorizationError,
  ClosedConnectionError,
  NoRespondersError,
  PermissionViolationError,
  RequestError,
  TimeoutError,
  UserAuthenticationExpiredError,
} from '@nats-io/nats-core';
import type { RelayCode, Why } from '../../facts/refusals.ts';
import type { RelayAnswer } from '../../ports/relay.ts';

/* eslint-disable words/no-sentences -- The messages of errors that are thrown, for developers. */
/** What each code means, for developers: the message of the error that is thrown. */
const MEANINGS: Readonly<Record<RelayCode, string>> = {
  'too-large': 'The relay takes no message of this size.',
  invalid: 'The message has no valid address.',
  forbidden: 'The relay does not allow this account to do that.',
  'not-registered': 'The relay knows no such recipient.',
  'keys-unread': 'This device could not read its keys.',
  'relay-full': 'The relay is full.',
  'relay-not-ready': 'The relay has no place for messages yet.',
  'no-key': 'They have not used this relay yet: nothing can be sealed for them.',
  'key-changed': 'Their key has changed, and was not accepted yet.',
  unknown: 'The relay refused.',
  timeout: 'The relay does not answer.',
  'connection-lost': 'The connection to the relay was lost.',
  'relay-down': 'The relay cannot be reached.',
  'credentials-refused': 'The relay does not accept these credentials.',
  'credentials-expired': 'The relay says that these credentials have expired.',
};

/** Why nothing was handed over, or why there is no connection, with the raw text. */
export class Refusal extends Error implements Why {
  override readonly name = 'Refusal';
  readonly code: RelayCode;
  readonly reason: string | null;

  constructor(code: RelayCode, cause?: unknown) {
    const reason = cause instanceof Error && !(cause instanceof Refusal) ? cause.message || null : null;
    super(code === 'unknown' && reason ? `The relay refused: ${reason}` : MEANINGS[code], { cause });
    this.code = code;
    this.reason = reason;
  }
}

/* eslint-enable words/no-sentences */

/** JetStream's error codes that are distinguished; others keep the server's own text. */
const BY_CODE: Readonly<Record<number, RelayCode>> = {
  10023: 'relay-full',
  10047: 'relay-full',
  10054: 'too-large',
  10077: 'relay-full',
  [JetStreamApiCodes.StreamNotFound]: 'relay-not-ready',
  [JetStreamApiCodes.JetStreamNotEnabledForAccount]: 'relay-not-ready',
};

/**
 * The answer for an error. Only a time-out and a lost connection leave open whether the envelope was accepted;
 * everything else is a refusal by the server or this device.
 */
export function answerTo(error: unknown): RelayAnswer {
  if (!(error instanceof Refusal)) {
    if (among(error, TimeoutError)) return { outcome: 'unanswered', cause: 'timeout' };
    if (isLost(error)) return { outcome: 'unanswered', cause: 'connection-lost' };
  }
  const { code, reason } = refusalOf(error);
  return { outcome: 'refused', code, reason };
}

/** The error as a refusal. */
export function refusalOf(error: unknown): Refusal {
  return error instanceof Refusal ? error : new Refusal(codeOf(error), error);
}

function codeOf(error: unknown): RelayCode {
  if (isForbidden(error)) return 'forbidden';
  if (isNobodyThere(error)) return 'relay-not-ready';
  if (among(error, TimeoutError)) return 'timeout';
  if (isLost(error)) return 'connection-lost';
  const api = among(error, JetStreamApiError);
  return (api && BY_CODE[api.code]) ?? 'unknown';
}

/** Whether two problems are the same one. */
export function isSame(a: Why | null, b: Why | null): boolean {
  return a?.code === b?.code && a?.reason === b?.reason;
}

/** Why no connection could be made. */
export function unreachableFor(error: unknown): Refusal {
  if (among(error, UserAuthenticationExpiredError)) return new Refusal('credentials-expired', error);
  if (among(error, AuthorizationError)) return new Refusal('credentials-refused', error);
  return new Refusal('relay-down', error);
}

/** Whether the server's permissions forbid it. */
export function isForbidden(error: unknown): boolean {
  return among(error, PermissionViolationError) !== null;
}

/** Whether nobody listens on the subject: the stream is missing, or JetStream is off. */
export function isNobodyThere(error: unknown): boolean {
  return (
    among(error, NoRespondersError) !== null ||
    among(error, JetStreamApiError)?.code === JetStreamApiCodes.StreamNotFound
  );
}

/** Whether the connection was lost, before or during the request. */
function isLost(error: unknown): boolean {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  // Requests under way fail with an error of their own class without a code or cause; all others have one.
  return root instanceof ClosedConnectionError || root instanceof RequestError;
}

/** The error, or the first of its causes, that is of the class; null when none is. */
function among<Kind extends Error>(
  error: unknown,
  kind: abstract new (...args: never[]) => Kind,
): Kind | null {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof kind) return at;
  return null;
}
