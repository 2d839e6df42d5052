import type { Cell } from '../facts/view.ts';
import type { Counted } from '../ports/backend.ts';
import { LiveCell } from './cells.ts';

/** What is counted besides the backend's own counters. */
export type DiagnosticCounter =
  | Counted
  /** A frame that names an account which is not this browser's: dropped unseen. */
  | 'not-ours'
  /** A receipt or sync about a message that is not ours, or not theirs to speak of. */
  | 'foreign-receipt'
  | 'foreign-payload'
  | 'unsupported-payload'
  | 'malformed-payload'
  | 'duplicate-message'
  | 'storage-failed';

/** Counters only: never a body, a name or a key. */
export interface DiagnosticsStore {
  /** How often each thing happened since the page was opened. */
  readonly counters: Cell<ReadonlyMap<DiagnosticCounter, number>>;
  count(what: DiagnosticCounter): void;
}

export function createDiagnostics(): DiagnosticsStore {
  const counters = new Map<DiagnosticCounter, number>();
  const cell = new LiveCell<ReadonlyMap<DiagnosticCounter, number>>(() => counters);
  return {
    counters: cell,
    count: (what) => {
      counters.set(what, (counters.get(what) ?? 0) + 1);
      cell.changed();
    },
  };
}
