import type { AccountId, RequestId } from '../../facts/ids.ts';
import {
  createFakeClock,
  createPeer,
  createSeededRandom,
  createSimulation,
  uuidFrom,
  type FakeClock,
  type Peer,
  type PeerHabits,
  type ServiceOptions,
  type SimulatedService,
  type SimulatedSocket,
  type Simulation,
  type SimulationOptions,
} from '../../mocks/index.ts';
import {
  decode,
  encode,
  type RequestBodies,
  type RequestFrame,
  type ResponseFrame,
} from '../../mocks/wire.ts';

/** The run's seed: shown in the titles, so that a red run can be repeated. */
export const SEED = Math.floor(Math.random() * 1_000_000);

export interface World {
  clock: FakeClock;
  simulation: Simulation;
  /** A service with one account on it, and a scripted peer for that account; its page is open. */
  person(
    name: string,
    options?: ServiceOptions,
    habits?: PeerHabits,
  ): Promise<{ peer: Peer; service: SimulatedService }>;
}

export function createWorld(options: SimulationOptions = {}): World {
  const clock = createFakeClock({ now: 0 });
  const simulation = createSimulation({ clock, random: createSeededRandom(SEED), options });
  return {
    clock,
    simulation,
    async person(name, serviceOptions, habits) {
      const service = simulation.service(name, serviceOptions);
      const known = simulation.services.flatMap((other) => [...other.state.accounts.keys()]);
      const cid = simulation.createAccount({ username: name, service, contacts: known });
      const peer = createPeer(cid, {
        service,
        clock,
        username: name,
        habits,
        relay: simulation.relay(service),
      });
      await during(clock, peer.open());
      return { peer, service };
    },
  };
}

/** Moves the time on until something is done, a millisecond at a time. */
export async function during<T>(clock: FakeClock, promise: Promise<T>, limit = 2000): Promise<T> {
  let done = false;
  void promise.finally(() => (done = true)).catch(() => undefined);
  await clock.settle();
  for (let ms = 0; ms < limit && !done; ms++) await clock.advance(1);
  if (!done) throw new Error(`Not done after ${limit} ms of simulated time.`);
  return promise;
}

/** A raw page: sends what it is told, and records what comes. */
export interface Page {
  readonly socket: SimulatedSocket;
  readonly texts: string[];
  readonly frames: ResponseFrame[];
  readonly closes: number[];
  send<K extends keyof RequestBodies>(variant: K, body: Omit<RequestBodies[K], 'request_id'>): RequestId;
  answersTo(id: RequestId): ResponseFrame[];
}

const ids = createSeededRandom(SEED + 1);

export function openPage(service: SimulatedService): Page {
  const texts: string[] = [];
  const frames: ResponseFrame[] = [];
  const closes: number[] = [];
  const socket = service.connect({
    message(text) {
      texts.push(text);
      const result = decode(text);
      if (result.ok && result.frame.envelope === 'Response' && result.frame.variant !== 'Unknown')
        frames.push(result.frame);
    },
    close: (code) => closes.push(code),
  });
  return {
    socket,
    texts,
    frames,
    closes,
    send(variant, body) {
      const request_id = uuidFrom(ids) as RequestId;
      socket.send(
        encode({ envelope: 'Request', variant, body: { ...body, request_id } } as unknown as RequestFrame),
      );
      return request_id;
    },
    answersTo: (id) => frames.filter((frame) => frame.body.request_id === id),
  };
}

/** The variants of what came, in order. */
export function variants(frames: readonly ResponseFrame[]): string[] {
  return frames.map((frame) => frame.variant);
}

export function messageTo(
  from: AccountId,
  to: AccountId,
  text: string,
): Omit<RequestBodies['Message'], 'request_id'> {
  return { cid: from, peer_cid: to, message: new TextEncoder().encode(text), security_level: 'Standard' };
}
