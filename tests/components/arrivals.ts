/** Two own accounts in one browser, and a friend of both in another one, for tests of arriving messages. */
import type { AccountId } from '../../facts/index.ts';
import { createLive } from '../../.storybook/live.ts';
import type { Live, LiveBrowser } from '../../.storybook/live.ts';

export interface Arrivals {
  readonly live: Live;
  readonly browser: LiveBrowser;
  /** Our accounts; the first one is on screen. */
  readonly account: AccountId;
  readonly second: AccountId;
  readonly friends: LiveBrowser;
  readonly friend: AccountId;
  /** The friend writes to one of our accounts. */
  hear(text: string, to?: AccountId): Promise<void>;
}

export async function createArrivals(name = 'Friend Example'): Promise<Arrivals> {
  const live = createLive();
  const browser = await live.browser('our browser');
  const friends = await live.browser('their browser');
  const account = await live.account(browser, 'alice', 'Alice');
  const second = await live.account(browser, 'bobby', 'Bobby');
  const friend = await live.account(friends, 'friend', name);
  await live.befriend(browser, account, friends, friend);
  await live.befriend(browser, second, friends, friend);
  browser.messenger.sessions.switchTo(account);
  await live.clock.advance(12_000);
  return {
    live,
    browser,
    account,
    second,
    friends,
    friend,
    async hear(text, to = account) {
      await friends.messenger.messages.send(friend, to, text);
      await live.clock.advance(1_000);
    },
  };
}
