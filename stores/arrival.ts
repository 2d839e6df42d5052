import type { StoredMessage } from '../ports/storage.ts';
import type { Indexed, PayloadOf } from '../protocol/payload.ts';

/** What every message of theirs begins with. */
export const BLANK = {
  own: false,
  text: '',
  stream: null,
  index: null,
  replyTo: null,
  isEdited: false,
  isDeleted: false,
  facts: [],
  isOpen: false,
} as const;

/** What takes an index of its sender's stream: a text message, or something that this version cannot show. */
export type Arrival = PayloadOf<'message'> | (Indexed & { readonly type: 'unsupported' });

/** The lowest place among the rows of the stream behind the message's index: it stands above that one. */
export function laterPlace(rows: readonly StoredMessage[], { stream, index }: Arrival): number {
  let later = Infinity;
  for (let position = rows.length - 1; position >= 0; position -= 1) {
    const row = rows[position]!;
    if (row.own || row.stream !== stream || row.index === null) continue;
    if (row.index < index) break;
    later = row.place;
  }
  return later;
}

/** The last edit wins, in whatever order they arrive: by its time, and of two of one moment by the text. */
export function isNewerEdit(
  { at, text }: PayloadOf<'edit'>,
  { editedAt, text: shown }: StoredMessage,
): boolean {
  if (editedAt === undefined || at > editedAt) return true;
  return at === editedAt && text > shown;
}

export function noteOf({
  away,
  note,
}: {
  away?: boolean | undefined;
  note?: string | undefined;
}): string | null {
  return note?.trim() || (away ? 'Away' : null);
}
