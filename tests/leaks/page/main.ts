// What a page does again and again: tests/leaks/leaks.node-test.ts measures what is left of it.
import { mine, theirs } from '../../../.storybook/fixtures.ts';
import type { AccountId } from '../../../facts/index.ts';
import { createFakeClock } from '../../../mocks/index.ts';
import { indexedDb } from '../../../storage/index.ts';
import { createWorld } from '../../../testing/index.ts';
import type { Person, World } from '../../../testing/index.ts';
import { elements, registered } from '../../components/every-element.ts';
import '../../../components/notifications/define.ts';
import '../../../components/unread-title/define.ts';

/** How many elements are on the page at a time. */
const BATCH = 10;
/** Elements that need a messenger. */
const CONNECTED_ONLY = ['p2p-messenger', 'p2p-notifications', 'p2p-provider', 'p2p-unread-title'];
const MINUTE = 60_000;

type Drawn = HTMLElement & { readonly updateComplete: Promise<boolean> };

/** People, of whom the first one's messenger is drawn. */
interface Place {
  readonly world: World;
  readonly me: Person;
  readonly friends: readonly Person[];
}

let place: Place | null = null;
let drawn: Drawn | null = null;

const box = document.querySelector('#box')!;
const frame = (): Promise<unknown> => new Promise(requestAnimationFrame);
const make = (tag: string, data: object): Drawn => Object.assign(document.createElement(tag), data) as Drawn;

function scrollerOf(root: ParentNode): Element | null {
  for (const element of root.querySelectorAll('*')) {
    if (element.matches('[role="log"]')) return element;
    const inside = element.shadowRoot && scrollerOf(element.shadowRoot);
    if (inside) return inside;
  }
  return null;
}

const scenarios = {
  tags: (): readonly string[] => Object.keys(elements),
  connectedTags: (): readonly string[] => [...Object.keys(elements), ...CONNECTED_ONLY],

  /** Mounts an element `count` times and takes it away again: with plain data, or with the messenger. */
  async mount(tag: string, count: number, isConnected: boolean): Promise<void> {
    const data = isConnected
      ? { messenger: place!.me.messenger, peer: place!.friends[0]!.account }
      : elements[tag]!;
    for (let mounted = 0; mounted < count; mounted += BATCH) {
      const batch = Array.from({ length: BATCH }, () => make(tag, data));
      box.append(...batch);
      await Promise.all(batch.map(({ updateComplete }) => updateComplete));
      await frame();
      for (const element of batch) element.remove();
      await frame();
    }
  },

  /** Opens a world: a person whose messages are in IndexedDB, and friends who have written to them. */
  async open(friendCount: number, messageCount: number): Promise<void> {
    const world = createWorld({ clock: createFakeClock() });
    const storage = indexedDb({ name: `leaks ${crypto.randomUUID()}` });
    const me = await world.person('alice', { storage, waitsForStorage: true });
    const friends: Person[] = [];
    for (let n = 0; n < friendCount; n += 1) {
      const friend = await world.person(`friend${n}`);
      await me.connect(friend);
      for (let m = 0; m < messageCount; m += 1)
        void friend.messenger.messages.send(friend.account, me.account, `message ${m}`);
      friends.push(friend);
    }
    await world.pass(5_000);
    for (const friend of friends) me.messenger.messages.pass(me.account, friend.account);
    await world.pass(2_000);
    place = { world, me, friends };
  },

  /** Ends every page of the world, and lets go of it. */
  async close(): Promise<void> {
    drawn?.remove();
    drawn = null;
    await place!.world.pass(1_000);
    place!.world.close();
    place!.me.browser.storage.close();
    place = null;
  },

  /** Shows the messenger, with a conversation open. */
  async show(): Promise<void> {
    drawn = make('p2p-messenger', { messenger: place!.me.messenger, peer: place!.friends[0]!.account });
    box.append(drawn);
    await drawn.updateComplete;
    await frame();
  },

  async switchConversations(count: number): Promise<void> {
    const { friends } = place!;
    for (let n = 1; n <= count; n += 1) {
      Object.assign(drawn!, { peer: friends[n % friends.length]!.account satisfies AccountId });
      await drawn!.updateComplete;
      await frame();
    }
    Object.assign(drawn!, { peer: friends[0]!.account });
    await drawn!.updateComplete;
    await frame();
  },

  /** Shows a thread of so many messages. */
  async showThread(count: number): Promise<void> {
    const start = Date.UTC(2026, 0, 5, 8);
    const row = (n: number) =>
      (n % 2 ? mine : (text: string, at: number) => theirs(text, at))(`message ${n}`, start + n * MINUTE);
    const rows = Array.from({ length: count }, (_, n) => row(n));
    drawn = make('p2p-thread', { ...elements['p2p-thread'], rows });
    drawn.style.height = '100%';
    box.append(drawn);
    await drawn.updateComplete;
    await frame();
  },

  /** Scrolls from the end to the beginning and back, in so many steps each. */
  async scroll(steps: number): Promise<void> {
    const scroller = scrollerOf(box)!;
    for (let n = 1; n <= 2 * steps; n += 1) {
      const share = Math.abs(1 - n / steps);
      scroller.scrollTop = share * (scroller.scrollHeight - scroller.clientHeight);
      await frame();
    }
    await frame();
  },

  hide(): void {
    drawn?.remove();
    drawn = null;
  },

  /** Lets so many minutes pass, with a message in each. */
  async pass(minutes: number): Promise<void> {
    const { world, me, friends } = place!;
    for (let minute = 0; minute < minutes; minute += 1) {
      const friend = friends[minute % friends.length]!;
      const [from, to] = minute % 2 ? [me, friend] : [friend, me];
      void from.messenger.messages.send(from.account, to.account, `minute ${minute}`);
      await world.pass(MINUTE);
    }
    // The simulation's own record.
    world.simulation.frames.clear();
  },

  pending: (): number => place?.world.clock.pending ?? 0,
};

declare global {
  var leaks: typeof scenarios;
}

await registered();
globalThis.leaks = scenarios;
