import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { MessageDetail } from '../internal/events.ts';
import type { ShownWords } from '../internal/language.ts';
import { iconButton } from '../internal/icons.ts';

/** The dialog with the history of a message; the browser closes it on Escape. */
export function detailsDialog(
  details: MessageDetail | null,
  closed: () => void,
  t: ShownWords,
): TemplateResult | typeof nothing {
  if (!details) return nothing;
  const { account, peer, id } = details;
  return html`<dialog part="details" aria-label=${t.whatHappened} @close=${closed}>
    ${iconButton('close', t.close, (event) =>
      (event.currentTarget as HTMLElement).closest('dialog')!.close(),
    )}
    <p2p-message-details .account=${account} .peer=${peer} .messageId=${id}></p2p-message-details>
    <details>
      <summary>${t.legendQuestion}</summary>
      <p2p-status-legend></p2p-status-legend>
    </details>
  </dialog>`;
}
