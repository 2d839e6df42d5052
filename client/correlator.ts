import type { RequestId } from '../facts/ids.ts';
import type { Answer, FailureCode } from '../ports/backend.ts';
import type { Clock, TimerHandle } from '../ports/clock.ts';
import { classifyError, failureText } from '../protocol/index.ts';
import type { RequestBodies, ResponseBodies, ResponseFrame } from '../protocol/index.ts';

/** What one kind of request waits for: variant first, then request id (protocol.md A.3). */
interface Expectation {
  readonly success: readonly (keyof ResponseBodies)[];
  readonly failure: readonly (keyof ResponseBodies)[];
  /** Milliseconds; the service never answers a request that it cannot read. */
  readonly timeout: number;
}

const SECOND = 1_000;

/**
 * The requests that this client makes. A dial is given 75 s: the service says no at 30 s and may still succeed.
 * Lists are given more than the service's own bound of 30 s. An ask is answered when a person answers; after its
 * time the store repeats it, and a late answer is still recognised.
 */
export const EXPECTED = {
  Register: {
    success: ['ConnectSuccess', 'SessionAlreadyActive'],
    failure: ['RegisterFailure', 'ConnectFailure'],
    timeout: 60 * SECOND,
  },
  Connect: {
    success: ['ConnectSuccess', 'SessionAlreadyActive'],
    failure: ['ConnectFailure'],
    timeout: 60 * SECOND,
  },
  Disconnect: {
    success: ['DisconnectNotification'],
    failure: ['PeerDisconnectFailure'],
    timeout: 15 * SECOND,
  },
  GetSessions: { success: ['GetSessionsResponse'], failure: [], timeout: 5 * SECOND },
  ConnectionManagement: {
    success: ['ConnectionManagementSuccess'],
    failure: ['ConnectionManagementFailure'],
    timeout: 10 * SECOND,
  },
  ListAllPeers: { success: ['ListAllPeersResponse'], failure: ['ListAllPeersFailure'], timeout: 35 * SECOND },
  ListRegisteredPeers: {
    success: ['ListRegisteredPeersResponse'],
    failure: ['ListRegisteredPeersFailure'],
    timeout: 35 * SECOND,
  },
  PeerRegister: {
    success: ['PeerRegisterSuccess'],
    failure: ['PeerRegisterFailure'],
    timeout: 300 * SECOND,
  },
  PeerRegisterRespond: {
    success: ['PeerRegisterSuccess'],
    failure: ['PeerRegisterFailure'],
    timeout: 15 * SECOND,
  },
  PeerConnect: { success: ['PeerConnectSuccess'], failure: ['PeerConnectFailure'], timeout: 75 * SECOND },
  PeerConnectAccept: {
    success: ['PeerConnectAcceptSuccess'],
    failure: ['PeerConnectAcceptFailure'],
    timeout: 15 * SECOND,
  },
  PeerDisconnect: {
    success: ['DisconnectNotification'],
    failure: ['PeerDisconnectFailure'],
    timeout: 15 * SECOND,
  },
  Message: { success: ['MessageSendSuccess'], failure: ['MessageSendFailure'], timeout: 20 * SECOND },
} as const satisfies Partial<Record<keyof RequestBodies, Expectation>>;

/** The variants that this client sends. */
export type Asked = keyof typeof EXPECTED;

/** A request that was handed over: enough to know what a late answer is about. */
export interface Sent {
  readonly variant: Asked;
  readonly requestId: RequestId;
  readonly account: string | null;
  readonly peer: string | null;
}

interface Waiter extends Sent {
  readonly settle: (answer: Answer<ResponseFrame>) => void;
  readonly timer: TimerHandle;
}

/** How many timed-out requests are remembered, so that a late answer is not a riddle. */
const REMEMBERED = 500;

/** What a frame was to the waiters. */
export type Match =
  | { readonly kind: 'answered' | 'late'; readonly sent: Sent }
  | { readonly kind: 'unmatched'; readonly sent: null };

