import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { Cell, AccountId, PersonRow, SessionRow, SessionState } from '../../facts/index.ts';
import { avatar } from './avatar.ts';
import { becauseOf, pathInLine } from './because.ts';
import { derived } from './connected.ts';
import type { Fill } from './connected.ts';
import type { P2pElement } from './element.ts';
import { icon } from './icons.ts';
import type { ShownWords } from './language.ts';
import { firstNameOf, nameOf } from './names.ts';
import { RowList } from './row-list.ts';
import { age } from './time.ts';

/** The action of a button in a row. Its `data-action` and its part have the same name in every element. */
type PersonAction = 'message' | 'accept' | 'decline' | 'withdraw' | 'ask';

/** Whether our last request was refused. */
function isRefused({ code, reason }: PersonRow): boolean {
  return code != null || reason != null;
}

/** The line under the name: relation, presence and path, as far as they are known. */
function line(person: PersonRow, t: ShownWords): TemplateResult {
  if (isRefused(person) && (person.relation === 'none' || person.relation === 'pending')) {
    const because = becauseOf(person.code, firstNameOf(person, t), t);
    const text = person.relation === 'none' ? t.couldNotAsk(because) : t.couldNotAccept(because);
    return html`<span class="danger">${text}</span>`;
  }
  const name = firstNameOf(person, t);
  const parts: (string | TemplateResult)[] = [];
  const since = person.since == null ? null : age(person.since, t.language);
  const relation = t.relation[person.relation]?.(name, since);
  if (relation) parts.push(relation);
  if (person.relation === 'pending' && since) parts.push(since);
  if (['contact', 'asked', 'none'].includes(person.relation))
    parts.push(
      person.note && person.presence === 'online'
        ? html`${t.presence.online}: <bdi>${person.note}</bdi>`
        : t.presence[person.presence],
    );
  if (person.relation === 'contact') {
    if (person.isPaused) parts.push(t.paused);
    else if (person.path) {
      const isProven = person.path.kind === 'direct' || person.path.kind === 'loopback';
      parts.push(html`<span class=${isProven ? 'ok' : ''}>${pathInLine(person.path, t)}</span>`);
    }
  }
  return html`${parts.filter(Boolean).map((part, i) => (i === 0 ? part : html` · ${part}`))}`;
}

function actions(person: PersonRow, blocked: string | null, t: ShownWords): TemplateResult {
  const button = (
    action: PersonAction,
    word: string,
    look: string,
    isDisabled = false,
    picture: unknown = nothing,
  ) =>
    html`<button
      type="button"
      part="button ${action}"
      class="button ${look}"
      data-action=${action}
      aria-describedby=${`name-${person.peer}`}
      ?disabled=${isDisabled || (blocked !== null && action !== 'message')}
      title=${(action !== 'message' && blocked) || nothing}
      aria-description=${(action !== 'message' && blocked) || nothing}
    >
      ${picture}${word}
    </button>`;
  switch (person.relation) {
    case 'contact':
      return button('message', t.message, '');
    case 'pending':
    case 'accepting':
      return html`${button('accept', t.accept, 'primary', person.relation === 'accepting')}${button(
        'decline',
        t.decline,
        'quiet',
        person.relation === 'accepting',
      )}`;
    case 'asked':
    case 'accepted':
      return button('withdraw', t.withdraw, 'quiet');
    case 'none':
      return isRefused(person)
        ? button('ask', t.askAgain, '', false, icon('retry'))
        : button('ask', t.askToConnect, 'primary');
  }
}

/** The row of a person: avatar, name, facts and actions. */
function personRowContent(person: PersonRow, blocked: string | null, t: ShownWords): TemplateResult {
  const name = nameOf(person, t);
  // Keyed, so that no button turns into another one while Enter is held.
  return html`
    ${avatar(person.peer, name, person.presence)}
    <div class="grow">
      <div part="name" id=${`name-${person.peer}`} class="name ellipsis" title=${person.peer}>
        <bdi>${name}</bdi>
      </div>
      <div part="facts" class="what small muted">${line(person, t)}</div>
    </div>
    <div class="actions" data-relation=${person.relation}>
      ${keyed(`${person.relation} ${isRefused(person)}`, actions(person, blocked, t))}
    </div>
  `;
}

/** The request event of each action. */
const ACTION_EVENTS = {
  message: 'p2p-open-conversation-request',
  accept: 'p2p-accept-request',
  decline: 'p2p-decline-request',
  withdraw: 'p2p-withdraw-request',
  ask: 'p2p-ask-request',
} as const;

/**
 * The state of the account whose people are listed; if it is signed out or open elsewhere, its actions are disabled.
 */
export function stateOf(
  rows: Cell<readonly SessionRow[]>,
  account: AccountId | null,
): Fill<SessionState | null> {
  return derived(rows, (all) => all.find((row) => row.account === account)?.state ?? null);
}

/** Why the actions of the account are disabled; null if they are not. */
function blockedBy(state: SessionState | null | undefined, t: ShownWords): string | null {
  const words: Readonly<Record<string, string | undefined>> = t.blocked;
  return (state && words[state]) ?? null;
}

/** The same, in a line of its own. */
export function blockedNotice(
  state: SessionState | null | undefined,
  t: ShownWords,
): TemplateResult | typeof nothing {
  const blocked = blockedBy(state, t);
  return blocked ? html`<div part="notice" class="notice">${blocked}</div>` : nothing;
}

/** The list of people that discovery and requests share. */
export function peopleList(
  host: P2pElement,
  words: () => ShownWords,
  ask: (type: (typeof ACTION_EVENTS)[PersonAction], person: PersonRow) => void,
  state: () => SessionState | null | undefined = () => null,
): RowList<AccountId, PersonRow> {
  return new RowList(host, {
    idOf: ({ peer }: PersonRow) => peer,
    part: 'person',
    estimate: 61,
    brokenWords: () => words().entryNotShown,
    draw: (person) => personRowContent(person, blockedBy(state(), words()), words()),
    act: (action, person) => ask(ACTION_EVENTS[action as PersonAction], person),
  });
}
