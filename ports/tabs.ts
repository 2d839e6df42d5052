import type { Cell, TabsView } from '../facts/view.ts';
import type { Page } from './page.ts';

/** The part of Web Locks by which one tab of a browser leads. */
export interface TabLocks {
  request(
    name: string,
    options: { ifAvailable?: boolean; steal?: boolean; signal?: AbortSignal },
    hold: (lock: unknown) => Promise<void> | undefined,
  ): Promise<unknown>;
}

/** The part of a `BroadcastChannel` by which tabs talk: in order, to all others of the browser, and never back. */
export interface TabChannel {
  onmessage: ((event: never) => unknown) | null;
  /** Throws for what cannot be cloned. */
  postMessage(message: unknown): void;
  close(): void;
}

/** What a tab does as its part changes. Each call is the whole truth until the next one. */
export interface TabMember {
  /**
   * This tab leads from now on: it alone holds the link, writes, and does the duties. `hasTakenOver`: from a silent
   * leader, whose socket may still be open.
   */
  lead(hasTakenOver: boolean): void;
  /** That tab leads from now on, and can be talked to. Called for every new leader, and again after a sleep. */
  follow(leader: string): void;
  /** This tab lets go at once: it sleeps, goes, was replaced, or does not know yet who leads. */
  rest(): void;
  /**
   * A message of the leader (where this tab follows) or of a follower (where it leads). Messages of another epoch or of
   * another version of the library never get here.
   */
  heard(from: string, message: unknown): void;
  /** A follower is gone: closed, asleep, or its process died. Told to the leader only. */
  left(tab: string): void;
}

/** Where a tab remembers, over a reload, which account it showed. */
export interface TabMemory {
  read(): string | null;
  write(account: string): void;
}

/** The tabs of one browser that share one link. */
export interface TabGroup {
  /** This tab's own id, new with every page. */
  readonly id: string;
  readonly view: Cell<TabsView>;
  /** The life of this tab's page. */
  readonly page: Page;
  /** Remembers which account this tab showed. Absent or null: a reload shows the first one. */
  readonly memory?: TabMemory | null;
  /** Whether a page of this group is on screen, as far as it is known; never false while this one is. */
  readonly isAnyVisible: Cell<boolean>;
  /** Takes part. Idempotent; after `leave()` it takes part again. */
  join(member: TabMember): void;
  /** The page goes, or is done: lets go at once and tells the others. */
  leave(): void;
  /**
   * A follower's message goes to the leader; a leader's to one follower, or (without `to`) to all of them. Messages arrive
   * in order, once, or never: a follower that joins or comes back later has missed them. What a tab says that
   * neither leads nor follows is dropped.
   */
  say(message: unknown, to?: string): void;
  /**
   * Runs it while this tab may act as the leader. A page that has slept without knowing (a stopped process, a
   * suspended machine) may have been replaced: then it is held until that is known, in order, and dropped if so.
   */
  guard(run: () => void): void;
}
