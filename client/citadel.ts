import type { AccountId } from '../facts/ids.ts';
import { tellAll } from '../facts/listeners.ts';
import { requestIdOf } from '../facts/uuid.ts';
import type { Answer, Backend, BackendEvent, Capabilities, Counted, SendOptions } from '../ports/backend.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import {
  compareCids,
  decode,
  defaultSecuritySettings,
  encode,
  isNotification,
  isSocketAddress,
  MAX_PAYLOAD_BYTES,
} from '../protocol/index.ts';
import type { FrameOf, RequestBodies, RequestFrame, ResponseFrame } from '../protocol/index.ts';
import { notSent } from './answers.ts';
import type { SentVariant, Match } from './correlator.ts';
import { createCorrelator } from './correlator.ts';
import { eventOf } from './events.ts';
import { createLink } from './link.ts';
import type { Network, OpenSocket } from './link.ts';
import { contactsIn, entered, mapped, peopleIn, sessionsIn } from './lists.ts';
import { createQueues } from './queue.ts';
import { createSlices } from './slices.ts';
import { isPageHidden, pageNetwork, systemClock, systemRandom } from './system.ts';

/** How a Citadel internal service is reached. */
export interface CitadelOptions {
  /** The service's WebSocket, e.g. `ws://127.0.0.1:8080`. */
  readonly url: string;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Opens a socket; the page's `WebSocket` by default. */
  readonly openSocket?: OpenSocket;
  /** Whether the browser is online; `navigator.onLine` by default. */
  readonly network?: Network;
}

/** The body of a request without the id, which the client makes. */
type Body<Variant extends SentVariant> = Omit<RequestBodies[Variant], 'request_id'>;

const CAPABILITIES: Capabilities = {
  listsPeople: true,
  createsAccounts: true,
  carriesReceipts: true,
  maxBodyBytes: MAX_PAYLOAD_BYTES,
  // Channels belong to the service, which is reached only over this link.
  channelsOutliveLink: false,
  // The service runs requests concurrently and delivers concurrent messages in any order.
  maxInFlight: 1,
};

/** A link that was silent for this long when a request times out may be dead and is probed. */
const QUIET_MS = 5_000;

const utf8 = new TextEncoder();
/** Shared, because a frame is encoded at once and not changed before. */
const SECURITY = defaultSecuritySettings();

/**
 * The Backend over one WebSocket to a Citadel internal service. It transports and correlates, and makes no decisions.
 * Commands never reject and never wait for a link: without one they answer `not-sent` at once.
 */
