import { expect } from '@open-wc/testing';
import {
  classifyError,
  decode,
  failureText,
  isFailure,
  isNotification,
  isSocketAddress,
  type ErrorCode,
  type Frame,
} from '../../protocol/index.ts';

describe('The service’s error texts', () => {
  const texts: Record<string, ErrorCode> = {
    'Peer 13102510480313128741 is already registered': 'already-registered',
    'Already connected to peer 13102510480313128741': 'already-connected',
    'P2P connection timed out after 30 seconds': 'timed-out',
    'P2P connection timed out after 60s waiting for PeerChannelCreated': 'timed-out',
    'Peer did not respond in time': 'timed-out',
    'Peer declined to connect': 'dial-declined',
    'Peer did not accept connection': 'dial-declined',
    'Target information not found for cid=1 peer_cid=2': 'declined',
    'Target pair not found': 'target-pair-not-found',
    'Localhost is already trying to connect to 127.0.0.1:25021': 'busy',
    'Connection already in progress for user alice': 'sign-in-busy',
    'Session dropped': 'session-dropped',
    'Client does not exist': 'no-such-account',
    'Invalid password': 'bad-password',
    'Username alice already exists!': 'name-taken',
    'Username must be between 3 and 37 characters': 'name-length',
    'Socket error: Connection refused (os error 111)': 'server-unreachable',
    'Target CID cannot be equal to the implicated CID': 'asked-oneself',
    'CID 12345678901234567890 is not registered locally': 'not-registered',
    'Unable to find username for local user': 'unknown-self',
    'No pending registration found for peer 1': 'no-pending',
    'No pending connection request from peer 1': 'no-offer',
    'Peer connection for 1 not found': 'no-channel',
    'Connection for 1037731213400421288 not found': 'no-session',
    'Error sending message: channel closed': 'channel-dead',
    'Session 1 not found': 'session-not-found',
    'Session 1 is not orphaned': 'not-orphaned',
    'Session 1 is not claimable: SDK session is disconnected': 'not-claimable',
    'Session unavailable to this connection': 'not-owner',
    'disconnect: Peer connection not found': 'not-connected',
    'disconnect: Server connection not found': 'not-connected',
    'Ratchet does not exist': 'stale-registration',
    'peer-list query exceeded 30s with no server reply': 'list-timeout',
    'peer-list subscription closed before the reply': 'list-timeout',
    'Key not found': 'key-not-found',
    'Preconnect signalled to halt': 'session-kept',
    'Something else entirely': 'unknown',
    '': 'unknown',
  };
  for (const [text, code] of Object.entries(texts)) {
    it(`are understood: "${text}" is ${code}`, () => {
      expect(classifyError(text)).to.equal(code);
    });
  }

  it('are recognised even when a person’s name looks like another text', () => {
    expect(classifyError('Username Invalid password already exists!')).to.equal('name-taken');
    expect(classifyError('Connection already in progress for user Session dropped')).to.equal('sign-in-busy');
  });
});

describe('Failures and notifications', () => {
  const frame = (variant: string, body: string): Frame => {
    const result = decode(`{"Response":{"${variant}":${body}}}`);
    if (!result.ok) throw new Error(result.error.path);
    return result.frame;
  };

  it('have a text, whatever its field is called', () => {
    const management = frame(
      'ConnectionManagementFailure',
      '{"cid":1,"request_id":null,"error":"Session 1 not found"}',
    );
    expect(failureText(management)).to.equal('Session 1 not found');
    const connect = frame('ConnectFailure', '{"cid":0,"request_id":null,"message":"Session dropped"}');
    expect(failureText(connect)).to.equal('Session dropped');
    expect(
      failureText(frame('ConnectionManagementSuccess', '{"cid":1,"request_id":null,"message":"fine"}')),
    ).to.equal(undefined);
    expect(failureText(frame('LaterFailure', '{"message":"not known yet"}'))).to.equal('not known yet');
    expect(failureText(frame('LaterFailure', '{"message":5}'))).to.equal(undefined);
    expect(failureText(frame('LaterFailure', 'null'))).to.equal(undefined);
  });

  it('are recognised by their variant: a session that is already active is neither', () => {
    const active = frame('SessionAlreadyActive', '{"cid":1,"request_id":null,"username":"a","message":"m"}');
    expect([isFailure(active), isNotification(active)]).to.deep.equal([false, false]);
    const gone = frame('DisconnectNotification', '{"cid":1,"peer_cid":null,"request_id":null}');
    expect([isFailure(gone), isNotification(gone)]).to.deep.equal([false, true]);
    const unknown = frame('FileTransferTickNotification', '{"cid":1}');
    expect(isNotification(unknown)).to.be.true;
  });
});

describe('A server’s address', () => {
  it('is an IP literal with a port', () => {
    for (const good of [
      '127.0.0.1:12349',
      '0.0.0.0:0',
      '255.255.255.255:65535',
      '[::1]:80',
      '[2001:db8::8a2e:370:7334]:443',
    ]) {
      expect(isSocketAddress(good), good).to.be.true;
    }
  });

  it('is neither a host name, nor without a port, nor out of range', () => {
    for (const bad of [
      'localhost:5000',
      'example.org:1',
      '127.0.0.1',
      '127.0.0.1:65536',
      '256.1.1.1:1',
      '01.2.3.4:1',
      '::1:80',
      '[::1',
      '[1::2::3]:1',
      '[12345::]:1',
      ' 127.0.0.1:1',
      '',
    ]) {
      expect(isSocketAddress(bad), bad).to.be.false;
    }
  });
});
