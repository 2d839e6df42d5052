/** A script of the simulator on screen: the scenario's own account is signed in in a `p2p-messenger`. */
import { citadel } from '../client/index.ts';
import { setFocusSource } from '../components/internal/seen.ts';
import { setTimeSource } from '../components/internal/ticker.ts';
import type { AccountId } from '../facts/index.ts';
import { createFakeClock, createSeededRandom } from '../mocks/index.ts';
import type { FakeClock, OwnAccount, Scenario, ScenarioInput, SimulatedTab } from '../mocks/index.ts';
import type { Storage } from '../ports/storage.ts';
import { memory } from '../storage/memory.ts';
import type { Messenger } from '../stores/index.ts';
import { createMessenger } from '../core.ts';
import { createTabGroup } from '../tabs/index.ts';
import { Recorder } from './report/recorder.ts';
import { Screen, deepAll, nameOf } from './report/screen.ts';
import '../components/messenger/define.ts';

/** An account on screen. */
export interface Seat {
  readonly messenger: Messenger;
  readonly screen: Screen;
  /** Reloads the page: a new messenger on the same storage. */
  reload(): Promise<void>;
}

/** A scenario and its screens. */
export interface Script<Played extends Scenario> {
  readonly scenario: Played;
  readonly clock: FakeClock;
  /** The recorder of everything drawn. */
  readonly recorder: Recorder;
  /** Signs an account in on a messenger of its own, with that conversation open. */
  seat(account: Omit<OwnAccount, 'relay' | 'fullName'>, options?: SeatOptions): Promise<Seat>;
  /** Advances the clock, and waits until everything is drawn. */
  pass(milliseconds: number): Promise<void>;
  /** The icons and names that a message was drawn with, in order. */
  storyOf(text: string): readonly string[];
  /** How often that text is in the open conversations. */
  rowsOf(text: string): number;
}

/** Options of `script.seat`. */
export interface SeatOptions {
  readonly peer?: AccountId;
  /** Whether the server's relay carries what no channel does. */
  readonly relay?: OwnAccount['relay'];
  /** A tab of a simulated browser: it shares its link and what is stored with the others that are given the same. */
  readonly tab?: SimulatedTab;
  readonly storage?: Storage;
  /** Whether it signs in; in a further tab the account is signed in already. */
  readonly isFirst?: boolean;
}

/** Plays a scenario below an element. The returned `takeDown` closes everything that was opened. */
export async function playScript<Played extends Scenario>(
  make: (input: ScenarioInput) => Promise<Played> | Played,
  into: HTMLElement,
): Promise<Script<Played> & { takeDown(): void }> {
  const clock = createFakeClock({ macrotasks: false });
  const random = createSeededRandom(7);
  const making = Promise.resolve(make({ clock }));
  await clock.advance(1_000);
  const scenario = await making;
  const recorder = new Recorder(into);
  const stops: (() => void)[] = [
    setFocusSource(() => true),
    setTimeSource({ now: () => clock.now(), elapsed: () => clock.elapsed(), every: () => () => undefined }),
    recorder.start(),
  ];
  const look = async (): Promise<void> => {
    for (let n = 0; n < 3; n += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      recorder.look();
    }
  };
  const pass = async (milliseconds: number): Promise<void> => {
    const step = milliseconds <= 5_000 ? 100 : 1_000;
    for (let passed = 0; passed < milliseconds; passed += step) {
      await clock.advance(Math.min(step, milliseconds - passed));
      await new Promise((resolve) => requestAnimationFrame(resolve));
      recorder.look();
    }
  };
  const rows = (text: string): HTMLElement[] =>
    deepAll(into, '[part~="message"][data-id]').filter(
      (row) => nameOf(row.querySelector<HTMLElement>('[part~="text"]')!) === text,
    );
  return {
    scenario,
    clock,
    recorder,
    pass,
    async seat(
      { service, username, password, serverAddress },
      { peer, relay, tab, storage = memory(), isFirst = true } = {},
    ) {
      const open = (): Messenger => {
        const made = createMessenger({
          backend: citadel({
            url: service.url,
            clock: tab?.clock ?? clock,
            random,
            openSocket: (url) => (tab ? tab.socket(service.openSocket(url)) : service.openSocket(url)),
          }),
          storage,
          relay: relay ?? null,
          clock: tab?.clock ?? clock,
          random,
          tabs: tab ? createTabGroup({ name: service.url, ...tab, random }) : null,
          // A typing signal is a message on the wire, and the scripts count those.
          settings: { typing: false },
        });
        void made.open();
        return made;
      };
      let messenger = open();
      const element = document.createElement('p2p-messenger');
      element.messenger = messenger;
      element.peer = peer ?? null;
      const box = document.createElement('div');
      box.className = 'messenger script';
      box.append(element);
      into.append(box);
      stops.push(() => messenger.close());
      await clock.advance(tab ? 200 : 50);
      if (isFirst) void messenger.sessions.signIn({ server: serverAddress, username, password });
      await clock.advance(50);
      await look();
      return {
        get messenger() {
          return messenger;
        },
        screen: new Screen(element, look),
        async reload() {
          await messenger.stored();
          messenger.close();
          await clock.advance(20);
          messenger = open();
          element.messenger = messenger;
          await clock.advance(1_000);
          await look();
          element.peer = peer ?? null;
          await look();
        },
      };
    },
    storyOf: (text) => recorder.statuses.get(rows(text)[0]?.dataset['id'] ?? '') ?? [],
    rowsOf: (text) => rows(text).length,
    takeDown: () => {
      for (const stop of stops) stop();
    },
  };
}
