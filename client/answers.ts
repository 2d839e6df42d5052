import type { Answer, Failure, FailureCode } from '../ports/backend.ts';

/** The answer to a command that has nothing to tell. */
export const DONE: Answer = { ok: true, result: undefined };

/** The answer to everything that is in flight when the link is lost. */
export const LOST: Answer<never> = {
  ok: false,
  failure: { kind: 'unanswered', cause: 'connection-lost' },
};

/** The backend said no: why, and in which words, where it used any. */
export function refused(code: FailureCode, reason: string | null = null): Answer<never> {
  return { ok: false, failure: { kind: 'refused', code, reason } };
}

/** It was never handed over. */
export function notSent(
  code: Extract<Failure, { kind: 'not-sent' }>['code'],
  reason: string | null = null,
): Answer<never> {
  return { ok: false, failure: { kind: 'not-sent', code, reason } };
}
