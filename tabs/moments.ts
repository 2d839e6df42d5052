import type { PairState } from '../stores/pairs.ts';
import type { Session } from '../stores/sessions.ts';
import type { Patch } from './patch.ts';

/**
 * What another tab has told, with its moments on this page's own clock. `later` is what the other one's is behind this
 * one's, in milliseconds: each page's begins with the page.
 */
export function onOwnClock(patch: Patch, later: number): Patch {
  if (later === 0) return patch;
  return {
    ...patch,
    sessions: patch.sessions.map((session) => sessionLater(session, later)),
    pairs: patch.pairs.map((told) => ({ ...told, pair: pairLater(told.pair, later) })),
  };
}

function sessionLater(session: Session, later: number): Session {
  const { linkedAt, signedInAt } = session;
  return { ...session, linkedAt: add(linkedAt, later), signedInAt: add(signedInAt, later) };
}

function pairLater(pair: PairState, later: number): PairState {
  const { listed, channel, dial, failure } = pair;
  return {
    ...pair,
    listed: listed && { ...listed, at: listed.at + later },
    heardAt: add(pair.heardAt, later),
    reachableSince: add(pair.reachableSince, later),
    typingAt: add(pair.typingAt, later),
    channel: channel && { ...channel, since: channel.since + later },
    downAt: add(pair.downAt, later),
    dial: dial && { since: dial.since + later, deadline: dial.deadline + later },
    failure: failure && { ...failure, at: failure.at + later },
    nextTry: add(pair.nextTry, later),
    restUntil: add(pair.restUntil, later),
  };
}

function add(moment: number | null, later: number): number | null {
  return moment === null ? null : moment + later;
}
