import type { AccountId, MessageId } from '../facts/ids.ts';
import { pairKey } from '../facts/ids.ts';
import type { Storage } from '../ports/storage.ts';
import { runCommand } from '../stores/commands.ts';
import type { DetailOf } from '../stores/commands.ts';
import type { Engine } from '../stores/engine.ts';
import type { Forward } from './forward.ts';

/**
 * Messages that are written in a tab that follows: each is durable before anybody is asked to send it, so that no tab
 * that dies takes one along.
 */
export class Writing {
  readonly #engine: Engine;
  readonly #forward: Forward;
  readonly #storage: Storage;
  readonly #pairs = new Set<string>();

  constructor(engine: Engine, forward: Forward, storage: Storage) {
    this.#engine = engine;
    this.#forward = forward;
    this.#storage = storage;
  }

  /** Writes a message here, and gives it to the tab that leads. */
  async send(detail: DetailOf<'send'>): Promise<MessageId> {
    const { account, peer } = detail;
    const key = pairKey(account, peer);
    this.#pairs.add(key);
    const id = await runCommand(this.#engine, 'send', detail);
    const message = this.#engine.conversations.find(account, peer)?.get(id);
    if (message) void this.#forward.ask('adopt', { account, peer, id, message });
    this.#pairs.delete(key);
    return id;
  }

  /** Whether this tab is about to write a message in that conversation. */
  isWriting(account: AccountId, peer: AccountId): boolean {
    return this.#pairs.has(pairKey(account, peer));
  }

  /** A tab is gone. Adopts messages that it stored and could not tell anybody about. */
  async tabLeft(): Promise<void> {
    const { sessions, conversations, messages } = this.#engine;
    for (const account of sessions.accounts.peek())
      for (const message of await this.#storage.unsettled(account).catch(() => []))
        if (!conversations.find(account, message.peer)?.get(message.id)) await messages.adopt(message);
  }
}
