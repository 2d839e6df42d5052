import type { AccountId, RequestId } from '../facts/ids.ts';
import type { RouteName } from '../facts/evidence.ts';
import { inTime } from '../facts/in-time.ts';
import { requestIdOf } from '../facts/uuid.ts';
import type { Answer } from '../ports/backend.ts';
import type { RelayAnswer } from '../ports/relay.ts';
import { encodePayload } from '../protocol/payload.ts';
import type { Payload } from '../protocol/payload.ts';
import type { Core } from './core.ts';
import type { Pairs, PairState } from './pairs.ts';

/** After this long a relay's silence is one. A relay has its own, shorter bounds for each of its steps. */
const RELAY_MS = 60_000;

const NOT_SENT: Answer = { ok: false, failure: { kind: 'not-sent', code: 'link-down', reason: null } };

/** Hands a body to an account of this browser as if it had come from `peer`; resolves true once it is stored. */
export type ReceiveLocally = (account: AccountId, peer: AccountId, body: Uint8Array) => Promise<boolean>;

/** How one body is carried. */
interface Carriage {
  readonly requestId: RequestId;
  /** Unique per body, the same at every attempt; what a relay de-duplicates by. */
  readonly envelopeId: string;
  readonly handedOver?: () => void;
  /** Asked right before it is handed over: there is no need any more. */
  readonly isWithdrawn?: () => boolean;
}

/** Carries bodies by whichever route is decided. Knows nothing of messages. */
export class Transport {
  readonly #core: Core;
  readonly #pairs: Pairs;
  readonly #receiveLocally: ReceiveLocally;

  /** `receiveLocally` is the receiving end inside this browser. */
  constructor(core: Core, pairs: Pairs, receiveLocally: ReceiveLocally) {
    this.#core = core;
    this.#pairs = pairs;
    this.#receiveLocally = receiveLocally;
  }

  /** Carries one body. A page that follows another one carries nothing. */
  async carry(pair: PairState, route: RouteName, body: Uint8Array, carriage: Carriage): Promise<Answer> {
    if (!this.#core.isActing) return NOT_SENT;
    const { account, peer } = pair;
    const { envelopeId: id, handedOver, ...options } = carriage;
    if (route === 'channel')
      return this.#core.backend.send(account, peer, body, {
        ...options,
        ...(handedOver && { handedOver }),
        // It may have stood in line: by now the account may have been left, or the channel ended.
        isWithdrawn: () => !pair.channel || options.isWithdrawn?.() === true,
      });
    if (route === 'relay') {
      const { relay } = this.#core;
      if (!relay?.isUp) return NOT_SENT;
      handedOver?.();
      return ofRelay(await this.#inTime(() => relay.send({ id, from: account, to: peer, body })));
    }
    handedOver?.();
    const isStored = await this.#receiveLocally(peer, account, body);
    if (isStored) return { ok: true, result: undefined };
    return { ok: false, failure: { kind: 'refused', code: 'not-stored', reason: null } };
  }

  /** Whatever is plugged in as a relay: one that says nothing, or fails, must not keep what waits behind this. */
  #inTime(send: () => Promise<RelayAnswer>): Promise<RelayAnswer> {
    const unanswered = (cause: 'timeout' | 'connection-lost'): RelayAnswer => ({
      outcome: 'unanswered',
      cause,
    });
    return inTime(this.#core.clock, RELAY_MS, send, () => unanswered('timeout')).catch(() =>
      unanswered('connection-lost'),
    );
  }

  /**
   * Says something that is worth nothing later (a receipt, a sync, a word of presence): by whichever route there is
   * now, or not at all. What is lost here, the next sync makes good.
   */
  async say(pair: PairState, payload: Payload, only?: readonly RouteName[]): Promise<boolean> {
    const { route } = this.#pairs.route(pair);
    if (route === 'none' || (only && !only.includes(route))) return false;
    const bytes = this.#core.random.bytes(16);
    const requestId = requestIdOf(bytes);
    const answer = await this.carry(pair, route, encodePayload(payload), {
      requestId,
      // Its id tells a relay the order in which envelopes were made, also where the clock was set back.
      envelopeId: route === 'relay' ? this.#core.messageId(bytes) : requestId,
    });
    return answer.ok;
  }
}

function ofRelay(answer: RelayAnswer): Answer {
  if (answer.outcome === 'accepted') return { ok: true, result: undefined };
  if (answer.outcome === 'unanswered')
    return { ok: false, failure: { kind: 'unanswered', cause: answer.cause } };
  const { code, reason } = answer;
  return { ok: false, failure: { kind: 'refused', code, reason } };
}
