import type { AccountId } from '../facts/ids.ts';
import type { RequestBodies } from './wire.ts';
import { dial } from './dials.ts';
import type { Ask, RequestContext, ServiceState, Session } from './model.ts';

/** A request for a relation, which exists once both sides have asked. */
export function handleAsk(
  state: ServiceState,
  context: RequestContext,
  body: RequestBodies['PeerRegister'],
): void {
  const { cid, peer_cid: peer } = body;
  const problem = askProblem(state, cid, peer);
  if (problem !== undefined) {
    context.answer('PeerRegisterFailure', { cid, message: problem });
    return;
  }
  const session = state.session(cid);
  // Without a session it is never answered, like every request that does not meet another.
  if (!session) return;
  const ask: Ask = { context, connectAfter: body.connect_after_register };
  session.asks.set(peer, ask);
  state.world.later(state.world.latencies.hop, () => arrive(state, session, peer, ask));
}

function askProblem(state: ServiceState, cid: AccountId, peer: AccountId): string | undefined {
  if (cid === peer) return 'Target CID cannot be equal to the implicated CID';
  const local = state.accounts.get(cid);
  if (!local) return 'Unable to find username for local user';
  if (!state.world.server.accounts.has(peer)) return `CID ${peer} is not registered locally`;
  if (local.peers.has(peer)) return `Peer ${peer} is already registered`;
  return undefined;
}

/** Handles a request at its target: lost when signed out, answered when it has asked too, announced otherwise. */
function arrive(state: ServiceState, asker: Session, peer: AccountId, ask: Ask): void {
  const { world } = state;
  const target = world.server.session(peer);
  if (!asker.isAlive || !target) return;
  const theirs = target.asks.get(asker.cid);
  if (theirs) {
    world.server.relate(asker.cid, peer);
    asker.service.state.remember(asker.cid, peer);
    target.service.state.remember(asker.cid, peer);
    succeed(asker, peer, ask);
    succeed(target, asker.cid, theirs);
    return;
  }
  target.pending.add(asker.cid);
  target.service.state.notify(
    peer,
    'PeerRegisterNotification',
    {
      cid: peer,
      peer_cid: asker.cid,
      peer_username: world.server.accounts.get(asker.cid)?.username ?? '',
      request_id: null,
    },
    'broadcast',
  );
}

function succeed(session: Session, peer: AccountId, ask: Ask): void {
  session.asks.delete(peer);
  session.pending.delete(peer);
  const name = session.service.state.world.server.accounts.get(peer)?.username ?? '';
  ask.context.answer(
    'PeerRegisterSuccess',
    { cid: session.cid, peer_cid: peer, peer_username: name },
    ask.connectAfter,
  );
  if (ask.connectAfter) dial(session.service.state, session, peer, ask.context);
}

/** The other way to answer a request. Its success means that the answer was accepted, not that it had an effect. */
export function handleAskAnswer(
  state: ServiceState,
  context: RequestContext,
  { cid, peer_cid: peer, accept }: RequestBodies['PeerRegisterRespond'],
): void {
  const { world } = state;
  const session = state.session(cid);
  if (session?.pending.delete(peer) !== true) {
    context.answer('PeerRegisterFailure', { cid, message: `No pending registration found for peer ${peer}` });
    return;
  }
  const name = world.server.accounts.get(peer)?.username ?? '';
  context.answer('PeerRegisterSuccess', { cid, peer_cid: peer, peer_username: name });
  world.later(world.latencies.hop, () => {
    const asker = world.server.session(peer);
    const ask = asker?.asks.get(cid);
    // If the asker is gone, nothing is reported and no relation is created.
    if (!asker || !ask) return;
    if (accept) {
      // Only the asker's service records the relation; this one learns of it at its account's next sign-in.
      world.server.relate(cid, peer);
      asker.service.state.accounts.get(peer)?.peers.set(cid, world.server.accounts.get(cid)?.username ?? '');
      succeed(asker, cid, ask);
      return;
    }
    asker.asks.delete(cid);
    ask.context.answer('PeerRegisterFailure', {
      cid: peer,
      message: `Target information not found for cid=${peer} peer_cid=${cid}`,
    });
  });
}
