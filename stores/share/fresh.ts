import { isCancelled } from '../../facts/evidence.ts';
import type { StoredMessage } from '../../ports/storage.ts';

/** Whether an own message was never given to anybody: no other tab knows more of it than this one. */
export function isFresh({ own, isOpen, index, facts }: StoredMessage): boolean {
  return own && isOpen && index === null && facts.every(({ type }) => type === 'written');
}

/** Whether an own message still has to be made durable by this device. */
export function isUnwritten(message: StoredMessage): boolean {
  return (
    message.own &&
    message.isOpen &&
    !isCancelled(message.facts) &&
    !message.facts.some(({ type }) => type === 'written')
  );
}
