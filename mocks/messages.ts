import type { RequestBodies } from '../protocol/index.ts';
import type { ChannelSide, RequestContext, ServiceState } from './model.ts';
import { errorText } from './options.ts';

/** A message into a channel. Its success says that the channel took it, and nothing about its arrival. */
export function handleMessage(
  state: ServiceState,
  context: RequestContext,
  body: RequestBodies['Message'],
): void {
  const { cid, peer_cid: peer } = body;
  const { world } = state;
  const words = world.server.accounts.get(cid)?.errors;
  const held = state.held.get(cid);
  if (!held) {
    const text = errorText(words?.noSession ?? 'Connection for {cid} not found', cid, peer ?? '0');
    context.answer('MessageSendFailure', { cid, message: text });
    return;
  }
  if (peer === null) {
    // To the server, which has nothing to say.
    context.answer('MessageSendSuccess', { cid, peer_cid: null });
    return;
  }
  const side = held.session.channels.get(peer);
  if (!side) {
    const text = errorText(words?.noChannel ?? 'Peer connection for {peer} not found', cid, peer);
    context.answer('MessageSendFailure', { cid, message: text });
    return;
  }
  const arrival = { due: arrivalTime(state, side), answered: false };
  side.arrivals.push(arrival);
  state.later(world.latencies.answer, () => {
    arrival.answered = true;
    context.answer('MessageSendSuccess', { cid, peer_cid: peer });
  });
  world.later(arrival.due - world.clock.now(), () => {
    side.arrivals = side.arrivals.filter((other) => other !== arrival);
    if (side.other) deliver(side.other, body.message);
  });
}

/**
 * Messages sent at once arrive in any order; one that is sent after the answer to another does not overtake it.
 */
function arrivalTime(state: ServiceState, side: ChannelSide): number {
  const { clock, latencies, random } = state.world;
  const [least, most] = latencies.deliver;
  const own = clock.now() + least + random.next() * (most - least);
  return side.arrivals.reduce(
    (due, earlier) => (earlier.answered ? Math.max(due, earlier.due + 0.001) : due),
    own,
  );
}

/** To the owner. Without one the side that dialled is told through everybody, the other side not at all. */
function deliver(side: ChannelSide, message: Uint8Array): void {
  const { session, peer } = side;
  if (!session.alive || session.cut) return;
  session.service.state.notify(
    session.cid,
    'MessageNotification',
    { cid: session.cid, peer_cid: peer, message, request_id: side.requestId as never },
    side.requestId === null ? 'drop' : 'broadcast',
  );
}
