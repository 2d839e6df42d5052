import type { PropertyValues } from 'lit';
import { pairKey } from '../../facts/ids.ts';
import type { AccountId, ConversationRow } from '../../facts/index.ts';
import type { Messenger } from '../../stores/api.ts';
import { ConnectedElement } from './connected.ts';
import type { Fills } from './connected.ts';
import type { PeerDetail } from './events.ts';

/** Callbacks for arriving messages. */
interface ArrivalListener {
  /** An unread message of theirs has arrived. */
  arrived(row: ConversationRow): void;
  /** The conversation has no unread messages any more. */
  read(account: AccountId, peer: AccountId): void;
}

/**
 * Reports arriving messages in every account of this browser, also late ones that are placed further up. Existing
 * messages, messages loaded from storage and duplicates are not reported.
 */
function watchArrivals(messenger: Messenger, listener: ArrivalListener): () => void {
  /** The number of arrivals of each conversation at the last check. */
  const known = new Map<string, number>();
  const stops = new Map<AccountId, () => void>();

  function follow(account: AccountId): () => void {
    const list = messenger.messages.list(account);
    const watched = new Map<AccountId, () => void>();
    // Messages that arrived before the first listener are not reported.
    for (const peer of list.ids.peek())
      known.set(pairKey(account, peer), list.get(peer)?.arrival?.number ?? 0);
    const look = (peer: AccountId): void => {
      const row = list.get(peer);
      if (!row) return;
      if (row.unread === 0) listener.read(account, peer);
      const key = pairKey(account, peer);
      const { arrival } = row;
      if (!arrival || arrival.number <= (known.get(key) ?? 0)) return;
      known.set(key, arrival.number);
      if (row.unread > 0) listener.arrived({ ...row, last: arrival.message });
    };
    const stop = list.ids.subscribe((peers) => {
      keep(watched, peers, (peer) => {
        look(peer);
        return list.watch(peer, () => look(peer));
      });
    });
    return () => {
      stop();
      keep(watched, [], () => () => undefined);
    };
  }

  const stop = messenger.sessions.accounts.subscribe((accounts) => keep(stops, accounts, follow));
  return () => {
    stop();
    keep(stops, [], follow);
  };
}

/** Follows new accounts and stops following removed ones. */
function keep<Id>(running: Map<Id, () => void>, ids: readonly Id[], start: (id: Id) => () => void): void {
  const wanted = new Set(ids);
  for (const [id, stop] of running) {
    if (wanted.has(id)) continue;
    stop();
    running.delete(id);
  }
  for (const id of wanted) if (!running.has(id)) running.set(id, start(id));
}

/** An element that reacts to arriving messages, and can open their conversation. */
export abstract class ArrivalElement extends ConnectedElement {
  #followed: Messenger | null = null;
  #stop: (() => void) | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#follow(null);
  }

  protected override fills(_messenger: Messenger): Fills {
    return {};
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (this.isConnected) this.#follow(this.connectedMessenger);
  }

  /** An unread message of theirs has arrived. */
  protected abstract arrived(row: ConversationRow, messenger: Messenger): void;

  /** The conversation has no unread messages any more. */
  protected abstract read(account: AccountId, peer: AccountId): void;

  /** Asks to open a conversation, and to switch to its account if another one is shown. */
  protected openConversation(detail: PeerDetail): void {
    const { account } = detail;
    const shown = this.connectedMessenger?.sessions.current.peek();
    // In this order, since p2p-messenger remembers the conversation for the account that is shown next.
    if (this.request('p2p-open-conversation-request', detail) && account !== shown)
      this.request('p2p-switch-session-request', { account });
  }

  #follow(messenger: Messenger | null): void {
    if (messenger === this.#followed) return;
    this.#followed = messenger;
    this.#stop?.();
    this.#stop = messenger
      ? watchArrivals(messenger, {
          arrived: (row) => this.arrived(row, messenger),
          read: (account, peer) => this.read(account, peer),
        })
      : undefined;
  }
}
