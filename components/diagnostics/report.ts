import type { LinkView, SessionRow, StorageView, TabsView } from '../../facts/index.ts';
import { isoTime } from '../internal/time.ts';
import { STORAGE_SCHEMA_VERSION, TAB_MESSAGES_VERSION, VERSION } from '../../facts/version.ts';

/** The properties of the element. */
export interface DiagnosticsInput {
  readonly counters: Readonly<Record<string, number>>;
  readonly link: LinkView | null;
  readonly tabs: TabsView | null;
  readonly storage: StorageView | null;
  readonly sessions: readonly SessionRow[];
}

/** The copied report: numbers and states. No message, name, address, key or CID. */
export interface DiagnosticsReport {
  /** When it was made; ISO 8601. */
  readonly at: string;
  readonly versions: {
    readonly library: string;
    readonly tabMessages: number;
    readonly storageSchema: number;
  };
  /** Whether the page is on screen and the browser says that it is online. */
  readonly page: { readonly isVisible: boolean; readonly isOnline: boolean; readonly isSecure: boolean };
  /** The own link: its state, and the times and the attempt that the state has. Milliseconds since the epoch. */
  readonly link: Readonly<Record<string, string | number>> | null;
  readonly tabs: TabsView | null;
  readonly storage: { readonly state: string; readonly persisted: boolean | null } | null;
  /** The number of accounts by state, and the totals of their counts. */
  readonly accounts: {
    readonly count: number;
    readonly states: Readonly<Record<string, number>>;
    readonly unread: number;
    readonly pending: number;
  };
  /** The counters since the page was opened. */
  readonly counters: Readonly<Record<string, number>>;
}

/** Builds the report. Fields are picked by name, so that a new field elsewhere never ends up in it. */
export function reportOf(input: DiagnosticsInput, now: number): DiagnosticsReport {
  const { counters, link, tabs, storage, sessions } = input;
  const states: Record<string, number> = {};
  for (const { state } of sessions) states[state] = (states[state] ?? 0) + 1;
  const sum = (of: (row: SessionRow) => number): number => sessions.reduce((all, row) => all + of(row), 0);
  return {
    at: isoTime(now),
    versions: { library: VERSION, tabMessages: TAB_MESSAGES_VERSION, storageSchema: STORAGE_SCHEMA_VERSION },
    page: {
      isVisible: document.visibilityState === 'visible',
      isOnline: navigator.onLine,
      isSecure: isSecureContext,
    },
    link: link && {
      state: link.state,
      ...('since' in link ? { since: link.since } : {}),
      ...('retryAt' in link ? { retryAt: link.retryAt, attempt: link.attempt } : {}),
    },
    tabs: tabs && { role: tabs.role, epoch: tabs.epoch, tabs: tabs.tabs, isOutdated: tabs.isOutdated },
    // The failure's text comes from the browser and may contain personal data.
    storage: storage && { state: storage.state, persisted: storage.persisted },
    accounts: {
      count: sessions.length,
      states,
      unread: sum(({ unread }) => unread),
      pending: sum(({ pending }) => pending),
    },
    counters: Object.fromEntries(Object.entries(counters).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
