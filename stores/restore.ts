import type { AccountId } from '../facts/ids.ts';
import type { Conversations } from './conversations.ts';
import type { Core } from './core.ts';
import type { History } from './history.ts';
import type { Requests } from './requests.ts';
import type { Sessions } from './sessions.ts';

/** What could not be read or removed is tried again after pauses between these, in milliseconds. */
export const READ_AGAIN_MS = 1_000;
export const READ_AGAIN_LONGEST_MS = 30_000;

interface Stores {
  readonly core: Core;
  readonly sessions: Sessions;
  readonly requests: Requests;
  readonly conversations: Conversations;
  readonly history: History;
}

/** Brings back what is stored, before the link is opened. */
export class Restore {
  readonly #stores: Stores;
  /** Cuts the pause short after which what is stored is read again. */
  #goOn = (): void => undefined;

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  /**
   * Resolves when everything stored is in memory. What could not be read is not absent, and must not be overwritten:
   * the link waits until it is read. Where persistent storage is unavailable, there is nothing to overwrite, and the
   * page works without.
   */
  async run(failures = 0): Promise<void> {
    const { core } = this.#stores;
    const { writer } = core;
    try {
      await this.#read();
      return writer.waits(false);
    } catch (error) {
      writer.failed(error);
    }
    if (writer.isEphemeral || !core.isActing) return writer.waits(false);
    writer.waits(true);
    await new Promise<void>((resolve) => {
      this.#goOn = resolve;
      const pause = core.backOff(failures, READ_AGAIN_MS, READ_AGAIN_LONGEST_MS);
      core.alarm('restore', core.elapsed() + pause, resolve);
    });
    return this.run(failures + 1);
  }

  /** Goes on without what could not be read; nothing is read or written any more. Elsewhere it does nothing. */
  goUnsaved(): void {
    const { core } = this.#stores;
    if (!core.writer.view.peek().isUnread) return;
    core.abandonStorage();
    this.#goOn();
  }

  async #read(): Promise<void> {
    for (const stored of await this.#stores.core.storage.accounts()) {
      const { account } = stored;
      const [requests, conversations, open] = await Promise.all([
        this.#stores.core.storage.requests(account).then((rows) => ofOthers(account, rows)),
        this.#stores.core.storage.conversations(account).then((rows) => ofOthers(account, rows)),
        this.#stores.core.storage.unsettled(account).then((rows) => ofOthers(account, rows)),
      ]);
      this.#stores.core.transact(() => {
        this.#stores.sessions.restore(stored);
        for (const request of requests) {
          this.#stores.requests.restore(request);
          this.#stores.core.touch(account, request.peer);
        }
      });
      const metas = new Map(conversations.map((meta) => [meta.peer, meta]));
      // A conversation in which nothing has left yet has no record.
      for (const { peer } of open)
        if (!metas.has(peer)) metas.set(peer, this.#stores.conversations.get(account, peer).meta);
      await this.#stores.history.restore(account, [...metas.values()], open);
    }
  }
}

/** Old rows may be of a time in which one could become one's own contact. */
function ofOthers<Row extends { readonly peer: AccountId }>(
  account: AccountId,
  rows: readonly Row[],
): readonly Row[] {
  return rows.filter(({ peer }) => peer !== account);
}
