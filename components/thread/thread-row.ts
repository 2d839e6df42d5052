import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { MessageId, ThreadMessage } from '../../facts/index.ts';
import type { ShownWords } from '../internal/language.ts';
import { liveRow } from '../internal/live-row.ts';
import type { Rows } from '../internal/rows.ts';
import { messageRow, rowClass } from './message-row.ts';
import type { RowBefore } from './message-row.ts';

/** What the rows of a thread have in common. */
interface ThreadLook {
  readonly name: string;
  readonly t: ShownWords;
  /** Before which message the mark for new ones stands, and how many it counts; 0 where that is not known. */
  readonly mark: { readonly id: MessageId; readonly count: number } | null;
  /** How many slices of a long text are shown. */
  readonly slicesOf: (id: MessageId) => number;
}

/** One row of a thread: its position, and its rendering when its message changes. */
export function threadRow(
  rows: Rows<MessageId, ThreadMessage>,
  index: number,
  isActive: boolean,
  { name, t, mark, slicesOf }: ThreadLook,
): TemplateResult {
  const { ids } = rows;
  const id = ids[index]!;
  const before =
    index > 0 ? rows.read<RowBefore>(ids[index - 1]!, ({ own, place }) => ({ own, place })) : undefined;
  const isTheirs = rows.read(id, ({ own }) => !own);
  const newFromHere = mark?.id === id ? mark.count : null;
  // The class of a row depends on its status, so it is rendered again when the message changes.
  return html`<div
    part="message"
    class=${liveRow(rows, id, (row) => rowClass(row))}
    role="article"
    tabindex=${isActive ? 0 : -1}
    data-index=${index}
    data-id=${id}
    data-unseen=${isTheirs ? id : nothing}
    aria-posinset=${index + 1}
    aria-setsize=${ids.length}
  >
    ${liveRow(rows, id, (row) => messageRow(row, { before, name, t, newFromHere, slices: slicesOf(id) }))}
  </div>`;
}
