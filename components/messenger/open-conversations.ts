import type { Cid } from '../../facts/index.ts';

/** Which conversation was open in which account: another account brings back the one that was open in it. */
export class OpenConversations {
  readonly #peers = new Map<Cid, Cid>();
  #account: Cid | null = null;

  /** Remembers a conversation that is the open one as soon as that account is shown; null for none. */
  put(account: Cid, peer: Cid | null): void {
    if (peer) this.#peers.set(account, peer);
    else this.#peers.delete(account);
  }

  /** The peer of the open conversation, now that this account is shown. `peer`: of the one that is open still. */
  peerIn(account: Cid | null, peer: Cid | null | undefined): Cid | null | undefined {
    const before = this.#account;
    if (account === before) return peer;
    this.#account = account;
    // The first account leaves a peer alone that the page has chosen.
    if (!before) return peer;
    if (peer) this.put(before, peer);
    return (account && this.#peers.get(account)) ?? null;
  }
}
