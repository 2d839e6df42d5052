import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { needsDecision } from '../../facts/index.ts';
import type { ThreadMessage } from '../../facts/index.ts';
import { drawSlice } from '../internal/links.ts';
import { messageButtons, quietWords, whyOf } from '../internal/message-words.ts';
import type { ShownWords } from '../internal/language.ts';
import { excerpt } from '../internal/texts.ts';
import { clockTime, dayLabel, dayOf, fullTime, isoTime } from '../internal/time.ts';

/** What a row has to know of the one before it. */
export type RowBefore = Pick<ThreadMessage, 'own' | 'place'>;

/** What a row has to know besides its message. */
export interface RowContext {
  /** The message directly before it, or undefined for the first. */
  readonly before: RowBefore | undefined;
  /** The other person's name. */
  readonly name: string;
  readonly t: ShownWords;
  /** How many messages are new from this one on; null where the mark does not stand before it. */
  readonly newFromHere: number | null;
  /** How many slices of its text are shown. */
  readonly slices: number;
}

/** The classes of a row: whose it is, and what may be said of it. */
export function rowClass({ own, status }: ThreadMessage): string {
  return `message ${own ? `mine ${status ?? ''}` : 'theirs'}`;
}

/** What stands in a row: separators before it, the bubble, what it offers beside that, and the line under it. */
export function messageRow(message: ThreadMessage, context: RowContext): TemplateResult {
  const { before, name, t } = context;
  const { language } = t;
  const isTurn = !before || before.own !== message.own;
  // Of a time that nobody has said, nothing is said.
  const isNewDay = !Number.isNaN(message.place) && (!before || dayOf(before.place) !== dayOf(message.place));
  const marker =
    context.newFromHere === null
      ? nothing
      : html`<div part="unread-mark" class="new">
          <span>${context.newFromHere > 0 ? t.newMessages(context.newFromHere) : t.unreadFromHere}</span>
        </div>`;
  const lead = html`<div class="lead ${isTurn ? 'turn' : ''}">
    ${isNewDay ? html`<div part="day" class="day">${dayLabel(message.place, t, language)}</div>` : nothing}
    ${
      message.missingBefore > 0
        ? html`<div part="gap" class="gap"><span>${t.missing(message.missingBefore)}</span></div>`
        : nothing
    }
    ${marker}
  </div>`;
  if (message.quiet)
    return html`${lead}
      <div part="quiet" class="quiet">${quietWords(message.quiet, name, t)}</div>`;
  const isWrong = !message.isStored || needsDecision(message.status);
  return html`
    ${lead}
    <div class="body">
      <div part="bubble" class="bubble">
        <span class="visually-hidden">${message.own ? t.you : html`<bdi>${name}</bdi>`}: </span>
        ${quote(message, name, t)} ${text(message.text, context.slices, t)}
        <div part="meta" class="meta">
          ${message.isEdited ? html`<span>${t.edited}</span>` : nothing}
          ${
            Number.isNaN(message.sentAt)
              ? nothing
              : html`<time datetime=${isoTime(message.sentAt)} title=${fullTime(message.sentAt, language)}
                  >${clockTime(message.sentAt, language)}</time
                >`
          }
          ${
            message.own
              ? html`<p2p-message-status
                  part="status"
                  .status=${message.status}
                  .peerName=${name}
                ></p2p-message-status>`
              : nothing
          }
        </div>
      </div>
      <div class="beside">${isWrong ? nothing : under(message, name, 'offers', t)}</div>
    </div>
    ${isWrong ? under(message, name, '', t) : nothing}
  `;
}

/** A text, as much of it as is shown: a long one is drawn slice by slice, so that none takes longer than a frame. */
function text(whole: string, slices: number, t: ShownWords): TemplateResult {
  const shown = [drawSlice(whole, 0)];
  while (shown.length < slices && shown.at(-1)!.to < whole.length)
    shown.push(drawSlice(whole, shown.at(-1)!.to));
  // A box for each, so that one more leaves those that are drawn alone.
  const content = shown.map(({ drawn }) => html`<div>${drawn}</div>`);
  return html`<div part="text" class="text" dir="auto">${content}</div>
    ${
      shown.at(-1)!.to < whole.length
        ? html`<button type="button" part="more" class="more" data-action="more" aria-expanded="false">
            ${t.showMore}
          </button>`
        : nothing
    }`;
}

function quote(message: ThreadMessage, name: string, t: ShownWords): TemplateResult | typeof nothing {
  if (!message.replyTo) return nothing;
  const { text, own } = message.replyTo;
  const shown = text == null ? t.answeredMissing : excerpt(text, 300);
  const whom = own ? t.you : name;
  return html`<div part="quote" class="quote" dir="auto">
    <span class="visually-hidden">${t.answered(whom, '')}</span><b aria-hidden="true">${whom}</b>
    <div class="ellipsis">${shown}</div>
  </div>`;
}

/** Where a message stands and what can be done: under a bubble that needs it, else beside it and only while looked at. */
function under(message: ThreadMessage, name: string, look: string, t: ShownWords): TemplateResult {
  return html`<div part="under" class="under ${look}">
    <span part="reason">${whyOf(message, name, t)}</span>${messageButtons(message, t)}
  </div>`;
}
