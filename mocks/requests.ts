import type { AccountId, RequestId } from '../facts/ids.ts';
import {
  isSocketAddress,
  type Frame,
  type RequestBodies,
  type RequestFrame,
  type ResponseBodies,
  type ResponseFrame,
  type UnknownFrame,
} from './wire.ts';
import { handleAsk, handleAskAnswer } from './asks.ts';
import { handleDial, handleHangUp, handleOfferAnswer } from './dials.ts';
import type { Fault } from './faults.ts';
import { handleManagement } from './management.ts';
import { handleMessage } from './messages.ts';
import type { RequestContext, ServiceState } from './model.ts';
import {
  handleAccounts,
  handleDeregister,
  handleDisconnect,
  handleList,
  handleSessions,
} from './sessions.ts';
import { handleConnect, handleRegister } from './sign-in.ts';
import type { ServiceSocket } from './sockets.ts';
import { handleStore } from './store.ts';

type Answer = (frame: ResponseFrame, more: boolean) => void;

/** The failure of each request. Requests that are not listed cannot fail. */
const FAILURES: Partial<Record<keyof RequestBodies, keyof ResponseBodies>> = {
  Register: 'RegisterFailure',
  Connect: 'ConnectFailure',
  Disconnect: 'PeerDisconnectFailure',
  Deregister: 'DeregisterFailure',
  ListAllPeers: 'ListAllPeersFailure',
  ListRegisteredPeers: 'ListRegisteredPeersFailure',
  PeerRegister: 'PeerRegisterFailure',
  PeerRegisterRespond: 'PeerRegisterFailure',
  PeerConnect: 'PeerConnectFailure',
  PeerConnectAccept: 'PeerConnectAcceptFailure',
  PeerDisconnect: 'PeerDisconnectFailure',
  Message: 'MessageSendFailure',
  LocalDBGetKV: 'LocalDBGetKVFailure',
  LocalDBSetKV: 'LocalDBSetKVFailure',
  LocalDBDeleteKV: 'LocalDBDeleteKVFailure',
  LocalDBGetAllKV: 'LocalDBGetAllKVFailure',
  LocalDBClearAllKV: 'LocalDBClearAllKVFailure',
  ConnectionManagement: 'ConnectionManagementFailure',
};

/** Handles a frame from a page at once; its answers are delayed. */
export function handleRequest(
  state: ServiceState,
  connection: ServiceSocket,
  { frame, fault }: { frame: Frame; fault: Fault | undefined },
): void {
  if (frame.envelope !== 'Request' || !isUnderstood(frame)) return;
  const refusal =
    fault?.kind === 'refuse' || fault?.kind === 'refuse-after-delivery' ? refusalOf(frame, fault) : undefined;
  const send: Answer = (answer) => {
    state.later(state.world.latencies.answer, () => connection.deliver(answer.variant, answer.body));
  };
  if (!refusal) {
    perform(state, frame, connection.id, send);
    return;
  }
  const refuse = (): void => void state.later(fault?.delay ?? 0, () => send(refusal, false));
  if (fault?.kind === 'refuse') refuse();
  else perform(state, frame, connection.id, (_answer, more) => !more && refuse());
}

/** What the service can read: a host name, for example, makes it ignore the whole frame. */
function isUnderstood(frame: RequestFrame | UnknownFrame): frame is RequestFrame {
  switch (frame.variant) {
    case 'Unknown':
      return false;
    case 'Register':
      return isSocketAddress(frame.body.server_addr);
    case 'Batched':
      return frame.body.commands.every(isUnderstood);
    default:
      return true;
  }
}

