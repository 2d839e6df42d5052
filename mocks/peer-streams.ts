import type { AccountId, MessageId } from '../facts/ids.ts';
import { hasIndex, rangesOf } from '../facts/ranges.ts';
import type { Clock } from '../ports/clock.ts';
import type { PayloadOf } from '../protocol/payload.ts';

/** The route of a message. */
export type Route = 'channel' | 'relay';

/** A message that reached a scripted peer. */
export interface ReceivedMessage {
  readonly from: AccountId;
  readonly route: Route;
  readonly at: number;
  readonly payload: PayloadOf<'message'>;
}

/** What a scripted peer has written on its stream, and what has arrived of the others'. */
export class PeerStreams {
  /** In the order of their arrival, repetitions included. */
  readonly received: ReceivedMessage[] = [];
  readonly #stream: string;
  readonly #clock: Clock;
  readonly #nextIndex = new Map<AccountId, number>();
  readonly #written = new Map<AccountId, PayloadOf<'message'>[]>();

  constructor(stream: string, clock: Clock) {
    this.#stream = stream;
    this.#clock = clock;
  }

  /** The next message to that person. */
  write(to: AccountId, id: MessageId, text: string): PayloadOf<'message'> {
    const index = this.#nextIndex.get(to) ?? 1;
    this.#nextIndex.set(to, index + 1);
    const message: PayloadOf<'message'> = {
      v: 1,
      type: 'message',
      id,
      stream: this.#stream,
      index,
      text,
      sentAt: this.#clock.now(),
    };
    this.#written.set(to, [...(this.#written.get(to) ?? []), message]);
    return message;
  }

  /** What was written and is not at the other side, as that side says. */
  missing(to: AccountId, { yours }: PayloadOf<'sync'>): PayloadOf<'message'>[] {
    const here = yours?.stream === this.#stream ? yours : null;
    const isHere = (index: number): boolean => here !== null && hasIndex(here.here, index);
    return (this.#written.get(to) ?? []).filter(({ index }) => !isHere(index));
  }

  /** Says what is here of the other side's stream. */
  answer(from: AccountId, theirs: string): PayloadOf<'sync'> {
    const here = rangesOf(
      this.received
        .filter((message) => message.from === from && message.payload.stream === theirs)
        .map((message) => message.payload.index),
    );
    const next = this.#nextIndex.get(from) ?? 1;
    return {
      v: 1,
      type: 'sync',
      kind: 'answer',
      mine: { stream: this.#stream, next, voids: [], settled: 0 },
      yours: { stream: theirs, here },
      at: this.#clock.now(),
    };
  }
}
