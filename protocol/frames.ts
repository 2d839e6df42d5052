import type { AccountId, RequestId } from '../facts/ids.ts';

/*
 * The frames that the service and this client exchange, as discriminated unions. Field names are those of the
 * wire. What else a service speaks is an `UnknownFrame` here, and known to the simulated one (mocks/wire.ts). A `null` is an absent `Option`; a field marked optional (`?`) is sent by newer services only.
 */

/** An unsigned 64-bit number that is no CID, as its decimal digits. */
export type U64 = string;
/** An unsigned 128-bit number, as its decimal digits. */
export type U128 = string;

export type SecurityLevel = 'Standard' | 'Reinforced' | 'High' | 'Ultra' | 'Extreme' | { Custom: number };
export type UdpMode = 'Disabled' | 'Enabled';
export type ConnectMode = { Standard: { force_login: boolean } } | { Fetch: { force_login: boolean } };
/** `Kyber` is what older builds call `MlKem`. */
export type KemAlgorithm = 'MlKem' | 'Kyber';
export type HeaderObfuscatorSettings = 'Disabled' | 'Enabled' | { EnabledWithKey: U128 };

/** How a session is encrypted. The service requires all four fields. */
export interface SessionSecuritySettings {
  security_level: SecurityLevel;
  secrecy_mode: 'BestEffort' | 'Perfect';
  crypto_params: {
    encryption_algorithm: 'AES_GCM_256' | 'ChaCha20Poly_1305' | 'MlKemHybrid' | 'Ascon80pq';
    kem_algorithm: KemAlgorithm;
    sig_algorithm: 'None' | 'MlDsa65' | 'FnDsa512';
  };
  header_obfuscator_settings: HeaderObfuscatorSettings;
}

/** Each entry is the 32 bytes of a SHA3-256 over one password; an empty list is no password. */
export interface PreSharedKey {
  passwords: Uint8Array[];
}

/** `secs` in seconds, `nanos` in billionths of one. */
export interface Duration {
  secs: U64;
  nanos: number;
}

/** What a newer service may be told about relaying one channel. */
export interface TurnSettings {
  policy: 'fallback' | 'relay_only';
  ice_servers: unknown[];
  expires_at: U64;
}

/** How a channel runs, as newer services report it. */
export type ChannelPath = 'direct' | 'turn' | 'server_relay';

/** One of the four commands about who owns a session. */
export type ManagementCommand =
  | { SetConnectionOrphan: { allow_orphan_sessions: boolean } }
  | { ClaimSession: { session_cid: AccountId; only_if_orphaned: boolean } }
  | { DisconnectOrphan: { session_cid: AccountId | null } }
  | { ReleaseSession: { session_cid: AccountId } };

/** The service's memory of a channel; no proof that it is alive. */
export interface PeerConnection {
  cid: AccountId;
  peer_cid: AccountId;
  peer_username: string;
}

export interface SessionInformation {
  /** `null` where it could not be read. */
  cid: AccountId | null;
  username: string;
  server_address: string;
  /** By the peer's CID. */
  peer_connections: Record<string, PeerConnection>;
}

/** One row of a list of people. `online_status` says that their service runs, not that their page is open. */
export interface PeerInformation {
  /** `null` where it could not be read: the key of the row says the same. */
  cid: AccountId | null;
  /** `null` where it could not be read. */
  online_status: boolean | null;
  name: string | null;
  username: string | null;
}

export interface WithRequestId {
  /** Made by the client for every request. */
  request_id: RequestId;
}
export interface Answered {
  cid: AccountId;
  /** The request that this answers, or `null`. On a notification it is *not* an answer's id (see `isNotification`). */
  request_id: RequestId | null;
}
interface OfSession extends WithRequestId {
  cid: AccountId;
}
interface OfPair extends OfSession {
  peer_cid: AccountId;
}
export interface OfStore extends OfSession {
  /** `null`: the account's own store. */
  peer_cid: AccountId | null;
}
interface AboutPair extends Answered {
  peer_cid: AccountId;
}
export interface AboutStore extends Answered {
  peer_cid: AccountId | null;
}
interface Failed extends Answered {
  message: string;
}
interface PathReport {
  path?: ChannelPath | null;
  /** Whether a better path is being tried in the background. */
  upgrading?: boolean | null;
}

