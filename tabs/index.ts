/** Any number of tabs of one browser on one link: `createMessenger({ …, tabs: browserTabs({ name: service }) })`. */
import type { TabGroup, TabMemory } from '../ports/tabs.ts';
import { createTabGroup } from './group.ts';
import type { TabGroupOptions } from './options.ts';

export { createTabGroup } from './group.ts';
export type { TabGroupOptions } from './options.ts';
export { browserPage } from './page.ts';

/**
 * Shares one link, one storage and what is known between all tabs of this browser. One of them leads: it holds the
 * socket, writes, and does what nobody asked for by hand; the others show the same and ask it. Give every messenger
 * tabs of its own. What is not named is the browser's: Web Locks, `BroadcastChannel`, the page's events; which account
 * a tab shows survives its reload.
 */
export function browserTabs(options: TabGroupOptions): TabGroup {
  return createTabGroup({ memory: sessionMemory(options.name), ...options });
}

/** Which account a tab shows survives its reload, and nobody else's. */
function sessionMemory(name: string): TabMemory {
  const key = `p2p-elements ${name} account`;
  return {
    read: () => quietly(() => sessionStorage.getItem(key)),
    write: (account) => quietly(() => sessionStorage.setItem(key, account)),
  };
}

/** Returns null where the page may not use storage. */
function quietly<Result>(run: () => Result): Result | null {
  try {
    return run();
  } catch {
    return null;
  }
}
