import type { AccountId } from '../facts/ids.ts';
import { compareCids } from './wire.ts';
import type { ServerAccount, Session, SimulatedServer } from './model.ts';

/** A declined dial leaves a pair in a state of its own (see `wedgedDial`). */
interface Wedge {
  readonly dialler: AccountId;
  readonly decliner: AccountId;
  /** Who has signed in anew since; when both have, the pair is as before. */
  readonly renewed: Set<AccountId>;
}

export function createServer(): SimulatedServer {
  const accounts = new Map<AccountId, ServerAccount>();
  const sessions = new Map<AccountId, Session>();
  const wedges = new Map<string, Wedge>();
  const key = (a: AccountId, b: AccountId): string => (compareCids(a, b) < 0 ? `${a}/${b}` : `${b}/${a}`);

  return {
    accounts,
    sessions,
    lingering: new Set(),
    byName: (username) => [...accounts.values()].find((account) => account.username === username),
    session: (cid) => {
      const session = sessions.get(cid);
      return session?.isAlive === true && !session.isCut ? session : undefined;
    },
    relate(a, b) {
      accounts.get(a)?.relations.add(b);
      accounts.get(b)?.relations.add(a);
    },
    remove(cid) {
      accounts.delete(cid);
      for (const account of accounts.values()) account.relations.delete(cid);
      for (const pair of wedges.keys()) if (pair.split('/').includes(cid)) wedges.delete(pair);
    },
    wedge(dialler, decliner) {
      wedges.set(key(dialler, decliner), { dialler, decliner, renewed: new Set() });
    },
    unwedge: (a, b) => void wedges.delete(key(a, b)),
    wedgedDial(dialler, target) {
      const wedge = wedges.get(key(dialler, target));
      if (!wedge) return undefined;
      // The lower CID waits for the other to act, which already has: so only its own repeated dial is lost.
      return dialler === wedge.decliner || compareCids(target, dialler) < 0 ? 'comes-up' : 'silence';
    },
    signedIn(session) {
      sessions.set(session.cid, session);
      for (const [pair, wedge] of wedges) {
        if (wedge.dialler !== session.cid && wedge.decliner !== session.cid) continue;
        wedge.renewed.add(session.cid);
        if (wedge.renewed.size === 2) wedges.delete(pair);
      }
    },
  };
}
