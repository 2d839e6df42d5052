import { html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import type {
  Capabilities,
  AccountId,
  PeopleView,
  PersonInput,
  PersonRow,
  SessionState,
} from '../../facts/index.ts';
import { becauseOf } from '../internal/because.ts';
import { box, column } from '../internal/box.styles.ts';
import { ConnectedElement, constant } from '../internal/connected.ts';
import type { Fills } from '../internal/connected.ts';
import type { Messenger } from '../../stores/api.ts';
import { iconButton } from '../internal/icons.ts';
import { panel } from '../internal/row-list.styles.ts';
import { nameOf } from '../internal/names.ts';
import { blockedNotice, peopleList, stateOf } from '../internal/person-row.ts';
import type { RowsInput } from '../internal/rows.ts';
import { personRow } from '../internal/person-row.styles.ts';
import { rawWords } from '../internal/raw-words.ts';
import { reset } from '../internal/reset.styles.ts';
import { Search } from '../internal/search.ts';
import { avatars, controls } from '../internal/shared.styles.ts';
import { Ticker } from '../internal/ticker.ts';

/**
 * The people of a server, with relation, presence and path as three separate facts, and what can be done with each.
 * What could not be loaded is never drawn as "nobody here". Where the backend lists nobody but contacts, the contacts
 * are all there is to show, and nothing offers to find people.
 *
 * @summary Find people and ask them to connect.
 * @tag p2p-peer-discovery
 * @status stable
 * @since 0.1.0
 *
 * @event {CustomEvent<AccountDetail>} p2p-discover-request - Find people or Load again was pressed.
 * @event {CustomEvent<PeerDetail>} p2p-ask-request - Ask to connect or Ask again was pressed.
 * @event {CustomEvent<PeerDetail>} p2p-accept-request - Accept was pressed.
 * @event {CustomEvent<PeerDetail>} p2p-decline-request - Decline was pressed.
 * @event {CustomEvent<PeerDetail>} p2p-withdraw-request - Withdraw was pressed.
 * @event {CustomEvent<PeerDetail>} p2p-open-conversation-request - Message was pressed.
 *
 * @csspart header - The heading and the number of people.
 * @csspart search - The search field.
 * @csspart list - The box that scrolls.
 * @csspart person - A row.
 * @csspart avatar - The initials of a row.
 * @csspart name - The name in a row.
 * @csspart facts - The line of facts in a row.
 * @csspart button - Every button of a row.
 * @csspart accept - Accept.
 * @csspart decline - Decline.
 * @csspart withdraw - Withdraw.
 * @csspart ask - Ask to connect, Ask again.
 * @csspart message - Message.
 * @csspart notice - The sentence shown when there are no rows.
 * @csspart failure - The sentence about a list that could not be loaded.
 * @csspart load - The button that loads the list.
 */
export class PeerDiscoveryElement extends ConnectedElement {
  static override styles = [reset, controls, avatars, box, column, panel, personRow];
  static override properties = {
    people: { attribute: false },
    rows: { attribute: false },
    accountState: { attribute: false },
    capabilities: { attribute: false },
  };

  /** How the people were loaded. Absent: loaded if there are rows, else not yet. */
  declare people: PeopleView | null | undefined;
  /** The people: a live source, or an array that is replaced as a whole. Absent: none. */
  declare rows: RowsInput<AccountId, PersonRow, PersonInput>;
  /** Where the account stands. Signed out or open elsewhere: nothing can be asked in its name. Absent: it can. */
  declare accountState: SessionState | null | undefined;
  /** What the backend can do: where it lists no people, these are the contacts. Absent: everything. */
  declare capabilities: Partial<Capabilities> | null | undefined;
  readonly #search = new Search(this, '.person');
  readonly #list = peopleList(
    this,
    () => this.t,
    (type, { account, peer }) => this.request(type, { account: account ?? this.account, peer }),
    () => this.accountState,
  );

  constructor() {
    super();
    // Ages are in minutes.
    new Ticker(this, () => (this.#list.rows.ids.length > 0 ? 30_000 : null));
  }

  protected override fills(
    { peers, sessionRows, capabilities }: Messenger,
    account: AccountId | null,
  ): Fills<PeerDiscoveryElement> {
    return {
      rows: account && constant(peers.source(account)),
      people: account && peers.loadState(account),
      accountState: stateOf(sessionRows, account),
      capabilities: constant(capabilities),
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
    const all = this.#list.rows.ids;
    const state = this.people?.state ?? (all.length > 0 ? 'loaded' : 'idle');
    const ids = this.#search.matching(
      all,
      (id) => this.#list.rows.read(id, (person) => [nameOf(person, t), person.username ?? '', id]) ?? [],
    );
    const listsPeople = this.#listsPeople;
    const total = listsPeople && state === 'loaded' && all.length > 0 ? t.onThisServer(all.length) : '';
    return html`
      <div class="over">
        <div part="header" class="header">
          <h2 class="grow" tabindex="-1">${listsPeople ? t.findPeople : t.contacts}</h2>
          <span class="small muted">${total}</span>
          ${
            state === 'idle'
              ? nothing
              : iconButton('retry', t.loadAgain, () => this.#onLoad(), {
                  part: 'load',
                  isDisabled: state === 'loading',
                })
          }
        </div>
        ${all.length > 0 ? this.#search.field(t.searchPeople) : nothing}
        <div role="status">
          ${blockedNotice(this.accountState, t)}${this.#status(state, all.length, ids.length)}
        </div>
      </div>
      ${ids.length > 0 ? this.#list.render(ids, `${this.#search.text} ${this.accountState}`, t.people) : nothing}
    `;
  }

  #status(state: PeopleView['state'], all: number, matching: number): TemplateResult | typeof nothing {
    const { t } = this;
    const load = (word: string) =>
      html`<button
        type="button"
        part="load"
        class="button ${state === 'idle' ? 'primary' : ''}"
        @click=${this.#onLoad}
      >
        ${word}
      </button>`;
    if (state === 'failed') {
      return html`<div part="failure" class="alert">
        <span class="grow"
          >${(this.#listsPeople ? t.couldNotLoadPeople : t.couldNotLoadContacts)(becauseOf(this.people?.code, null, t))}
          ${rawWords(this.people?.reason, t)}</span
        >${load(t.tryAgain)}
      </div>`;
    }
    if (all > 0)
      return matching > 0
        ? nothing
        : html`<div part="notice" class="notice">${t.nobodyMatches(this.#search.text.trim())}</div>`;
    if (state === 'loading') {
      const shape = html`<div class="skeleton"><i class="disc"></i><i class="bar"></i></div>`;
      return html`<span class="visually-hidden">${t.loadingPeople}</span>
        <div aria-hidden="true">${shape}${shape}${shape}</div>`;
    }
    if (state === 'idle')
      return html`<div part="notice" class="notice">
        ${t.notLoadedYet}${load(this.#listsPeople ? t.findPeople : t.load)}
      </div>`;
    return html`<div part="notice" class="notice">${this.#listsPeople ? t.nobodyElse : t.noContacts}</div>`;
  }

  get #listsPeople(): boolean {
    return this.capabilities?.listsPeople !== false;
  }

  #onLoad(): void {
    this.request('p2p-discover-request', { account: this.account });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'p2p-peer-discovery': PeerDiscoveryElement;
  }
}
