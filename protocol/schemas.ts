import * as v from 'valibot';
import type { AccountId } from '../facts/ids.ts';
import type {
  ConnectMode,
  HeaderObfuscatorSettings,
  ManagementCommand,
  PeerInformation,
  RequestBodies,
  ResponseBodies,
  SecurityLevel,
  SessionInformation,
} from './frames.ts';
import { defaultSecuritySettings } from './helpers.ts';
import { checked, oneOf, requestId, type Scalars } from './scalars.ts';

const text = v.string();
const flag = v.boolean();

/** The schema of one body per variant. */
export interface BodySchemas {
  readonly Request: { [K in keyof RequestBodies]: v.GenericSchema<unknown, RequestBodies[K]> };
  readonly Response: { [K in keyof ResponseBodies]: v.GenericSchema<unknown, ResponseBodies[K]> };
}

type Shape<Out = unknown> = v.GenericSchema<unknown, Out>;
/** Makes a body of the fields that many begin with and its own. */
type Body = (fields: v.ObjectEntries) => Shape<object>;

/** Shapes that many bodies are made of. */
export interface Shapes {
  readonly text: Shape<string>;
  readonly u64: Shape<string>;
  readonly bytes: Shape<Uint8Array>;
  readonly cid: Shape<AccountId>;
  /** Reads a missing `Option` as null. */
  option<Out>(schema: Shape<Out>): Shape<Out | null>;
  /** Leaves out what an older service does not send. */
  newer<Out>(schema: Shape<Out>): Shape<Out | null | undefined>;
  /** A text that a body can do without. */
  readonly words: Shape<string>;
  rows<Out>(schema: Shape<Out>): Shape<Record<string, Out>>;
  readonly connections: Shape;
  readonly asked: Body;
  readonly ofStore: Body;
  readonly answered: Body;
  readonly aboutPair: Body;
  readonly aboutStore: Body;
}

/** The schema of a frame within a frame. */
export type InnerFrame = (envelope: 'Request' | 'Response') => v.GenericSchema;

/** Schemas of variants that somebody else knows besides. */
export type MoreSchemas = (
  shapes: Shapes,
  inner: InnerFrame,
) => Record<'Request' | 'Response', Record<string, v.GenericSchema>>;

/** The shapes that many bodies are made of, over the scalars of one direction. */
function shapesOf({ u64, bytes, soft, rows }: Scalars) {
  // A CID is such a number; the brand keeps it apart.
  const cid = u64 as v.GenericSchema<unknown, AccountId>;
  const option = <Out>(schema: v.GenericSchema<unknown, Out>) => v.optional(v.nullable(schema), null);
  const newer = <Out>(schema: v.GenericSchema<unknown, Out>) => v.optional(v.nullable(schema));
  const words = soft(text, '');
  const connection = v.looseObject({ cid, peer_cid: cid, peer_username: words });
  // The fields that many bodies begin with, and what makes an object of them and of more.
  const of =
    <Shared extends v.ObjectEntries>(shared: Shared) =>
    <Fields extends v.ObjectEntries>(fields: Fields) =>
      v.looseObject({ ...shared, ...fields });
  return {
    text,
    u64,
    bytes,
    cid,
    option,
    newer,
    words,
    rows,
    connections: soft(rows(connection), {}),
    asked: of({ request_id: requestId }),
    ofSession: of({ request_id: requestId, cid }),
    ofPair: of({ request_id: requestId, cid, peer_cid: cid }),
    ofStore: of({ request_id: requestId, cid, peer_cid: option(cid) }),
    answered: of({ cid, request_id: option(requestId) }),
    aboutPair: of({ cid, request_id: option(requestId), peer_cid: cid }),
    aboutStore: of({ cid, request_id: option(requestId), peer_cid: option(cid) }),
  };
}

/**
 * The shapes of all bodies, over the scalars of one direction. Loose on fields it does not know, which are kept;
 * strict on those it knows, but for what a response can do without: only ids and bytes decide there whether it can be
 * read, and one bad row costs the row (`soft`, `rows`). `option` reads a missing `Option` as null, as the service does; `newer` leaves out
 * what an older service does not send.
 */
