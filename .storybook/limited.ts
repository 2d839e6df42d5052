/** Networks with fewer capabilities: `memory()` with some of them switched off. */
import { memory } from '../client/memory.ts';
import type { MemoryWorld } from '../client/memory.ts';
import type { Capabilities, AccountId } from '../facts/index.ts';
import { createLive } from './live.ts';
import type { Live, LiveBrowser } from './live.ts';

/** Two contacts on a network with fewer capabilities. */
export interface Limited {
  readonly live: Live;
  readonly browser: LiveBrowser;
  readonly account: AccountId;
  readonly noor: AccountId;
}

/** A browser in which nobody is signed in. */
export async function createLimitedBrowser(
  capabilities: Partial<Capabilities>,
): Promise<Pick<Limited, 'live' | 'browser'>> {
  const live = createLive();
  const browser = await live.browser('ours', {
    backend: memory(live.clock, new Map() as MemoryWorld, capabilities),
  });
  return { live, browser };
}

/** A browser whose account has Noor as a contact. */
export async function createLimited(capabilities: Partial<Capabilities>): Promise<Limited> {
  const live = createLive();
  const world: MemoryWorld = new Map();
  const browser = await live.browser('ours', { backend: memory(live.clock, world, capabilities) });
  const theirs = await live.browser('theirs', { backend: memory(live.clock, world, capabilities) });
  const account = await live.account(browser, 'aiko', 'Aiko Reyes');
  const noor = await live.account(theirs, 'noor', 'Noor Haddad');
  await live.befriend(browser, account, theirs, noor);
  await live.clock.advance(15_000);
  return { live, browser, account, noor };
}
