import type { Clock } from '../ports/clock.ts';
import type { Page } from '../ports/page.ts';
import type { Random } from '../ports/random.ts';
import type { TabChannel, TabLocks, TabMemory } from '../ports/tabs.ts';

/** Options of `createTabGroup`. What is left out is the browser's own. */
export interface TabGroupOptions {
  /** What the tabs share: groups of another name know nothing of each other. */
  readonly name: string;
  readonly clock?: Clock;
  readonly random?: Random;
  /** null: without Web Locks one tab leads by messages alone, and no other can follow it. */
  readonly locks?: TabLocks | null;
  /** null: nothing can be known of other tabs, and every tab is alone. May throw, which says the same. */
  readonly openChannel?: ((name: string) => TabChannel) | null;
  readonly page?: Page;
  /** Remembers which account this tab showed. Absent: a reload shows the first one. */
  readonly memory?: TabMemory | null;
  /** Of the messages between tabs. Tabs of different versions do not follow each other. */
  readonly version?: number;
}
