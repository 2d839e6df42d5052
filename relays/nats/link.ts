import { Connection } from './connection.ts';
import type { Why } from '../../facts/refusals.ts';
import type { NatsRetention, NatsServer } from './connection.ts';
import { Refusal, isSame, unreachableFor } from './refusals.ts';
import type { Waits } from './waits.ts';

/** The first pause between two attempts to connect is at most this long; each next one at most twice as long. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

interface LinkOptions {
  readonly server: NatsServer;
  readonly retention: NatsRetention;
  readonly waits: Waits;
  /** The connection or the reason for its absence has changed. */
  readonly changed: () => void;
  readonly connected: (connection: Connection) => void;
}

/** Keeps one connection to the server while it is open, and keeps retrying without one. */
export class Link {
  readonly #options: LinkOptions;
  readonly #waiting = new Set<(connection: Connection | null) => void>();
  #current: Connection | null = null;
  #problem: Why | null = null;
  #isClosed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    void this.#run();
  }

  get current(): Connection | null {
    return this.#current;
  }

  /** Why there is no connection; null while there is one, or before the first answer. */
  get problem(): Why | null {
    return this.#problem;
  }

  /** The connection, as soon as there is one; null when the link was closed. */
  next(): Promise<Connection | null> {
    if (this.#current || this.#isClosed) return Promise.resolve(this.#current);
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  close(): void {
    this.#isClosed = true;
    this.#tell(null);
    this.#current?.close();
  }

  async #run(): Promise<void> {
    const { server, retention, waits, changed, connected } = this.#options;
    for (let attempt = 1; !this.#isClosed; attempt += 1) {
      try {
        const connection = await Connection.open(server, retention);
        if (this.#isClosed) return connection.close();
        attempt = 0;
        this.#current = connection;
        this.#problem = null;
        connected(connection);
        changed();
        this.#tell(connection);
        await connection.gone;
        this.#current = null;
        this.#problem = new Refusal('connection-lost');
        changed();
      } catch (error) {
        const problem = unreachableFor(error);
        if (!isSame(problem, this.#problem)) {
          this.#problem = problem;
          changed();
        }
      }
      // Also after a loss: otherwise all clients of a restarted server would come back at the same time.
      if (!this.#isClosed)
        await waits.pause(waits.backOff(Math.max(attempt, 1), FIRST_PAUSE_MS, LONGEST_PAUSE_MS));
    }
  }

  #tell(connection: Connection | null): void {
    for (const resolve of this.#waiting) resolve(connection);
    this.#waiting.clear();
  }
}
