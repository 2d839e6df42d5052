import type { MessageId } from '../../facts/index.ts';
import type { Ranges } from '../../facts/ranges.ts';
import { uuidFrom } from '../../mocks/index.ts';
import type { Backend, BackendEvent } from '../../ports/backend.ts';
import type { Random } from '../../ports/random.ts';
import type { Relay } from '../../ports/relay.ts';
import { decodePayload, encodePayload } from '../../protocol/payload.ts';
import type { Payload } from '../../protocol/payload.ts';

/*
 * Clients without one of the measures that make a lossy service harmless and a Read true. They show that a run
 * without them fails.
 */

/** What a client can be made to lack. */
export type Broken = 'de-duplication' | 'sync' | 'read-set';

/** Changes bodies between the stores and the transport; null drops the body. */
interface Tamper {
  sent(payload: Payload): Payload | null;
  arrived(payload: Payload): Payload | null;
}

const TAMPERS: Record<Broken, (random: Random) => Tamper> = {
  // Every arrival gets a new id, so that none is recognised; receipts use the id that was sent.
  'de-duplication': (random) => {
    const originals = new Map<MessageId, MessageId>();
    return {
      sent: (payload) =>
        payload.type === 'receipt' && payload.kind === 'delivered' && originals.has(payload.id)
          ? { ...payload, id: originals.get(payload.id)! }
          : payload,
      arrived: (payload) => {
        if (payload.type !== 'message') return payload;
        const id = uuidFrom(random) as MessageId;
        originals.set(id, payload.id);
        return { ...payload, id };
      },
    };
  },
  sync: () => {
    const withoutSync = (payload: Payload): Payload | null => (payload.type === 'sync' ? null : payload);
    return { sent: withoutSync, arrived: withoutSync };
  },
  // One number, up to which everything counts as read.
  'read-set': () => ({
    sent: (payload) => {
      const upTo = (ranges: Ranges): Ranges => (ranges.length > 0 ? [[1, ranges.at(-1)![1]]] : ranges);
      if (payload.type === 'receipt' && payload.kind === 'read')
        return { ...payload, ranges: upTo(payload.ranges) };
      if (payload.type === 'sync' && payload.yours?.seen)
        return { ...payload, yours: { ...payload.yours, seen: upTo(payload.yours.seen) } };
      return payload;
    },
    arrived: (payload) => payload,
  }),
};

/** The ports of one page for such a client. */
export function crippled(
  broken: Broken | null,
  backend: Backend,
  relay: Relay,
  random: Random,
): { backend: Backend; relay: Relay } {
  if (!broken) return { backend, relay };
  const tamper = TAMPERS[broken](random);
  const through = (way: 'sent' | 'arrived', body: Uint8Array): Uint8Array | null => {
    const decoded = decodePayload(body);
    if (decoded.kind !== 'payload') return body;
    const payload = tamper[way](decoded.payload);
    return payload && encodePayload(payload);
  };
  return {
    backend: overriding(backend, {
      send: (account, peer, body, options) => {
        const changed = through('sent', body);
        if (changed) return backend.send(account, peer, changed, options);
        options.handedOver?.();
        return Promise.resolve({ ok: true, result: undefined });
      },
      subscribe: (listener) =>
        backend.subscribe((event: BackendEvent) => {
          if (event.type !== 'body') return listener(event);
          const body = through('arrived', event.body);
          if (body) listener({ ...event, body });
        }),
    }),
    relay: overriding(relay, {
      send: (envelope) => {
        const body = through('sent', envelope.body);
        return body ? relay.send({ ...envelope, body }) : Promise.resolve({ outcome: 'accepted' });
      },
      subscribe: (account, receive) =>
        relay.subscribe(account, async (envelope) => {
          const body = through('arrived', envelope.body);
          if (body) await receive({ ...envelope, body });
        }),
    }),
  };
}

/** The same object with some of its methods replaced. */
export function overriding<Port extends object>(port: Port, changes: Partial<Port>): Port {
  return new Proxy(port, {
    get(target, name) {
      if (name in changes) return changes[name as keyof Port];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
