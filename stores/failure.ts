import type { Failure } from '../ports/backend.ts';

/** Why a command did not succeed, in raw words: the backend's own, or that it said nothing. */
export function reasonOf(failure: Failure): string {
  return failure.kind === 'unanswered' ? 'The service did not answer.' : failure.reason;
}
