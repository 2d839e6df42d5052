import type { Cid, RequestId } from '../facts/ids.ts';
import { requestIdOf } from '../facts/uuid.ts';
import type { LinkView } from '../facts/view.ts';
import type {
  Answer,
  Backend,
  BackendEvent,
  Capabilities,
  Counted,
  Credentials,
  PersonEntry,
  SendOptions,
  SessionEntry,
} from '../ports/backend.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import {
  decode,
  defaultSecuritySettings,
  encode,
  isNotification,
  isSocketAddress,
  MAX_PAYLOAD_BYTES,
} from '../protocol/index.ts';
import type {
  FrameOf,
  PeerInformation,
  RequestBodies,
  RequestFrame,
  ResponseFrame,
} from '../protocol/index.ts';
import type { Asked, Correlator, Match, Sent } from './correlator.ts';
import { createCorrelator } from './correlator.ts';
import { eventsOf } from './events.ts';
import { Link } from './link.ts';
import type { Network, OpenSocket } from './link.ts';
import { SerialQueues } from './queue.ts';
import { systemClock, systemRandom } from './system.ts';
import { leadTab } from './tab-lock.ts';
import type { TabLocks } from './tab-lock.ts';

/** How a Citadel internal service is reached. */
export interface CitadelOptions {
  /** The service's WebSocket, e.g. `ws://127.0.0.1:8080`. */
  readonly url: string;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Opens a socket; the page's `WebSocket` by default. */
  readonly openSocket?: OpenSocket;
  /** The browser's idea of a network; `navigator.onLine` by default. */
  readonly network?: Network;
  /** Web Locks, by which one tab of a browser leads; the page's by default, `null` for none. */
  readonly locks?: TabLocks | null;
}

/** Requests carry the fields of the wire, less the id that the client makes. */
type Body<Variant extends Asked> = Omit<RequestBodies[Variant], 'request_id'>;

const CAPABILITIES: Capabilities = {
  provesDelivery: false,
  reportsPath: true,
  hasRelay: false,
  listsPeople: true,
  createsAccounts: true,
  maxBodyBytes: MAX_PAYLOAD_BYTES,
};

/** A link that was silent for this long while a request ran out of time may be dead: it is probed. */
const QUIET_MS = 5_000;

const utf8 = new TextEncoder();

/**
 * The Backend over one WebSocket to a Citadel internal service. It transports and correlates and decides nothing.
 * Commands never reject and never wait for a link: without one they answer `not-sent` at once.
 */
export function citadel(options: CitadelOptions): Backend {
  return new CitadelClient(options);
}

class CitadelClient implements Backend {
  readonly capabilities = CAPABILITIES;
  readonly #link: Link;
  readonly #correlator: Correlator;
  readonly #queues = new SerialQueues();
  readonly #listeners = new Set<(event: BackendEvent) => void>();
  readonly #random: Random;
  readonly #clock: Clock;
  readonly #url: string;
  readonly #locks: TabLocks | null;
  #otherTab: LinkView | null = null;
  #letGo: (() => void) | null = null;
  #epoch = 0;
  #heardAt = 0;

