import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { MessageId, ThreadMessage } from '../../facts/index.ts';
import { liveRow } from '../internal/rows.ts';
import type { Rows } from '../internal/rows.ts';
import { messageRow, rowClass } from './message-row.ts';

/** What the rows of a thread have in common. */
interface ThreadLook {
  readonly name: string;
  readonly language: string | undefined;
  readonly firstUnread: MessageId | null | undefined;
}

/** One row among the others: where it stands, and what is drawn again when its message changes. */
export function threadRow(
  rows: Rows<MessageId, ThreadMessage>,
  index: number,
  isActive: boolean,
  { name, language, firstUnread }: ThreadLook,
): TemplateResult {
  const { ids } = rows;
  const id = ids[index]!;
  const before = index > 0 ? rows.get(ids[index - 1]!) : undefined;
  const message = rows.get(id);
  const newFromHere = id === firstUnread ? theirsFrom(rows, index) : null;
  // The class of a row hangs on its status, so it is part of what is drawn again when the message changes.
  return html`<div
    part="message"
    class=${liveRow(rows, id, (row) => rowClass(row, before, index === ids.length - 1))}
    role="article"
    tabindex=${isActive ? 0 : -1}
    data-index=${index}
    data-id=${id}
    data-unseen=${message && !message.own ? id : nothing}
    aria-posinset=${index + 1}
    aria-setsize=${ids.length}
  >
    ${liveRow(rows, id, (row) => messageRow(row, { before, name, language, newFromHere }))}
  </div>`;
}

/** How many of their messages stand from this index on. */
function theirsFrom(rows: Rows<MessageId, ThreadMessage>, index: number): number {
  const { ids } = rows;
  let theirs = 0;
  for (let i = index; i < ids.length; i += 1) if (rows.get(ids[i]!)?.own === false) theirs += 1;
  return theirs;
}
