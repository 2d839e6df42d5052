import { freedomsOf, TOGETHER, type Freedoms } from './freedoms.ts';
import type { Played, PlayedEvent } from './play.ts';
import { parseFrame, type Parsed, type RecordedEvent } from './recording.ts';

/** How far from its recorded time a frame may come, in milliseconds. */
const TOLERANCE = 1000;
/** An answer that took the real service longer than this waited for a bound of its own, which has to be kept. */
const LONG_WAIT = 10_000;

interface Arrival {
  readonly time: number;
  readonly socket: string;
  readonly parsed: Parsed | undefined;
  /** What is compared: the frame with its keys in order, its free parts and the service's own ids named. */
  readonly key: string;
  readonly label: string;
}

interface RecordedArrival extends Arrival {
  readonly event: RecordedEvent;
}

interface PlayedArrival extends Arrival {
  readonly event: PlayedEvent;
  readonly position: number;
}

/** Each difference between the frames of the real service and the simulator, as text. */
export function compare(recording: readonly RecordedEvent[], played: Played): string[] {
  const freedoms = freedomsOf(recording);
  const end = Math.max(0, ...recording.map((event) => event.at));
  const requests = new Map<unknown, RecordedEvent>();
  for (const event of recording) {
    const id = event.dir === 'out' ? parseFrame(event)?.body.request_id : undefined;
    if (id !== undefined && !requests.has(id)) requests.set(id, event);
  }
  const differences = played.problems.map(({ event, text }) => `line ${event.line}: ${text}`);
  const sockets = new Set(recording.map((event) => event.socket));
  const renamed = new Map<string, string>();

  for (const socket of sockets) {
    const expected = recording
      .filter((event) => event.socket === socket && (event.dir === 'in' || played.expectedCloses.has(event)))
      .map((event): RecordedArrival => ({ event, ...arrivalOf(event, event.time, freedoms, requests) }));
    const actual = played.events
      .filter((event) => event.socket === socket)
      .map((event, position): PlayedArrival => ({
        event,
        position,
        ...arrivalOf({ ...event, cutFrom: undefined }, event.time, freedoms, requests),
      }));
    differences.push(...compareSocket(socket, expected, actual, freedoms, requests, end, renamed));
  }
  differences.push(...tooManyNotifications(played, freedoms), ...answeredTwice(played, freedoms));
  return differences;
}

function compareSocket(
  socket: string,
  expected: readonly RecordedArrival[],
  actual: readonly PlayedArrival[],
  freedoms: Freedoms,
  requests: ReadonlyMap<unknown, RecordedEvent>,
  end: number,
  renamed: Map<string, string>,
): string[] {
  const differences: string[] = [];
  const left = new Set(actual);
  const pairs: [RecordedArrival, PlayedArrival][] = [];
  const missing: RecordedArrival[] = [];
  for (const wanted of expected) {
    const found = [...left].find((candidate) => isSame(wanted, candidate));
    if (found) {
      left.delete(found);
      pairs.push([wanted, found]);
    } else if (!wanted.parsed || freedoms.optional(socket, wanted.time, wanted.parsed) === undefined)
      missing.push(wanted);
  }
  for (const wanted of missing) {
    const instead = [...left].find((candidate) => isVersionOf(wanted, candidate));
    if (instead) left.delete(instead);
    const what = `line ${wanted.event.line} (${socket}, ${wanted.event.at} ms): ${wanted.label}`;
    differences.push(
      instead ? `${what}\n    recorded  ${wanted.key}\n    simulated ${instead.key}` : `${what} did not come`,
    );
  }
  for (const extra of left) {
    // A recording ends with the frame that was waited for: what was about to follow it is not in there.
    if (extra.time > end - TOGETHER) continue;
    if (extra.parsed && freedoms.optional(socket, extra.time, extra.parsed) !== undefined) continue;
    differences.push(
      `${socket}, ${Math.round(extra.time)} ms: ${extra.label} came, which was not recorded\n    simulated ${extra.key}`,
    );
  }
  for (const [index, [wanted, found]] of pairs.entries()) {
    differences.push(...wrongTime(socket, wanted, found, requests));
    differences.push(...wrongName(socket, wanted, found, renamed));
    for (const [later, foundLater] of pairs.slice(index + 1)) {
      if (foundLater.position > found.position || isOrderFree(wanted, later, freedoms)) continue;
      differences.push(
        `${socket}: ${later.label} of line ${later.event.line} came before ${wanted.label} of line ${wanted.event.line}`,
      );
    }
  }
  return differences;
}

function wrongTime(
  socket: string,
  wanted: RecordedArrival,
  found: PlayedArrival,
  requests: ReadonlyMap<unknown, RecordedEvent>,
): string[] {
  const off = found.time - wanted.event.at;
  const request = isAnswer(wanted.parsed) ? requests.get(wanted.parsed?.body.request_id) : undefined;
  const quick = request !== undefined && wanted.event.at - request.at < LONG_WAIT;
  // The simulator may be faster than a busy machine, except for time-outs of the service.
  if (off <= TOLERANCE && (off >= -TOLERANCE || quick)) return [];
  const amount = `${Math.abs(Math.round(off))} ms ${off > 0 ? 'late' : 'early'}`;
  return [`line ${wanted.event.line} (${socket}, ${wanted.event.at} ms): ${wanted.label} came ${amount}`];
}

