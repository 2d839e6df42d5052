import type { RequestId } from '../facts/ids.ts';
import { LOST } from './answers.ts';
import type { Answer, FailureCode } from '../ports/backend.ts';
import type { Clock, TimerHandle } from '../ports/clock.ts';
import { classifyError, failureText } from '../protocol/index.ts';
import type { RequestBodies, ResponseBodies, ResponseFrame } from '../protocol/index.ts';

/**
 * The expected answers of a kind of request, and its time-out, because the service never answers a request that it
 * cannot read.
 */
interface Expectation {
  readonly success: readonly (keyof ResponseBodies)[];
  readonly failure: readonly (keyof ResponseBodies)[];
  readonly seconds: number;
}

/**
 * The requests that this client makes. A dial is given 75 s: the service says no at 30 s and may still succeed. Lists
 * are given more than the service's own bound of 30 s. The list of sessions is also the probe by which a page finds
 * within 5 s that its socket is dead. A request for contact is answered when the other person answers; after its
 * time-out the store repeats it, and a late answer is still recognised.
 */
const EXPECTED = {
  Register: {
    success: ['ConnectSuccess', 'SessionAlreadyActive'],
    failure: ['RegisterFailure', 'ConnectFailure'],
    seconds: 60,
  },
  Connect: {
    success: ['ConnectSuccess', 'SessionAlreadyActive'],
    failure: ['ConnectFailure'],
    seconds: 60,
  },
  Disconnect: { success: ['DisconnectNotification'], failure: ['PeerDisconnectFailure'], seconds: 15 },
  GetSessions: { success: ['GetSessionsResponse'], failure: [], seconds: 4 },
  ConnectionManagement: {
    success: ['ConnectionManagementSuccess'],
    failure: ['ConnectionManagementFailure'],
    seconds: 10,
  },
  ListAllPeers: { success: ['ListAllPeersResponse'], failure: ['ListAllPeersFailure'], seconds: 35 },
  ListRegisteredPeers: {
    success: ['ListRegisteredPeersResponse'],
    failure: ['ListRegisteredPeersFailure'],
    seconds: 35,
  },
  PeerRegister: { success: ['PeerRegisterSuccess'], failure: ['PeerRegisterFailure'], seconds: 300 },
  PeerRegisterRespond: { success: ['PeerRegisterSuccess'], failure: ['PeerRegisterFailure'], seconds: 15 },
  PeerConnect: { success: ['PeerConnectSuccess'], failure: ['PeerConnectFailure'], seconds: 75 },
  PeerConnectAccept: {
    success: ['PeerConnectAcceptSuccess'],
    failure: ['PeerConnectAcceptFailure'],
    seconds: 15,
  },
  PeerDisconnect: { success: ['DisconnectNotification'], failure: ['PeerDisconnectFailure'], seconds: 15 },
  Message: { success: ['MessageSendSuccess'], failure: ['MessageSendFailure'], seconds: 20 },
} as const satisfies Partial<Record<keyof RequestBodies, Expectation>>;

/** Whether a frame of that variant answers such a request. */
function isAnswer(asked: SentVariant, variant: string): boolean {
  const { success, failure }: { success: readonly string[]; failure: readonly string[] } = EXPECTED[asked];
  return success.includes(variant) || failure.includes(variant);
}

/** Requests without effects. For any other, an unreadable answer leaves the outcome unknown. */
const READING: readonly string[] = ['GetSessions', 'ListAllPeers', 'ListRegisteredPeers'];

/** The result for an answer that cannot be read. */
export const UNREADABLE = {
  kind: 'refused',
  code: 'unreadable',
  reason: null,
} as const;

/** The variants that this client sends. */
export type SentVariant = keyof typeof EXPECTED;

/** A request that was handed over, as it is remembered for a late answer. */
export interface Sent {
  readonly variant: SentVariant;
  readonly requestId: RequestId;
  readonly account: string | null;
  readonly peer: string | null;
}

interface Waiter extends Sent {
  readonly settle: (answer: Answer<ResponseFrame>) => void;
  readonly timer: TimerHandle;
}

/** How many timed-out requests are remembered to match late answers. */
const REMEMBERED = 500;

