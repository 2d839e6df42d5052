import type { AccountId, MessageId } from '../facts/ids.ts';
import { tell } from '../facts/listeners.ts';
import type { Ranges } from '../facts/ranges.ts';
import type { StoredMessage } from '../ports/storage.ts';
import { batch } from './cells.ts';

interface OfAccount {
  readonly account: AccountId;
}
interface OfPair extends OfAccount {
  readonly peer: AccountId;
}

/** What can change, by kind, and what each change names. */
export interface Changes {
  /** Something about a pair or its conversation: whatever is derived from it is derived again. */
  readonly pair: OfPair;
  /** A message was added, replaced or dropped, or is shown differently. */
  readonly message: OfPair & { readonly id: MessageId };
  /** The record of a conversation, or its state beside the messages. */
  readonly conversation: OfPair;
  /** A page of history was brought in. */
  readonly history: OfPair & { readonly page: readonly StoredMessage[] };
  /** An own message was deleted that may have arrived. */
  readonly deleted: OfPair;
  /** More of their messages, by stream, were on the screen of one of the tabs. */
  readonly seen: OfPair & { readonly news: readonly { readonly stream: string; readonly ranges: Ranges }[] };
  /** A channel came up. */
  readonly channel: OfPair;
  /** An account's session or settings. */
  readonly session: OfAccount;
  /** An account has become signed in on the present socket, by whatever way. */
  readonly linked: OfAccount;
  /** How the lists of an account were loaded. */
  readonly people: OfAccount;
  /** Something suggests that an account's lists are out of date. */
  readonly outdated: OfAccount;
  /** Everything of an account was removed from this device. */
  readonly wiped: OfAccount;
  readonly link: object;
  readonly storage: object;
  readonly counters: object;
}

export type ChangeKind = keyof Changes;

type Change = { [Kind in ChangeKind]: { readonly kind: Kind } & Changes[Kind] }[ChangeKind];
type Listener = (change: never) => void;

/** Which changes have been appended in the present round: sets within maps, since thousands may be noted in one. */
class Appended {
  readonly #kinds = new Map<ChangeKind, Map<AccountId | undefined, Set<string | undefined>>>();

  /** Whether the change is appended for the first time. What carries news of its own is never the same as another one. */
  isNew<Kind extends ChangeKind>(kind: Kind, change: Changes[Kind]): boolean {
    if (kind === 'history' || kind === 'seen') return true;
    const { account, peer, id } = change as Partial<OfPair & { id: MessageId }>;
    const accounts = this.#kinds.get(kind) ?? new Map<AccountId | undefined, Set<string | undefined>>();
    this.#kinds.set(kind, accounts);
    const known = accounts.get(account) ?? new Set<string | undefined>();
    accounts.set(account, known);
    const key = id === undefined ? peer : `${peer}/${id}`;
    if (known.has(key)) return false;
    known.add(key);
    return true;
  }

  clear(): void {
    this.#kinds.clear();
  }
}

/**
 * What has changed. Every change of a record is appended; when the outermost transaction ends, subscribers hear of
 * each change once. So one frame from the wire is one notification, and work is proportional to what changed.
 */
export class Journal {
  readonly #listeners = new Map<ChangeKind, Set<Listener>>();
  #changes: Change[] = [];
  readonly #appended = new Appended();
  #depth = 0;

  /** Appends a change. The same change is published once per transaction. */
  append<Kind extends ChangeKind>(kind: Kind, change: Changes[Kind]): void {
    if (!this.#appended.isNew(kind, change)) return;
    this.#changes.push({ kind, ...change } as Change);
    if (this.#depth === 0) this.transact(() => undefined);
  }

  /** Calls back for every change of one kind, at the end of its transaction. */
  on<Kind extends ChangeKind>(kind: Kind, listener: (change: Changes[Kind]) => void): void {
    const listeners = this.#listeners.get(kind) ?? new Set<Listener>();
    this.#listeners.set(kind, listeners);
    listeners.add(listener);
  }

  /** Changes several things at once: subscribers, and observers of cells, see the end only. */
  transact<Result>(change: () => Result): Result {
    this.#depth += 1;
    try {
      return batch(() => {
        try {
          return change();
        } finally {
          if (this.#depth === 1) this.#tell();
        }
      });
    } finally {
      this.#depth -= 1;
    }
  }

  /** Nobody hears of a change any more. */
  close(): void {
    this.#listeners.clear();
  }

  #tell(): void {
    // A subscriber may change something itself; that is one more round, not a recursion.
    while (this.#changes.length > 0) {
      const changes = this.#changes;
      this.#changes = [];
      this.#appended.clear();
      for (const change of changes)
        for (const listener of this.#listeners.get(change.kind) ?? [])
          tell(listener as (change: Change) => void, change);
    }
  }
}
