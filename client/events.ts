import type { BackendEvent } from '../ports/backend.ts';
import type { ResponseFrame } from '../protocol/index.ts';
import type { Match } from './correlator.ts';
import { refusalOf } from './correlator.ts';

const SERVER = '0';

/**
 * What one frame says happened, besides being an answer. In every frame `cid` is the addressed account and
 * `peer_cid` the other side, never the other way round (protocol.md A.5).
 */
export function eventsOf(frame: ResponseFrame, match: Match): readonly BackendEvent[] {
  switch (frame.variant) {
    case 'PeerRegisterNotification': {
      const { cid: account, peer_cid: peer, peer_username: username } = frame.body;
      return [{ type: 'asked', account, peer, username: username || null }];
    }
    case 'PeerRegisterSuccess': {
      // The answer to a decline bears the same name: only what we asked tells them apart.
      if (match.sent?.variant !== 'PeerRegister') return [];
      const { cid: account, peer_cid: peer, peer_username } = frame.body;
      const { requestId } = match.sent;
      return [{ type: 'ask-proven', account, peer, username: peer_username || null, requestId }];
    }
    case 'PeerRegisterFailure': {
      const { sent } = match;
      if (match.kind !== 'late' || sent?.variant !== 'PeerRegister') return [];
      const { code, reason } = refusalOf(frame);
      const { requestId } = sent;
      return [
        {
          type: 'ask-refused',
          account: sent.account,
          peer: sent.peer,
          requestId,
          code,
          reason,
        } as BackendEvent,
      ];
    }
    case 'PeerConnectNotification': {
      const { cid: account, peer_cid: peer, answered_by_agent } = frame.body;
      return [{ type: 'offer', account, peer, isAnswered: answered_by_agent === true }];
    }
    case 'PeerConnectSuccess': {
      const { cid: account, peer_cid: peer, path, upgrading } = frame.body;
      return [{ type: 'channel', account, peer, path: path ?? null, isUpgrading: upgrading === true }];
    }
    case 'PeerPathChangedNotification': {
      const { cid: account, peer_cid: peer, path, upgrading: isUpgrading } = frame.body;
      return [{ type: 'path', account, peer, path, isUpgrading }];
    }
    case 'MessageNotification': {
      const { cid: account, peer_cid: peer, message: body } = frame.body;
      if ((peer as string) === SERVER)
        return [{ type: 'counted', what: 'server-message', detail: 'MessageNotification' }];
      return [{ type: 'body', account, peer, body }];
    }
    case 'DisconnectNotification':
      return [{ type: 'ended', account: frame.body.cid, peer: frame.body.peer_cid }];
    case 'MessageSendSuccess':
    case 'MessageSendFailure': {
      const { sent } = match;
      if (match.kind !== 'late' || !sent) return [];
      const refused = frame.variant === 'MessageSendFailure' ? refusalOf(frame) : null;
      const { account, peer, requestId } = sent;
      return [{ type: 'send-answered', account, peer, requestId, refused } as BackendEvent];
    }
    default:
      return [];
  }
}
