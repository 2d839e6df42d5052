import type { LinkView } from '../facts/view.ts';
import type { Clock, TimerHandle } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';

/** The part of `WebSocket` that the link uses. */
export interface WebSocketLike {
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: never) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
  onerror: ((event: never) => unknown) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

/** How a socket is opened; a simulated service hands out its own. May throw. */
export type OpenSocket = (url: string) => WebSocketLike;

/** Whether the browser believes that there is a network. */
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
  /** Called once for every socket that was up. */
  readonly onDown: () => void;
  readonly onChange: (link: LinkView) => void;
}

const GREETING_MS = 10_000;
const BASE_MS = 500;
const LONGEST_MS = 30_000;
/** Even full jitter leaves this much: a socket that dies at once must not be reopened in a loop. */
const SHORTEST_MS = 200;
/** A socket that lived this long was a good one: the back-off starts anew. */
const SETTLED_MS = 10_000;

/** One WebSocket, kept open with full-jitter exponential back-off. It transports text and knows nothing of it. */
export class Link {
  readonly #options: LinkOptions;
  #view: LinkView = { state: 'idle' };
  #socket: WebSocketLike | null = null;
  #timer: TimerHandle = null;
  #attempt = 0;
  #upSince: number | null = null;
  #stopWatching: (() => void) | null = null;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get view(): LinkView {
    return this.#view;
  }

  get isUp(): boolean {
    return this.#upSince !== null;
  }

  open(): void {
    if (this.#view.state !== 'idle') return;
    this.#stopWatching = this.#options.network.watch(() => this.reconnect());
    this.#connect();
  }

  close(): void {
    if (this.#view.state === 'closed') return;
    this.#stopWatching?.();
    this.#drop(1000);
    this.#show({ state: 'closed' });
  }

  /** Tries again now, where the link waits for its next try. */
  reconnect(): void {
    if (this.#view.state === 'reconnecting' || this.#view.state === 'offline') this.#connect();
  }

  /** Gives the socket up and opens another one: it was silent for too long. */
  replace(): void {
    if (!this.#socket) return;
    this.#drop(4000);
    this.#retryLater();
  }

  /** Hands a text to the socket. False: there is none, and nothing was handed over. */
  send(text: string): boolean {
    if (!this.#socket || !this.isUp) return false;
    try {
      this.#socket.send(text);
      return true;
    } catch {
      return false;
    }
  }

  #connect(): void {
    const { clock, url } = this.#options;
    clock.clearTimeout(this.#timer);
    this.#show({ state: 'connecting', since: clock.now() });
    let socket: WebSocketLike;
    try {
      socket = this.#options.openSocket(url);
    } catch {
      // A browser throws for a URL that it forbids; the banner says that the service cannot be reached.
      this.#retryLater();
      return;
    }
    this.#socket = socket;
    const isCurrent = (): boolean => this.#socket === socket;
    this.#timer = clock.setTimeout(() => {
      if (isCurrent()) this.replace();
    }, GREETING_MS);
    socket.onmessage = ({ data }: { data: unknown }) => {
      if (!isCurrent() || typeof data !== 'string') return;
      if (!this.isUp && this.#options.isGreeting(data)) this.#greeted();
      this.#options.onText(data);
    };
    socket.onclose = () => {
      if (!isCurrent()) return;
      this.#drop(null);
      this.#retryLater();
    };
    // `close` always follows and carries the news.
    socket.onerror = () => undefined;
  }

  #greeted(): void {
    const { clock } = this.#options;
    clock.clearTimeout(this.#timer);
    this.#upSince = clock.now();
    this.#show({ state: 'up', since: this.#upSince });
    this.#options.onUp();
  }

  #drop(code: number | null): void {
    const { clock } = this.#options;
    clock.clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    const since = this.#upSince;
    this.#upSince = null;
    if (socket && code !== null) {
      socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
      try {
        socket.close(code);
      } catch {
        // Nothing left to close.
      }
    }
    if (since === null) return;
    if (clock.now() - since >= SETTLED_MS) this.#attempt = 0;
    this.#options.onDown();
  }

  #retryLater(): void {
    const { clock, random, network } = this.#options;
    this.#attempt += 1;
    const longest = Math.min(LONGEST_MS, BASE_MS * 2 ** Math.min(this.#attempt, 10));
    const delay = Math.max(SHORTEST_MS, Math.round(random.next() * longest));
    const now = clock.now();
    const retryAt = now + delay;
    // The service usually runs on this very machine, so it is worth trying without a network too.
    if (network.isOnline())
      this.#show({ state: 'reconnecting', since: now, retryAt, attempt: this.#attempt });
    else this.#show({ state: 'offline', since: now });
    this.#timer = clock.setTimeout(() => this.#connect(), delay);
  }

  #show(view: LinkView): void {
    this.#view = view;
    this.#options.onChange(view);
  }
}