function refusalOf(frame: RequestFrame, fault: Fault): ResponseFrame | undefined {
  const variant = FAILURES[frame.variant];
  if (!variant) return undefined;
  const body = frame.body as { cid?: AccountId | null; peer_cid?: AccountId | null; request_id: RequestId };
  const text = fault.reason ?? 'Refused by the simulation';
  const cid = frame.variant === 'Register' || frame.variant === 'Connect' ? '0' : (body.cid ?? '0');
  const withPeer = variant === 'PeerConnectAcceptFailure' || variant.startsWith('LocalDB');
  return {
    envelope: 'Response',
    variant,
    body: {
      cid,
      request_id: body.request_id,
      ...(variant === 'ConnectionManagementFailure' ? { error: text } : { message: text }),
      ...(withPeer ? { peer_cid: body.peer_cid ?? null } : {}),
    },
  } as unknown as ResponseFrame;
}

function contextOf(
  state: ServiceState,
  connection: string,
  requestId: RequestId,
  answer: Answer,
): RequestContext {
  return {
    service: state.service,
    connection,
    requestId,
    answer: (variant, body, more = false) => {
      answer(
        {
          envelope: 'Response',
          variant,
          body: { ...body, request_id: requestId },
        } as unknown as ResponseFrame,
        more,
      );
    },
  };
}

function perform(state: ServiceState, frame: RequestFrame, connection: string, answer: Answer): void {
  const context = contextOf(state, connection, frame.body.request_id, answer);
  if (refusedForOwnership(state, frame, context)) return;
  switch (frame.variant) {
    case 'Register':
      return handleRegister(state, context, frame.body);
    case 'Connect':
      return handleConnect(state, context, frame.body);
    case 'Disconnect':
      return handleDisconnect(state, context, frame.body);
    case 'Deregister':
      return handleDeregister(state, context, frame.body);
    case 'GetSessions':
      return handleSessions(state, context);
    case 'GetAccountInformation':
      return handleAccounts(state, context, frame.body);
    case 'ListAllPeers':
    case 'ListRegisteredPeers':
      return handleList(state, context, frame.variant, frame.body.cid);
    case 'PeerRegister':
      return handleAsk(state, context, frame.body);
    case 'PeerRegisterRespond':
      return handleAskAnswer(state, context, frame.body);
    case 'PeerConnect':
      return handleDial(state, context, frame.body);
    case 'PeerConnectAccept':
      return handleOfferAnswer(state, context, frame.body);
    case 'PeerDisconnect':
      return handleHangUp(state, context, frame.body);
    case 'Message':
      return handleMessage(state, context, frame.body);
    case 'ConnectionManagement':
      return handleManagement(state, context, frame.body.management_command);
    case 'Batched':
      return performBatch(state, frame.body, answer);
    default:
      return handleStore(state, context, frame);
  }
}

/**
 * Runs the commands of a batch side by side. Each has its own request id for a connection, so that a session
 * opened in here belongs to nobody, and of two answers to one command only the last is kept.
 */
function performBatch(state: ServiceState, body: RequestBodies['Batched'], answer: Answer): void {
  const results: (ResponseFrame | undefined)[] = body.commands.map(() => undefined);
  let open = body.commands.length;
  const finish = (): void => {
    answer(
      {
        envelope: 'Response',
        variant: 'BatchedResponse',
        body: {
          cid: '0' as AccountId,
          request_id: body.request_id,
          results: results.filter((result) => result !== undefined),
        },
      },
      false,
    );
  };
  if (open === 0) finish();
  for (const [index, command] of body.commands.entries()) {
    if (command.variant === 'Unknown') continue;
    perform(state, command, command.body.request_id, (result, more) => {
      if (more || results[index] !== undefined) return;
      results[index] = result;
      if (--open === 0) finish();
    });
  }
}

/** Newer services: only the owner of a session may act for it. */
function refusedForOwnership(state: ServiceState, frame: RequestFrame, context: RequestContext): boolean {
  if (state.newer.checksOwnership !== true || !('cid' in frame.body)) return false;
  const cid = frame.body.cid;
  const held = cid === null ? undefined : state.held.get(cid);
  const variant = FAILURES[frame.variant];
  if (!held || variant === undefined || held.owner === context.connection) return false;
  const refusal = refusalOf(frame, {
    kind: 'refuse',
    direction: 'in',
    reason: 'Session unavailable to this connection',
  });
  if (refusal) context.answer(refusal.variant, refusal.body);
  return true;
}
