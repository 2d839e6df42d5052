/** The world of the design: three own accounts and their contacts. */
import type { AccountId, MessageId } from '../facts/index.ts';
import { createLive } from './live.ts';
import type { Live, LiveBrowser } from './live.ts';

/** The world, set up, at 10:43. */
export interface Harbour {
  readonly live: Live;
  readonly browser: LiveBrowser;
  /** Our account that is on screen. */
  readonly account: AccountId;
  readonly noor: AccountId;
  readonly friends: LiveBrowser;
}

const clockAt = (hours: number, minutes: number): number => new Date(2026, 2, 10, hours, minutes).getTime();

/** Sets up the world through the simulated service: accounts, requests, answers, messages and receipts. */
export async function createHarbour(): Promise<Harbour> {
  const live = createLive({ now: clockAt(10, 20), stun: false });
  const { clock } = live;
  const until = (time: number): Promise<void> => clock.advance(time - clock.now());
  const browser = await live.browser('our browser', { relay: true, service: { nat: 'same-nat' } });
  const friends = await live.browser('their browser', { relay: true, service: { nat: 'same-nat' } });
  const { messenger } = browser;
  const account = await live.account(browser, 'p2ptest1', 'P2P Test 1');
  const p2 = await live.account(browser, 'p2ptest2', 'P2P Test 2');
  await live.account(browser, 'p2ptest3', 'P2P Test 3');
  const person = (username: string, name: string): Promise<AccountId> =>
    live.account(friends, username, name);
  const jun = await person('junli', 'Jun Li');
  const mona = await person('mona', 'Mona Okafor');
  const elif = await person('elif', 'Elif Vural');
  const noor = await person('noor', 'Noor Haddad');
  const aiko = await person('aiko', 'Aiko Reyes');
  await person('tomas', 'Tomas Novak');
  for (const friend of [jun, mona, elif, noor]) await live.befriend(browser, account, friends, friend);
  await live.befriend(browser, p2, friends, mona);
  await clock.advance(9_000);

  const say = async (peer: AccountId, text: string): Promise<MessageId> => {
    const id = messenger.messages.send(account, peer, text);
    await clock.advance(200);
    return id;
  };
  const hear = async (peer: AccountId, text: string, to = account): Promise<MessageId> => {
    const id = friends.messenger.messages.send(peer, to, text);
    await clock.advance(200);
    return id;
  };
  await hear(jun, 'The socket is open again.');
  await say(jun, 'Thanks, that fixed it.');
  readAll(messenger, account, jun);
  await until(clockAt(10, 22));
  await hear(mona, 'Can you check the relay logs?');
  for (const text of ['Hello?', 'Are you there?', 'Ping me when you are back.']) await hear(mona, text, p2);
  await until(clockAt(10, 26));
  void friends.messenger.sessions.signOut(elif);
  await clock.advance(12_000);
  await until(clockAt(10, 27));
  await say(elif, 'See you tomorrow');

  await until(clockAt(10, 31));
  await hear(noor, 'Did the request reach you?');
  readAll(messenger, account, noor);
  await until(clockAt(10, 32));
  const accepted = await say(noor, 'It did, I accepted it. The badge went away at once.');
  friends.messenger.messages.read(noor, account, accepted);
  await until(clockAt(10, 33));
  await hear(noor, 'Good. Are we direct now?');
  readAll(messenger, account, noor);
  await until(clockAt(10, 38));
  await say(noor, 'Same here. Hole punching timed out, so it fell back.');
  await until(clockAt(10, 40));
  friends.relay!.setUp(false);
  await say(noor, 'Sending the log next.');
  await until(clockAt(10, 41));
  browser.relay!.conduct = { refuse: 'Noor’s service refused it', code: 'invalid' };
  await say(noor, 'see you at the harbour');
  browser.relay!.conduct = 'accept';
  await until(clockAt(10, 42));
  browser.relay!.setUp(false);
  await say(noor, 'relay.log, 4 kB');
  browser.relay!.setUp(true);
  friends.messenger.requests.ask(aiko, account);
  await clock.advance(1_000);
  messenger.sessions.switchTo(account);
  await until(clockAt(10, 43));
  return { live, browser, account, noor, friends };
}

function readAll({ messages }: LiveBrowser['messenger'], account: AccountId, peer: AccountId): void {
  const source = messages.source(account, peer);
  const newest = source.ids
    .peek()
    .map((id) => source.get(id)!)
    .filter(({ own }) => !own)
    .at(-1);
  if (newest) messages.read(account, peer, newest.id);
}
