import type { Core } from '../core.ts';
import type { Pairs } from '../pairs.ts';
import type { Sessions } from '../sessions.ts';
import type { SettingsStore } from '../settings.ts';
import type { Transport } from '../transport.ts';

const EVERY_MS = 45_000;

/**
 * The duty by which a visible page says that it is there: every 45 s over the channels that are up, unless its
 * person hides it. A hidden page says nothing and is no longer "Online" to others after 90 s.
 */
export function sayPresence(
  core: Core,
  sessions: Sessions,
  settings: SettingsStore,
  pairs: Pairs,
  transport: Transport,
): () => void {
  function say(): void {
    core.alarm('presence', core.elapsed() + EVERY_MS, say);
    if (!core.isAnyVisible.peek()) return;
    for (const account of sessions.accounts.peek())
      for (const pair of settings.of(account).presence ? pairs.of(account) : [])
        if (pair.channel) void transport.say(pair, { v: 1, type: 'presence' }, ['channel']);
  }
  return say;
}
