import {
  createFakeClock,
  createSeededRandom,
  createSimulation,
  type Simulation,
  type SimulatedService,
  type SimulatedSocket,
} from '../../mocks/index.ts';
import { MAX_FRAME_BYTES } from '../../protocol/helpers.ts';
import { extendCut, parseFrame, type RecordedEvent } from './recording.ts';

/** What a page's end of a socket saw in the simulation. */
export interface PlayedEvent {
  readonly time: number;
  readonly socket: string;
  readonly dir: 'in' | 'close';
  readonly frame: string;
  readonly code: number | undefined;
}

/** A recording, played. */
export interface Played {
  readonly events: readonly PlayedEvent[];
  /** Recorded closings that the service has to bring about; the others were the page's own doing. */
  readonly expectedCloses: ReadonlySet<RecordedEvent>;
  /** Steps that could not be played. */
  readonly problems: readonly { event: RecordedEvent; text: string }[];
}

/** How long after its last line a recording's answers are still waited for, in milliseconds. */
const AFTERWARDS = 1500;

/** Plays what the sockets of a recording did, at its times, into a simulation on a fake clock. */
export async function play(recording: readonly RecordedEvent[], seed: number): Promise<Played> {
  const clock = createFakeClock({ now: 0, macrotasks: false, fractions: true });
  const world = createWorld(
    recording,
    createSimulation({
      clock,
      random: createSeededRandom(seed),
      options: { serverAddress: serverAddressOf(recording) },
    }),
  );
  const sockets = new Map<string, SimulatedSocket>();
  const events: PlayedEvent[] = [];
  const expectedCloses = new Set<RecordedEvent>();
  const problems: { event: RecordedEvent; text: string }[] = [];

  for (const event of recording) {
    await clock.advance(event.time - clock.now());
    const { socket: name } = event;
    const socket = sockets.get(name);
    switch (event.dir) {
      case 'open':
        sockets.set(
          name,
          world.serviceOf(name).connect({
            message: (frame) =>
              events.push({ time: clock.now(), socket: name, dir: 'in', frame, code: undefined }),
            close: (code) => events.push({ time: clock.now(), socket: name, dir: 'close', frame: '', code }),
          }),
        );
        break;
      case 'out':
        if (!socket) problems.push({ event, text: 'sent before it was opened' });
        else
          socket.send(
            event.cutFrom === undefined
              ? event.frame
              : extendCut(event.frame, event.cutFrom, restOf(event, recording)),
          );
        break;
      case 'close':
        if (isServicesDoing(event, recording)) expectedCloses.add(event);
        else socket?.terminate();
        break;
      case 'killed':
        world.serviceOf(name).kill();
        break;
      case 'started':
        world.serviceOf(name).start();
        break;
      case 'in':
    }
  }
  await clock.advance(AFTERWARDS);
  // What the page closed itself is no answer of the service's, unless the service was earlier.
  const closedByPage = recording.filter((event) => event.dir === 'close' && !expectedCloses.has(event));
  const isOwn = (event: PlayedEvent): boolean =>
    event.dir === 'close' &&
    closedByPage.some((own) => own.socket === event.socket && event.time >= own.time);
  return { events: events.filter((event) => !isOwn(event)), expectedCloses, problems };
}

/** The person a socket belongs to: `bob-again` is bob's. */
function personOf(socket: string): string {
  return socket.split('-')[0] ?? socket;
}

/** One service for everybody, or, where a service is ended, one for each person. */
function createWorld(
  recording: readonly RecordedEvent[],
  simulation: Simulation,
): { serviceOf(socket: string): SimulatedService } {
  const separate = recording.some((event) => event.dir === 'killed');
  // Accounts outlive the process only where they are on disk; whoever starts one again has them there.
  const storage = recording.some((event) => event.dir === 'started') ? 'disk' : 'memory';
  const services = new Map<string, SimulatedService>();
  return {
    serviceOf(socket) {
      const name = separate ? personOf(socket) : 'service';
      const service = services.get(name) ?? simulation.service(name, { storage });
      services.set(name, service);
      return service;
    },
  };
}

/** Where the server is: the address that most accounts were made at. */
function serverAddressOf(recording: readonly RecordedEvent[]): string {
  const counts = new Map<string, number>();
  for (const event of recording) {
    const parsed = event.dir === 'out' ? parseFrame(event) : undefined;
    const address = parsed?.variant === 'Register' ? parsed.body.server_addr : undefined;
    if (typeof address === 'string') counts.set(address, (counts.get(address) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most?.[0] ?? '127.0.0.1:12349';
}

/** Whether the service cut the socket: it was ended, or a frame was too long for it. */
function isServicesDoing(close: RecordedEvent, recording: readonly RecordedEvent[]): boolean {
  const before = recording.filter((event) => event.line < close.line && close.at - event.at < 1000);
  return before.some(
    (event) =>
      (event.dir === 'killed' && personOf(event.socket) === personOf(close.socket)) ||
      (event.dir === 'out' &&
        event.socket === close.socket &&
        (event.cutFrom ?? event.frame.length) > MAX_FRAME_BYTES),
  );
}

/** The fields that stood behind the cut of a message: its pair is in the answer, or in what else the socket sent. */
function restOf(event: RecordedEvent, recording: readonly RecordedEvent[]): Record<string, unknown> {
  const parsed = parseFrame(event);
  const rest: Record<string, unknown> = {};
  const related = recording.flatMap((other) => {
    if (other === event || other.socket !== event.socket || (other.dir !== 'in' && other.dir !== 'out'))
      return [];
    const frame = parseFrame(other);
    return frame ? [{ other, frame }] : [];
  });
  const answer = related.find(({ frame }) => frame.body.request_id === parsed?.body.request_id);
  const dialled = related.find(({ other, frame }) => other.dir === 'out' && 'peer_cid' in frame.body);
  const pair = answer?.frame.body ?? dialled?.frame.body ?? {};
  for (const field of ['cid', 'peer_cid'] as const) {
    if (parsed && !(field in parsed.body)) rest[field] = pair[field] ?? 0;
  }
  if (parsed?.variant === 'Message' && !('security_level' in parsed.body)) rest.security_level = 'Standard';
  return rest;
}