export function bodySchemas(scalars: Scalars, more: MoreSchemas | undefined, inner: InnerFrame): BodySchemas {
  const { u128, soft } = scalars;
  const shapes = shapesOf(scalars);
  const { u64, bytes, cid, option, newer, words, rows, connections } = shapes;
  const { asked, ofSession, ofPair, ofStore, answered, aboutPair, aboutStore } = shapes;
  const small = (max: number) =>
    checked<number>(
      `0 to ${max}`,
      (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= max,
    );

  const securityLevel = oneOf<SecurityLevel>(
    v.picklist(['Standard', 'Reinforced', 'High', 'Ultra', 'Extreme']),
    v.looseObject({ Custom: small(255) }),
  );
  const enabled = v.picklist(['Disabled', 'Enabled']);
  const settings = v.looseObject({
    security_level: securityLevel,
    secrecy_mode: v.picklist(['BestEffort', 'Perfect']),
    crypto_params: v.looseObject({
      encryption_algorithm: v.picklist(['AES_GCM_256', 'ChaCha20Poly_1305', 'MlKemHybrid', 'Ascon80pq']),
      kem_algorithm: v.picklist(['MlKem', 'Kyber']),
      sig_algorithm: v.picklist(['None', 'MlDsa65', 'FnDsa512']),
    }),
    header_obfuscator_settings: oneOf<HeaderObfuscatorSettings>(
      enabled,
      v.looseObject({ EnabledWithKey: u128 }),
    ),
  });
  const preSharedKey = option(v.looseObject({ passwords: v.array(bytes) }));
  const login = v.looseObject({ force_login: flag });
  const path = v.picklist(['direct', 'turn', 'server_relay']);
  const softly = <Out>(schema: v.GenericSchema<unknown, Out>) => soft<Out | null>(schema, null);
  const name = softly(option(text));
  // Whose row it is stands in its key, too.
  const person = soft<PeerInformation>(
    v.looseObject({
      cid: softly(cid),
      online_status: softly(flag),
      name,
      username: name,
    }),
    { cid: null, online_status: null, name: null, username: null },
  );
  const session = soft<SessionInformation>(
    v.looseObject({
      cid: softly(cid),
      username: words,
      server_address: words,
      peer_connections: connections,
    }),
    { cid: null, username: '', server_address: '', peer_connections: {} },
  );

  const failed = answered({ message: words });
  const known: BodySchemas = {
    Request: {
      Register: asked({
        server_addr: text,
        full_name: text,
        username: text,
        proposed_password: bytes,
        connect_after_register: flag,
        session_security_settings: settings,
        server_password: preSharedKey,
      }),
      Connect: asked({
        username: text,
        password: bytes,
        connect_mode: oneOf<ConnectMode>(v.looseObject({ Standard: login }), v.looseObject({ Fetch: login })),
        udp_mode: enabled,
        keep_alive_timeout: option(v.looseObject({ secs: u64, nanos: small(999_999_999) })),
        session_security_settings: settings,
        server_password: preSharedKey,
      }),
      Disconnect: ofSession({}),
      Deregister: ofSession({}),
      GetSessions: asked({}),
      ListAllPeers: ofSession({}),
      ListRegisteredPeers: ofSession({}),
      PeerRegister: ofPair({
        session_security_settings: settings,
        connect_after_register: flag,
        peer_session_password: preSharedKey,
      }),
      PeerRegisterRespond: ofPair({ accept: flag }),
      PeerConnect: ofPair({
        udp_mode: enabled,
        session_security_settings: settings,
        peer_session_password: preSharedKey,
        turn: newer(
          v.looseObject({
            policy: v.picklist(['fallback', 'relay_only']),
            ice_servers: v.array(checked<unknown>('anything', () => true)),
            expires_at: u64,
          }),
        ),
      }),
      PeerConnectAccept: ofPair({
        accept: flag,
        udp_mode: enabled,
        session_security_settings: settings,
        peer_session_password: preSharedKey,
      }),
      PeerDisconnect: ofPair({}),
      Message: ofStore({ message: bytes, security_level: securityLevel }),
      ConnectionManagement: asked({
        management_command: oneOf<ManagementCommand>(
          v.looseObject({ SetConnectionOrphan: v.looseObject({ allow_orphan_sessions: flag }) }),
          v.looseObject({ ClaimSession: v.looseObject({ session_cid: cid, only_if_orphaned: flag }) }),
          v.looseObject({ DisconnectOrphan: v.looseObject({ session_cid: option(cid) }) }),
          v.looseObject({ ReleaseSession: v.looseObject({ session_cid: cid }) }),
        ),
      }),
    },
    Response: {
      ServiceConnectionAccepted: answered({}),
      RegisterSuccess: answered({}),
      RegisterFailure: failed,
      ConnectSuccess: answered({}),
      ConnectFailure: failed,
      SessionAlreadyActive: answered({ message: words, username: words }),
      DisconnectNotification: aboutStore({}),
      PeerDisconnectFailure: failed,
      DeregisterSuccess: answered({}),
      DeregisterFailure: failed,
      GetSessionsResponse: answered({ sessions: v.array(session) }),
      ListAllPeersResponse: answered({ peer_information: rows(person) }),
      ListAllPeersFailure: failed,
      ListRegisteredPeersResponse: answered({ peers: rows(person) }),
      ListRegisteredPeersFailure: failed,
      PeerRegisterSuccess: aboutPair({ peer_username: words }),
      PeerRegisterFailure: failed,
      PeerConnectSuccess: aboutPair({ path: newer(softly(path)), upgrading: newer(softly(flag)) }),
      PeerConnectFailure: failed,
      PeerConnectAcceptSuccess: aboutPair({ accept: newer(softly(flag)) }),
      PeerConnectAcceptFailure: aboutPair({ message: words }),
      MessageSendSuccess: aboutStore({}),
      MessageSendFailure: failed,
      ConnectionManagementSuccess: failed,
      ConnectionManagementFailure: answered({ error: words }),
      PeerRegisterNotification: aboutPair({ peer_username: name }),
      PeerConnectNotification: aboutPair({
        session_security_settings: soft(settings, defaultSecuritySettings()),
        udp_mode: soft(enabled, 'Disabled'),
        answered_by_agent: newer(softly(flag)),
      }),
      MessageNotification: aboutPair({ message: bytes }),
      PeerPathChangedNotification: aboutPair({ path, upgrading: soft(flag, false) }),
    },
  };
  const others = more?.(shapes, inner);
  return {
    Request: { ...known.Request, ...others?.Request },
    Response: { ...known.Response, ...others?.Response },
  };
}
