import type { AccountId } from '../facts/ids.ts';
import type { ChannelPath } from './wire.ts';
import type { ChannelSide, Dial, Session, World } from './model.ts';
import { canPunch } from './options.ts';

/** How long an older service takes to fall back to the server, counted from the agreement. */
const FALLBACK = 30_000;
/** How long a newer service takes to replace the server path by a direct one, in milliseconds. */
const UPGRADE = 2000;

/** Both sides want the channel: it comes up when hole punching, TURN or the server's relay makes it. */
export function establish(world: World, dialler: Session, target: Session): void {
  const ours = dialler.dials.get(target.cid);
  const theirs = target.dials.get(dialler.cid);
  if (ours?.isAgreed === true || theirs?.isAgreed === true) return;
  for (const attempt of [ours, theirs]) if (attempt) attempt.isAgreed = true;
  dialler.offers.delete(target.cid);
  target.offers.delete(dialler.cid);
  world.server.unwedge(dialler.cid, target.cid);
  const [a, b] = [dialler.service, target.service];
  const direct = canPunch(a.nat, b.nat, world.stun);
  const open = (path: ChannelPath): void => openChannel(world, { dialler, target, ours, theirs, path });

  if (a.state.newer.reportsPath === true && b.state.newer.reportsPath === true) {
    world.later(world.latencies.hop, () => open('server_relay'));
    if (direct) world.later(UPGRADE, () => reportPath(dialler, target, 'direct'));
  } else if (direct) world.later(world.latencies.punch, () => open('direct'));
  else if (world.turn) world.later(world.latencies.punch, () => open('turn'));
  else if (world.lateSuccess !== null) world.later(FALLBACK + world.lateSuccess, () => open('server_relay'));
  else {
    // The attempt fails. A later dial starts over.
    world.later(FALLBACK, () => {
      forget(dialler, target.cid, ours);
      forget(target, dialler.cid, theirs);
    });
  }
}

function forget(session: Session, peer: AccountId, attempt: Dial | undefined): void {
  if (session.dials.get(peer) === attempt) session.dials.delete(peer);
}

interface Opening {
  readonly dialler: Session;
  readonly target: Session;
  readonly ours: Dial | undefined;
  readonly theirs: Dial | undefined;
  readonly path: ChannelPath;
}

function openChannel(world: World, { dialler, target, ours, theirs, path }: Opening): void {
  const bothThere =
    world.server.session(dialler.cid) === dialler && world.server.session(target.cid) === target;
  if (!bothThere || dialler.channels.has(target.cid)) return;
  forget(dialler, target.cid, ours);
  forget(target, dialler.cid, theirs);
  const here = sideOf(dialler, target.cid, ours);
  const there = sideOf(target, dialler.cid, theirs);
  here.other = there;
  there.other = here;
  dialler.channels.set(target.cid, here);
  target.channels.set(dialler.cid, there);
  announceChannel(here, ours, path);
  announceChannel(there, theirs, path);
}

/** A side with a pending request is answered; one that accepted, or timed out, is only notified. */
function sideOf(session: Session, peer: AccountId, attempt: Dial | undefined): ChannelSide {
  const requestId = attempt?.isOpen === true ? attempt.context.requestId : null;
  return { session, peer, requestId, other: undefined, arrivals: [] };
}

function announceChannel(side: ChannelSide, attempt: Dial | undefined, path: ChannelPath): void {
  const { session, peer } = side;
  const { state } = session.service;
  const report = state.newer.reportsPath === true ? { path, upgrading: path === 'server_relay' } : {};
  const body = { cid: session.cid, peer_cid: peer, ...report };
  if (attempt?.isOpen === true) {
    attempt.isOpen = false;
    attempt.stop();
    attempt.context.answer('PeerConnectSuccess', body);
  } else {
    state.notify(session.cid, 'PeerConnectSuccess', { ...body, request_id: null }, 'drop');
  }
}

function reportPath(a: Session, b: Session, path: ChannelPath): void {
  for (const [session, peer] of [
    [a, b],
    [b, a],
  ] as const) {
    if (!session.isAlive || !session.channels.has(peer.cid)) continue;
    session.service.state.notify(
      session.cid,
      'PeerPathChangedNotification',
      { cid: session.cid, peer_cid: peer.cid, path, upgrading: false, request_id: null },
      'drop',
    );
  }
}
