import type { KnownOfPair } from '../stores/pairs.ts';
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

const MOMENTS = ['heardAt', 'reachableSince', 'typingAt', 'downAt', 'nextTry', 'restUntil'] as const;

/** Only what is named has a moment. */
function pairLater(pair: KnownOfPair, later: number): KnownOfPair {
  const { listed, channel, dial, failure } = pair;
  const moved: { -readonly [Name in keyof KnownOfPair]: KnownOfPair[Name] } = { ...pair };
  if (listed) moved.listed = { ...listed, at: listed.at + later };
  if (channel) moved.channel = { ...channel, since: channel.since + later };
  if (dial) moved.dial = { since: dial.since + later, deadline: dial.deadline + later };
  if (failure) moved.failure = { ...failure, at: failure.at + later };
  for (const name of MOMENTS) {
    const moment = pair[name];
    if (moment != null) moved[name] = moment + later;
  }
  return moved;
}

function add(moment: number | null, later: number): number | null {
  return moment === null ? null : moment + later;
}
