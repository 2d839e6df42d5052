import type { AccountId } from '../../facts/index.ts';

/** The open conversation of each account, which is restored when the account is shown again. */
export class OpenConversations {
  readonly #peers = new Map<AccountId, AccountId>();
  #account: AccountId | null = null;

  /** Remembers the conversation to open when that account is shown; null for none. */
  put(account: AccountId, peer: AccountId | null): void {
    if (peer) this.#peers.set(account, peer);
    else this.#peers.delete(account);
  }

  /** The peer of the conversation to open for the shown account. `peer`: that of the one still open. */
  peerIn(account: AccountId | null, peer: AccountId | null | undefined): AccountId | null | undefined {
    const before = this.#account;
    if (account === before) return peer;
    this.#account = account;
    // The first account does not replace a peer that the page has set.
    if (!before) return peer;
    if (peer) this.put(before, peer);
    return (account && this.#peers.get(account)) ?? null;
  }
}
