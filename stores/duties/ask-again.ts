import { pairKey } from '../../facts/ids.ts';
import { ASK_GUARD_MS, newestAt, nextRepeat } from '../../facts/requests.ts';
import type { Core } from '../core.ts';
import type { Pairs, PairState } from '../pairs.ts';
import type { Requests } from '../requests.ts';
import type { Sessions } from '../sessions.ts';

/**
 * The duty that repeats open requests, because the service forgets them (delivery.md 3): when the peer turns reachable,
 * after a reconnect or claim of our own, when the peer asks meanwhile, and from time to time. A decline without an answer
 * is sent again after a reconnect.
 */
export function askAgain(core: Core, sessions: Sessions, pairs: Pairs, requests: Requests): void {
  /** On which socket a decline was last told. */
  const told = new Map<string, number>();

  const alarms = core.pairAlarms();

  core.onDue((account, peer) => {
    const pair = pairs.find(account, peer);
    if (!pair || pair.requestFacts.length === 0) return;
    alarms.whenDue(
      account,
      peer,
      () => dueAt(pair),
      () => requests.repeat(pair),
    );
    declineAgain(pair);
  });

  function dueAt(pair: PairState): number | null {
    const linkedAt = sessions.linkedAt(pair.account);
    if (linkedAt === null) return null;
    const view = pairs.request(pair);
    if (!view.openAsk) return null;
    const { at } = view.openAsk;
    const askedAt = pairs.newest(pair, 'asked');
    const isDueNow =
      linkedAt > askedAt ||
      (pair.reachableSince !== null && pair.reachableSince > askedAt) ||
      newestAt(pair.requestFacts, 'wanted-by-them') > at;
    if (isDueNow) return askedAt + ASK_GUARD_MS;
    return pair.reachableSince === null ? null : askedAt + nextRepeat(view)! - at;
  }

  function declineAgain(pair: PairState): void {
    const linkedAt = sessions.linkedAt(pair.account);
    const { openDecline } = pairs.request(pair);
    if (!openDecline || linkedAt === null) return;
    if (pairs.newest(pair, 'declined') > linkedAt) return; // told when it was pressed
    const key = `${pairKey(pair.account, pair.peer)} ${openDecline}`;
    if (told.get(key) === linkedAt) return;
    told.set(key, linkedAt);
    requests.sendDecline(pair, openDecline);
  }
}
