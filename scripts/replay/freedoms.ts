import { cidOf } from '../../mocks/index.ts';
import { parseFrame, type Parsed, type RecordedEvent } from './recording.ts';

/*
 * What two recordings of the same run may differ in, and nothing else: the order of frames that reach one socket
 * less than 50 ms apart and answer different requests; which of several sign-ins at once succeeds; the order in
 * which messages sent at once arrive; which side of a crossing ask is notified; whether a message sent within
 * 5 ms of a claim arrives; whether a decline's phantom offer comes; the order of entries in a map or list.
 */

/** Frames closer than this may come in either order, in milliseconds. */
export const TOGETHER = 50;
/** How close to a claim a message is a matter of luck, in milliseconds. */
const NEAR_CLAIM = 5;

interface Sent {
  readonly event: RecordedEvent;
  readonly frame: Parsed;
}

/** The tolerated differences in one recording. */
export interface Freedoms {
  /** Request id → the sign-in that it is, where several were under way and any of them may have succeeded. */
  readonly signIns: ReadonlyMap<string, { group: string; cid: string }>;
  /** Why a frame may be missing or additional; undefined if it may not. */
  optional(socket: string, time: number, frame: Parsed): string | undefined;
  /** Whether two messages were sent at once, so that their order of arrival is free. */
  sentAtOnce(a: Parsed, b: Parsed): boolean;
  /** Pairs whose asks crossed: at most one notification between them. */
  readonly crossings: readonly { readonly a: string; readonly b: string }[];
}

function text(value: unknown): string {
  return typeof value === 'bigint' || typeof value === 'number' || typeof value === 'string'
    ? String(value)
    : '';
}

export function freedomsOf(recording: readonly RecordedEvent[]): Freedoms {
  const sent = recording.flatMap((event): Sent[] => {
    const frame = event.dir === 'out' ? parseFrame(event) : undefined;
    return frame ? [{ event, frame }] : [];
  });
  const received = recording.flatMap((event): Sent[] => {
    const frame = event.dir === 'in' ? parseFrame(event) : undefined;
    return frame ? [{ event, frame }] : [];
  });
  const crossings = crossingAsks(sent, received);
  const messages = sent.filter(({ frame }) => frame.variant === 'Message');
  const claims = sent.filter(({ frame }) => {
    const command = frame.body.management_command;
    return typeof command === 'object' && command !== null && 'ClaimSession' in command;
  });
  const phantoms = sent.filter(
    ({ frame }) => frame.variant === 'PeerConnectAccept' && frame.body.accept === false,
  );

  const sameBytes = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const sendsOf = (notification: Parsed): Sent[] =>
    messages.filter(
      ({ frame }) =>
        text(frame.body.cid) === text(notification.body.peer_cid) &&
        text(frame.body.peer_cid) === text(notification.body.cid) &&
        sameBytes(frame.body.message, notification.body.message),
    );

  return {
    signIns: signInsAtOnce(sent, received),
    crossings,
    optional(socket, time, frame) {
      const own = text(frame.body.cid);
      const peer = text(frame.body.peer_cid);
      switch (frame.variant) {
        case 'PeerRegisterNotification':
          return crossings.some(({ a, b }) => (a === own && b === peer) || (a === peer && b === own))
            ? 'one side of a crossing ask'
            : undefined;
        case 'MessageNotification':
          return sendsOf(frame).some(({ event }) =>
            claims.some((claim) => Math.abs(claim.event.at - event.at) <= NEAR_CLAIM),
          )
            ? 'a message sent within 5 ms of a claim'
            : undefined;
        case 'PeerConnectNotification':
          return phantoms.some(
            ({ event, frame: decline }) =>
              text(decline.body.cid) === peer &&
              text(decline.body.peer_cid) === own &&
              time >= event.time &&
              time - event.time < TOGETHER &&
              acceptedByResponse(sent, peer, own) &&
              !sent.some(
                (other) =>
                  other.frame.variant === 'PeerConnect' &&
                  text(other.frame.body.cid) === peer &&
                  other.event.line < event.line,
              ),
          )
            ? 'an offer that a decline brings about'
            : undefined;
        default:
          return undefined;
      }
    },
    sentAtOnce(a, b) {
      if (a.variant !== 'MessageNotification' || b.variant !== 'MessageNotification') return false;
      return sendsOf(a).some((one) =>
        sendsOf(b).some((other) => Math.abs(one.event.at - other.event.at) < TOGETHER),
      );
    },
  };
}

function acceptedByResponse(sent: readonly Sent[], decliner: string, dialler: string): boolean {
  return sent.some(
    ({ frame }) =>
      frame.variant === 'PeerRegisterRespond' &&
      frame.body.accept === true &&
      text(frame.body.cid) === decliner &&
      text(frame.body.peer_cid) === dialler,
  );
}

/** Two opposite asks, close together, the second made before its side could have heard of the first. */
function crossingAsks(sent: readonly Sent[], received: readonly Sent[]): { a: string; b: string }[] {
  const asks = sent.filter(({ frame }) => frame.variant === 'PeerRegister');
  const crossings: { a: string; b: string }[] = [];
  for (const first of asks) {
    for (const second of asks) {
      const [a, b] = [text(first.frame.body.cid), text(first.frame.body.peer_cid)];
      const opposite = text(second.frame.body.cid) === b && text(second.frame.body.peer_cid) === a;
      if (!opposite || second.event.line <= first.event.line || second.event.at - first.event.at >= TOGETHER)
        continue;
      const heard = received.some(
        ({ event, frame }) =>
          frame.variant === 'PeerRegisterNotification' &&
          text(frame.body.cid) === b &&
          text(frame.body.peer_cid) === a &&
          event.line > first.event.line &&
          event.line < second.event.line,
      );
      if (!heard) crossings.push({ a, b });
    }
  }
  return crossings;
}

/** Registers and Connects that were under way together, where the service let only some of them through. */
function signInsAtOnce(
  sent: readonly Sent[],
  received: readonly Sent[],
): Map<string, { group: string; cid: string }> {
  const found = new Map<string, { group: string; cid: string }>();
  const attempts = sent.filter(({ frame }) => frame.variant === 'Register' || frame.variant === 'Connect');
  const answerTo = (attempt: Sent): Sent | undefined =>
    received.find(({ frame }) => frame.body.request_id === attempt.frame.body.request_id);
  let group: Sent[] = [];
  const close = (): void => {
    const refused = group.some((attempt) =>
      text(answerTo(attempt)?.frame.body.message).startsWith('Localhost is already trying'),
    );
    const name = `sign-in at once ${group[0]?.event.line ?? 0}`;
    if (refused) {
      for (const { frame } of group) {
        found.set(text(frame.body.request_id), { group: name, cid: cidOf(text(frame.body.username)) });
      }
    }
    group = [];
  };
  for (const attempt of attempts) {
    const [first] = group;
    const overlaps =
      first !== undefined &&
      attempt.event.at - first.event.at < TOGETHER &&
      group.some((other) => (answerTo(other)?.event.line ?? Infinity) > attempt.event.line);
    if (!overlaps) close();
    group.push(attempt);
  }
  close();
  return found;
}
