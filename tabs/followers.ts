import type { TabLocks } from '../ports/tabs.ts';
import type { Hello } from './envelope.ts';

/** The lock that a tab holds as long as it lives: another name after every sleep. */
export const lifeOf = (group: string, tab: string, life: number): string => `${group} tab ${tab} ${life}`;

interface Follower {
  readonly life: number;
  isVisible: boolean;
  readonly watch: AbortController;
}

/** The leader's registry of followers. */
export interface Followers {
  readonly ids: readonly string[];
  readonly visible: readonly string[];
  has(tab: string): boolean;
  /** Registers a follower; an older registration of the same tab is reported as gone first. Returns whether it is new. */
  add(tab: string, hello: Hello): boolean;
  seen(tab: string, isVisible: boolean): void;
  /** It said so itself. */
  remove(tab: string): void;
  clear(): void;
}

/** Makes a registry that calls `left` once for every follower that is gone, also after a crash. */
export function createFollowers(
  group: string,
  locks: () => TabLocks | null,
  left: (tab: string) => void,
): Followers {
  const book = new Map<string, Follower>();

  function remove(tab: string): void {
    const follower = book.get(tab);
    if (!follower) return;
    book.delete(tab);
    follower.watch.abort();
    left(tab);
  }

  return {
    get ids() {
      return [...book.keys()];
    },
    get visible() {
      return [...book].filter(([, { isVisible }]) => isVisible).map(([tab]) => tab);
    },
    has: (tab) => book.has(tab),
    add(tab, { life, isVisible }) {
      const known = book.get(tab);
      if (known?.life === life) {
        known.isVisible = isVisible;
        return false;
      }
      remove(tab);
      const follower: Follower = { life, isVisible, watch: new AbortController() };
      book.set(tab, follower);
      const { signal } = follower.watch;
      // A tab says hello only while it holds its own lock: getting that lock means that the tab is gone.
      locks()
        ?.request(lifeOf(group, tab, life), { signal }, () => {
          if (book.get(tab) === follower) remove(tab);
          return undefined;
        })
        .catch(() => undefined);
      return true;
    },
    seen(tab, isVisible) {
      const follower = book.get(tab);
      if (follower) follower.isVisible = isVisible;
    },
    remove,
    clear() {
      for (const { watch } of book.values()) watch.abort();
      book.clear();
    },
  };
}
