import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { isCancellable, needsDecision } from '../../facts/index.ts';
import type { QuietReason, Status, ThreadMessage } from '../../facts/index.ts';
import { becauseOf } from './because.ts';
import type { ShownWords } from './language.ts';
import { firstName } from './names.ts';
import { excerpt } from './texts.ts';
import { secondsUntil } from './time.ts';

/**
 * The state of a message as a sentence: why it was not sent, or what it waits for. The same in every element. Empty
 * if there is none. `isCounting`: includes the seconds until the next try.
 */
export function whyOf(message: ThreadMessage, name: string, t: ShownWords, isCounting = true): string {
  const { status, waiting } = message;
  const words: string[] = [];
  if (!message.isStored) words.push(t.notStored);
  // The raw text of a refusal is shown only in the details.
  if (status === 'failed')
    words.push(...[t.notSent(message.attempts), becauseOf(message.code, firstName(name), t)].filter(Boolean));
  else if (status === 'unconfirmed') words.push(t.unconfirmed);
  else if (status === 'waiting' && waiting?.reason) {
    // A failing device is reported elsewhere, and a first write under way is not reported.
    const isWritten = message.facts.some(({ type }) => type === 'written');
    if (waiting.reason !== 'not-stored' || (message.isStored && isWritten))
      words.push(t.waitingFor[waiting.reason]?.(firstName(name)) ?? '');
  } else if (status) words.push(statusDetails(status, firstName(name), t));
  if (isCounting && waiting?.nextTry != null) words.push(t.nextTry(secondsUntil(waiting.nextTry)));
  return words.join('. ');
}

/** The longer explanation of a status icon. `name`: the other person's, or null. */
export function statusDetails(status: Status, name: string | null, t: ShownWords): string {
  return status === 'sent' ? t.sentTo(name) : t.statusWithMeaning(t.status[status], t.meaning[status]);
}

/** The text in place of a message of theirs that cannot be shown. */
export function quietWords(reason: QuietReason, name: string, t: ShownWords): string {
  return reason === 'unreadable' ? t.unreadable(name) : t.unsupported(name);
}

/** The text of a message for a preview, or its replacement. */
export function previewOf(
  { text, quiet }: Pick<ThreadMessage, 'text' | 'quiet'>,
  name: string,
  longest: number,
  t: ShownWords,
): string {
  return quiet ? quietWords(quiet, name, t) : excerpt(text, longest);
}

/** The request event of each button that a message can have. */
export const MESSAGE_EVENTS = {
  retry: 'p2p-retry-request',
  cancel: 'p2p-cancel-request',
  delete: 'p2p-delete-request',
  details: 'p2p-open-details-request',
} as const;

/** The name of such a button: its `data-action`, and its part. */
export type MessageAction = keyof typeof MESSAGE_EVENTS;

/**
 * The actions of a message. Each button has its own place in the template, so that none turns into another one while
 * it is pressed.
 */
export function messageButtons(message: ThreadMessage, t: ShownWords, look = ''): TemplateResult {
  const { own, status } = message;
  const isStopped = own && needsDecision(status);
  const isWaiting = own && status === 'waiting';
  const isCancelable = isWaiting && isCancellable(message.facts);
  const button = (action: MessageAction, word: string, isOffered: boolean) =>
    isOffered
      ? html`<button type="button" part=${action} class=${look} data-action=${action}>${word}</button>`
      : nothing;
  return html`${button('retry', t.tryAgain, isStopped)}${button('cancel', t.cancel, isCancelable)}${button(
    'delete',
    t.delete,
    isStopped || (isWaiting && !isCancelable),
  )}${button('details', t.details, true)}`;
}
