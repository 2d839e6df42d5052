import type { AccountId, MessageId } from '../facts/ids.ts';
import type { Storage, StorageWrite, StoredMessage } from '../ports/storage.ts';
import { usableRow } from '../storage/rows.ts';
import type { RowKind, RowOf } from '../storage/rows.ts';

/**
 * The storage, each of whose rows is checked when it is read: an older version may have written it, or somebody else on
 * this origin. One that cannot be used is set aside: told once, given to nobody, and kept where it is; where something
 * has to be written in its place, the storage is asked to keep it elsewhere.
 */
export function checked(storage: Storage, setAside: () => void): Storage {
  /** What was set aside, by its place. */
  const aside = new Map<string, StorageWrite>();

  function usable<Kind extends RowKind>(kind: Kind, rows: readonly RowOf<Kind>[]): RowOf<Kind>[] {
    return rows.flatMap((row) => {
      const read = usableRow(kind, row);
      if (read) return [read];
      const key = keyOf(kind, row);
      if (!aside.has(key)) {
        aside.set(key, { put: kind, value: row } as StorageWrite);
        setAside();
      }
      return [];
    });
  }

  /** As many usable ones as were asked for, as long as there are more. */
  function filled(
    limit: number,
    page: (found: readonly StoredMessage[]) => Promise<readonly StoredMessage[]>,
    join: (found: StoredMessage[], more: StoredMessage[]) => StoredMessage[],
    found: StoredMessage[] = [],
    before: readonly StoredMessage[] = [],
  ): Promise<StoredMessage[]> {
    return page(before).then((rows) => {
      const all = join(found, usable('message', rows));
      return rows.length >= limit && all.length < limit ? filled(limit, page, join, all, rows) : all;
    });
  }

  return {
    accounts: () => storage.accounts().then((rows) => usable('account', rows)),
    requests: (account) => storage.requests(account).then((rows) => usable('request', rows)),
    conversations: (account) => storage.conversations(account).then((rows) => usable('conversation', rows)),
    history: (account, peer, query) =>
      filled(
        query.limit,
        ([oldest]) => storage.history(account, peer, oldest ? { ...query, before: oldest.place } : query),
        (found, more) => [...more, ...found],
      ),
    stream: (account, peer, query) =>
      filled(
        query.limit ?? Infinity,
        (rows) => {
          const above = rows.at(-1)?.index ?? query.above;
          return storage.stream(account, peer, { ...query, above });
        },
        (found, more) => [...found, ...more],
      ),
    message: (account, peer, id) =>
      storage.message(account, peer, id).then((row) => row && usable('message', [row])[0]),
    ...(storage.messages
      ? {
          messages: async (account: AccountId, peer: AccountId, ids: readonly MessageId[]) =>
            (await storage.messages!(account, peer, ids)).map((row) => row && usable('message', [row])[0]),
        }
      : {}),
    unsettled: (account) => storage.unsettled(account).then((rows) => usable('message', rows)),
    write(batch) {
      if (aside.size === 0) return storage.write(batch);
      const replaced = batch.flatMap(({ put, value }) => aside.get(keyOf(put, value)) ?? []);
      if (replaced.length === 0) return storage.write(batch);
      const kept = storage.keepAside?.(replaced) ?? Promise.resolve();
      return kept
        .then(() => storage.write(batch))
        .then(() => {
          for (const { put, value } of replaced) aside.delete(keyOf(put, value));
        });
    },
    wipe: (account) => storage.wipe(account),
    ...(storage.persist ? { persist: () => storage.persist!() } : {}),
    ...(storage.watch ? { watch: (reopened) => storage.watch!(reopened) } : {}),
    close: () => storage.close(),
  } satisfies Storage;
}

function keyOf(kind: RowKind, row: unknown): string {
  const { account, peer, id } = (row ?? {}) as Record<string, unknown>;
  return JSON.stringify([kind, account, peer, kind === 'message' ? id : null]);
}
