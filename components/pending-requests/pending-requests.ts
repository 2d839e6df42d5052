import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type { AccountId, PersonInput, PersonRow, SessionState } from '../../facts/index.ts';
import { box, column } from '../internal/box.styles.ts';
import { ConnectedElement, constant } from '../internal/connected.ts';
import type { Fills } from '../internal/connected.ts';
import type { Messenger } from '../../stores/api.ts';
import { blockedNotice, peopleList, stateOf } from '../internal/person-row.ts';
import { panel } from '../internal/row-list.styles.ts';
import type { RowsInput } from '../internal/rows.ts';
import { personRow } from '../internal/person-row.styles.ts';
import { reset } from '../internal/reset.styles.ts';
import { avatars, controls } from '../internal/shared.styles.ts';
import { skeleton } from '../internal/skeleton.ts';
import { Ticker } from '../internal/ticker.ts';

/**
 * The requests that are open, both ways: who wants to connect, whom we accepted and still wait for, whom we asked. A
 * refusal is said in its row, with the way to try again.
 *
 * @summary Open requests to connect.
 * @tag p2p-pending-requests
 * @status stable
 * @since 0.1.0
 *
 * @event {CustomEvent<PeerDetail>} p2p-accept-request - Accept was pressed.
 * @event {CustomEvent<PeerDetail>} p2p-decline-request - Decline was pressed.
 * @event {CustomEvent<PeerDetail>} p2p-withdraw-request - Withdraw was pressed.
 * @event {CustomEvent<PeerDetail>} p2p-ask-request - Ask again was pressed.
 * @event {CustomEvent<PeerDetail>} p2p-open-conversation-request - Message was pressed.
 *
 * @csspart header - The heading.
 * @csspart list - The box that scrolls.
 * @csspart person - A row.
 * @csspart avatar - The initials of a row.
 * @csspart name - The name in a row.
 * @csspart facts - The line of facts in a row.
 * @csspart button - Every button of a row.
 * @csspart accept - Accept.
 * @csspart decline - Decline.
 * @csspart withdraw - Withdraw.
 * @csspart ask - Ask again.
 * @csspart message - Message.
 * @csspart skeleton - Placeholder rows, until it is known whether there are any.
 * @csspart notice - The sentence where there are no requests.
 */
export class PendingRequestsElement extends ConnectedElement {
  static override styles = [reset, controls, avatars, box, column, panel, personRow];
  static override properties = { rows: { attribute: false }, accountState: { attribute: false } };

  /** The people with an open or a refused request: a live source, or an array. Absent: none. */
  declare rows: RowsInput<AccountId, PersonRow, PersonInput>;
  /** Where the account stands. Signed out or open elsewhere: nothing can be asked in its name. Absent: it can. */
  declare accountState: SessionState | null | undefined;

  readonly #list = peopleList(
    this,
    () => this.t,
    (type, { account, peer }) => this.request(type, { account: account ?? this.account, peer }),
    () => this.accountState,
  );

  constructor() {
    super();
    new Ticker(this, () => (this.#list.rows.ids.length > 0 ? 30_000 : null));
  }

  protected override fills(
    { peers, sessionRows }: Messenger,
    account: AccountId | null,
  ): Fills<PendingRequestsElement> {
    return {
      rows: account && constant(peers.asking(account)),
      accountState: stateOf(sessionRows, account),
    };
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('rows')) this.#list.rows.use(this.rows);
  }

  protected override render(): TemplateResult {
    return html`<div class="box">${this.#content()}</div>`;
  }

  #content(): TemplateResult {
    const { t } = this;
    const { ids } = this.#list.rows;
    return html`
      <div class="over">
        <div part="header" class="header"><h2 class="grow" tabindex="-1">${t.requests}</h2></div>
        <div role="status">
          ${blockedNotice(this.accountState, t)}
          ${
            ids.length === 0 && this.isKnown(this.rows)
              ? html`<div part="notice" class="notice">${t.noRequests}</div>`
              : nothing
          }
        </div>
      </div>
      ${ids.length > 0 || this.isKnown(this.rows) ? nothing : skeleton()}
      ${ids.length > 0 ? this.#list.render(ids, `${this.accountState}`, t.requests) : nothing}
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-pending-requests': PendingRequestsElement;
  }
}
