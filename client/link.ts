import { backOff } from '../facts/back-off.ts';
import type { LinkView } from '../facts/view.ts';
import type { Clock, TimerHandle } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { WebSocketLike } from '../ports/socket.ts';

/** Opens a socket; a simulated service has its own function. May throw. */
export type OpenSocket = (url: string) => WebSocketLike;

/** Whether the browser is online. */
export interface Network {
  isOnline(): boolean;
  /** Calls `online` when it comes back; returns the unsubscriber. */
  watch(online: () => void): () => void;
}

interface LinkOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly openSocket: OpenSocket;
  readonly network: Network;
  /** Whether a text frame is the service's greeting. */
  readonly isGreeting: (text: string) => boolean;
  readonly onText: (text: string) => void;
  readonly onUp: () => void;
  /** Called once for every socket that was up, when it is lost. */
  readonly onDown: () => void;
  readonly onChange: (link: LinkView) => void;
}

const GREETING_MS = 10_000;
const BASE_MS = 500;
const LONGEST_MS = 30_000;
/** The shortest pause: a socket that closes at once must not be reopened in a loop. */
const SHORTEST_MS = 200;
/** A socket that was open this long resets the back-off. */
const SETTLED_MS = 10_000;

/** One WebSocket, kept open with full-jitter exponential back-off. It transports text without reading it. */
export interface Link {
  readonly view: LinkView;
  readonly isUp: boolean;
  /** Opens it, also after it was closed. */
  open(): void;
  close(): void;
  /** Tries again now if the link is waiting for its next try. */
  reconnect(): void;
  /** Closes a socket that was silent for too long, and opens another one. */
  replace(): void;
  /** Hands a text to the socket. False: there is no socket, and nothing was handed over. */
  send(text: string): boolean;
}

/** A link that is opened by `open`. */
export function createLink(options: LinkOptions): Link {
  const { clock, random, network } = options;
  let view: LinkView = { state: 'idle' };
  let socket: WebSocketLike | null = null;
  let timer: TimerHandle = null;
  let attempt = 0;
  /** When the socket came up, on the monotonic clock. */
  let upAt = 0;
  let stopWatching: (() => void) | null = null;

  function show(next: LinkView): void {
    view = next;
    options.onChange(view);
  }

  function connect(): void {
    clock.clearTimeout(timer);
    show({ state: 'connecting', since: clock.now() });
    let opened: WebSocketLike;
    try {
      opened = options.openSocket(options.url);
    } catch {
      // Browsers throw for a forbidden URL; the link reports that the service cannot be reached.
      return retryLater();
    }
    socket = opened;
    const isCurrent = (): boolean => socket === opened;
    timer = clock.setTimeout(() => {
      if (isCurrent()) replace();
    }, GREETING_MS);
    opened.onmessage = ({ data }: { data: unknown }) => {
      if (!isCurrent() || typeof data !== 'string') return;
      if (view.state !== 'up' && options.isGreeting(data)) greeted();
      options.onText(data);
    };
    opened.onclose = () => {
      if (!isCurrent()) return;
      drop(null);
      retryLater();
    };
    // `close` always follows and is handled.
    opened.onerror = () => undefined;
  }

  function greeted(): void {
    clock.clearTimeout(timer);
    upAt = clock.elapsed();
    show({ state: 'up', since: clock.now() });
    options.onUp();
  }

  function drop(code: number | null): void {
    clock.clearTimeout(timer);
    const dropped = socket;
    socket = null;
    if (dropped && code !== null) {
      try {
        dropped.close(code);
      } catch {
        // Already closed.
      }
    }
    if (view.state !== 'up') return;
    if (clock.elapsed() - upAt >= SETTLED_MS) attempt = 0;
    options.onDown();
  }

  function retryLater(): void {
    attempt += 1;
    const delay = Math.max(SHORTEST_MS, Math.round(backOff(random.next(), attempt, BASE_MS, LONGEST_MS)));
    const since = clock.now();
    // The service usually runs on this machine, so trying without a network makes sense.
    show(
      network.isOnline()
        ? { state: 'reconnecting', since, retryAt: since + delay, attempt }
        : { state: 'offline', since },
    );
    timer = clock.setTimeout(connect, delay);
  }

  function reconnect(): void {
    if (view.state === 'reconnecting' || view.state === 'offline') connect();
  }

  function replace(): void {
    if (!socket) return;
    drop(4000);
    retryLater();
  }

  return {
    get view() {
      return view;
    },
    get isUp() {
      return view.state === 'up';
    },
    open() {
      if (view.state !== 'idle' && view.state !== 'closed') return;
      stopWatching = network.watch(reconnect);
      connect();
    },
    close() {
      if (view.state === 'closed') return;
      stopWatching?.();
      drop(1000);
      show({ state: 'closed' });
    },
    reconnect,
    replace,
    send(text) {
      if (!socket || view.state !== 'up') return false;
      try {
        socket.send(text);
        return true;
      } catch {
        return false;
      }
    },
  };
}
