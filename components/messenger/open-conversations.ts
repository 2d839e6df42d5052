import type { AccountId } from '../../facts/index.ts';

/** Which conversation was open in which account: another account brings back the one that was open in it. */
export class OpenConversations {
  readonly #peers = new Map<AccountId, AccountId>();
  #account: AccountId | null = null;

  /** Remembers a conversation that is the open one as soon as that account is shown; null for none. */
  put(account: AccountId, peer: AccountId | null): void {
    if (peer) this.#peers.set(account, peer);
    else this.#peers.delete(account);
  }

  /** The peer of the open conversation, now that this account is shown. `peer`: of the one that is open still. */
  peerIn(account: AccountId | null, peer: AccountId | null | undefined): AccountId | null | undefined {
    const before = this.#account;
    if (account === before) return peer;
    this.#account = account;
    // The first account leaves a peer alone that the page has chosen.
    if (!before) return peer;
    if (peer) this.put(before, peer);
    return (account && this.#peers.get(account)) ?? null;
  }
}
