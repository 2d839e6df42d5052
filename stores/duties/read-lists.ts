import type { AccountId } from '../../facts/ids.ts';
import type { Core } from '../core.ts';
import type { Pairs } from '../pairs.ts';
import type { Peers } from '../peers.ts';
import type { Sessions } from '../sessions.ts';
import type { Claims } from './claim.ts';

const OFTEN_MS = 10_000;
const SELDOM_MS = 60_000;
/** Less than the slowest read, so that it is at most a minute. */
const VERIFY_MS = 50_000;

/**
 * The duty that reads the lists: nobody is told when somebody signs in. Every 10 s while an ask is open or a
 * contact has no channel, every 60 s otherwise, and at once when an account is linked or the page wakes. Nobody is
 * told either when another browser has taken the account and signed it out: so the sessions are looked at, too.
 */
export function readLists(
  core: Core,
  sessions: Sessions,
  claims: Claims,
  pairs: Pairs,
  peers: Peers,
): { wake(): void } {
  const readAt = new Map<AccountId, number>();
  const verifiedAt = new Map<AccountId, number>();
  core.journal.on('linked', ({ account }) => {
    // The service has just confirmed the session.
    verifiedAt.set(account, core.elapsed());
    read(account);
  });

  core.journal.on('session', ({ account }) => plan(account));

  /** Peers for whom the lists are read often, kept in step with what is touched. */
  const eager = new Map<AccountId, Set<AccountId>>();
  core.onDue((account, peer) => {
    const pair = pairs.find(account, peer);
    if (!pair) return;
    const request = pairs.request(pair);
    const isEager =
      request.openAsk !== null || (request.state === 'contact' && !pair.channel && !pairs.isLocal(pair));
    let set = eager.get(account);
    if (!set) eager.set(account, (set = new Set()));
    const before = set.size > 0;
    if (isEager) set.add(peer);
    else set.delete(peer);
    // Of thousands who come or go, the first or the last one changes how often the lists are read.
    if (set.size > 0 !== before) plan(account);
  });

  function read(account: AccountId): void {
    const now = core.elapsed();
    readAt.set(account, now);
    if (now - (verifiedAt.get(account) ?? -Infinity) >= VERIFY_MS) {
      verifiedAt.set(account, now);
      void claims.verify(account);
    }
    void peers.read(account).then(() => plan(account));
    plan(account);
  }

  function plan(account: AccountId): void {
    const at = readAt.get(account);
    if (at === undefined || !sessions.isLinked(account))
      return core.alarm(`lists ${account}`, null, () => undefined);
    const pause = (eager.get(account)?.size ?? 0) > 0 ? OFTEN_MS : SELDOM_MS;
    core.alarm(`lists ${account}`, at + pause, () => read(account));
  }

  return {
    wake: () => {
      for (const account of sessions.accounts.peek()) if (sessions.isLinked(account)) read(account);
    },
  };
}
