import type { MessageFact } from '../../facts/evidence.ts';
import type { AccountId } from '../../facts/ids.ts';
import type { Core } from '../core.ts';
import type { Conversations } from '../conversations.ts';
import type { Pairs } from '../pairs.ts';
import type { Requests } from '../requests.ts';
import type { Sessions } from '../sessions.ts';

interface Stores {
  readonly core: Core;
  readonly sessions: Sessions;
  readonly pairs: Pairs;
  readonly requests: Requests;
  readonly conversations: Conversations;
}

/**
 * The duty that writes again what the page knows, where what was stored was deleted under it: the browser made room, or
 * somebody cleared the site's data. Otherwise the next page would know of no account, and what waits would be lost.
 */
export function writeAgain({ core, sessions, pairs, requests, conversations }: Stores): void {
  const { writer } = core;

  core.storage.watch?.((stored) => {
    if (!core.isActing) return;
    const there = new Set(stored);
    for (const account of sessions.known)
      if (!there.has(account) && !writer.wiped.has(account)) write(account);
  });

  function write(account: AccountId): void {
    void writer.put({ put: 'account', value: sessions.get(account)!.stored });
    for (const pair of pairs.of(account)) if (pair.requestFacts.length > 0) requests.save(pair);
    for (const conversation of conversations.of(account)) {
      const { meta, rows, queue, accepted } = conversation;
      if (rows.length === 0) continue;
      void writer.put({ put: 'conversation', value: meta });
      const ids = new Set([...rows.map(({ id }) => id), ...queue, ...accepted]);
      for (const id of ids) {
        const value = conversation.get(id);
        // What was never written is on its way, with the fact that it is: it waits for that.
        const isNew = conversation.notStored.has(id) || (value?.own && !value.facts.some(isWritten));
        if (value && !isNew) void writer.put({ put: 'message', value });
      }
    }
  }
}

const isWritten = ({ type }: MessageFact): boolean => type === 'written';
