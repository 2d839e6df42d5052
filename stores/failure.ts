import type { Why } from '../facts/refusals.ts';
import type { Failure } from '../ports/backend.ts';

/** Why a command did not succeed, and nothing else about it: its raw text is the backend's own, null where it said nothing. */
export function whyOf(failure: Failure | Why): Why {
  if ('kind' in failure && failure.kind === 'unanswered') return { code: failure.cause, reason: null };
  const { code, reason } = failure;
  return { code, reason };
}
