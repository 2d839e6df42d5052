import type { AccountId, MessageId, RequestId } from '../facts/ids.ts';
import { rangesOf } from '../facts/ranges.ts';
import {
  decode,
  defaultSecuritySettings,
  encode,
  type RequestBodies,
  type RequestFrame,
  type ResponseFrame,
} from './wire.ts';
import { decodePayload, encodePayload, type Payload } from '../protocol/payload.ts';
import type { Clock } from '../ports/clock.ts';
import type { SimulatedService } from './model.ts';
import { PeerStreams, type ReceivedMessage, type Route } from './peer-streams.ts';
import { createSeededRandom, uuidFrom } from './random.ts';
import type { SimulatedRelay } from './relay.ts';
import type { SimulatedSocket } from './sockets.ts';

/** The automatic behaviour of a scripted peer. */
export interface PeerHabits {
  /** Picks up offers. Default true. */
  readonly picksUp?: boolean;
  /** Answers every ask: `asks-back`, `responds` (the other way), `declines`, or null to leave it. Default null. */
  readonly answersAsks?: 'asks-back' | 'responds' | 'declines' | null;
  /** Sends a `delivered` receipt for every message. Default true. */
  readonly acknowledges?: boolean;
  /** Answers `sync` questions with what it has. Default true. */
  readonly syncs?: boolean;
  /** Sends again what a `sync` of the other side shows to be missing there. Default false. */
  readonly sendsAgain?: boolean;
}

/** Options of `createPeer`. */
export interface PeerOptions {
  readonly service: SimulatedService;
  readonly clock: Clock;
  readonly username: string;
  readonly password?: string;
  readonly serverAddress?: string;
  readonly habits?: PeerHabits;
  /** Its browser's relay, if it has one: listened to while its page is open. */
  readonly relay?: SimulatedRelay;
  /** Of its own request and message ids. Default: from its name. */
  readonly seed?: number;
}

/**
 * A person at another page, scripted by frames and payloads through the codec. It does not use the library's client,
 * whose bugs it would share.
 */
export interface Peer {
  readonly cid: AccountId;
  /** Messages that arrived, in the order of their arrival, repetitions included. */
  readonly received: readonly ReceivedMessage[];
  /** Every frame that came, oldest first. */
  readonly frames: readonly ResponseFrame[];
  /** Peers with whom a channel is up, as far as its page knows. */
  readonly channels: ReadonlySet<AccountId>;
  habits: PeerHabits;
  /** Opens the page: a socket, and the account on it (by a sign-in, or by a claim if it is still signed in). */
  open(): Promise<void>;
  /** Creates the account, signed in. Opens the page if needed. */
  register(): Promise<void>;
  /** Closes the page without an event; its account stays signed in. */
  close(): void;
  signOut(): Promise<ResponseFrame>;
  ask(peer: AccountId): RequestId;
  respond(peer: AccountId, accept: boolean): Promise<ResponseFrame>;
  dial(peer: AccountId): RequestId;
  pickUp(peer: AccountId, accept?: boolean): Promise<ResponseFrame>;
  hangUp(peer: AccountId): Promise<ResponseFrame>;
  /** A message of its own stream, at the next index. Returns its id. */
  write(peer: AccountId, text: string, route?: Route): MessageId;
  receipt(peer: AccountId, id: MessageId, kind: 'delivered' | 'read', route?: Route): void;
  /** Any payload at all. */
  say(peer: AccountId, payload: Payload, route?: Route): void;
  /** Any bytes. */
  sayBytes(peer: AccountId, bytes: Uint8Array, route?: Route): void;
  /** Any request; resolves with its first answer. */
  request<K extends keyof RequestBodies>(
    variant: K,
    body: Omit<RequestBodies[K], 'request_id'>,
  ): Promise<ResponseFrame>;
}

