import { mergeFacts } from '../../facts/evidence.ts';
import type { Cid } from '../../facts/ids.ts';
import { pairKey } from '../../facts/ids.ts';
import type { Storage, StoredMessage } from '../../ports/storage.ts';
import type { Conversation } from '../conversation.ts';
import type { Engine } from '../messenger.ts';
import { isUnwritten } from './fresh.ts';
import type { Published } from './published.ts';
import type { Verbs } from './verbs.ts';

/** Messages that are written in any of the tabs, and become the leader's. */
export interface Written {
  /** Whether this tab is about to write one in that conversation. */
  isWriting(account: Cid, peer: Cid): boolean;
  /** What no tab could write yet is written by this one. */
  keep(conversation: Conversation): void;
  /** A tab died. It may have stored messages of which it could tell nobody. */
  left(): Promise<void>;
}

interface WrittenOptions {
  readonly engine: Engine;
  readonly published: Published;
  readonly verbs: Verbs;
  readonly storage: Storage;
}

/**
 * Lets a tab that follows write messages: each is durable before anybody is asked to send it, so that no tab that
 * dies takes one along. Nothing else is written by such a tab.
 */
export function shareWritten({ engine, published, verbs, storage }: WrittenOptions): Written {
  const { core, messenger } = engine;
  const { sessions, messages } = messenger;
  const { writer } = core;
  const writing = new Set<string>();
  let isOwnWrite = false;

  const put = writer.put.bind(writer);
  writer.put = (write) => {
    if (core.isActing) return put(write);
    if (!isOwnWrite) return Promise.resolve(true);
    return storage.write([write]).then(
      () => true,
      () => false,
    );
  };

  const send = messages.send.bind(messages);
  messages.send = async (account, peer, text, answers) => {
    if (core.isActing) return send(account, peer, text, answers);
    const key = pairKey(account, peer);
    writing.add(key);
    isOwnWrite = true;
    const sending = send(account, peer, text, answers);
    isOwnWrite = false;
    const id = await sending;
    const message = messages.get(account, peer).get(id);
    if (message) void verbs.ask('messages.adopt', [message]);
    writing.delete(key);
    return id;
  };

  verbs.add('messages.adopt', (message) => adopt(message as StoredMessage), { isRepeatable: true });

  /** A message that was written in another tab, or stored by one that has died. */
  async function adopt(message: StoredMessage): Promise<void> {
    const { account, peer, id } = message;
    // Of a wiped account nothing comes back.
    if (!sessions.isHeld(account) && published.wiped.has(account)) return;
    const conversation = messages.get(account, peer);
    const known = (await messages.look(conversation, id)) ?? message;
    const newest = conversation.get(id) ?? known;
    const facts = mergeFacts(newest.facts, message.facts);
    if (!conversation.get(id) || facts.length > newest.facts.length)
      messages.update(conversation, { ...newest, facts });
    keep(conversation);
    // Who has it learns what became of it meanwhile.
    published.message(account, peer, id);
    core.touch(account, peer);
  }

  function keep(conversation: Conversation): void {
    for (const id of [...conversation.queue])
      if (isUnwritten(conversation.get(id)!)) void messages.keep(conversation, id);
  }

  async function left(): Promise<void> {
    for (const account of sessions.accounts.peek())
      for (const message of await storage.open(account).catch(() => []))
        if (!messages.find(account, message.peer)?.get(message.id)) await adopt(message);
  }

  return { isWriting: (account, peer) => writing.has(pairKey(account, peer)), keep, left };
}
