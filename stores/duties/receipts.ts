import { NOTHING, union, without } from '../../facts/ranges.ts';
import type { Ranges } from '../../facts/ranges.ts';
import { tellableOf } from '../../facts/read-set.ts';
import type { StoredStream } from '../../ports/storage.ts';
import { MAX_RANGES } from '../../protocol/payload.ts';
import type { RouteDecision } from '../../facts/routes.ts';
import type { Conversation } from '../conversation.ts';
import type { Core } from '../core.ts';
import type { Conversations } from '../conversations.ts';
import type { Pairs } from '../pairs.ts';
import type { Transport } from '../transport.ts';

/** Read receipts. */
export interface ReadReceipts {
  /** More of one of their streams is here: what of it was looked at before may be told now. */
  held(conversation: Conversation, before: StoredStream | undefined, after: StoredStream): void;
}

/** What was looked at and not told yet, or not taken when it was told. */
interface Untold {
  readonly streams: Map<string, Ranges>;
  /** The route by which it was last tried: by the same one it goes with the next receipt or sync. */
  tried: RouteDecision['route'];
}

/**
 * The duty that tells others what was read: which messages of which stream were on the screen, and stored, and no
 * others. What no route takes now goes with the next receipt; a sync repeats all of it.
 */
export function sendReadReceipts(
  core: Core,
  pairs: Pairs,
  conversations: Conversations,
  transport: Transport,
): ReadReceipts {
  const untold = new Map<Conversation, Untold>();

  core.journal.on('seen', ({ account, peer, news }) => {
    const conversation = conversations.find(account, peer);
    if (!conversation) return;
    for (const { stream, ranges } of news) add(conversation, stream, ranges);
    tell(conversation);
  });
  // The route has changed: a contact was resumed, or a relay can be reached.
  core.onDue((account, peer) => {
    const conversation = conversations.find(account, peer);
    const waiting = conversation && untold.get(conversation);
    if (!waiting) return;
    const { route } = pairs.route(pairs.get(account, peer));
    if (route === waiting.tried) return;
    waiting.tried = route;
    tell(conversation);
  });

  function add(conversation: Conversation, stream: string, ranges: Ranges): void {
    if (ranges.length === 0) return;
    const waiting = untold.get(conversation) ?? { streams: new Map<string, Ranges>(), tried: 'none' };
    waiting.streams.set(stream, union(waiting.streams.get(stream) ?? NOTHING, ranges));
    untold.set(conversation, waiting);
  }

  function tell(conversation: Conversation): void {
    const waiting = untold.get(conversation);
    const pair = pairs.get(conversation.account, conversation.peer);
    if (!waiting || !pairs.tellsReads(conversation.account)) return;
    waiting.tried = pairs.route(pair).route;
    for (const [stream, all] of waiting.streams) {
      const ranges = all.slice(-MAX_RANGES);
      void transport
        .say(pair, { v: 1, type: 'receipt', kind: 'read', stream, ranges, at: core.now() })
        .then((isTaken) => {
          if (!isTaken) return;
          const left = without(waiting.streams.get(stream) ?? NOTHING, ranges);
          if (left.length > 0) waiting.streams.set(stream, left);
          else waiting.streams.delete(stream);
          if (waiting.streams.size === 0 && untold.get(conversation) === waiting) untold.delete(conversation);
        });
    }
  }

  return {
    held(conversation, before, after) {
      if (before?.here === after.here) return;
      add(conversation, after.stream, before ? without(tellableOf(after), before.here) : tellableOf(after));
      tell(conversation);
    },
  };
}