/** Brings answers to those who asked. Answers in any order, late, twice or never are all harmless. */
export class Correlator {
  readonly #clock: Clock;
  readonly #onTimeout: (sent: Sent) => void;
  readonly #waiters = new Map<RequestId, Waiter>();
  readonly #late = new Map<RequestId, Sent>();

  constructor(clock: Clock, onTimeout: (sent: Sent) => void) {
    this.#clock = clock;
    this.#onTimeout = onTimeout;
  }

  /** Waits for the answer. Call it before the frame is handed over: an answer may come in the same turn. */
  wait(sent: Sent): Promise<Answer<ResponseFrame>> {
    return new Promise((resolve) => {
      const timer = this.#clock.setTimeout(() => {
        this.#waiters.delete(sent.requestId);
        this.#remember(sent);
        this.#onTimeout(sent);
        resolve({ ok: false, failure: { kind: 'unanswered', cause: 'timeout' } });
      }, EXPECTED[sent.variant].timeout);
      this.#waiters.set(sent.requestId, { ...sent, settle: resolve, timer });
    });
  }

  /** Takes a waiter back whose frame was never handed over. */
  withdraw(requestId: RequestId): void {
    const waiter = this.#waiters.get(requestId);
    if (!waiter) return;
    this.#clock.clearTimeout(waiter.timer);
    this.#waiters.delete(requestId);
  }

  /** Brings an answer to its waiter: by variant first, then by request id. */
  match(frame: ResponseFrame): Match {
    const requestId = frame.body.request_id;
    if (requestId === null) return { kind: 'unmatched', sent: null };
    const waiter = this.#waiters.get(requestId);
    if (waiter && isAnswer(waiter.variant, frame)) {
      this.#settle(waiter, frame);
      return { kind: 'answered', sent: waiter };
    }
    const late = this.#late.get(requestId);
    if (late && isAnswer(late.variant, frame)) {
      this.#late.delete(requestId);
      return { kind: 'late', sent: late };
    }
    return { kind: 'unmatched', sent: null };
  }

  /** Brings an answer without a request id to whoever waits for just that about that pair. */
  matchPair(variant: Asked, account: string, peer: string | null, frame: ResponseFrame): void {
    for (const waiter of this.#waiters.values()) {
      if (waiter.variant !== variant || waiter.account !== account || waiter.peer !== peer) continue;
      this.#settle(waiter, frame);
      return;
    }
  }

  /** The socket is gone, and with it every answer: all waiters learn it now, each request forgotten. */
  lost(): void {
    const waiters = [...this.#waiters.values()];
    this.#waiters.clear();
    this.#late.clear();
    for (const waiter of waiters) {
      this.#clock.clearTimeout(waiter.timer);
      waiter.settle({ ok: false, failure: { kind: 'unanswered', cause: 'connection-lost' } });
    }
  }

  #settle(waiter: Waiter, frame: ResponseFrame): void {
    this.#clock.clearTimeout(waiter.timer);
    this.#waiters.delete(waiter.requestId);
    waiter.settle(answerOf(waiter.variant, frame));
  }

  #remember(sent: Sent): void {
    this.#late.set(sent.requestId, sent);
    if (this.#late.size <= REMEMBERED) return;
    const oldest = this.#late.keys().next().value;
    if (oldest !== undefined) this.#late.delete(oldest);
  }
}

function isAnswer(variant: Asked, frame: ResponseFrame): boolean {
  const expected: Expectation = EXPECTED[variant];
  return expected.success.includes(frame.variant) || expected.failure.includes(frame.variant);
}

/** What a frame says as the answer to a request of that variant. */
export function answerOf(variant: Asked, frame: ResponseFrame): Answer<ResponseFrame> {
  const expected: Expectation = EXPECTED[variant];
  if (expected.success.includes(frame.variant)) return { ok: true, result: frame };
  return { ok: false, failure: refusalOf(frame) };
}

/** A failure frame as a refusal: its raw text, and what the text means. */
export function refusalOf(frame: ResponseFrame): { kind: 'refused'; code: FailureCode; reason: string } {
  const reason = failureText(frame) ?? '';
  return { kind: 'refused', code: classifyError(reason), reason };
}