/** How a response matched the pending requests. */
export type Match =
  | { readonly kind: 'answered' | 'late'; readonly sent: Sent }
  | { readonly kind: 'unmatched'; readonly sent: null };

/** Matches responses to pending requests. */
export interface Correlator {
  /** Registers a request. Call it before the frame is handed over, since the answer may come in the same turn. */
  wait(sent: Sent): Promise<Answer<ResponseFrame>>;
  /** Removes a request whose frame was never handed over. */
  withdraw(requestId: RequestId): void;
  /** Settles the request that an answer belongs to: by variant first, then by request id. */
  match(frame: ResponseFrame): Match;
  /** Settles a read request whose answer cannot be decoded, instead of letting it time out. */
  unreadable(answer: { readonly variant: string; readonly requestId: RequestId }): void;
  /** Settles the request that waits for this answer about this pair, by an answer without a request id. */
  matchPair(variant: SentVariant, account: string, peer: string | null, frame: ResponseFrame): void;
  /** Fails every pending request, because the socket is closed and no answer can come. */
  lost(): void;
}

/** Makes a correlator, which handles answers in any order, late, repeated or missing. */
export function createCorrelator(clock: Clock, onTimeout: (sent: Sent) => void): Correlator {
  const waiters = new Map<RequestId, Waiter>();
  const late = new Map<RequestId, Sent>();

  function forget({ requestId, timer }: Waiter): void {
    clock.clearTimeout(timer);
    waiters.delete(requestId);
  }

  function answer(waiter: Waiter, frame: ResponseFrame): void {
    forget(waiter);
    const failures: readonly string[] = EXPECTED[waiter.variant].failure;
    const isRefused = failures.includes(frame.variant);
    waiter.settle(isRefused ? { ok: false, failure: refusalOf(frame) } : { ok: true, result: frame });
  }

  return {
    wait: (sent) =>
      new Promise((settle) => {
        const { requestId } = sent;
        const timer = clock.setTimeout(() => {
          waiters.delete(requestId);
          late.set(requestId, sent);
          if (late.size > REMEMBERED) late.delete(late.keys().next().value!);
          onTimeout(sent);
          settle({ ok: false, failure: { kind: 'unanswered', cause: 'timeout' } });
        }, EXPECTED[sent.variant].seconds * 1_000);
        waiters.set(requestId, { ...sent, settle, timer });
      }),
    withdraw(requestId) {
      const waiter = waiters.get(requestId);
      if (waiter) forget(waiter);
    },
    match(frame) {
      const waiter = find(waiters, frame);
      if (waiter) {
        answer(waiter, frame);
        return { kind: 'answered', sent: waiter };
      }
      const sent = find(late, frame);
      if (!sent) return { kind: 'unmatched', sent: null };
      late.delete(sent.requestId);
      return { kind: 'late', sent };
    },
    unreadable({ variant, requestId }) {
      const waiter = waiters.get(requestId);
      if (!waiter || !READING.includes(waiter.variant)) return;
      if (!isAnswer(waiter.variant, variant)) return;
      forget(waiter);
      waiter.settle({ ok: false, failure: UNREADABLE });
    },
    matchPair(variant, account, peer, frame) {
      for (const waiter of waiters.values())
        if (waiter.variant === variant && waiter.account === account && waiter.peer === peer)
          return answer(waiter, frame);
    },
    lost() {
      late.clear();
      for (const waiter of waiters.values()) {
        forget(waiter);
        waiter.settle(LOST);
      }
    },
  };
}

/** The request that a frame answers, by variant and request id. */
function find<One extends Sent>(asked: ReadonlyMap<RequestId, One>, frame: ResponseFrame): One | undefined {
  const { request_id } = frame.body;
  const one = request_id === null ? undefined : asked.get(request_id);
  return one && isAnswer(one.variant, frame.variant) ? one : undefined;
}

/** Turns a failure frame into a refusal: its raw text, and the code of that. */
export function refusalOf(frame: ResponseFrame): {
  kind: 'refused';
  code: FailureCode;
  reason: string | null;
} {
  const reason = failureText(frame) || null;
  return { kind: 'refused', code: classifyError(reason ?? ''), reason };
}