  constructor(options: CitadelOptions) {
    const { clock = systemClock, random = systemRandom, url } = options;
    this.#url = url;
    this.#random = random;
    this.#clock = clock;
    this.#locks = options.locks === undefined ? pageLocks() : options.locks;
    this.#correlator = createCorrelator(clock, ({ variant }) => {
      this.#count('timeout', variant);
      // A half-open socket looks alive, and nothing that is sent on it will ever be answered.
      if (variant !== 'GetSessions' && clock.now() - this.#heardAt >= QUIET_MS) this.probe();
    });
    this.#link = new Link({
      url,
      clock,
      random,
      openSocket: options.openSocket ?? ((address) => new WebSocket(address)),
      network: options.network ?? pageNetwork(),
      isGreeting: (text) => {
        const decoded = decode(text);
        return decoded.ok && decoded.frame.variant === 'ServiceConnectionAccepted';
      },
      onText: (text) => this.#receive(text),
      onUp: () => this.#emit({ type: 'linked', epoch: (this.#epoch += 1) }),
      onDown: () => {
        this.#count('socket-lost', '');
        this.#correlator.lost();
      },
      onChange: (link) => this.#emit({ type: 'link', link }),
    });
  }

  get link(): LinkView {
    return this.#otherTab ?? this.#link.view;
  }

  open(): void {
    if (this.#letGo) return;
    this.#letGo = leadTab(
      this.#locks,
      `p2p-elements ${this.#url}`,
      () => {
        this.#otherTab = null;
        this.#link.open();
      },
      () => {
        this.#otherTab = { state: 'other-tab', since: this.#clock.now() };
        this.#emit({ type: 'link', link: this.#otherTab });
      },
    );
  }

  close(): void {
    this.#otherTab = null;
    this.#link.close();
    this.#letGo?.();
  }

  reconnect(): void {
    this.#link.reconnect();
  }

  probe(): void {
    if (!this.#link.isUp) return this.#link.reconnect();
    void this.#request('GetSessions', {}).then((answer) => {
      if (!answer.ok && answer.failure.kind === 'unanswered' && answer.failure.cause === 'timeout')
        this.#link.replace();
    });
  }

  subscribe(listener: (event: BackendEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async createAccount(request: Credentials & { fullName: string }): Promise<Answer<{ account: Cid }>> {
    const { server } = request;
    if (!isSocketAddress(server)) return invalid('The server address has to be an IP address and a port.');
    const answer = await this.#signingIn(server, () =>
      this.#request('Register', {
        server_addr: server,
        full_name: request.fullName,
        username: request.username,
        proposed_password: utf8.encode(request.password),
        connect_after_register: true,
        session_security_settings: defaultSecuritySettings(),
        server_password: null,
      }),
    );
    return map(answer, (frame) => ({ account: frame.body.cid }));
  }

  async signIn({
    server,
    username,
    password,
  }: Credentials): Promise<Answer<{ account: Cid; wasActive: boolean }>> {
    const answer = await this.#signingIn(server, () =>
      this.#request('Connect', {
        username,
        password: utf8.encode(password),
        connect_mode: { Standard: { force_login: false } },
        udp_mode: 'Disabled',
        keep_alive_timeout: null,
        session_security_settings: defaultSecuritySettings(),
        server_password: null,
      }),
    );
    return map(answer, (frame) => ({
      account: frame.body.cid,
      wasActive: frame.variant === 'SessionAlreadyActive',
    }));
  }

  signOut(account: Cid): Promise<Answer> {
    return this.#request('Disconnect', { cid: account });
  }

  async sessions(): Promise<Answer<readonly SessionEntry[]>> {
    const answer = await this.#request('GetSessions', {});
    return map(answer, (frame) =>
      (frame as FrameOf<'GetSessionsResponse'>).body.sessions.map((session) => ({
        account: session.cid,
        username: session.username,
        server: session.server_address,
      })),
    );
  }

  claim(account: Cid, force: boolean): Promise<Answer> {
    return this.#request('ConnectionManagement', {
      management_command: { ClaimSession: { session_cid: account, only_if_orphaned: !force } },
    });
  }

  async people(account: Cid): Promise<Answer<readonly PersonEntry[]>> {
    const answer = await this.#request('ListAllPeers', { cid: account });
    return map(answer, (frame) => entries((frame as FrameOf<'ListAllPeersResponse'>).body.peer_information));
  }

  async contacts(account: Cid): Promise<Answer<readonly PersonEntry[]>> {
    const answer = await this.#request('ListRegisteredPeers', { cid: account });
    return map(answer, (frame) => entries((frame as FrameOf<'ListRegisteredPeersResponse'>).body.peers));
  }

  ask(account: Cid, peer: Cid, options: SendOptions): Promise<Answer> {
    if (account === peer) return Promise.resolve(invalid('An account cannot ask itself.'));
    const body: Body<'PeerRegister'> = {
      cid: account,
      peer_cid: peer,
      session_security_settings: defaultSecuritySettings(),
      connect_after_register: false,
      peer_session_password: null,
    };
    return this.#request('PeerRegister', body, options);
  }

  decline(account: Cid, peer: Cid, options: SendOptions): Promise<Answer> {
    return this.#request('PeerRegisterRespond', { cid: account, peer_cid: peer, accept: false }, options);
  }

  dial(account: Cid, peer: Cid): Promise<Answer> {
    return this.#request('PeerConnect', {
      cid: account,
      peer_cid: peer,
      udp_mode: 'Disabled',
      session_security_settings: defaultSecuritySettings(),
      peer_session_password: null,
    });
  }

  pickUp(account: Cid, peer: Cid): Promise<Answer> {
    // Always true: declining an offer wedges the pair (protocol.md C4).
    return this.#request('PeerConnectAccept', {
      cid: account,
      peer_cid: peer,
      accept: true,
      udp_mode: 'Disabled',
      session_security_settings: defaultSecuritySettings(),
      peer_session_password: null,
    });
  }

  hangUp(account: Cid, peer: Cid): Promise<Answer> {
    return this.#request('PeerDisconnect', { cid: account, peer_cid: peer });
  }

  send(account: Cid, peer: Cid, body: Uint8Array, options: SendOptions): Promise<Answer> {
    if (account === peer) return Promise.resolve(invalid('A message cannot be sent to its own account.'));
    if (body.length > MAX_PAYLOAD_BYTES) {
      const reason = `The message is too large: ${body.length} bytes, and ${MAX_PAYLOAD_BYTES} are possible.`;
      return Promise.resolve({ ok: false, failure: { kind: 'not-sent', code: 'too-large', reason } });
    }
    // The service runs requests side by side and delivers what is sent at once in any order.
    return this.#queues.run(`message ${account} ${peer}`, () =>
      options.isWithdrawn?.()
        ? Promise.resolve(withdrawn())
        : this.#request(
            'Message',
            { cid: account, peer_cid: peer, message: body, security_level: 'Standard' },
            options,
          ),
    );
  }

  /** The service runs one Register or Connect at a time per server address and refuses the others. */
  #signingIn(server: string, job: () => Promise<Answer<ResponseFrame>>): Promise<Answer<ResponseFrame>> {
    return this.#queues.run(`sign in ${server}`, job);
  }

  async #request<Variant extends Asked>(
    variant: Variant,
    body: Body<Variant>,
    options?: SendOptions,
  ): Promise<Answer<ResponseFrame>> {
    if (!this.#link.isUp) return linkDown();
    const requestId: RequestId = options?.requestId ?? requestIdOf(this.#random.bytes(16));
    let text: string;
    try {
      text = encode({
        envelope: 'Request',
        variant,
        body: { ...body, request_id: requestId },
      } as RequestFrame);
    } catch {
      return invalid('The request cannot be written.');
    }
    const { cid = null, peer_cid = null } = body as { cid?: Cid; peer_cid?: Cid };
    const sent: Sent = { variant, requestId, account: cid, peer: peer_cid };
    const answer = this.#correlator.wait(sent);
    if (!this.#link.send(text)) {
      this.#correlator.withdraw(requestId);
      return linkDown();
    }
    options?.handedOver?.();
    return answer;
  }

  #receive(text: string): void {
    this.#heardAt = this.#clock.now();
    const decoded = decode(text);
    if (!decoded.ok) {
      const { code, path } = decoded.error;
      return this.#count('malformed-frame', path ? `${code} at ${path}` : code);
    }
    const { frame } = decoded;
    if (frame.envelope === 'Request') return this.#count('unknown-frame', 'a request');
    if (frame.variant === 'Unknown') return this.#count('unknown-frame', frame.name);
    if (frame.variant === 'ServiceConnectionAccepted') return;
    const match = this.#match(frame);
    for (const event of eventsOf(frame, match)) this.#emit(event);
  }

  #match(frame: ResponseFrame): Match {
    const none: Match = { kind: 'unmatched', sent: null };
    if (frame.variant === 'DisconnectNotification') {
      const { cid, peer_cid, request_id } = frame.body;
      const match = request_id === null ? none : this.#correlator.match(frame);
      // The notification may be all that our own hang-up or sign-out gets for an answer.
      if (match.kind === 'unmatched')
        this.#correlator.matchPair(peer_cid === null ? 'Disconnect' : 'PeerDisconnect', cid, peer_cid, frame);
      return match;
    }
    // Notifications carry other people's old request ids: never an answer (protocol.md A.3.2).
    if (isNotification(frame)) return none;
    const match = this.#correlator.match(frame);
    if (
      match.kind === 'unmatched' &&
      !(frame.variant === 'PeerConnectSuccess' && frame.body.request_id === null)
    )
      this.#count('unmatched-answer', frame.variant);
    return match;
  }

  #count(what: Counted, detail: string): void {
    this.#emit({ type: 'counted', what, detail });
  }

  #emit(event: BackendEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function entries(people: Record<string, PeerInformation>): readonly PersonEntry[] {
  return Object.values(people).map((person) => ({
    peer: person.cid,
    name: person.name ?? null,
    username: person.username ?? null,
    online: person.online_status,
  }));
}

function map<Result>(answer: Answer<ResponseFrame>, read: (frame: ResponseFrame) => Result): Answer<Result> {
  return answer.ok ? { ok: true, result: read(answer.result) } : answer;
}

function linkDown(): Answer<never> {
  const reason = 'There is no connection to the service.';
  return { ok: false, failure: { kind: 'not-sent', code: 'link-down', reason } };
}

function withdrawn(): Answer<never> {
  return { ok: false, failure: { kind: 'not-sent', code: 'withdrawn', reason: 'It was withdrawn.' } };
}

function invalid(reason: string): Answer<never> {
  return { ok: false, failure: { kind: 'not-sent', code: 'invalid', reason } };
}

function pageLocks(): TabLocks | null {
  return typeof navigator === 'undefined' ? null : ((navigator.locks as TabLocks | undefined) ?? null);
}

function pageNetwork(): Network {
  return {
    isOnline: () => typeof navigator === 'undefined' || navigator.onLine !== false,
    watch: (online) => {
      if (typeof addEventListener === 'undefined') return () => undefined;
      addEventListener('online', online);
      return () => removeEventListener('online', online);
    },
  };
}
