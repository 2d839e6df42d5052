import type { Why } from '../facts/refusals.ts';
import type { Failure } from '../ports/backend.ts';

/** Why a command did not succeed, and nothing else about it: in raw words the backend's own, or that it said nothing. */
export function whyOf(failure: Failure | Why): Why {
  if ('kind' in failure && failure.kind === 'unanswered')
    return { code: failure.cause, reason: 'The service did not answer.' };
  const { code, reason } = failure;
  return { code, reason };
}
