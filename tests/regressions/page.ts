import type { SetupWorker } from 'msw/browser';
import { Screen, deepAll } from '../../.storybook/report/screen.ts';
import { citadel } from '../../client/index.ts';
import type { MessengerElement } from '../../components/messenger/messenger.ts';
import type { PendingBadgeElement } from '../../components/pending-badge/pending-badge.ts';
import { setFocusSource } from '../../components/internal/seen.ts';
import { setTimeSource } from '../../components/internal/ticker.ts';
import type { AccountId } from '../../facts/index.ts';
import {
  PASSWORD,
  SERVER_ADDRESS,
  createFakeClock,
  createPeer,
  createSeededRandom,
} from '../../mocks/index.ts';
import type { FakeClock, Peer, PeerHabits, SimulatedService, Simulation } from '../../mocks/index.ts';
import type { ServiceOptions, SimulationOptions } from '../../mocks/index.ts';
import { simulatorHandlers } from '../../mocks/msw.ts';
import type { Messenger } from '../../stores/index.ts';
import { createWorld } from '../../testing/index.ts';
import { createMessenger } from '../engine.ts';
import '../../components/messenger/define.ts';
import { mswOfThisFile } from '../msw.ts';
import { Witness } from './witness.ts';

/** The run's seed: shown in the titles, so that a red run can be repeated. */
export const SEED = Math.floor(Math.random() * 1_000_000);
/** The address that the page's own WebSocket opens; msw answers there. */
const URL = 'ws://service.example.test/';

/** What a page needs of its world. */
export interface PageWorld {
  readonly clock: FakeClock;
  readonly simulation: Simulation;
  /** Alice's service, behind msw. */
  readonly service: SimulatedService;
  readonly alice: AccountId;
}

/**
 * A world with one service for the page and one for each peer, all on one clock. Alice's account exists; she
 * signs in through the form.
 */
export interface OwnWorld extends PageWorld {
  /** Another person, on a service of their own, with an open page and scripted habits. */
  peer(username: string, options?: PeerWorldOptions): Promise<Peer>;
}

/** Options of `world.peer`. */
export interface PeerWorldOptions {
  readonly habits?: PeerHabits;
  readonly isContact?: boolean;
  readonly service?: ServiceOptions;
}

/** Sets a world up. */
export function createPageWorld(options: SimulationOptions & { service?: ServiceOptions } = {}): OwnWorld {
  const { service: serviceOptions, ...simulationOptions } = options;
  // msw hands frames on in tasks of its own.
  const clock = createFakeClock();
  const { simulation } = createWorld({
    seed: SEED,
    clock,
    serverAddress: SERVER_ADDRESS,
    ...simulationOptions,
  });
  const service = simulation.service('alice', serviceOptions);
  const alice = simulation.createAccount({ username: 'alice', service, password: PASSWORD });
  return {
    clock,
    simulation,
    service,
    alice,
    async peer(username, { habits = {}, isContact = false, service: theirs } = {}) {
      const own = simulation.service(username, theirs);
      const contacts = isContact ? [alice] : [];
      const cid = simulation.createAccount({ username, service: own, password: PASSWORD, contacts });
      const peer = createPeer(cid, {
        service: own,
        clock,
        username,
        password: PASSWORD,
        serverAddress: SERVER_ADDRESS,
        habits,
      });
      const opening = peer.open();
      await clock.advance(100);
      await opening;
      return peer;
    },
  };
}

/** A page on which Alice is signed in: the messenger, and a badge that the page has put beside it. */
export interface Page {
  readonly messenger: Messenger;
  readonly element: MessengerElement;
  readonly screen: Screen;
  readonly witness: Witness;
  /** The badge of the page's own, which stays when the messenger shows something else. */
  readonly badge: PendingBadgeElement;
  /** Advances the clock that service and client share, and waits until everything is drawn. */
  pass(milliseconds: number): Promise<void>;
  /** Advances the clock until the condition holds. */
  passUntil(reason: () => boolean, limit?: number): Promise<void>;
}

