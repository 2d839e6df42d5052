import { expect } from '@open-wc/testing';
import type { AccountId, MessageId, Status, ThreadMessage } from '../../facts/index.ts';
import type { Storage } from '../../ports/storage.ts';
import { differences, stateOf } from './tab-state.ts';
import type { Profile, ProfileOptions, Tab, TabWorld } from './tab-world.ts';
import { CHANNEL_MS, storageWith } from './world.ts';

/** Two browsers on one server. */
export interface Homes {
  readonly world: TabWorld;
  readonly home: Profile;
  readonly away: Profile;
  /** Receives the messages that reach the tab that leads; false: one is lost. */
  readonly hears?: (message: unknown) => boolean;
}

/** Who is there. */
export interface Scene {
  /** The tab that leads at first. */
  readonly one: Tab;
  /** Another tab of the same browser. */
  readonly other: Tab;
  /** Somebody elsewhere. */
  readonly bob: Tab;
  readonly alice: AccountId;
  readonly bobby: AccountId;
}

/** Two tabs of one browser, and somebody elsewhere who asks for contact. */
export async function asked({ world, home, away, hears }: Homes): Promise<Scene> {
  const one = await home.open(hears ? { hears } : {});
  const other = await home.open();
  const bob = await away.open();
  const alice = await world.account(one, 'alice');
  other.messenger.sessions.switchTo(alice);
  const bobby = await world.account(bob, 'bobby');
  bob.messenger.requests.ask(bobby, alice);
  await world.clock.advance(100);
  return { one, other, bob, alice, bobby };
}

/** The same, in contact and with a channel. */
export async function talking(homes: Homes): Promise<Scene> {
  const scene = await asked(homes);
  const { one, alice, bobby } = scene;
  one.messenger.requests.accept(alice, bobby);
  await homes.world.clock.advance(CHANNEL_MS);
  expect(one.messenger.path(alice, bobby).kind).to.equal('unknown-but-up');
  return scene;
}

/** A disk whose writes use `write` for the first tab while it is faulty; those of other tabs work. */
export function troubledDisk(write: () => Promise<void>): ProfileOptions & { isTroubled: boolean } {
  const disk = {
    isTroubled: false,
    storageOf: (inner: Storage, name: string) =>
      storageWith(
        { write: (batch) => (disk.isTroubled && name === 'tab 1' ? write() : inner.write(batch)) },
        inner,
      ),
  };
  return disk;
}

/** The thread as a tab shows it. */
export function rows({ messenger }: Tab, account: AccountId, peer: AccountId): readonly ThreadMessage[] {
  const source = messenger.messages.source(account, peer);
  return source.ids.peek().map((id) => source.get(id)!);
}

export const texts = (tab: Tab, account: AccountId, peer: AccountId): readonly string[] =>
  rows(tab, account, peer).map(({ text }) => text);

export const statusOf = (
  { messenger }: Tab,
  account: AccountId,
  peer: AccountId,
  id: MessageId,
): Status | null | undefined => messenger.messages.source(account, peer).get(id)?.status;

/** How many people wait for an answer. */
export const badge = ({ messenger }: Tab, account: AccountId): number =>
  messenger.requests.pendingCount(account).peek();

const stateIn = ({ messenger, page }: Tab): unknown => stateOf(messenger, page.clock);

/** All of them show the same. */
export function same(...tabs: readonly Tab[]): void {
  const [first, ...others] = tabs;
  for (const tab of others) expect(differences(stateIn(first!), stateIn(tab)).join('\n')).to.equal('');
}
