import type { AccountId } from '../facts/ids.ts';
import type {
  Storage,
  StoredAccount,
  StoredConversation,
  StoredMessage,
  StoredRequest,
} from '../ports/storage.ts';

/** Everything that a device keeps of one account, as plain JSON: unencrypted, for its owner's eyes. */
export interface AccountExport {
  readonly format: 'p2p-elements';
  readonly version: 1;
  readonly account: StoredAccount;
  readonly requests: readonly StoredRequest[];
  /** Each conversation with its messages, oldest first; facts and all. */
  readonly conversations: readonly {
    readonly conversation: StoredConversation;
    readonly messages: readonly StoredMessage[];
  }[];
}

const PAGE = 500;

/**
 * What this device keeps of the account, read page by page. Messages are as they are stored: bodies in the clear.
 * Rejects with a `StorageError` when something could not be read, never with a part of it; with a `RangeError` when
 * the storage does not know the account.
 */
export async function exportAccount(storage: Storage, account: AccountId): Promise<AccountExport> {
  const stored = (await storage.accounts()).find((known) => known.account === account);
  if (!stored) throw new RangeError(`There is no account ${account} in this storage.`);
  const conversations = [];
  for (const conversation of await storage.conversations(account))
    conversations.push({ conversation, messages: await allOf(storage, conversation) });
  const requests = await storage.requests(account);
  return { format: 'p2p-elements', version: 1, account: stored, requests, conversations };
}

async function allOf(storage: Storage, { account, peer }: StoredConversation): Promise<StoredMessage[]> {
  const pages: (readonly StoredMessage[])[] = [];
  for (let before: number | undefined; ;) {
    const query = before === undefined ? { limit: PAGE } : { before, limit: PAGE };
    const page = await storage.history(account, peer, query);
    if (page.length === 0) return pages.reverse().flat();
    pages.push(page);
    before = page[0]!.place;
  }
}
