import { rangesOf } from '../facts/ranges.ts';
import type { StoredMessage } from '../ports/storage.ts';
import { MAX_RANGES } from '../protocol/payload.ts';
import type { Conversation } from './conversation.ts';
import type { Core } from './core.ts';
import type { Pairs } from './pairs.ts';
import type { Transport } from './transport.ts';

/** What of a message an acknowledgement names. */
export type Acknowledged = Pick<StoredMessage, 'id' | 'stream' | 'index'>;

/** Says that messages of theirs are stored here: those of one stream in one receipt, so that a flood is answered by a few. */
export type Acknowledge = (conversation: Conversation, all: readonly Acknowledged[]) => void;

export function createAcknowledge(core: Core, pairs: Pairs, transport: Transport): Acknowledge {
  return ({ account, peer }, all) => {
    const pair = pairs.get(account, peer);
    const at = core.now();
    const say = (
      id: Acknowledged['id'],
      more: { stream?: string; ranges?: ReturnType<typeof rangesOf> } = {},
    ) => void transport.say(pair, { v: 1, type: 'receipt', kind: 'delivered', id, ...more, at });
    const streams = Map.groupBy(all, ({ stream, index }) => (index === null ? null : stream));
    for (const [stream, named] of streams) {
      if (stream === null || named.length === 1) {
        for (const { id } of named) say(id);
        continue;
      }
      const ranges = rangesOf(named.map(({ index }) => index!));
      for (let from = 0; from < ranges.length; from += MAX_RANGES)
        say(named.at(-1)!.id, { stream, ranges: ranges.slice(from, from + MAX_RANGES) });
    }
  };
}
