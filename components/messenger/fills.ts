import type {
  Capabilities,
  AccountId,
  LinkView,
  MessageId,
  OutboxRow,
  PersonRow,
  SessionRow,
  SignInView,
  StorageView,
} from '../../facts/index.ts';
import type { Messenger } from '../../stores/api.ts';
import { constant, derived } from '../internal/connected.ts';
import type { Fills } from '../internal/connected.ts';
import type { RowsInput } from '../internal/rows.ts';

/** What a messenger element takes from its messenger. */
export interface Shown {
  readonly link?: LinkView | null | undefined;
  readonly accounts?: readonly AccountId[] | null | undefined;
  readonly own?: SessionRow | null | undefined;
  readonly person?: PersonRow | null | undefined;
  readonly progress?: SignInView | null | undefined;
  readonly pending?: number | null | undefined;
  readonly outbox?: RowsInput<MessageId, OutboxRow>;
  readonly storage?: StorageView | null | undefined;
  readonly capabilities?: Partial<Capabilities> | null | undefined;
}

/** The fills: the account that is shown, and the person of the open conversation. */
export function messengerFills(
  store: Messenger,
  account: AccountId | null,
  peer: AccountId | null,
): Fills<Shown> {
  const { sessions, sessionRows, link, peers, requests, outbox, storage, capabilities } = store;
  return {
    link,
    accounts: sessions.accounts,
    progress: sessions.signInView,
    pending: account && requests.pendingCount(account),
    outbox: account && constant(outbox.rows(account)),
    storage,
    capabilities: constant(capabilities),
    // Several messengers on one page are distinguished by their account.
    own: derived(sessionRows, (rows) => rows.find((row) => row.account === account) ?? null),
    person: account && peer ? peers.person(account, peer) : null,
  };
}
