import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { SessionRow, SessionState } from '../../facts/index.ts';
import { icon } from '../internal/icons.ts';
import type { IconName } from '../internal/icons.ts';
import { ownOnly } from '../internal/isolate.ts';
import type { ShownWords } from '../internal/language.ts';
import { ownNameOf as nameOf } from '../internal/names.ts';

/** The picture of a state; being signed in is the dot that everybody has who is there. */
export const PICTURES: Partial<Record<SessionState, IconName>> = ownOnly<
  Partial<Record<SessionState, IconName>>
>({
  'signing-in': 'dash',
  claiming: 'dash',
  'signed-out': 'fail',
  'signed-out-by-service': 'fail',
  'open-elsewhere': 'elsewhere',
  'link-down': 'none',
});

/** What waits in an account: unread messages and pending requests apart. */
export function waitingIn({ unread, pending }: SessionRow, t: ShownWords): readonly string[] {
  return [...(unread ? [t.unread(unread)] : []), ...(pending ? [t.pendingRequests(pending)] : [])];
}

interface MenuInput {
  /** Whether it asks if everything of the account should be removed. */
  readonly isWiping: boolean;
  readonly onToggle: (event: ToggleEvent) => void;
  /** A choice was pressed: `data-action` says which. */
  readonly onChoice: (event: Event) => void;
  readonly t: ShownWords;
}

/** The options of an account: where it stands, what waits in it, and what can be done with it. */
export function sessionMenu(session: SessionRow, input: MenuInput): TemplateResult {
  const { isWiping, onToggle, t } = input;
  const { username, server, state, note } = session;
  const told = note && t.sessionNote[note];
  const waiting = waitingIn(session, t);
  return html`
    <div
      id="menu"
      part="menu"
      class="menu"
      popover
      role="group"
      aria-label=${t.accountOptions}
      @toggle=${onToggle}
    >
      <div class="name ellipsis"><bdi>${nameOf(session, t)}</bdi></div>
      <div class="small muted"><bdi>${username}</bdi>${server && html` · <bdi>${server}</bdi>`}</div>
      <div class="small" aria-live="polite">
        ${state ? icon(PICTURES[state] ?? 'tick') : nothing}
        <bdi>${t.sessionState[state]}${told ? `: ${told}` : ''}</bdi>
      </div>
      ${waiting.length > 0 ? html`<div class="small"><bdi>${waiting.join(' · ')}</bdi></div>` : nothing}
      ${isWiping ? question(session, input) : choices(state, input)}
    </div>
  `;
}

function choices(state: SessionState, input: MenuInput): TemplateResult {
  const { t } = input;
  const isElsewhere = state === 'open-elsewhere';
  const isOut = state === 'signed-out' || state === 'signed-out-by-service';
  return html`
    ${isElsewhere ? choice(input, 'use-here', t.useHere, 'primary') : nothing}
    ${isOut ? choice(input, 'sign-in', t.signInAgain, 'primary') : nothing}
    ${choice(input, 'exit', t.exit, '', isOut ? null : t.exitMeaning)}
    ${isElsewhere || isOut ? nothing : choice(input, 'sign-out', t.signOut)}
    ${isElsewhere ? nothing : choice(input, 'ask', t.signOutAndWipe)}
  `;
}

/** Asked once, in plain words: what is removed cannot be brought back. */
function question(session: SessionRow, input: MenuInput): TemplateResult {
  const { t } = input;
  return html`<p class="small danger" role="status">${t.wipeMeaning(nameOf(session, t))}</p>
    ${choice(input, 'keep', t.keep)}${choice(input, 'wipe', t.wipe)}`;
}

function choice(
  { onChoice }: MenuInput,
  action: string,
  word: string,
  look = '',
  title: string | null = null,
): TemplateResult {
  return html`<button
    type="button"
    class="button ${look}"
    data-action=${action}
    title=${title ?? nothing}
    @click=${onChoice}
  >
    ${word}
  </button>`;
}
