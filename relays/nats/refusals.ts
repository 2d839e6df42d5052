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
import type { RelayAnswer } from '../../ports/relay.ts';

/** Nothing was handed over, for a reason that people can read. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** Whether no retry can help. */
  readonly permanent: boolean;

  constructor(reason: string, { permanent = false, cause }: { permanent?: boolean; cause?: unknown } = {}) {
    super(reason, { cause });
    this.permanent = permanent;
  }
}

/** JetStream's error codes that mean something to a person; the rest is said in the server's own words. */
const BY_CODE: Readonly<Record<number, { readonly reason: string; readonly permanent: boolean }>> = {
  10023: { reason: 'The relay has no room left.', permanent: false },
  10047: { reason: 'The relay has no room left.', permanent: false },
  10054: { reason: 'The relay takes no message of this size.', permanent: true },
  10077: { reason: 'The relay is full.', permanent: false },
  [JetStreamApiCodes.StreamNotFound]: {
    reason: 'The relay has no place for messages yet.',
    permanent: false,
  },
  [JetStreamApiCodes.JetStreamNotEnabledForAccount]: {
    reason: 'The relay does not store messages: JetStream is off.',
    permanent: false,
  },
};

/**
 * What an error means for an envelope. Only a silence and a lost connection leave open whether it was taken;
 * everything else is the server's or this device's own no.
 */
export function answerTo(error: unknown): RelayAnswer {
  if (error instanceof Refusal) {
    const { message: reason, permanent } = error;
    return { outcome: 'refused', reason, permanent };
  }
  if (among(error, TimeoutError)) return { outcome: 'unanswered', cause: 'timeout' };
  if (isLost(error)) return { outcome: 'unanswered', cause: 'connection-lost' };
  const { message: reason, permanent } = refusalOf(error);
  return { outcome: 'refused', reason, permanent };
}

/** The error as a refusal, in a sentence. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (isForbidden(error))
    return new Refusal('The relay does not allow this account to do that.', {
      permanent: true,
      cause: error,
    });
  if (isNobodyThere(error)) return new Refusal('The relay has no place for messages yet.', { cause: error });
  if (among(error, TimeoutError)) return new Refusal('The relay does not answer.', { cause: error });
  if (isLost(error)) return new Refusal('The connection to the relay was lost.', { cause: error });
  const api = among(error, JetStreamApiError);
  const known = api && BY_CODE[api.code];
  if (known) return new Refusal(known.reason, { permanent: known.permanent, cause: error });
  const text = error instanceof Error ? error.message : String(error);
  return new Refusal(`The relay refused: ${text}`, { cause: error });
}

/** Why no connection could be made, in a sentence. */
export function unreachableFor(error: unknown): string {
  if (among(error, UserAuthenticationExpiredError))
    return 'The relay says that these credentials have expired.';
  if (among(error, AuthorizationError)) return 'The relay does not accept these credentials.';
  return 'The relay cannot be reached.';
}

/** Whether the server's permissions are in the way. */
export function isForbidden(error: unknown): boolean {
  return among(error, PermissionViolationError) !== null;
}

/** Whether nobody listens on the subject: the stream is not there, or JetStream is off. */
export function isNobodyThere(error: unknown): boolean {
  return (
    among(error, NoRespondersError) !== null ||
    among(error, JetStreamApiError)?.code === JetStreamApiCodes.StreamNotFound
  );
}

/** Whether the connection went: before the request, or under way. */
function isLost(error: unknown): boolean {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  // Requests under way end in an error of their own class, without a code or a cause; all others have one.
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
