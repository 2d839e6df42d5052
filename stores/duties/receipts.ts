import { hasIndex } from '../../facts/ranges.ts';
import type { Core } from '../core.ts';
import type { Messages } from '../messages.ts';
import type { Pairs } from '../pairs.ts';
import type { SettingsStore } from '../settings.ts';
import type { Transport } from '../transport.ts';

/**
 * The duty that tells others what was read, unless the person keeps it to themselves. One receipt for the newest
 * message speaks for everything above it; where it cannot be sent now, the next sync says the same.
 */
export function sendReadReceipts(
  core: Core,
  settings: SettingsStore,
  pairs: Pairs,
  messages: Messages,
  transport: Transport,
): void {
  messages.onRead = (conversation, { id, stream, index }) => {
    const { account, peer, meta } = conversation;
    if (stream !== null && index !== null) {
      const theirs = meta.theirs.map((known) =>
        known.stream === stream ? { ...known, readUpTo: Math.max(known.readUpTo, index) } : known,
      );
      messages.note(conversation, { theirs });
    }
    if (!settings.of(account).readReceipts) return;
    // A receipt says that it is stored, too. Seen before that, it is acknowledged as read once it is.
    const here = stream === null ? undefined : conversation.received(stream);
    if (index !== null && !(here && hasIndex(here.received, index)))
      return void conversation.readEarly.add(id);
    void transport.say(pairs.get(account, peer), { v: 1, type: 'receipt', id, kind: 'read', at: core.now() });
  };
}
