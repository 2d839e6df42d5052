import type { WhyCode } from '../facts/refusals.ts';
import type { Failure } from '../ports/backend.ts';

/** Why a command did not succeed, in raw words: the backend's own, or that it said nothing. */
export function reasonOf(failure: Failure): string {
  return failure.kind === 'unanswered' ? 'The service did not answer.' : failure.reason;
}

/** What it means that a command did not succeed. */
export function codeOf(failure: Failure): WhyCode {
  return failure.kind === 'unanswered' ? failure.cause : failure.code;
}
