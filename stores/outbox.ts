import { needsDecision, statusOf } from '../facts/status.ts';
import type { AccountId, MessageId } from '../facts/ids.ts';
import type { OutboxRow, RowSource } from '../facts/view.ts';
import { isQueued } from './unsettled.ts';
import type { Conversation } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import type { Core } from './core.ts';
import type { Pairs } from './pairs.ts';
import { SortedIds } from './sorted-ids.ts';

interface Box {
  readonly ids: SortedIds<MessageId, MessageId>;
  readonly homes: Map<MessageId, Conversation>;
}

/** What was written and taken by nobody yet, over all conversations of an account: the oldest first. */
export class Outbox {
  readonly #pairs: Pairs;
  readonly #conversations: Conversations;
  readonly #boxes = new Map<AccountId, Box>();

  constructor(core: Core, pairs: Pairs, conversations: Conversations) {
    this.#pairs = pairs;
    this.#conversations = conversations;
    core.journal.on('message', ({ account, peer, id }) => {
      const conversation = conversations.find(account, peer);
      if (conversation) this.#place(conversation, id);
    });
  }

  /** The account's outbox: what waits, is under way, got no answer or has failed, with why. */
  rows(account: AccountId): RowSource<MessageId, OutboxRow> {
    const { ids, homes } = this.#of(account);
    return Object.freeze({
      ids: ids.cell,
      get: (id: MessageId) => {
        const home = homes.get(id);
        const message = home?.view(id);
        if (!home || !message) return undefined;
        const { peer } = home;
        const { name, username } = this.#pairs.peek(account, peer);
        return { account, peer, name: name ?? username, message };
      },
      watch: (id: MessageId, changed: () => void) => {
        const home = homes.get(id);
        return home ? this.#conversations.source(account, home.peer).watch(id, changed) : () => undefined;
      },
    });
  }

  /** What failed or got no answer: a person may try it again. */
  stopped(account: AccountId): { peer: AccountId; id: MessageId; status: 'failed' | 'unconfirmed' }[] {
    return [...this.#of(account).homes].flatMap(([id, home]) => {
      const status = statusOf(home.get(id)!.facts);
      return needsDecision(status) ? [{ peer: home.peer, id, status }] : [];
    });
  }

  forget(account: AccountId): void {
    const { ids, homes } = this.#of(account);
    homes.clear();
    ids.clear();
  }

  #place(conversation: Conversation, id: MessageId): void {
    const { ids, homes } = this.#of(conversation.account);
    const message = conversation.get(id);
    const isIn = message !== undefined && isQueued(message);
    if (isIn) homes.set(id, conversation);
    else homes.delete(id);
    ids.place(id, isIn ? id : null);
  }

  #of(account: AccountId): Box {
    const box = this.#boxes.get(account) ?? { ids: new SortedIds(), homes: new Map() };
    this.#boxes.set(account, box);
    return box;
  }
}