let worker: SetupWorker;
const leave: (() => void)[] = [];

/** Starts and stops msw around the tests of a file, and takes down what each has opened. */
export function behindMsw(): void {
  worker = mswOfThisFile();
  afterEach(async () => {
    for (const stop of leave.splice(0).reverse()) stop();
    worker.resetHandlers();
    // msw hands the end of a socket on in a task of its own.
    await frame();
  });
}

/**
 * Opens a page whose client speaks through the page's own `WebSocket`, which msw answers from the simulated
 * service, and signs Alice in through the form.
 * @param lie makes the messenger lie, before anything is drawn.
 */
export async function openPage(world: PageWorld, lie?: (messenger: Messenger) => Messenger): Promise<Page> {
  const { clock, service, simulation, alice } = world;
  worker.use(...simulatorHandlers(service, URL));
  leave.push(
    setFocusSource(() => true),
    setTimeSource({ now: () => clock.now(), elapsed: () => clock.elapsed(), every: () => () => undefined }),
  );
  const browser = createWorld({ seed: SEED, within: world }).browser('alice', {
    on: service,
    sharesLink: false,
    // Its socket is the one of this very page.
    createMessenger: (given) =>
      createMessenger({
        ...given,
        backend: citadel({ url: URL, clock, random: createSeededRandom(SEED + 1) }),
      }),
  });
  const { messenger: honest } = browser.newPage();
  const messenger = lie?.(honest) ?? honest;
  const into = document.createElement('div');
  into.style.setProperty('height', '560px');
  const head = document.createElement('div');
  head.className = 'head';
  const badge = document.createElement('p2p-pending-badge');
  badge.messenger = messenger;
  const element = document.createElement('p2p-messenger');
  element.messenger = messenger;
  element.server = SERVER_ADDRESS;
  head.append(badge);
  into.append(head, element);
  document.body.append(into);
  const witness = new Witness(into, simulation.frames, alice);
  leave.push(witness.start(), () => {
    messenger.close();
    into.remove();
  });
  const pass = async (milliseconds: number): Promise<void> => {
    // Small steps where something is seen to change, larger ones through long waits.
    const step = milliseconds <= 5_000 ? 50 : 500;
    for (let passed = 0; passed < milliseconds; passed += step) {
      await clock.advance(Math.min(step, milliseconds - passed));
      await frame();
      witness.look();
    }
  };
  const passUntil = async (reason: () => boolean, limit = 10_000): Promise<void> => {
    for (let passed = 0; passed < limit; passed += 50) {
      if (reason()) return;
      await pass(50);
    }
    throw new Error(`Not so after ${limit} ms: ${String(reason)}`);
  };
  const settle = async (): Promise<void> => {
    // What is drawn in the very frame of the press counts; lists need two more to measure themselves.
    for (let n = 0; n < 3; n += 1) {
      await frame();
      witness.look();
    }
  };
  const screen = new Screen(element, settle);
  await passUntil(() => screen.has('Sign in'));
  fillIn(element, { username: 'alice', password: PASSWORD });
  await screen.press('Sign in');
  await passUntil(() => screen.accounts().some((name) => name.includes('Signed in')));
  return { messenger, element, screen, witness, badge, pass, passUntil };
}

/** Opens the conversation with a contact from the list of people, once they are there. */
export async function openConversation({ screen, passUntil }: Page, name: string): Promise<void> {
  await screen.press('Find people');
  await passUntil(() => screen.text().includes(name));
  await screen.pressFor(name, 'Message');
}

function fillIn(element: HTMLElement, fields: Record<string, string>): void {
  const [form] = deepAll(element.shadowRoot!, 'form');
  for (const [name, value] of Object.entries(fields)) {
    const input = form!.querySelector<HTMLInputElement>(`[name="${name}"]`)!;
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

function frame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}