/** A scripted peer; its page is not open yet. */
export function createPeer(cid: AccountId, options: PeerOptions): Peer {
  const { service, clock, username } = options;
  const password = new TextEncoder().encode(options.password ?? 'password');
  const random = createSeededRandom(
    options.seed ?? [...username].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7),
  );
  const streams = new PeerStreams(uuidFrom(random), clock);
  const { received } = streams;
  const frames: ResponseFrame[] = [];
  const channels = new Set<AccountId>();
  const waiting = new Map<string, (frame: ResponseFrame) => void>();
  let socket: SimulatedSocket | undefined;
  let greeted: (() => void) | undefined;
  let leaveRelay: (() => void) | undefined;

  /** A new socket; resolves with its greeting. */
  function openPage(): Promise<void> {
    channels.clear();
    leaveRelay?.();
    leaveRelay = options.relay?.subscribe(cid, ({ from, body }) =>
      Promise.resolve(hear(from, body, 'relay')),
    );
    return new Promise((resolve) => {
      greeted = resolve;
      socket = service.connect({ message: onText, close: () => channels.clear() });
    });
  }

  function send<K extends keyof RequestBodies>(
    variant: K,
    body: Omit<RequestBodies[K], 'request_id'>,
  ): RequestId {
    const request_id = uuidFrom(random) as RequestId;
    const frame = { envelope: 'Request', variant, body: { ...body, request_id } } as unknown as RequestFrame;
    socket?.send(encode(frame));
    return request_id;
  }

  function request<K extends keyof RequestBodies>(
    variant: K,
    body: Omit<RequestBodies[K], 'request_id'>,
  ): Promise<ResponseFrame> {
    const id = send(variant, body);
    return new Promise((resolve) => waiting.set(id, resolve));
  }

  function sayBytes(to: AccountId, body: Uint8Array, route: Route = 'channel'): void {
    if (route === 'relay') void options.relay?.send({ id: uuidFrom(random), from: cid, to, body });
    else send('Message', { cid, peer_cid: to, message: body, security_level: 'Standard' });
  }
  const say = (to: AccountId, payload: Payload, route?: Route): void =>
    sayBytes(to, encodePayload(payload), route);
  const settings = {
    session_security_settings: defaultSecuritySettings(),
    peer_session_password: null,
  } as const;

  const peer: Peer = {
    cid,
    received,
    frames,
    channels,
    habits: options.habits ?? {},
    async open() {
      await openPage();
      await takeAccount();
    },
    async register() {
      if (socket?.open !== true) await openPage();
      await request('Register', {
        server_addr: options.serverAddress ?? '127.0.0.1:12349',
        full_name: username,
        username,
        proposed_password: password,
        connect_after_register: true,
        session_security_settings: defaultSecuritySettings(),
        server_password: null,
      });
    },
    close() {
      leaveRelay?.();
      socket?.terminate();
      channels.clear();
    },
    signOut: () => request('Disconnect', { cid }),
    ask: (target) =>
      send('PeerRegister', { cid, peer_cid: target, connect_after_register: false, ...settings }),
    respond: (target, accept) => request('PeerRegisterRespond', { cid, peer_cid: target, accept }),
    dial: (target) => send('PeerConnect', { cid, peer_cid: target, udp_mode: 'Disabled', ...settings }),
    pickUp: (target, accept = true) =>
      request('PeerConnectAccept', { cid, peer_cid: target, accept, udp_mode: 'Disabled', ...settings }),
    hangUp: (target) => request('PeerDisconnect', { cid, peer_cid: target }),
    write(target, text, route) {
      const id = uuidFrom(random) as MessageId;
      say(target, streams.write(target, id, text), route);
      return id;
    },
    receipt(target, id, kind, route) {
      const at = clock.now();
      if (kind === 'delivered') return say(target, { v: 1, type: 'receipt', kind, id, at }, route);
      const read = received.find((message) => message.payload.id === id)?.payload;
      if (!read) throw new Error(`Nothing with the id ${id} has arrived.`);
      const ranges = rangesOf([read.index]);
      say(target, { v: 1, type: 'receipt', kind, stream: read.stream, ranges, at }, route);
    },
    say,
    sayBytes,
    request,
  };

  /** Signs in, or claims the session if the service still has it. */
  async function takeAccount(): Promise<void> {
    if (service.sessions.includes(cid)) {
      await request('ConnectionManagement', {
        management_command: { ClaimSession: { session_cid: cid, only_if_orphaned: false } },
      });
      return;
    }
    await request('Connect', {
      username,
      password,
      connect_mode: { Standard: { force_login: false } },
      udp_mode: 'Disabled',
      keep_alive_timeout: null,
      session_security_settings: defaultSecuritySettings(),
      server_password: null,
    });
  }

  function onText(text: string): void {
    const result = decode(text);
    if (!result.ok || result.frame.envelope !== 'Response' || result.frame.variant === 'Unknown') return;
    const { frame } = result;
    frames.push(frame);
    if (frame.variant === 'ServiceConnectionAccepted') {
      greeted?.();
      greeted = undefined;
      return;
    }
    if (frame.body.cid === cid || frame.body.cid === '0') react(frame);
    const id = frame.body.request_id;
    if (id === null || frame.variant === 'MessageNotification') return;
    waiting.get(id)?.(frame);
    waiting.delete(id);
  }

  function react(frame: ResponseFrame): void {
    const { picksUp = true, answersAsks = null } = peer.habits;
    switch (frame.variant) {
      case 'PeerRegisterNotification':
        if (answersAsks === 'asks-back') peer.ask(frame.body.peer_cid);
        else if (answersAsks !== null) void peer.respond(frame.body.peer_cid, answersAsks === 'responds');
        return;
      case 'PeerConnectNotification':
        if (picksUp && frame.body.answered_by_agent !== true) void peer.pickUp(frame.body.peer_cid);
        return;
      case 'PeerConnectSuccess':
        channels.add(frame.body.peer_cid);
        return;
      case 'DisconnectNotification':
        if (frame.body.peer_cid === null) channels.clear();
        else channels.delete(frame.body.peer_cid);
        return;
      case 'MessageNotification':
        hear(frame.body.peer_cid, frame.body.message, 'channel');
        return;
      default:
    }
  }

  function hear(from: AccountId, body: Uint8Array, route: Route): void {
    const { acknowledges = true, syncs = true, sendsAgain = false } = peer.habits;
    const heard = decodePayload(body);
    if (heard.kind !== 'payload') return;
    const { payload } = heard;
    if (payload.type === 'message') {
      received.push({ from, route, at: clock.now(), payload });
      if (acknowledges) peer.receipt(from, payload.id, 'delivered', route);
    } else if (payload.type === 'sync') {
      if (payload.kind === 'question' && syncs) say(from, streams.answer(from, payload.mine.stream), route);
      if (sendsAgain) for (const message of streams.missing(from, payload)) say(from, message, route);
    }
  }

  return peer;
}
