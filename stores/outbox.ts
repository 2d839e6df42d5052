import { statusOf } from '../facts/status.ts';
import type { Cid, MessageId } from '../facts/ids.ts';
import type { OutboxRow, RowSource } from '../facts/view.ts';
import type { Conversation } from './conversation.ts';
import type { Messages } from './messages.ts';
import type { Pairs } from './pairs.ts';
import { SortedIds } from './sorted-ids.ts';

interface Box {
  readonly ids: SortedIds<MessageId, MessageId>;
  readonly homes: Map<MessageId, Conversation>;
}

/** What was written and taken by nobody yet, over all conversations of an account: the oldest first. */
export class Outbox {
  readonly #pairs: Pairs;
  readonly #messages: Messages;
  readonly #boxes = new Map<Cid, Box>();

  constructor(pairs: Pairs, messages: Messages) {
    this.#pairs = pairs;
    this.#messages = messages;
    messages.onQueued = (conversation, id, isQueued) => this.#place(conversation, id, isQueued);
  }

  /** The account's outbox: what waits, is under way, got no answer or has failed, with why. */
  rows(account: Cid): RowSource<MessageId, OutboxRow> {
    const { ids, homes } = this.#of(account);
    return {
      ids: ids.cell,
      get: (id) => {
        const home = homes.get(id);
        const message = home?.view(id);
        if (!home || !message) return undefined;
        const { peer } = home;
        const { name, username } = this.#pairs.get(account, peer);
        return { account, peer, name: name ?? username, message };
      },
      watch: (id, changed) => homes.get(id)?.source.watch(id, changed) ?? (() => undefined),
    };
  }

  /** Tries everything again that failed or got no answer, each with its own id. */
  retryAll(account: Cid): void {
    for (const { peer, id } of this.#stopped(account)) this.#messages.retry(account, peer, id);
  }

  /** Takes back everything that failed; what only got no answer may have arrived and stays. */
  deleteAll(account: Cid): void {
    for (const { peer, id, status } of this.#stopped(account))
      if (status === 'failed') this.#messages.delete(account, peer, id);
  }

  forget(account: Cid): void {
    const { ids, homes } = this.#of(account);
    homes.clear();
    ids.clear();
  }

  #stopped(account: Cid): { peer: Cid; id: MessageId; status: 'failed' | 'unconfirmed' }[] {
    return [...this.#of(account).homes].flatMap(([id, home]) => {
      const status = statusOf(home.get(id)!.facts);
      return status === 'failed' || status === 'unconfirmed' ? [{ peer: home.peer, id, status }] : [];
    });
  }

  #place(conversation: Conversation, id: MessageId, isQueued: boolean): void {
    const { ids, homes } = this.#of(conversation.account);
    if (isQueued) homes.set(id, conversation);
    else homes.delete(id);
    ids.place(id, isQueued ? id : null);
  }

  #of(account: Cid): Box {
    const box = this.#boxes.get(account) ?? { ids: new SortedIds(), homes: new Map() };
    this.#boxes.set(account, box);
    return box;
  }
}
