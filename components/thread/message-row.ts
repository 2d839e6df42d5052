import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { isCancellable } from '../../facts/index.ts';
import type { ThreadMessage } from '../../facts/index.ts';
import { textWithLinks } from '../internal/links.ts';
import { strings } from '../internal/strings.ts';
import { clockTime, dayLabel, dayOf, fullTime, secondsUntil } from '../internal/time.ts';

/** What a row has to know besides its message. */
export interface RowContext {
  /** The message directly before it, or undefined for the first. */
  readonly before: ThreadMessage | undefined;
  /** The other person's name. */
  readonly name: string;
  readonly language: string | undefined;
  /** How many messages are new from this one on; null where the mark does not stand before it. */
  readonly newFromHere: number | null;
}

/** The classes of a row: whose it is, whether the turn changed, and what may be said of it. */
export function rowClass(message: ThreadMessage, before: ThreadMessage | undefined, isLast: boolean): string {
  const isTurn = !before || before.own !== message.own;
  return [
    'message',
    message.own ? 'mine' : 'theirs',
    message.own ? (message.status ?? '') : '',
    isTurn ? 'turn' : '',
    isLast ? 'last' : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** What stands in a row: separators before it, the bubble, and the line under it. */
export function messageRow(message: ThreadMessage, context: RowContext): TemplateResult {
  const t = strings();
  const { before, name, language } = context;
  const isNewDay = !before || dayOf(before.place) !== dayOf(message.place);
  const marker =
    context.newFromHere === null
      ? nothing
      : html`<div part="unread-mark" class="new">
          <span>${context.newFromHere > 0 ? t.newMessages(context.newFromHere) : t.unreadFromHere}</span>
        </div>`;
  return html`
    ${isNewDay ? html`<div part="day" class="day">${dayLabel(message.place, t, language)}</div>` : nothing}
    ${
      message.missingBefore > 0
        ? html`<div part="gap" class="gap"><span>${t.missing(message.missingBefore)}</span></div>`
        : nothing
    }
    ${marker}
    <div part="bubble" class="bubble">
      <span class="visually-hidden">${message.own ? t.you : name}: </span>
      ${quote(message, name)}
      <div part="text" class="text" dir="auto">${textWithLinks(message.text)}</div>
      <div part="meta" class="meta">
        ${message.isEdited ? html`<span>${t.edited}</span>` : nothing}
        <time datetime=${new Date(message.sentAt).toISOString()} title=${fullTime(message.sentAt, language)}
          >${clockTime(message.sentAt, language)}</time
        >
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
    ${under(message, name)}
  `;
}

function quote(message: ThreadMessage, name: string): TemplateResult | typeof nothing {
  const t = strings();
  if (!message.answers) return nothing;
  const { text, own } = message.answers;
  const shown = text === null ? t.answeredMissing : text.slice(0, 300).replace(/\s+/gu, ' ');
  const whom = own ? t.you : name;
  return html`<div part="quote" class="quote" dir="auto">
    <span class="visually-hidden">${t.answered(whom, '')}</span><b aria-hidden="true">${whom}</b>
    <div class="ellipsis">${shown}</div>
  </div>`;
}

/** The line under a bubble: why it failed and what can be done; else the details, while the row has the focus. */
function under(message: ThreadMessage, name: string): TemplateResult | typeof nothing {
  const t = strings();
  const button = (action: 'retry' | 'delete' | 'cancel', word: string) =>
    html`<button type="button" part=${action} data-action=${action}>${word}</button>`;
  if (!message.own) {
    return message.isStored
      ? nothing
      : html`<div part="under" class="under"><span>${t.notStored}</span></div>`;
  }
  if (message.status === 'failed' || message.status === 'unconfirmed') {
    const words = message.status === 'failed' ? t.notSent(message.attempts, message.reason) : t.unconfirmed;
    return html`<div part="under" class="under">
      <span part="reason">${words}</span>${button('retry', t.tryAgain)}${button('delete', t.delete)}
    </div>`;
  }
  const first = name.split(/\s+/u)[0]!;
  const { waiting } = message;
  const details =
    message.status === 'waiting'
      ? [
          waiting?.reason
            ? t.waitingFor(waiting.reason, first)
            : t.statusDetails('waiting', first, message.reason),
          waiting?.nextTry != null ? t.nextTry(secondsUntil(waiting.nextTry)) : '',
        ]
      : [message.status ? t.statusDetails(message.status, first, null) : ''];
  const isCancelable = message.status === 'waiting' && isCancellable(message.facts);
  return html`<div part="under" class="under details">
    <span>${[...details, message.isStored ? '' : t.notStored].filter(Boolean).join('. ')}</span>
    ${isCancelable ? button('cancel', t.cancel) : nothing}
  </div>`;
}
