import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { AccountId } from '../../facts/index.ts';
import { icon, iconButton } from '../internal/icons.ts';
import type { OutboxCounts } from '../internal/outbox-counts.ts';
import type { ShownWords } from '../internal/language.ts';
import { outboxButton } from './heads.ts';

/** What stands in the first column. */
export type Side = 'conversations' | 'people' | 'requests' | 'outbox';

/** The account of the column, and what is open beside it. */
interface SideInput {
  readonly account: AccountId | null | undefined;
  readonly peer: AccountId | null | undefined;
  readonly outbox: OutboxCounts;
  /** Whether the backend lists people; otherwise only contacts are shown. */
  readonly listsPeople: boolean;
  readonly t: ShownWords;
}

/** What the column is called. */
export function sideTitle(side: Side, listsPeople: boolean, t: ShownWords): string {
  const people = listsPeople ? t.findPeople : t.contacts;
  return { conversations: t.messages, people, requests: t.requests, outbox: t.outbox }[side];
}

/** The conversations, or the part that a button above them has opened. */
export function sideColumn(side: Side, input: SideInput, toSide: (side: Side) => void): TemplateResult {
  const { account, t } = input;
  if (side === 'conversations')
    return html`
      <header part="header" class="head row">
        <h2 class="grow" tabindex="-1">${t.messages}</h2>
        ${outboxButton(input.outbox, () => toSide('outbox'), t)}
        <button type="button" class="button icon quiet opens-requests" @click=${() => toSide('requests')}>
          ${icon('bell')}<span class="visually-hidden">${t.requests}</span>
          <p2p-pending-badge .account=${account}></p2p-pending-badge>
        </button>
        ${iconButton('people', sideTitle('people', input.listsPeople, t), () => toSide('people'), { look: 'opens-people' })}
      </header>
      <p2p-conversation-list .account=${account} .selected=${input.peer ?? null}></p2p-conversation-list>
    `;
  return html`
    <header part="header" class="head row">
      ${iconButton('back', t.back, () => toSide('conversations'))}
    </header>
    ${
      side === 'people'
        ? html`<p2p-peer-discovery .account=${account}></p2p-peer-discovery>`
        : side === 'outbox'
          ? html`<p2p-outbox .account=${account}></p2p-outbox>`
          : html`<p2p-pending-requests .account=${account}></p2p-pending-requests>`
    }
  `;
}
