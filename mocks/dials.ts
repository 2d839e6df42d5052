import type { AccountId } from '../facts/ids.ts';
import { compareCids, defaultSecuritySettings, type RequestBodies } from './wire.ts';
import { establish } from './channels.ts';
import type { Dial, RequestContext, ServiceState, Session } from './model.ts';
import { errorText } from './options.ts';
import { closeChannel } from './sessions.ts';

/** How long a service waits for a channel, in milliseconds; the offer stands for longer. */
const DIAL_WAIT = 30_000;
const NEWER_DIAL_WAIT = 60_000;

export function handleDial(
  state: ServiceState,
  context: RequestContext,
  body: RequestBodies['PeerConnect'],
): void {
  const { cid, peer_cid: peer } = body;
  const refuse = (message: string): void => context.answer('PeerConnectFailure', { cid, message });
  const session = state.session(cid);
  if (session?.channels.has(peer) === true) refuse(`Already connected to peer ${peer}`);
  // Only this service's own record counts, not the server's.
  else if (state.accounts.get(cid)?.peers.has(peer) !== true) refuse('Target pair not found');
  else dial(state, session, peer, context, cid);
}

/** Dials, and gives up after the time-out; without a session nothing is sent, and the service waits all the same. */
export function dial(
  state: ServiceState,
  session: Session | undefined,
  peer: AccountId,
  context: RequestContext,
  cid: AccountId | undefined = session?.cid,
): void {
  if (cid === undefined) return;
  const { world } = state;
  const waitsLonger = state.newer.waitsLonger === true;
  const attempt: Dial = { context, isOpen: true, isAgreed: false, stop: () => undefined };
  attempt.stop = state.later(waitsLonger ? NEWER_DIAL_WAIT : DIAL_WAIT, () => {
    if (!attempt.isOpen) return;
    attempt.isOpen = false;
    const today = waitsLonger
      ? 'P2P connection timed out after 60s waiting for PeerChannelCreated'
      : 'P2P connection timed out after 30 seconds';
    const words = world.server.accounts.get(cid)?.errors.timedOut ?? today;
    context.answer('PeerConnectFailure', { cid, message: errorText(words, cid, peer) });
  });
  if (!session) return;
  // An older dial to the same peer is no longer answered, but still times out.
  session.dials.set(peer, attempt);
  world.later(world.latencies.hop, () => arrive(state, session, peer, attempt));
}

/** Handles an offer at its target: lost when signed out, answered when it has dialled too, announced otherwise. */
function arrive(state: ServiceState, dialler: Session, peer: AccountId, attempt: Dial): void {
  const { world } = state;
  const target = world.server.session(peer);
  if (!dialler.isAlive || !target || attempt.isAgreed) return;
  const wedged = world.server.wedgedDial(dialler.cid, peer);
  if (wedged === 'silence') return;
  if (wedged === 'comes-up' || target.dials.has(dialler.cid)) {
    establish(world, dialler, target);
    return;
  }
  target.offers.add(dialler.cid);
  announce(target, dialler.cid);
}

function announce(target: Session, dialler: AccountId): void {
  const { state } = target.service;
  const byAgent = state.newer.answersOffers === true;
  state.notify(
    target.cid,
    'PeerConnectNotification',
    {
      cid: target.cid,
      peer_cid: dialler,
      session_security_settings: defaultSecuritySettings(),
      udp_mode: 'Disabled',
      request_id: null,
      ...(byAgent ? { answered_by_agent: true } : {}),
    },
    'broadcast',
  );
  if (byAgent) pickUp(target, dialler);
}

function pickUp(session: Session, dialler: AccountId): void {
  const { world } = session.service.state;
  session.offers.delete(dialler);
  const caller = world.server.session(dialler);
  if (caller?.dials.has(session.cid) === true) establish(world, caller, session);
}

/** Accepts or declines an offer. Both are answered with a success. */
export function handleOfferAnswer(
  state: ServiceState,
  context: RequestContext,
  { cid, peer_cid: peer, accept }: RequestBodies['PeerConnectAccept'],
): void {
  const session = state.session(cid);
  const echo = state.newer.echoesAccept === true ? { accept } : {};
  const accepted = (): void => context.answer('PeerConnectAcceptSuccess', { cid, peer_cid: peer, ...echo });
  if (session?.channels.has(peer) === true) {
    accepted();
    return;
  }
  if (session?.offers.has(peer) !== true) {
    context.answer('PeerConnectAcceptFailure', {
      cid,
      peer_cid: peer,
      message: `No pending connection request from peer ${peer}`,
    });
    return;
  }
  accepted();
  if (accept) pickUp(session, peer);
  else decline(session, peer);
}

/**
 * A decline leaves the pair in a state in which the lower CID's dials are lost, and after an accepted
 * `PeerRegisterRespond` it may also reach the dialler as an offer that nobody made.
 */
function decline(session: Session, dialler: AccountId): void {
  const { world } = session.service.state;
  session.offers.delete(dialler);
  world.server.wedge(dialler, session.cid);
  world.later(world.latencies.hop, () => {
    const caller = world.server.session(dialler);
    const attempt = caller?.dials.get(session.cid);
    if (!caller || !attempt) return;
    caller.dials.delete(session.cid);
    const isUnrecorded = session.service.state.accounts.get(session.cid)?.peers.has(dialler) !== true;
    if (isUnrecorded && compareCids(dialler, session.cid) < 0 && world.random.next() < 0.5)
      announce(caller, session.cid);
    if (!attempt.isOpen) return;
    attempt.isOpen = false;
    attempt.stop();
    const words = world.server.accounts.get(dialler)?.errors.declined ?? 'Peer did not accept connection';
    attempt.context.answer('PeerConnectFailure', {
      cid: dialler,
      message: errorText(words, dialler, session.cid),
    });
  });
}

/** Ends a channel. A pending dial is not affected. */
export function handleHangUp(
  state: ServiceState,
  context: RequestContext,
  { cid, peer_cid: peer }: RequestBodies['PeerDisconnect'],
): void {
  const held = state.held.get(cid);
  if (!held) {
    context.answer('PeerDisconnectFailure', { cid, message: 'disconnect: Server connection not found' });
  } else if (!held.session.channels.has(peer)) {
    context.answer('PeerDisconnectFailure', { cid, message: 'disconnect: Peer connection not found' });
  } else {
    closeChannel(state.world, held.session, peer);
    context.answer('DisconnectNotification', { cid, peer_cid: peer });
  }
}
