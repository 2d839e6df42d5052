import { attemptsOf, failureOf, nextPlanned } from '../facts/evidence.ts';
import type { MessageFact, Planned } from '../facts/evidence.ts';
import { missingBefore } from '../facts/ranges.ts';
import type { Ranges } from '../facts/ranges.ts';
import type { WaitReason } from '../facts/routes.ts';
import { statusOf } from '../facts/status.ts';
import type { ThreadMessage } from '../facts/view.ts';
import type { StoredMessage } from '../ports/storage.ts';

/** What a row shows besides its own message. */
interface Context {
  /** What own messages of the conversation wait for; null where nothing keeps them. */
  waitReason(): WaitReason | null;
  /** When a planned attempt is due, as the time of day; null where it waits for a path. */
  dueAt(planned: Planned): number | null;
  readonly isStored: boolean;
  /** The message that it answers, where that is here. */
  readonly answered: StoredMessage | null;
  /** The indices of its stream that are here. */
  readonly here: Ranges;
}

/**
 * A message as a row of a thread, with the evidence that may be shown. Both are frozen: whoever draws a row must not be
 * able to add evidence to it.
 */
export function threadMessage(
  message: StoredMessage,
  facts: readonly MessageFact[],
  { waitReason, dueAt, isStored, answered, here }: Context,
): ThreadMessage {
  const { id, own, text, quiet = null, sentAt, place, isEdited, replyTo, account, peer } = message;
  const status = own ? statusOf(facts) : null;
  const next = nextPlanned(facts);
  const failure = failureOf(facts);
  const isWritten = !own || facts.some(({ type }) => type === 'written');
  for (const fact of facts) Object.freeze(fact);
  return Object.freeze({
    id,
    own,
    author: own ? account : peer,
    text,
    quiet,
    sentAt,
    place,
    status,
    reason: failure?.reason ?? null,
    code: failure?.code ?? null,
    waiting:
      status === 'waiting'
        ? {
            // The first write may be under way.
            reason: isWritten && isStored ? waitReason() : ('not-stored' as const),
            nextTry: next && dueAt(next),
          }
        : null,
    attempts: attemptsOf(facts).made,
    facts: Object.freeze(facts),
    isEdited,
    replyTo: replyTo && { id: replyTo, text: answered?.text ?? null, own: answered?.own ?? false },
    missingBefore: own || message.index === null ? 0 : missingBefore(here, message.index),
    isStored,
  });
}
