import type { AccountId, MessageId } from '../facts/ids.ts';
import type { StoredMessage } from '../ports/storage.ts';

/** Whose messages the checks of a storage write, and with whom: more digits than a number holds. */
export const account = '18446744073709551615' as AccountId;
export const peer = '18017897041159203224' as AccountId;

/** The id of the n-th message. */
export function id(n: number): MessageId {
  return `019bc119-4494-7000-a623-${String(n).padStart(12, '0')}` as MessageId;
}

/** The n-th message of one stream. */
export function message(n: number, changes: Partial<StoredMessage> = {}): StoredMessage {
  return {
    account,
    peer,
    id: id(n),
    own: true,
    text: `message ${n}`,
    sentAt: n,
    place: n * 10,
    stream: 's',
    index: n,
    replyTo: null,
    isEdited: false,
    isDeleted: false,
    facts: [{ type: 'written', at: n }],
    isOpen: false,
    ...changes,
  };
}