export function citadel(options: CitadelOptions): Backend {
  const {
    url,
    clock = systemClock,
    random = systemRandom,
    openSocket = (address) => new WebSocket(address),
    network = pageNetwork(),
  } = options;
  const inTurn = createQueues();
  const listeners = new Set<(event: BackendEvent) => void>();
  let epoch = 0;
  let heardAt = -Infinity;

  const texts = createSlices(clock, receive, isPageHidden);
  const correlator = createCorrelator(clock, ({ variant }) => {
    count('timeout', variant);
    // A half-open socket looks alive, but nothing sent on it is ever answered.
    if (variant !== 'GetSessions' && clock.elapsed() - heardAt >= QUIET_MS) probe();
  });
  const link = createLink({
    url,
    clock,
    random,
    openSocket,
    network,
    isGreeting: (text) => {
      const decoded = decode(text);
      return decoded.ok && decoded.frame.variant === 'ServiceConnectionAccepted';
    },
    onText(text) {
      heardAt = clock.elapsed();
      texts.add(text);
    },
    onUp: () => emit({ type: 'linked', epoch: (epoch += 1) }),
    onDown: () => {
      // It came while the socket was there.
      texts.drain();
      count('socket-lost', '');
      correlator.lost();
    },
    onChange: (view) => emit({ type: 'link', link: view }),
  });

  function emit(event: BackendEvent): void {
    tellAll(listeners, event);
  }

  function count(what: Counted, detail: string): void {
    emit({ type: 'counted', what, detail });
  }

  function countNobody(where: string): void {
    count('no-peer', where);
  }

  function probe(): void {
    if (!link.isUp) return link.reconnect();
    void request('GetSessions', {}).then((answer) => {
      if (!answer.ok && answer.failure.kind === 'unanswered' && answer.failure.cause === 'timeout')
        link.replace();
    });
  }

  async function request<Variant extends SentVariant>(
    variant: Variant,
    body: Body<Variant>,
    { requestId = requestIdOf(random.bytes(16)), handedOver }: Partial<SendOptions> = {},
  ): Promise<Answer<ResponseFrame>> {
    if (!link.isUp) return notSent('link-down');
    let text: string;
    try {
      text = encode({
        envelope: 'Request',
        variant,
        body: { ...body, request_id: requestId },
      } as RequestFrame);
    } catch {
      return notSent('invalid');
    }
    const { cid = null, peer_cid = null } = body as { cid?: AccountId; peer_cid?: AccountId };
    const answer = correlator.wait({ variant, requestId, account: cid, peer: peer_cid });
    if (!link.send(text)) {
      correlator.withdraw(requestId);
      return notSent('link-down');
    }
    handedOver?.();
    return answer;
  }

  function receive(text: string): void {
    const decoded = decode(text);
    if (!decoded.ok) {
      const { code, path, answers } = decoded.error;
      if (answers) correlator.unreadable(answers);
      return count('malformed-frame', path ? `${code} at ${path}` : code);
    }
    const { frame, leftOut } = decoded;
    if (leftOut > 0) count('partial-frame', frame.variant);
    if (frame.envelope === 'Request') return count('unknown-frame', 'a request');
    if (frame.variant === 'Unknown') return count('unknown-frame', frame.name);
    if (frame.variant === 'ServiceConnectionAccepted') return;
    const event = eventOf(frame, match(frame));
    if (event) emit(event);
  }

  function match(frame: ResponseFrame): Match {
    const none: Match = { kind: 'unmatched', sent: null };
    if (frame.variant === 'DisconnectNotification') {
      const { cid, peer_cid, request_id } = frame.body;
      const matched = request_id === null ? none : correlator.match(frame);
      // The notification may be the only answer to our own hang-up or sign-out.
      if (matched.kind === 'unmatched')
        correlator.matchPair(peer_cid === null ? 'Disconnect' : 'PeerDisconnect', cid, peer_cid, frame);
      return matched;
    }
    // Notifications carry other people's old request ids: never an answer (protocol.md A.3.2).
    if (isNotification(frame)) return none;
    const matched = correlator.match(frame);
    if (
      matched.kind === 'unmatched' &&
      !(frame.variant === 'PeerConnectSuccess' && frame.body.request_id === null)
    )
      count('unmatched-answer', frame.variant);
    return matched;
  }

  return {
    capabilities: CAPABILITIES,
    accountForm: { server: 'socket-address' },
    compareIds: compareCids,
    get link() {
      return link.view;
    },
    open: link.open,
    close: link.close,
    reconnect: link.reconnect,
    probe,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async createAccount({ server, username, password, fullName }) {
      if (!isSocketAddress(server)) return notSent('invalid');
      const answer = signingIn(server, () =>
        request('Register', {
          server_addr: server,
          full_name: fullName,
          username,
          proposed_password: utf8.encode(password),
          connect_after_register: true,
          session_security_settings: SECURITY,
          server_password: null,
        }),
      );
      return entered(
        mapped(answer, ({ body }) => ({ account: body.cid })),
        countNobody,
      );
    },
    signIn({ server, username, password }) {
      const answer = signingIn(server, () =>
        request('Connect', {
          username,
          password: utf8.encode(password),
          connect_mode: { Standard: { force_login: false } },
          udp_mode: 'Disabled',
          keep_alive_timeout: null,
          session_security_settings: SECURITY,
          server_password: null,
        }),
      );
      return entered(
        mapped(answer, ({ variant, body }) => ({
          account: body.cid,
          wasActive: variant === 'SessionAlreadyActive',
        })),
        countNobody,
      );
    },
    signOut: (account) => request('Disconnect', { cid: account }),
    sessions: () => sessionsIn(request('GetSessions', {})),
    claim: (account, force) =>
      mapped(
        request('ConnectionManagement', {
          management_command: { ClaimSession: { session_cid: account, only_if_orphaned: !force } },
        }),
        (frame) =>
          Number(/updated (\d+)/.exec((frame as FrameOf<'ConnectionManagementSuccess'>).body.message)?.[1]),
      ),
    people: (account) => peopleIn(request('ListAllPeers', { cid: account }), countNobody),
    contacts: (account) => contactsIn(request('ListRegisteredPeers', { cid: account }), countNobody),
    async ask(account, peer, sending) {
      if (account === peer) return notSent('asked-oneself');
      const body: Body<'PeerRegister'> = {
        cid: account,
        peer_cid: peer,
        session_security_settings: SECURITY,
        connect_after_register: false,
        peer_session_password: null,
      };
      return request('PeerRegister', body, sending);
    },
    decline: (account, peer, sending) =>
      request('PeerRegisterRespond', { cid: account, peer_cid: peer, accept: false }, sending),
    dial: (account, peer) => request('PeerConnect', channelTo(account, peer)),
    // Always true: declining an offer wedges the pair (protocol.md C4).
    pickUp: (account, peer) => request('PeerConnectAccept', { ...channelTo(account, peer), accept: true }),
    hangUp: (account, peer) => request('PeerDisconnect', { cid: account, peer_cid: peer }),
    async send(account, peer, body, sending) {
      if (account === peer) return notSent('asked-oneself');
      if (body.length > MAX_PAYLOAD_BYTES) return notSent('too-large');
      return inTurn(`message ${account} ${peer}`, async () =>
        sending.isWithdrawn?.()
          ? notSent('withdrawn')
          : request(
              'Message',
              { cid: account, peer_cid: peer, message: body, security_level: 'Standard' },
              sending,
            ),
      );
    },
  };

  /** The service runs one Register or Connect at a time per server address and refuses the others. */
  function signingIn(
    server: string,
    job: () => Promise<Answer<ResponseFrame>>,
  ): Promise<Answer<ResponseFrame>> {
    return inTurn(`sign in ${server}`, job);
  }
}

/** The channel that a dial or its acceptance reports. */
function channelTo(account: AccountId, peer: AccountId): Body<'PeerConnect'> {
  return {
    cid: account,
    peer_cid: peer,
    udp_mode: 'Disabled',
    session_security_settings: SECURITY,
    peer_session_password: null,
  };
}
