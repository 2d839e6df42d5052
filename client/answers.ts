import type { Answer, Failure, FailureCode } from '../ports/backend.ts';

/** The successful answer of a command without a result. */
export const DONE: Answer = { ok: true, result: undefined };

/** The answer to everything that is in flight when the link is lost. */
export const LOST: Answer<never> = {
  ok: false,
  failure: { kind: 'unanswered', cause: 'connection-lost' },
};

/** A refusal of the backend, with its code and its raw text, if any. */
export function refused(code: FailureCode, reason: string | null = null): Answer<never> {
  return { ok: false, failure: { kind: 'refused', code, reason } };
}

/** The command was never handed over. */
export function notSent(
  code: Extract<Failure, { kind: 'not-sent' }>['code'],
  reason: string | null = null,
): Answer<never> {
  return { ok: false, failure: { kind: 'not-sent', code, reason } };
}
