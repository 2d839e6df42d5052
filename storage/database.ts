import { openDB } from 'idb';
import type { DBSchema, IDBPDatabase, OpenDBCallbacks } from 'idb';

/** The database cannot be opened, with the cause; other errors concern one piece of work. */
export class CannotOpen extends Error {
  override readonly name = 'CannotOpen';

  constructor(cause: unknown) {
    super('The database cannot be opened.', { cause });
  }
}

interface DatabaseOptions<Schema extends DBSchema> {
  readonly name: string;
  readonly version: number;
  readonly upgrade: NonNullable<OpenDBCallbacks<Schema>['upgrade']>;
  /** Called when it had to be opened again: its content may have been deleted. */
  readonly reopened?: (opened: IDBPDatabase<Schema>) => void;
}

/** An IndexedDB database that is opened when it is used, and again when the browser has closed it. */
export interface Database<Schema extends DBSchema> {
  /**
   * Runs a piece of work of at most one transaction. If the browser has closed the database, with or without an
   * event, it is opened again and the work repeated once.
   * @throws CannotOpen when there is no database, or else what the work rejects with.
   */
  run<Result>(job: (opened: IDBPDatabase<Schema>) => Promise<Result>): Promise<Result>;
  close(): void;
}

/** A database that is not open yet. */
export function database<Schema extends DBSchema>(options: DatabaseOptions<Schema>): Database<Schema> {
  const { name, version, upgrade } = options;
  let opening: Promise<IDBPDatabase<Schema>> | null = null;
  /** Whether it was open and then closed from outside. */
  let isLost = false;
  /** Whether it was used since it was opened; only then is it reopened before it is needed. */
  let isUsed = false;

  function open(): Promise<IDBPDatabase<Schema>> {
    if (opening) return opening;
    // Reading `indexedDB` may throw where it is unsupported.
    const asking = async (): Promise<IDBPDatabase<Schema>> =>
      openDB<Schema>(name, version, {
        upgrade,
        // Another tab migrates or deletes it: do not block that.
        blocking: (_current, next) => lost(mine, next === null),
        terminated: () => lost(mine, true),
      });
    const mine: Promise<IDBPDatabase<Schema>> = asking().then(
      (opened) => {
        if (isLost) options.reopened?.(opened);
        isLost = false;
        return opened;
      },
      (cause: unknown) => {
        if (opening === mine) opening = null;
        throw new CannotOpen(cause);
      },
    );
    opening = mine;
    isUsed = false;
    return mine;
  }

  /** Drops the connection. `isGone`: its content may be deleted, which is checked at once. */
  function lost(which: Promise<IDBPDatabase<Schema>>, isGone: boolean): void {
    void which.then((opened) => opened.close()).catch(() => undefined);
    if (opening !== which) return;
    opening = null;
    isLost = true;
    if (isGone && isUsed) void open().catch(() => undefined);
  }

  return {
    async run(job) {
      const mine = open();
      const opened = await mine;
      try {
        const result = await job(opened);
        isUsed = true;
        return result;
      } catch (cause) {
        if (!wasClosed(cause, opening !== mine)) throw cause;
      }
      lost(mine, false);
      return job(await open());
    },
    close() {
      void opening?.then((opened) => opened.close()).catch(() => undefined);
      opening = null;
    },
  };
}

/** Whether the work failed because the browser had closed the database, and so did nothing. */
function wasClosed(cause: unknown, isKnown: boolean): boolean {
  const name = (cause as Error | undefined)?.name;
  // Safari says UnknownError when its storage process has died ("Connection to Indexed Database server lost").
  return name === 'InvalidStateError' || name === 'UnknownError' || (isKnown && name === 'AbortError');
}
