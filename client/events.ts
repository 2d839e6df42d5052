import type { AccountId, Pair, RequestId } from '../facts/ids.ts';
import type { BackendEvent } from '../ports/backend.ts';
import { NOBODY } from '../protocol/index.ts';
import type { ResponseFrame } from '../protocol/index.ts';
import type { Match, Sent } from './correlator.ts';
import { refusalOf } from './correlator.ts';

/**
 * The event that a frame reports, besides being an answer; null for none. In every frame `cid` is the addressed
 * account and `peer_cid` the other side, never the other way round (protocol.md A.5).
 */
export function eventOf(frame: ResponseFrame, match: Match): BackendEvent | null {
  const event = read(frame, match);
  if (!event || !('peer' in event) || event.peer !== NOBODY) return event;
  return {
    type: 'counted',
    what: event.type === 'body' ? 'server-message' : 'no-peer',
    detail: frame.variant,
  };
}

function read(frame: ResponseFrame, { kind, sent }: Match): BackendEvent | null {
  // Of the frames below, only the end of a session has no peer.
  const { cid: account, peer_cid: peer } = frame.body as { cid: AccountId; peer_cid: AccountId };
  switch (frame.variant) {
    case 'PeerRegisterNotification':
      return { type: 'request-received', account, peer, username: frame.body.peer_username || null };
    case 'PeerRegisterSuccess': {
      // The answer to a decline has the same variant; only our request distinguishes them.
      if (sent?.variant !== 'PeerRegister') return null;
      const username = frame.body.peer_username || null;
      return { type: 'request-accepted', account, peer, username, requestId: sent.requestId };
    }
    case 'PeerRegisterFailure': {
      if (kind !== 'late' || sent.variant !== 'PeerRegister') return null;
      const { code, reason } = refusalOf(frame);
      return { type: 'request-refused', ...about(sent), code, reason };
    }
    case 'PeerConnectNotification':
      return { type: 'offer', account, peer, isAnswered: frame.body.answered_by_agent === true };
    case 'PeerConnectSuccess': {
      const { path, upgrading } = frame.body;
      return {
        type: 'channel',
        account,
        peer,
        path: path ?? null,
        by: null,
        isUpgrading: upgrading === true,
      };
    }
    case 'PeerPathChangedNotification': {
      const { path, upgrading: isUpgrading } = frame.body;
      return { type: 'path', account, peer, path, by: null, isUpgrading };
    }
    case 'MessageNotification':
      return { type: 'body', account, peer, body: frame.body.message };
    case 'DisconnectNotification':
      return { type: 'ended', account, peer: frame.body.peer_cid };
    case 'MessageSendSuccess':
    case 'MessageSendFailure': {
      if (kind !== 'late') return null;
      const refused = frame.variant === 'MessageSendFailure' ? refusalOf(frame) : null;
      return { type: 'send-answered', ...about(sent), refused };
    }
    default:
      return null;
  }
}

/** The event of a late answer. All requests whose late answers count are about a pair. */
function about({ account, peer, requestId }: Sent): Pair & { requestId: RequestId } {
  return { account, peer, requestId } as Pair & { requestId: RequestId };
}
