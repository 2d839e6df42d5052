import type { AccountId } from '../../facts/index.ts';
import type { LoggedFrame, Simulation } from '../../mocks/index.ts';
import { decodePayload } from '../../protocol/payload.ts';
import type { Payload } from '../../protocol/payload.ts';

/** What a frame of the wire carries from one person to another; undefined for any other frame. */
export function payloadOf({ frame }: LoggedFrame): Payload | undefined {
  if (frame?.variant !== 'Message' && frame?.variant !== 'MessageNotification') return undefined;
  const heard = decodePayload(frame.body.message);
  return heard.kind === 'payload' ? heard.payload : undefined;
}

/** Whether a frame carries the message with that text. */
export function isAbout(entry: LoggedFrame, text: string): boolean {
  const payload = payloadOf(entry);
  return payload?.type === 'message' && payload.text === text;
}

const PATIENCE_MS = 30_000;

/**
 * Waits for a frame, also one that has crossed already.
 * @throws Error when none has come in time; says which frames came last.
 */
export function crossing(
  { frames, clock }: Simulation,
  isIt: (entry: LoggedFrame) => boolean,
): Promise<LoggedFrame> {
  const found = frames.entries.find(isIt);
  if (found) return Promise.resolve(found);
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(() => {
      stop();
      const last = frames.entries.slice(-10).map(({ direction, frame }) => `${direction} ${frame?.variant}`);
      reject(new Error(`waited for a frame; the last ones were ${last.join(', ')}`));
    }, PATIENCE_MS);
    const stop = frames.subscribe((entry) => {
      if (!isIt(entry)) return;
      stop();
      clock.clearTimeout(timer);
      resolve(entry);
    });
  });
}

/** A claim of a session, as it crossed the wire. */
export interface Claim {
  readonly account: AccountId;
  readonly isForced: boolean;
  readonly socket: string;
}

/** What has crossed the sockets of one service, for tests to ask. */
export class Wire {
  readonly #simulation: Simulation;
  readonly #service: string;

  constructor(simulation: Simulation, service: string) {
    this.#simulation = simulation;
    this.#service = service;
  }

  /** Every frame, oldest first. */
  get frames(): readonly LoggedFrame[] {
    return this.#simulation.frames.entries.filter(({ service }) => service === this.#service);
  }

  /** Every socket that was ever greeted, oldest first. */
  get sockets(): readonly string[] {
    return this.frames
      .filter(({ frame }) => frame?.variant === 'ServiceConnectionAccepted')
      .map(({ socket }) => socket);
  }

  /** Requests of that kind. */
  requests(variant: string): readonly LoggedFrame[] {
    return this.frames.filter(({ direction, frame }) => direction === 'in' && frame?.variant === variant);
  }

  get claims(): readonly Claim[] {
    return this.requests('ConnectionManagement').flatMap(({ frame, socket }): Claim[] => {
      if (frame?.variant !== 'ConnectionManagement') return [];
      const command = frame.body.management_command;
      if (!('ClaimSession' in command)) return [];
      const { session_cid: account, only_if_orphaned: isCareful } = command.ClaimSession;
      return [{ account, isForced: !isCareful, socket }];
    });
  }

  /** The texts of the messages that pages handed to the service, repetitions included. */
  get texts(): readonly string[] {
    return this.requests('Message').flatMap((entry) => {
      const payload = payloadOf(entry);
      return payload?.type === 'message' ? [payload.text] : [];
    });
  }

  /** The receipts that pages sent. */
  receipts(kind: 'delivered' | 'read'): readonly LoggedFrame[] {
    return this.requests('Message').filter((entry) => {
      const payload = payloadOf(entry);
      return payload?.type === 'receipt' && payload.kind === kind;
    });
  }

  /** Whether a page has said that it has read: by a receipt, or by what a `sync` repeats. */
  get isReadTold(): boolean {
    return (
      this.receipts('read').length > 0 ||
      this.requests('Message').some((entry) => {
        const payload = payloadOf(entry);
        const seen = payload?.type === 'sync' && (payload.yours as { seen?: unknown[] } | null)?.seen;
        return seen && seen.length > 0;
      })
    );
  }

  /** Waits for a frame of this service. */
  crossing(isIt: (entry: LoggedFrame) => boolean): Promise<LoggedFrame> {
    return crossing(this.#simulation, (entry) => entry.service === this.#service && isIt(entry));
  }
}