/** The body of every request, by variant. */
export interface RequestBodies {
  Register: WithRequestId & {
    /** An IP literal and a port: a host name is a frame that the service drops without an answer. */
    server_addr: string;
    full_name: string;
    username: string;
    proposed_password: Uint8Array;
    connect_after_register: boolean;
    session_security_settings: SessionSecuritySettings;
    server_password: PreSharedKey | null;
  };
  Connect: WithRequestId & {
    username: string;
    password: Uint8Array;
    connect_mode: ConnectMode;
    udp_mode: UdpMode;
    keep_alive_timeout: Duration | null;
    session_security_settings: SessionSecuritySettings;
    server_password: PreSharedKey | null;
  };
  Disconnect: OfSession;
  Deregister: OfSession;
  GetSessions: WithRequestId;
  ListAllPeers: OfSession;
  ListRegisteredPeers: OfSession;
  PeerRegister: OfPair & {
    session_security_settings: SessionSecuritySettings;
    connect_after_register: boolean;
    peer_session_password: PreSharedKey | null;
  };
  PeerRegisterRespond: OfPair & { accept: boolean };
  PeerConnect: OfPair & {
    udp_mode: UdpMode;
    session_security_settings: SessionSecuritySettings;
    peer_session_password: PreSharedKey | null;
    turn?: TurnSettings | null;
  };
  PeerConnectAccept: OfPair & {
    accept: boolean;
    udp_mode: UdpMode;
    session_security_settings: SessionSecuritySettings;
    peer_session_password: PreSharedKey | null;
  };
  PeerDisconnect: OfPair;
  Message: OfStore & {
    /** At most `MAX_PAYLOAD_BYTES`: a longer one makes the service cut the socket. */
    message: Uint8Array;
    security_level: SecurityLevel;
  };
  ConnectionManagement: WithRequestId & { management_command: ManagementCommand };
}

/** The body of every answer and notification, by variant. */
export interface ResponseBodies {
  /** The greeting. Its `request_id` is the service's own name for this connection. */
  ServiceConnectionAccepted: Answered;
  RegisterSuccess: Answered;
  RegisterFailure: Failed;
  ConnectSuccess: Answered;
  ConnectFailure: Failed;
  /** A success: the session lives and now belongs to this connection. */
  SessionAlreadyActive: Failed & { username: string };
  /** Answers `Disconnect` and `PeerDisconnect` (with a request id) and reports what others ended (without). */
  DisconnectNotification: AboutStore;
  PeerDisconnectFailure: Failed;
  DeregisterSuccess: Answered;
  DeregisterFailure: Failed;
  GetSessionsResponse: Answered & { sessions: SessionInformation[] };
  ListAllPeersResponse: Answered & { peer_information: Record<string, PeerInformation> };
  ListAllPeersFailure: Failed;
  ListRegisteredPeersResponse: Answered & { peers: Record<string, PeerInformation> };
  ListRegisteredPeersFailure: Failed;
  /** To an ask of ours: a relation. To a `PeerRegisterRespond`: only that the service took the answer. */
  PeerRegisterSuccess: AboutPair & { peer_username: string };
  PeerRegisterFailure: Failed;
  /** A channel is up: the answer to our dial, or (with a null request id) what somebody else brought about. */
  PeerConnectSuccess: AboutPair & PathReport;
  PeerConnectFailure: Failed;
  /** The service took our answer to an offer; no proof of a channel. */
  PeerConnectAcceptSuccess: AboutPair & { accept?: boolean | null };
  PeerConnectAcceptFailure: AboutPair & { message: string };
  /** The service took the message. Says nothing about its arrival. */
  MessageSendSuccess: AboutStore;
  MessageSendFailure: Failed;
  ConnectionManagementSuccess: Failed;
  /** The one failure that names its text `error`. */
  ConnectionManagementFailure: Answered & { error: string };
  PeerRegisterNotification: AboutPair & { peer_username: string | null };
  /** An offer. `cid` is the invited account, `peer_cid` the one that dials. */
  PeerConnectNotification: AboutPair & {
    session_security_settings: SessionSecuritySettings;
    udp_mode: UdpMode;
    /** The service picks up by itself; the client must not. */
    answered_by_agent?: boolean | null;
  };
  /** `peer_cid` is the sender; `0` is the server. Its request id, where there is one, is the channel's, for ever. */
  MessageNotification: AboutPair & { message: Uint8Array };
  PeerPathChangedNotification: AboutPair & { path: ChannelPath; upgrading: boolean };
}

/** Frames of one envelope, by the bodies of their variants. */
export type FramesOf<Envelope, Bodies> = {
  [K in keyof Bodies]: { envelope: Envelope; variant: K; body: Bodies[K] };
}[keyof Bodies];

/** One request, whole. */
export type RequestFrame = FramesOf<'Request', RequestBodies>;

/** One answer or notification, whole. */
export type ResponseFrame = FramesOf<'Response', ResponseBodies>;

/** A frame of a variant that this library does not know; its numbers beyond 2^53 are `bigint`. */
export interface UnknownFrame {
  envelope: 'Request' | 'Response';
  variant: 'Unknown';
  name: string;
  body: unknown;
}

/** Anything that `decode` can yield. */
export type Frame = RequestFrame | ResponseFrame | UnknownFrame;

/** The frame of one variant. */
export type FrameOf<K extends keyof RequestBodies | keyof ResponseBodies> = Extract<
  RequestFrame | ResponseFrame,
  { variant: K }
>;
