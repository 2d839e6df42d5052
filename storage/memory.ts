import type { AccountId, MessageId } from '../facts/ids.ts';
import { pairKey } from '../facts/ids.ts';
import type {
  HistoryQuery,
  Storage,
  StorageWrite,
  StreamQuery,
  StoredAccount,
  StoredConversation,
  StoredMessage,
  StoredRequest,
} from '../ports/storage.ts';

/** Storage that lasts as long as the page, for tests, demonstrations, and people who want nothing stored. */
export function memory(): Storage {
  return new MemoryStorage();
}

class MemoryStorage implements Storage {
  readonly #accounts = new Map<AccountId, StoredAccount>();
  readonly #requests = new Map<string, StoredRequest>();
  readonly #conversations = new Map<string, StoredConversation>();
  readonly #messages = new Map<string, Map<MessageId, StoredMessage>>();

  async accounts(): Promise<readonly StoredAccount[]> {
    return [...this.#accounts.values()];
  }

  async requests(account: AccountId): Promise<readonly StoredRequest[]> {
    return [...this.#requests.values()].filter((request) => request.account === account);
  }

  async conversations(account: AccountId): Promise<readonly StoredConversation[]> {
    return [...this.#conversations.values()].filter((conversation) => conversation.account === account);
  }

  async history(
    account: AccountId,
    peer: AccountId,
    { before, limit }: HistoryQuery,
  ): Promise<readonly StoredMessage[]> {
    const messages = [...(this.#messages.get(pairKey(account, peer))?.values() ?? [])]
      .filter((message) => before === undefined || message.place < before)
      .sort((a, b) => a.place - b.place || (a.id < b.id ? -1 : 1));
    let start = Math.max(0, messages.length - limit);
    while (start > 0 && messages[start - 1]!.place === messages[start]!.place) start -= 1;
    return messages.slice(start);
  }

  async stream(
    account: AccountId,
    peer: AccountId,
    { stream, above, upTo = Infinity, limit }: StreamQuery,
  ): Promise<readonly StoredMessage[]> {
    return [...(this.#messages.get(pairKey(account, peer))?.values() ?? [])]
      .filter((row) => row.stream === stream && row.index !== null && row.index > above && row.index <= upTo)
      .sort((a, b) => a.index! - b.index!)
      .slice(0, limit);
  }

  async message(account: AccountId, peer: AccountId, id: MessageId): Promise<StoredMessage | undefined> {
    return this.#messages.get(pairKey(account, peer))?.get(id);
  }

  async unsettled(account: AccountId): Promise<readonly StoredMessage[]> {
    const all = [...this.#messages.values()].flatMap((messages) => [...messages.values()]);
    return all
      .filter((message) => message.account === account && message.isOpen)
      .sort((a, b) => a.place - b.place);
  }

  async write(batch: readonly StorageWrite[]): Promise<void> {
    for (const { put, value } of batch) {
      if (put === 'account') this.#accounts.set(value.account, value);
      else {
        const key = pairKey(value.account, value.peer);
        if (put === 'request') this.#requests.set(key, value);
        else if (put === 'conversation') this.#conversations.set(key, value);
        else {
          const messages = this.#messages.get(key) ?? new Map<MessageId, StoredMessage>();
          this.#messages.set(key, messages.set(value.id, value));
        }
      }
    }
  }

  async wipe(account: AccountId): Promise<void> {
    this.#accounts.delete(account);
    for (const store of [this.#requests, this.#conversations, this.#messages])
      for (const key of store.keys())
        if (key.startsWith(pairKey(account, '' as AccountId))) store.delete(key);
  }

  close(): void {
    // Nothing to close.
  }
}