/** The service's own ids are renamed, each to one other throughout. */
function wrongName(
  socket: string,
  wanted: RecordedArrival,
  found: PlayedArrival,
  renamed: Map<string, string>,
): string[] {
  if (wanted.parsed?.variant !== 'ServiceConnectionAccepted') return [];
  const [theirs, ours] = [String(wanted.parsed.body.request_id), String(found.parsed?.body.request_id)];
  const known = renamed.get(theirs);
  if (known === undefined ? [...renamed.values()].includes(ours) : known !== ours) {
    return [`line ${wanted.event.line} (${socket}): the connection's id is not renamed consistently`];
  }
  renamed.set(theirs, ours);
  return [];
}

function isAnswer(frame: Parsed | undefined): boolean {
  if (!frame) return false;
  return !frame.variant.endsWith('Notification') || frame.variant === 'DisconnectNotification';
}

function isOrderFree(earlier: RecordedArrival, later: RecordedArrival, freedoms: Freedoms): boolean {
  if (!earlier.parsed || !later.parsed) return false;
  if (freedoms.sentAtOnce(earlier.parsed, later.parsed)) return true;
  const sameRequest =
    isAnswer(earlier.parsed) &&
    isAnswer(later.parsed) &&
    earlier.parsed.body.request_id != null &&
    earlier.parsed.body.request_id === later.parsed.body.request_id;
  return later.event.at - earlier.event.at < TOGETHER && !sameRequest;
}

function isSame(wanted: RecordedArrival, candidate: PlayedArrival): boolean {
  if (wanted.event.cutFrom === undefined || !wanted.parsed) return wanted.key === candidate.key;
  // Of a frame that was cut, what is there has to be the beginning of ours, at the same length.
  const { parsed } = candidate;
  if (parsed?.variant !== wanted.parsed.variant || candidate.event.frame.length !== wanted.event.cutFrom)
    return false;
  return Object.entries(wanted.parsed.body).every(([field, value]) => {
    const ours = parsed.body[field];
    if (!Array.isArray(value) || !Array.isArray(ours)) return canonical(value) === canonical(ours);
    return canonical(value) === canonical(ours.slice(0, value.length));
  });
}

/** Whether a frame is what came in another's place: same request, or the same thing about the same pair. */
function isVersionOf(wanted: RecordedArrival, candidate: PlayedArrival): boolean {
  const [a, b] = [wanted.parsed?.body, candidate.parsed?.body];
  if (!a || !b) return wanted.event.dir === candidate.event.dir && wanted.parsed === candidate.parsed;
  if (isAnswer(wanted.parsed) && a.request_id != null)
    return a.request_id === b.request_id && isAnswer(candidate.parsed);
  return wanted.parsed?.variant === candidate.parsed?.variant && a.cid === b.cid && a.peer_cid === b.peer_cid;
}

function arrivalOf(
  event: {
    dir: string;
    frame: string;
    code: number | undefined;
    cutFrom: number | undefined;
    socket: string;
  },
  time: number,
  freedoms: Freedoms,
  requests: ReadonlyMap<unknown, RecordedEvent>,
): Arrival {
  const { socket } = event;
  if (event.dir === 'close') {
    return {
      time,
      socket,
      parsed: undefined,
      key: `close ${event.code ?? 1006}`,
      label: `close ${event.code ?? 1006}`,
    };
  }
  const parsed = parseFrame(event);
  if (!parsed) return { time, socket, parsed, key: event.frame, label: 'something that is no frame' };
  const body: Record<string, unknown> = { ...parsed.body };
  const signIn = freedoms.signIns.get(String(body.request_id));
  if (signIn) {
    body.request_id = signIn.group;
    if (String(body.cid) === signIn.cid) body.cid = 'its own';
  } else if (typeof body.request_id === 'string' && !requests.has(body.request_id))
    body.request_id = 'an id of the service';
  const key = event.cutFrom === undefined ? `${parsed.envelope} ${parsed.variant} ${canonical(body)}` : 'cut';
  return { time, socket, parsed, key, label: parsed.variant };
}

/** A value as text, the same for the same content: keys in order, lists of objects too. */
function canonical(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) {
    const entries = value.map(canonical);
    const ofObjects = value.some(
      (entry) => typeof entry === 'object' && entry !== null && 'username' in entry,
    );
    return `[${(ofObjects ? entries.sort() : entries).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`);
    return `{${fields.sort().join(',')}}`;
  }
  return JSON.stringify(value);
}

/** Of two asks that cross at most one is announced. */
function tooManyNotifications(played: Played, freedoms: Freedoms): string[] {
  return freedoms.crossings.flatMap(({ a, b }) => {
    const notified = played.events.filter((event) => {
      const frame = event.dir === 'in' ? parseFrame({ frame: event.frame }) : undefined;
      if (frame?.variant !== 'PeerRegisterNotification') return false;
      const pair = [String(frame.body.cid), String(frame.body.peer_cid)];
      return pair.includes(a) && pair.includes(b);
    });
    return notified.length > 1 ? ['Both sides of a crossing ask were notified'] : [];
  });
}

/** Which of several sign-ins is answered how is free, but each is answered once. */
function answeredTwice(played: Played, freedoms: Freedoms): string[] {
  return [...freedoms.signIns.keys()].flatMap((id) => {
    const answers = played.events.filter(
      (event) => event.dir === 'in' && parseFrame({ frame: event.frame })?.body.request_id === id,
    );
    return answers.length > 1 ? [`The sign-in ${id} was answered ${answers.length} times`] : [];
  });
}
