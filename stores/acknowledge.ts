import type { StoredMessage } from '../ports/storage.ts';
import type { Conversation } from './conversation.ts';
import type { Core } from './core.ts';
import type { Pairs } from './pairs.ts';
import type { Transport } from './transport.ts';

/** Says of each of these messages of theirs that it is stored here. */
export type Acknowledge = (conversation: Conversation, all: readonly Pick<StoredMessage, 'id'>[]) => void;

export function createAcknowledge(core: Core, pairs: Pairs, transport: Transport): Acknowledge {
  return ({ account, peer }, all) => {
    const pair = pairs.get(account, peer);
    const at = core.now();
    for (const { id } of all) void transport.say(pair, { v: 1, type: 'receipt', kind: 'delivered', id, at });
  };
}
