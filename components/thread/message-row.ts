import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { ThreadMessage } from '../../facts/index.ts';
import { textWithLinks } from '../internal/links.ts';
import { messageButtons, whyOf } from '../internal/message-words.ts';
import { strings } from '../internal/strings.ts';
import { clockTime, dayLabel, dayOf, fullTime } from '../internal/time.ts';

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
      <span class="unseen">${message.own ? t.you : name}: </span>
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
    <span class="unseen">${t.answered(whom, '')}</span><b aria-hidden="true">${whom}</b>
    <div class="ellipsis">${shown}</div>
  </div>`;
}

/** The line under a bubble: where it stands and what can be done; if nothing is wrong, while the row has the focus. */
function under(message: ThreadMessage, name: string): TemplateResult {
  const isWrong = !message.isStored || message.status === 'failed' || message.status === 'unconfirmed';
  return html`<div part="under" class="under ${isWrong ? '' : 'details'}">
    <span part="reason">${whyOf(message, name)}</span>${messageButtons(message)}
  </div>`;
}
