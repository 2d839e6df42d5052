import type { AccountId, MessageId, MessageInput, ThreadMessage } from '../../facts/index.ts';

/** The defaults of a message from a page, which claim nothing. */
const UNSAID: Omit<ThreadMessage, 'id' | 'text' | 'own' | 'place'> = {
  author: '' as AccountId,
  sentAt: NaN,
  status: null,
  reason: null,
  waiting: null,
  attempts: 0,
  facts: [],
  isEdited: false,
  replyTo: null,
  missingBefore: 0,
  isStored: true,
};
const KEYS = [...Object.keys(UNSAID), 'place'] as (keyof ThreadMessage)[];

/** Whether a field of a message is set; null counts as unset for required fields. */
function says(message: object, key: string): boolean {
  const value: unknown = Reflect.get(message, key);
  return value === null ? (UNSAID as Record<string, unknown>)[key] === null : value !== undefined;
}

/** A message with defaults for missing fields; the same object if none is missing. */
export function wholeMessage(message: MessageInput): ThreadMessage {
  if (KEYS.every((key) => says(message, key))) return message as ThreadMessage;
  const said = Object.fromEntries(Object.entries(message).filter(([key]) => says(message, key)));
  const place = message.place ?? message.sentAt ?? NaN;
  return { ...UNSAID, place, ...said } as ThreadMessage & { readonly id: MessageId };
}

/** A row with a completed message; the same object if nothing is missing. */
export function withWhole<Key extends string, Row extends { readonly [K in Key]: ThreadMessage | null }>(
  row: Row,
  key: Key,
): Row {
  const message = row[key];
  const whole = message && wholeMessage(message);
  return whole === message ? row : { ...row, [key]: whole };
}
