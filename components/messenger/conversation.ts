import { html, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { TemplateResult } from 'lit';
import { pairKey } from '../../facts/ids.ts';
import type { PersonRow } from '../../facts/index.ts';
import type { Messenger } from '../../stores/api.ts';
import type { ShownWords } from '../internal/language.ts';
import { contactNotice } from './contact-notice.ts';
import { conversationHead } from './heads.ts';
import type { ContactRequest } from './heads.ts';
import { pathNotice } from './path-notice.ts';
import type { PathNotice } from './path-notice.ts';

interface ConversationInput {
  readonly messenger: Messenger;
  readonly person: PersonRow;
  /** The line about the path while there is no direct one; null if there is none. */
  readonly path: PathNotice | null;
  readonly t: ShownWords;
  readonly onBack: () => void;
  /** A button about the person was pressed. */
  readonly onAsked: (type: ContactRequest) => void;
}

/** The open conversation: its header, notices, messages and composer. */
export function openConversation(
  { account, peer }: Pick<PersonRow, 'account' | 'peer'>,
  { messenger, person, path, t, onBack, onAsked }: ConversationInput,
): TemplateResult {
  return html`
    ${conversationHead(messenger, person, onBack, onAsked, t)}
    <div role="status">
      ${path ? pathNotice(path) : nothing}${contactNotice(messenger, person, onAsked, t)}
    </div>
    ${keyed(pairKey(account, peer), html`<p2p-thread .account=${account} .peer=${peer}></p2p-thread>`)}
    <p2p-composer .account=${account} .peer=${peer}></p2p-composer>
  `;
}

/** The placeholder while no conversation is open. */
export function noConversation(t: ShownWords): TemplateResult {
  return html`<p part="empty" class="empty muted">${t.chooseConversation}</p>`;
}
