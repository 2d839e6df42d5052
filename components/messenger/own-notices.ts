import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { SessionRow, StorageView } from '../../facts/index.ts';
import type { RequestEventMap } from '../internal/events.ts';
import type { ShownWords } from '../internal/language.ts';
import { notice } from './contact-notice.ts';

/** Asks for what an account needs. */
type Ask = <Type extends 'p2p-use-here-request' | 'p2p-add-account-request'>(
  type: Type,
  detail: RequestEventMap[Type]['detail'],
) => unknown;

/** Notices about the account itself: nothing is lost, but the person has to act. */
export function sessionNotice(
  own: SessionRow | null | undefined,
  isAdding: boolean,
  ask: Ask,
  t: ShownWords,
): TemplateResult | typeof nothing {
  if (!own || (own.state !== 'signed-out-by-service' && own.state !== 'open-elsewhere')) return nothing;
  const { account, username, server, state, note } = own;
  const [word, act] =
    state === 'open-elsewhere'
      ? [t.useHere, () => ask('p2p-use-here-request', { account })]
      : [t.signInAgain, () => ask('p2p-add-account-request', { account, username, server })];
  return notice(
    (note && t.sessionNote[note]) ?? t.sessionState[state],
    isAdding ? nothing : html`<button type="button" class="button" @click=${act}>${word}</button>`,
  );
}

/**
 * A failure of this device, shown as long as something is not saved. `isFormAlone`: only the form is shown, which
 * says it itself.
 */
export function storageNotice(
  storage: StorageView | null | undefined,
  isFormAlone: boolean,
  goUnsaved: () => void,
  t: ShownWords,
): TemplateResult | typeof nothing {
  if (!storage || storage.state === 'saved') return nothing;
  if (storage.isUnread && isFormAlone) return nothing;
  if (!storage.isUnread) return notice(t.storageFailed[storage.state]);
  return notice(
    t.storageUnread,
    html`<button type="button" class="button" @click=${goUnsaved}>${t.goUnsaved}</button>`,
  );
}
