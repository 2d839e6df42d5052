import { createTabGroup } from '../../tabs/group.ts';
import type { TabGroupOptions } from '../../tabs/options.ts';
import type { TabsView } from '../../facts/view.ts';
import {
  createBrowser,
  createFakeClock,
  type FakeClock,
  type SimulatedBrowser,
  type SimulatedTab,
  type SimulatedTabOptions,
} from '../../mocks/index.ts';
import type { TabGroup, TabMember } from '../../ports/tabs.ts';

/** The lock and the channel of every group of these tests. */
export const GROUP = 'p2p-elements wss://service.example';

/** One tab with a group in it, and the calls of its member as text: `lead`, `follow tab 1`, `rest` … */
export interface Seat {
  readonly tab: SimulatedTab;
  readonly group: TabGroup;
  /** All calls since the log was last taken. */
  take(): string[];
  readonly role: TabsView['role'];
  /** The last call of the member: whether it leads, follows, or neither. */
  readonly part: 'lead' | 'follow' | 'rest';
}

export interface TabsWorld {
  readonly clock: FakeClock;
  readonly browser: SimulatedBrowser;
  readonly seats: Seat[];
  open(tab?: SimulatedTabOptions, group?: Partial<TabGroupOptions>): Seat;
  /** The tab of a group's id. */
  tabOf(id: string): string;
  /** Joins again, as an event of its page. */
  rejoin(seat: Seat): void;
  /** Clears the log of every member. */
  forget(): void;
}

/** A browser profile whose tabs share one link. */
export function createTabsWorld(
  browserOptions: Partial<Parameters<typeof createBrowser>[0]> = {},
  clock = createFakeClock(),
  led: (seat: Seat) => void = () => undefined,
): TabsWorld {
  const browser = createBrowser({ clock, ...browserOptions });
  const seats: Seat[] = [];
  const names = new Map<string, string>();
  const members = new Map<Seat, TabMember>();
  const tabOf = (id: string): string => names.get(id) ?? 'nobody';

  return {
    clock,
    browser,
    seats,
    tabOf,
    rejoin: (seat) => seat.tab.task(() => seat.group.join(members.get(seat)!)),
    forget() {
      for (const seat of seats) seat.take();
    },
    open(tabOptions, groupOptions) {
      const tab = browser.tab(tabOptions);
      const group = createTabGroup({ name: 'wss://service.example', ...tab, ...groupOptions });
      names.set(group.id, tab.id);
      const log: string[] = [];
      let part: Seat['part'] = 'rest';
      const seat: Seat = {
        tab,
        group,
        take: () => log.splice(0),
        get role() {
          return group.view.value.role;
        },
        get part() {
          return part;
        },
      };
      seats.push(seat);
      const member: TabMember = {
        lead() {
          part = 'lead';
          log.push('lead');
          led(seat);
        },
        follow(leader) {
          part = 'follow';
          log.push(`follow ${tabOf(leader)}`);
        },
        rest() {
          part = 'rest';
          log.push('rest');
        },
        heard: (from, word) => log.push(`${tabOf(from)} says ${JSON.stringify(word)}`),
        left: (left) => log.push(`${tabOf(left)} left`),
      };
      members.set(seat, member);
      group.join(member);
      return seat;
    },
  };
}
