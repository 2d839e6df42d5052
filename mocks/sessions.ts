import type { AccountId } from '../facts/ids.ts';
import type {
  AccountInformation,
  PeerConnection,
  PeerInformation,
  RequestBodies,
  SessionInformation,
} from './wire.ts';
import type { RequestContext, ServiceState, Session, World } from './model.ts';

const NOBODY = '0' as AccountId;
/** How long the service waits for the server's list, in milliseconds. */
const LIST_BOUND = 30_000;

/** A new session of an account, in place of any older one; the connection owns it. */
export function beginSession(state: ServiceState, cid: AccountId, owner: string): Session {
  const older = state.world.server.sessions.get(cid);
  if (older) endSession(state.world, older);
  const session: Session = {
    service: state.service,
    cid,
    isAlive: true,
    isCut: false,
    asks: new Map(),
    pending: new Set(),
    dials: new Map(),
    offers: new Set(),
    channels: new Map(),
  };
  state.held.set(cid, { session, owner });
  state.world.server.signedIn(session);
  // What the server knows of contacts reaches this service's own record at a sign-in, and only then.
  const account = state.world.server.accounts.get(cid);
  for (const peer of account?.relations ?? []) state.remember(cid, peer);
  return session;
}

/** Ends a session: every peer with a channel to it is notified. */
export function endSession(world: World, session: Session): void {
  if (!session.isAlive) return;
  session.isAlive = false;
  if (world.server.sessions.get(session.cid) === session) world.server.sessions.delete(session.cid);
  for (const side of [...session.channels.values()]) closeChannel(world, session, side.peer);
  session.asks.clear();
  session.offers.clear();
  session.dials.clear();
}

/** Ends a channel and notifies the far side. */
export function closeChannel(world: World, session: Session, peer: AccountId): void {
  const far = session.channels.get(peer)?.other?.session;
  session.channels.delete(peer);
  if (far?.isAlive !== true || far.isCut) return;
  world.later(world.latencies.hop, () => {
    if (!far.channels.delete(session.cid)) return;
    far.service.state.notify(
      far.cid,
      'DisconnectNotification',
      { cid: far.cid, peer_cid: session.cid, request_id: null },
      'broadcast',
    );
  });
}

export function handleDisconnect(
  state: ServiceState,
  context: RequestContext,
  { cid }: RequestBodies['Disconnect'],
): void {
  const held = state.held.get(cid);
  if (!held) {
    context.answer('PeerDisconnectFailure', { cid, message: 'disconnect: Server connection not found' });
    return;
  }
  state.held.delete(cid);
  endSession(state.world, held.session);
  context.answer('DisconnectNotification', { cid, peer_cid: null });
}

export function handleDeregister(
  state: ServiceState,
  context: RequestContext,
  { cid }: RequestBodies['Deregister'],
): void {
  const held = state.held.get(cid);
  state.held.delete(cid);
  const account = state.accounts.get(cid);
  if (!held || !account) {
    context.answer('DeregisterFailure', { cid, message: 'Server connection not found' });
    return;
  }
  if (held.session.channels.size > 0) state.world.server.lingering.add(account.username);
  const peers = state.world.server.accounts.get(cid)?.relations ?? new Set<AccountId>();
  for (const peer of peers) {
    state.world.server.sessions.get(peer)?.service.state.accounts.get(peer)?.peers.delete(cid);
  }
  endSession(state.world, held.session);
  state.world.server.remove(cid);
  state.accounts.delete(cid);
  for (const where of state.store.keys()) if (where.startsWith(`${cid}/`)) state.store.delete(where);
  context.answer('DeregisterSuccess', { cid });
}

/** All sessions of the service, whoever owns them. */
export function handleSessions(state: ServiceState, context: RequestContext): void {
  const sessions = [...state.held].map(([cid, { session }]): SessionInformation => {
    const account = state.accounts.get(cid);
    const peers = [...session.channels.keys()].map((peer) => connectionEntry(state, cid, peer));
    return {
      cid,
      username: account?.username ?? '',
      server_address: account?.serverAddress ?? state.world.serverAddress,
      peer_connections: Object.fromEntries(peers),
    };
  });
  context.answer('GetSessionsResponse', { cid: NOBODY, sessions });
}

function connectionEntry(state: ServiceState, cid: AccountId, peer: AccountId): [string, PeerConnection] {
  const name = state.world.server.accounts.get(peer)?.username ?? '';
  return [peer, { cid, peer_cid: peer, peer_username: name }];
}

/** The accounts on this service's disk. */
export function handleAccounts(
  state: ServiceState,
  context: RequestContext,
  body: RequestBodies['GetAccountInformation'],
): void {
  const accounts: Record<string, AccountInformation> = {};
  for (const [cid, account] of state.accounts) {
    if (body.cid !== null && body.cid !== cid) continue;
    const peers = [...account.peers.keys()].map((peer) => connectionEntry(state, cid, peer));
    accounts[cid] = {
      username: account.username,
      full_name: account.fullName,
      peers: Object.fromEntries(peers),
    };
  }
  context.answer('GetAccountInformationResponse', { cid: NOBODY, accounts });
}

/** The server's lists. Without a session the service fails after 30 s. */
export function handleList(
  state: ServiceState,
  context: RequestContext,
  variant: 'ListAllPeers' | 'ListRegisteredPeers',
  cid: AccountId,
): void {
  const server = state.world.server;
  if (!state.session(cid)) {
    state.later(LIST_BOUND, () => {
      context.answer(`${variant}Failure`, {
        cid,
        message: 'peer-list query exceeded 30s with no server reply',
      });
    });
    return;
  }
  const everybody = [...server.accounts.values()].filter((account) => account.cid !== cid);
  const relations = server.accounts.get(cid)?.relations;
  const listed =
    variant === 'ListAllPeers' ? everybody : everybody.filter((account) => relations?.has(account.cid));
  const people = Object.fromEntries(
    listed.map((account): [string, PeerInformation] => [
      account.cid,
      {
        cid: account.cid,
        // The server counts a service that died as signed in until its keep-alive runs out.
        online_status: server.sessions.get(account.cid)?.isAlive === true,
        name: account.fullName,
        username: account.username,
      },
    ]),
  );
  if (variant === 'ListAllPeers') context.answer('ListAllPeersResponse', { cid, peer_information: people });
  else context.answer('ListRegisteredPeersResponse', { cid, peers: people });
}
