import type { AccountId, MessageId, Status, ThreadMessage } from '../../facts/index.ts';
import { isTick, statusOf } from '../../facts/status.ts';
import type { Ranges } from '../../facts/ranges.ts';
import type { LoggedFrame } from '../../mocks/index.ts';
import type { Relay } from '../../ports/relay.ts';
import type { StoredMessage } from '../../ports/storage.ts';
import { decodePayload } from '../../protocol/payload.ts';
import { overriding } from './broken.ts';

type Tick = 'sent' | 'delivered' | 'read';

/** The rank of a status. A status without a rank claims nothing. */
const RANK: Partial<Record<Status, number>> = { sent: 1, delivered: 2, read: 3 };

/**
 * What one side may claim about its own messages, by the frames of its service and the answers of its relay that
 * reached its pages, independently of the stores. Every drawn status is checked against it.
 */
export class Ledger {
  readonly falseTicks: string[] = [];
  readonly stepsBack: string[] = [];
  /** Messages of the other side that have reached a page of this one. */
  readonly arrived = new Set<MessageId>();
  /** How many claims were withdrawn because the page died before their evidence was on a disk that failed. */
  forgotten = 0;
  /** How many statuses it was shown. */
  judged = 0;
  /** How many of them were drawn on a screen. */
  drawn = 0;
  /** Whether a message was on a screen of the other side. Absent: nobody looks. */
  wasSeenThere: ((id: MessageId) => boolean) | null = null;
  readonly #account: AccountId;
  readonly #service: string;
  readonly #attempts = new Map<string, MessageId>();
  readonly #spoken = new Map<MessageId, { stream: string; index: number }>();
  readonly #proofs = new Map<MessageId, Set<Tick>>();
  /** How high each message was ever drawn, by where it is drawn. */
  readonly #highest = new Map<string, Map<MessageId, number>>();

  /** How many messages were drawn on a screen. */
  get shown(): number {
    return this.#highest.get('screen')?.size ?? 0;
  }

  constructor(account: AccountId, service: string) {
    this.#account = account;
    this.#service = service;
  }

  /** A frame has crossed a socket. */
  hear({ service, direction, frame }: LoggedFrame): void {
    if (service !== this.#service || !frame || frame.variant === 'Unknown') return;
    if (frame.variant === 'Message' && direction === 'in') {
      const { cid, message, request_id } = frame.body;
      if (cid === this.#account) this.#speak(message, request_id);
    } else if (frame.variant === 'MessageSendSuccess') {
      const id = this.#attempts.get(frame.body.request_id ?? '');
      if (id) this.#prove(id, 'sent');
    } else if (frame.variant === 'MessageNotification' && frame.body.cid === this.#account)
      this.#listen(frame.body.message);
  }

  /** The relay of this side, with its answers written down. */
  overhear(relay: Relay): Relay {
    return overriding(relay, {
      send: async (envelope) => {
        const id = this.#speak(envelope.body, null);
        const answer = await relay.send(envelope);
        if (id && answer.outcome === 'accepted') this.#prove(id, 'sent');
        return answer;
      },
      subscribe: (account, receive) =>
        relay.subscribe(account, (envelope) => {
          this.#listen(envelope.body);
          return receive(envelope);
        }),
    });
  }

  /** A row has changed, as whoever watches the source is told (`row`), or as it is drawn (`screen`). */
  judge(where: 'row' | 'screen', { id, text, status }: Pick<ThreadMessage, 'id' | 'text' | 'status'>): void {
    if (!status) return;
    this.judged += 1;
    if (where === 'screen') this.drawn += 1;
    if (isTick(status) && !this.#proofs.get(id)?.has(status as Tick))
      this.falseTicks.push(`${where}: ${text} is ${status} without proof`);
    if (status === 'read' && this.wasSeenThere && !this.wasSeenThere(id))
      this.falseTicks.push(`${where}: ${text} is read and was on no screen`);
    const highest = this.#highest.get(where) ?? new Map<MessageId, number>();
    this.#highest.set(where, highest);
    const rank = RANK[status] ?? 0;
    const before = highest.get(id) ?? 0;
    if (rank < before) this.stepsBack.push(`${where}: ${text} fell back to ${status}`);
    highest.set(id, Math.max(rank, before));
  }

  /**
   * The page died: it can claim what the disk can prove, and no more. Falling below that would be a step back, and so
   * is every fall where the disk has not failed: a tick is shown once its proof is stored.
   */
  died(onDisk: readonly StoredMessage[], hasDiskFailed: boolean): void {
    const provable = new Map(onDisk.map(({ id, facts }) => [id, RANK[statusOf(facts)] ?? 0]));
    const fallen = new Set<MessageId>();
    for (const highest of this.#highest.values())
      for (const [id, rank] of highest) {
        const floor = provable.get(id) ?? 0;
        if (floor >= rank) continue;
        highest.set(id, floor);
        fallen.add(id);
        if (!hasDiskFailed) this.stepsBack.push(`a claim about ${id} was not on the disk when its page died`);
      }
    this.forgotten += fallen.size;
  }

  #speak(body: Uint8Array, requestId: string | null): MessageId | null {
    const heard = decodePayload(body);
    if (heard.kind !== 'payload' || heard.payload.type !== 'message') return null;
    const { id, stream, index } = heard.payload;
    this.#spoken.set(id, { stream, index });
    if (requestId) this.#attempts.set(requestId, id);
    return id;
  }

  #listen(body: Uint8Array): void {
    const heard = decodePayload(body);
    if (heard.kind !== 'payload') return;
    const { payload } = heard;
    if (payload.type === 'message') this.arrived.add(payload.id);
    if (payload.type === 'receipt' && payload.kind === 'delivered') this.#prove(payload.id, 'delivered');
    else if (payload.type === 'receipt') this.#proveRead(payload.stream, payload.ranges);
    else if (payload.type === 'sync' && payload.yours) {
      const { stream, here, seen = [] } = payload.yours;
      for (const id of this.#within(stream, here)) this.#prove(id, 'delivered');
      this.#proveRead(stream, seen);
    }
  }

  /** What they had on their screen is there, too. */
  #proveRead(stream: string, ranges: Ranges): void {
    for (const id of this.#within(stream, ranges)) {
      this.#prove(id, 'delivered');
      this.#prove(id, 'read');
    }
  }

  /** The messages that have left and stand in these ranges. */
  *#within(stream: string, ranges: Ranges): Iterable<MessageId> {
    for (const [id, spoken] of this.#spoken)
      if (spoken.stream === stream && ranges.some(([from, to]) => from <= spoken.index && spoken.index <= to))
        yield id;
  }

  #prove(id: MessageId, tick: Tick): void {
    const proofs = this.#proofs.get(id) ?? new Set<Tick>();
    this.#proofs.set(id, proofs.add(tick));
  }
}
