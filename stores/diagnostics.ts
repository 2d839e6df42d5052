import type { Cell } from '../facts/view.ts';
import type { Counted } from '../ports/backend.ts';
import { LiveCell } from './cells.ts';
import type { Journal } from './journal.ts';

/** What is counted besides the backend's own counters. */
export type DiagnosticCounter =
  | Counted
  /** A frame that names an account which is not this browser's: dropped unseen. */
  | 'not-ours'
  /** A peer's time that cannot be so, e.g. of next year: what arrived is taken as written when it did. */
  | 'implausible-time'
  /** An edit that is older than the one before: the newer one stands. */
  | 'older-edit'
  /** A receipt or sync about a message that is not ours, or not theirs to speak of. */
  | 'foreign-receipt'
  | 'foreign-payload'
  | 'unsupported-payload'
  | 'malformed-payload'
  /** A sync called so much void, in so many pieces, that it was left out. */
  | 'ranges-dropped'
  | 'duplicate-message'
  /** Something was caused so often that it was done once for several times. */
  | 'coalesced'
  /** A request to connect, of a stranger, while very many wait already. */
  | 'too-many-requests'
  | 'storage-failed'
  /** What is stored and cannot be used: a row that lacks something, of an older or another writer. */
  | 'unusable-row'
  /** Whatever has no place among the first hundred things that were counted. */
  | 'other';

const MAX_COUNTERS = 100;

/** Counters only: never a body, a name or a key. */
export interface Diagnostics {
  /** How often each thing happened since the page was opened. */
  readonly counters: Cell<ReadonlyMap<DiagnosticCounter, number>>;
  count(what: DiagnosticCounter): void;
  /** Takes the counts of the tab that leads. */
  mirror(counters: Iterable<readonly [DiagnosticCounter, number]>): void;
}

export function createDiagnostics(journal: Journal): Diagnostics {
  /** A backend or relay that is plugged in may count by names of its own: not without end. */
  const counters = new Map<DiagnosticCounter, number>();
  const cell = new LiveCell<ReadonlyMap<DiagnosticCounter, number>>(() => counters);
  return {
    counters: cell.face,
    count(what) {
      if (counters.size >= MAX_COUNTERS && !counters.has(what)) what = 'other';
      counters.set(what, (counters.get(what) ?? 0) + 1);
      cell.changed();
      journal.append('counters', {});
    },
    mirror(told) {
      counters.clear();
      for (const [name, count] of told) counters.set(name, count);
      cell.changed();
    },
  };
}
