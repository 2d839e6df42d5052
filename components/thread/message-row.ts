import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { needsDecision } from '../../facts/index.ts';
import type { ThreadMessage } from '../../facts/index.ts';
import { drawSlice } from '../internal/links.ts';
import { messageButtons, quietWords, whyOf } from '../internal/message-words.ts';
import type { ShownWords } from '../internal/language.ts';
import { excerpt } from '../internal/texts.ts';
import { clockTime, dayLabel, dayOf, fullTime, isoTime } from '../internal/time.ts';

/** What a row needs of the one before it. */
export type RowBefore = Pick<ThreadMessage, 'own' | 'place'>;

/** The inputs of a row besides its message. */
export interface RowContext {
  /** The message directly before it, or undefined for the first. */
  readonly before: RowBefore | undefined;
  /** The other person's name. */
  readonly name: string;
  readonly t: ShownWords;
  /** The number of new messages from this one on; null if the mark is not before it. */
  readonly newFromHere: number | null;
  /** How many slices of its text are shown. */
  readonly slices: number;
}

/** The classes of a row: its author and state. */
export function rowClass({ own, status }: ThreadMessage): string {
  return `message ${own ? `mine ${status ?? ''}` : 'theirs'}`;
}

/** The content of a row: separators, the bubble, the actions beside it, and the line under it. */
export function messageRow(message: ThreadMessage, context: RowContext): TemplateResult {
  const { before, name, t } = context;
  const { language } = t;
  const isTurn = !before || before.own !== message.own;
  // A missing time is not shown.
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
              : html`<time datetime=${isoTime(message.sentAt)}>${clockTime(message.sentAt, language)}</time>`
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

/** Gives the time under the pointer its title: to make one for every row would slow the first picture down. */
export function titleTime(event: Event, language: string): void {
  const time = (event.target as Element).closest('time');
  if (time) time.title = fullTime(Date.parse(time.dateTime), language);
}

/** The visible part of a text: a long one is rendered in slices, so that none takes longer than a frame. */
function text(whole: string, slices: number, t: ShownWords): TemplateResult {
  const shown = [drawSlice(whole, 0)];
  while (shown.length < slices && shown.at(-1)!.to < whole.length)
    shown.push(drawSlice(whole, shown.at(-1)!.to));
  // A box for each slice, so that another one does not affect those before.
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

/** The state and actions of a message: under the bubble if needed, else beside it on hover or focus. */
function under(message: ThreadMessage, name: string, look: string, t: ShownWords): TemplateResult {
  return html`<div part="under" class="under ${look}">
    <span part="reason">${whyOf(message, name, t)}</span>${messageButtons(message, t)}
  </div>`;
}
