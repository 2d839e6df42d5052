import type { AccountId } from '../facts/ids.ts';
import { tellAll } from '../facts/listeners.ts';
import type { RelayCode } from '../facts/refusals.ts';
import type { Relay, RelayAnswer, RelayEnvelope } from '../ports/relay.ts';
import type { SimulatedService, World } from './model.ts';

/** Options of `simulation.relay`. */
export interface RelayOptions {
  /** What people read after "through". Default `the server`. */
  readonly name?: string;
}

/** What the relay does with an envelope. */
export type RelayConduct =
  | 'accept'
  /** Accepts it, and loses the answer: `unanswered`. */
  | 'drop-answer'
  /** Neither accepts nor answers it. */
  | 'drop'
  /** Refuses it with this text; without a code as `unknown`, which is sent again. */
  | { readonly refuse: string; readonly code?: RelayCode };

/** The relay as one browser sees it, with handles for what can go wrong. */
export interface SimulatedRelay extends Relay {
  /** Disconnects this browser from the relay, or connects it again. */
  setUp(up: boolean): void;
  /** What happens to this browser's envelopes from now on. Default `accept`. */
  conduct: RelayConduct;
  /** Envelopes of all browsers that are stored and not acknowledged, oldest first. */
  readonly stored: readonly RelayEnvelope[];
}

interface Subscription {
  readonly account: AccountId;
  readonly receive: (envelope: RelayEnvelope) => Promise<void>;
  readonly isUp: () => boolean;
  isBusy: boolean;
}

/** How long a sender waits for an answer, in milliseconds. */
const ANSWER_BOUND = 10_000;
/** How long until an envelope that its receiver could not store is offered again, in milliseconds. */
const OFFER_AGAIN = 1000;

/** The server's side of the relay: stores until acknowledged, accepts an envelope's id once. */
export function createRelayStation(world: World): {
  browser(service: SimulatedService, options?: RelayOptions): SimulatedRelay;
} {
  const stored: RelayEnvelope[] = [];
  const known = new Set<string>();
  const subscriptions = new Set<Subscription>();

  function offer(subscription: Subscription): void {
    if (subscription.isBusy || !subscriptions.has(subscription) || !subscription.isUp()) return;
    const next = stored.find((envelope) => envelope.to === subscription.account);
    if (!next) return;
    subscription.isBusy = true;
    world.later(world.latencies.hop, () => void handOver(subscription, next));
  }

  async function handOver(subscription: Subscription, envelope: RelayEnvelope): Promise<void> {
    const wanted = subscriptions.has(subscription) && subscription.isUp() && stored.includes(envelope);
    try {
      if (wanted) {
        await subscription.receive({ ...envelope, body: envelope.body.slice() });
        const index = stored.indexOf(envelope);
        if (index !== -1) stored.splice(index, 1);
      }
      subscription.isBusy = false;
      offer(subscription);
    } catch {
      world.later(OFFER_AGAIN, () => {
        subscription.isBusy = false;
        offer(subscription);
      });
    }
  }

  function take(envelope: RelayEnvelope): void {
    const key = `${envelope.from}/${envelope.id}`;
    if (known.has(key)) return;
    known.add(key);
    stored.push({ ...envelope, body: envelope.body.slice() });
    for (const subscription of subscriptions) if (subscription.account === envelope.to) offer(subscription);
  }

  return {
    browser(service, options = {}) {
      let up = true;
      const watchers = new Set<() => void>();
      const answerAfter = (
        ms: number | readonly [number, number],
        answer: RelayAnswer,
      ): Promise<RelayAnswer> => new Promise((resolve) => void world.later(ms, () => resolve(answer)));

      const relay: SimulatedRelay = {
        name: options.name ?? null,
        conduct: 'accept',
        stored,
        get isUp() {
          return up;
        },
        setUp(value) {
          if (up === value) return;
          up = value;
          tellAll(watchers);
          if (up) for (const subscription of subscriptions) offer(subscription);
        },
        send(envelope) {
          const { latencies } = world;
          if (!up) return answerAfter(latencies.hop, { outcome: 'unanswered', cause: 'connection-lost' });
          const { conduct } = relay;
          if (typeof conduct === 'object') {
            const refusal = {
              outcome: 'refused',
              code: conduct.code ?? 'unknown',
              reason: conduct.refuse,
            } as const;
            return answerAfter(latencies.hop, refusal);
          }
          // The relay authenticates senders: a browser sends only for accounts signed in on its service.
          if (!service.state.held.has(envelope.from)) {
            return answerAfter(latencies.hop, {
              outcome: 'refused',
              code: 'unknown',
              reason: 'The sender is not signed in here',
            });
          }
          if (!world.server.accounts.has(envelope.to)) {
            return answerAfter(latencies.hop, {
              outcome: 'refused',
              code: 'not-registered',
              reason: 'No such recipient',
            });
          }
          if (conduct !== 'drop') world.later(latencies.hop, () => take(envelope));
          if (conduct !== 'accept')
            return answerAfter(ANSWER_BOUND, { outcome: 'unanswered', cause: 'timeout' });
          return answerAfter([latencies.hop[1], latencies.hop[1] * 2], { outcome: 'accepted' });
        },
        subscribe(account, receive) {
          const subscription: Subscription = { account, receive, isUp: () => up, isBusy: false };
          subscriptions.add(subscription);
          offer(subscription);
          return () => void subscriptions.delete(subscription);
        },
        watch(changed) {
          watchers.add(changed);
          return () => void watchers.delete(changed);
        },
      };
      return relay;
    },
  };
}
