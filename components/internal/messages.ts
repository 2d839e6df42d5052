import type { Cid, MessageId, MessageInput, ThreadMessage } from '../../facts/index.ts';

/** What a message is of which a page has said no more: nothing is claimed. */
const UNSAID: Omit<ThreadMessage, 'id' | 'text' | 'own' | 'place'> = {
  author: '' as Cid,
  sentAt: NaN,
  status: null,
  reason: null,
  waiting: null,
  attempts: 0,
  facts: [],
  isEdited: false,
  answers: null,
  missingBefore: 0,
  isStored: true,
};
const KEYS = [...Object.keys(UNSAID), 'place'] as (keyof ThreadMessage)[];

/** A message with everything that is drawn of one; the same object where nothing is missing. */
export function wholeMessage(message: MessageInput): ThreadMessage {
  if (KEYS.every((key) => message[key] !== undefined)) return message as ThreadMessage;
  const said = Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined));
  const place = message.place ?? message.sentAt ?? NaN;
  return { ...UNSAID, place, ...said } as ThreadMessage & { readonly id: MessageId };
}
