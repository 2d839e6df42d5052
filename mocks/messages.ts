import type { RequestBodies } from './wire.ts';
import type { ChannelSide, MessageOnItsWay, RequestContext, ServiceState } from './model.ts';
import { errorText } from './options.ts';

/** Sends a message over a channel. Its success means that the channel accepted it, not that it arrived. */
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
    // To the server, which does not answer.
    context.answer('MessageSendSuccess', { cid, peer_cid: null });
    return;
  }
  const side = held.session.channels.get(peer);
  if (!side) {
    const text = errorText(words?.noChannel ?? 'Peer connection for {peer} not found', cid, peer);
    context.answer('MessageSendFailure', { cid, message: text });
    return;
  }
  const message: MessageOnItsWay = { isAnswered: false, hasArrived: false, behind: [] };
  const ahead = side.arrivals.filter((earlier) => earlier.isAnswered);
  side.arrivals.push(message);
  state.later(world.latencies.answer, () => {
    message.isAnswered = true;
    context.answer('MessageSendSuccess', { cid, peer_cid: peer });
  });
  const arrive = (): void => {
    const before = ahead.find((earlier) => !earlier.hasArrived);
    if (before) {
      before.behind.push(arrive);
      return;
    }
    message.hasArrived = true;
    side.arrivals = side.arrivals.filter((other) => other !== message);
    if (side.other) deliver(side.other, body.message);
    for (const next of message.behind) next();
  };
  // Messages sent at once arrive in any order.
  world.later(world.latencies.deliver, arrive);
}

/** To the owner. Without one it is broadcast for the side that dialled, and dropped for the other side. */
function deliver(side: ChannelSide, message: Uint8Array): void {
  const { session, peer } = side;
  if (!session.isAlive || session.isCut) return;
  session.service.state.notify(
    session.cid,
    'MessageNotification',
    { cid: session.cid, peer_cid: peer, message, request_id: side.requestId as never },
    side.requestId === null ? 'drop' : 'broadcast',
  );
}
