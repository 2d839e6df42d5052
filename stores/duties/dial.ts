import { HIGHER_WAITS_MS, isTheirTurn } from '../../facts/routes.ts';
import type { Core } from '../core.ts';
import type { Pairs, PairState } from '../pairs.ts';
import type { Routes } from '../routes.ts';
import type { Sessions } from '../sessions.ts';
import type { SettingsStore } from '../settings.ts';

/**
 * The duty that dials. Dialling is a condition, not an event (delivery.md 5): a contact that is reachable and has
 * no channel is dialled, by whoever's id comes first at once and by the other one after five seconds, with a pause after
 * failures (a long one after a dial that was declined) that ends early when the peer turns reachable anew, and with
 * one that does not where channels end as soon as they are up.
 */
export function dial(
  core: Core,
  sessions: Sessions,
  settings: SettingsStore,
  pairs: Pairs,
  routes: Routes,
): void {
  const alarms = core.pairAlarms();

  core.onDue((account, peer) => {
    const pair = pairs.find(account, peer);
    if (!pair) return;
    // A paused contact has no channel: one that came up all the same is hung up.
    if (pair.channel && pairs.isPaused(pair)) {
      routes.hangUp(account, peer);
      routes.down(account, peer);
    }
    alarms.whenDue(
      account,
      peer,
      () => dueAt(pair),
      () => void routes.dial(pair),
    );
  });

  function dueAt(pair: PairState): number | null {
    if (pair.channel || pair.dial || isTheirTurn(pair.failure) || pair.reachableSince === null) return null;
    const linkedAt = sessions.linkedAt(pair.account);
    if (linkedAt === null) return null;
    if (pairs.isLocal(pair) || pairs.isPaused(pair) || !pairs.isContact(pair)) return null;
    if (settings.of(pair.account).policy === 'relay-only') return null;
    // What came last made the condition true; the later id counts its five seconds from there.
    const proven = pairs.newest(pair, 'proven');
    const since = Math.max(pair.reachableSince, linkedAt, proven, pair.downAt ?? -Infinity);
    const turn = Math.max(
      core.backend.compareIds(pair.account, pair.peer) < 0 ? since : since + HIGHER_WAITS_MS,
      pair.restUntil ?? -Infinity,
    );
    // A pause that began before the peer turned reachable is over.
    const isPausing =
      pair.failure !== null && pair.nextTry !== null && pair.failure.at >= pair.reachableSince;
    return isPausing ? Math.max(turn, pair.nextTry!) : turn;
  }
}
